"""From frozen lines to mails: what changed since the text that they had, pictures, and the same words on a retry."""

from __future__ import annotations

import quopri
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from lxml import html as lxml_html
from PIL import Image as Pictures

from publisher import editions, pictures, storage, tokens
from publisher.digest import Mail, TemplateFolders
from publisher.errors import StorageError
from publisher.model import DeliveryState, DigestSpec, Found, Grade, Image, Publication
from publisher.rendering import Renderer, SiteWords
from publisher.storage import tables
from publisher.words import Catalogues
from tests.making import DAY, HOUR, NOON, Maker, publication, weekly

TEMPLATES = TemplateFolders([Path(__file__).resolve().parents[1] / "templates"])
FRIDAY = NOON + timedelta(days=3, hours=19)  # 8:00 in Berlin
WEEK = timedelta(days=7)
HOME = "https://guides.example"
WORDS = SiteWords("Guides", HOME, "Guides <news@guides.example>", None, None, "1 Sample Street", "ab12")
STAIRS = Found("stairs", "x.md", "Stairs", "<h2>Up</h2><p>Take 1 step at a time.</p>", "A summary.", "stairs")


class Desk:
    """A database, one digest of one publication, and the means to write, send and render."""

    def __init__(self, store: storage.Store, folder: Path) -> None:
        self.store, self.make = store, Maker(store)
        self.digest: DigestSpec = weekly()
        self.publication: Publication = replace(publication("knees", self.digest), folder=str(folder))
        with store.write() as db:
            storage.publication_id(db, "knees")
        editions.prepare(store, [self.digest], NOON)
        self.cache: pictures.Cache | None = pictures.Cache(folder.parent / "copies")

    def renderer(self) -> Renderer:
        return Renderer(
            self.store,
            WORDS,
            {"knees": self.publication},
            {self.digest.key: self.digest},
            tokens.Links(WORDS.base_url, tokens.Keys.new(b"x" * 32, "k1")),
            Catalogues([]),
            {"knees": TEMPLATES},
            self.cache,
        )

    def revise(
        self, article: int, number: int, found: Found, at: datetime, step: Grade = Grade.MATERIAL
    ) -> None:
        with self.store.planning() as db:
            pub = storage.publication_id(db, "knees")
            digest = f"{article} {number} {found.html}".encode().ljust(32)[:32]
            made = storage.NewRevision(article, number, found, digest, 4, step, storage.OWNER)
            storage.add_revisions(db, [made], at)
            release = storage.NewRelease(article, number, None, False, None)
            storage.add_releases(db, pub, [release], at)
            storage.publish(db, pub, [storage.Publishing(article, number, at, at)])

    def send(self, at: datetime) -> list[tuple[int, int]]:
        """Freeze what is due; (edition, variant) of every mail."""
        frozen = editions.freeze_due(self.store, [self.digest], (self.publication,), at)
        with self.store.read() as db:
            query = tables.variant.select().where(
                tables.variant.c.edition_id.in_([each.id for each in frozen])
            )
            return [(row.edition_id, row.id) for row in db.execute(query)]

    def mail(self, at: datetime) -> Mail:
        """The one mail that is due."""
        ((edition, variant),) = self.send(at)
        return self.renderer().render(edition, variant)

    def updated(self, *steps: Found, had: Found = STAIRS) -> Mail:
        """The mail that a follower of `had` gets when the guide went through these steps."""
        article = self.make.guide("stairs")
        self.make.people("a")
        self.revise(article, 1, had, NOON + HOUR)
        self.mail(FRIDAY)
        for number, found in enumerate(steps, start=2):
            self.revise(article, number, found, FRIDAY + number * HOUR)
        return self.mail(FRIDAY + WEEK)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without rows, to be copied: that is quicker than to make one for each test."""
    path = tmp_path_factory.mktemp("empty") / "publisher.db"
    store = storage.open_store(f"sqlite:///{path}", path.parent)
    storage.upgrade(store)
    store.close()
    return path


@pytest.fixture
def desk(tmp_path: Path, empty: Path) -> Iterator[Desk]:
    shutil.copy(empty, tmp_path / "publisher.db")
    store = storage.open_store(f"sqlite:///{tmp_path}/publisher.db", tmp_path)
    (tmp_path / "knees/img").mkdir(parents=True)
    yield Desk(store, tmp_path / "knees")
    store.close()


def told(mail: Mail) -> str:
    """What the mail says about changes."""
    found = lxml_html.fromstring(mail.html).xpath("//table[@class='changes']")
    said = " ".join(" ".join(" ".join(each.itertext()) for each in found).split())
    return said.replace("“ ", "“").replace(" ”", "”")


def step(number: int, change: str | None = None, html: str | None = None) -> Found:
    return replace(STAIRS, html=html or STAIRS.html.replace("1 step", f"{number} steps"), change=change)


# ----------------------------------------------------------------------------------------- what changed


def test_it_is_what_changed_since_the_text_that_they_had(desk: Desk) -> None:
    mail = desk.updated(step(2, "Two at a time."), step(3, "Three."), step(4, "Two at a time."))
    assert told(mail) == (
        "What changed since the version you had “Up” changed Two at a time. Three. Up "
        "Take removed: 1 step added: 4 steps at a time. See all changes"
    )
    assert f'href="{HOME}/knees/stairs/history"' in mail.html
    assert "Take [-1 step-] {+4 steps+} at a time." in mail.text
    assert "Two at a time.\n\nThree.\n" in mail.text


def test_each_group_hears_what_is_new_to_it(desk: Desk) -> None:
    """The mail of the second week never reached one of two: in the third he hears of both steps."""
    article = desk.make.guide("stairs")
    _, late = desk.make.people("ab")
    desk.revise(article, 1, STAIRS, NOON + HOUR)
    desk.send(FRIDAY)
    desk.revise(article, 2, step(2, "Two."), FRIDAY + HOUR)
    ((edition, _),) = desk.send(FRIDAY + WEEK)
    delivery = tables.delivery
    with desk.store.write() as db:
        where = delivery.c.edition_id == edition, delivery.c.follower_id == late
        db.execute(delivery.update().where(*where).values(state=int(DeliveryState.CANCELLED)))
    desk.revise(article, 3, step(3, "Three."), FRIDAY + WEEK + HOUR)
    renderer = desk.renderer()
    said = sorted(told(renderer.render(*pair)) for pair in desk.send(FRIDAY + 2 * WEEK))
    assert [each.partition("“Up” changed ")[2] for each in said] == [
        "Three. Up Take removed: 2 added: 3 steps at a time. See all changes",
        "Two. Three. Up Take removed: 1 step added: 3 steps at a time. See all changes",
    ]


def test_a_new_guide_tells_of_no_changes(desk: Desk) -> None:
    desk.make.people("a")
    desk.revise(desk.make.guide("stairs"), 1, replace(STAIRS, change="Written."), NOON + HOUR)
    mail = desk.mail(FRIDAY)
    assert told(mail) == "" and "Written." not in mail.text and "/history" not in mail.html


def test_a_retitled_guide_says_what_it_was_called(desk: Desk) -> None:
    assert "It was called “Stairs”." in told(desk.updated(replace(step(2), title="Steps")))


@pytest.mark.parametrize("title", ["Stairs", " STAIRS’ ends"])
def test_marks_and_spaces_make_no_new_title(desk: Desk, title: str) -> None:
    had = replace(STAIRS, title="STAIRS' ends" if "ends" in title else "Stairs")
    assert "It was called" not in told(desk.updated(replace(step(2), title=title), had=had))


def test_equal_texts_leave_the_note(desk: Desk) -> None:
    mail = desk.updated(replace(STAIRS, change="Looked at again, and it holds."))
    assert told(mail) == (
        "What changed since the version you had Looked at again, and it holds. See all changes"
    )
    assert "Nothing changed" not in mail.text


def test_an_old_text_that_is_gone_leaves_the_note(desk: Desk) -> None:
    article = desk.make.guide("stairs")
    desk.make.people("a")
    desk.revise(article, 1, STAIRS, NOON + HOUR)
    desk.send(FRIDAY)
    desk.revise(article, 2, step(2, "Two."), FRIDAY + HOUR)
    ((edition, variant),) = desk.send(FRIDAY + WEEK)
    with desk.store.write() as db:
        for table in (tables.release, tables.revision):
            db.execute(table.delete().where(table.c.article_id == article, table.c.number == 1))
    mail = desk.renderer().render(edition, variant)
    assert told(mail) == "What changed since the version you had Two. See all changes"


def test_a_text_that_cannot_be_read_any_more_leaves_the_note(desk: Desk) -> None:
    deep = "<blockquote>" * 150 + "<p>never closed"
    mail = desk.updated(step(2, "Two."), had=replace(STAIRS, html=deep))
    assert told(mail).endswith("had Two. See all changes")


def test_many_changes_are_cut_short(desk: Desk) -> None:
    many = "".join(f"<p>Rule {n}: rest for {n} days after a climb of that kind.</p>" for n in range(20))
    mail = desk.updated(step(2, html=many.replace(" days", " weeks")), had=replace(STAIRS, html=many))
    assert mail.html.count("</ins>") == 5 and "… and 15 more changes" in told(mail)
    assert mail.text.count("{+weeks+}") == 5 and "… and 15 more changes" in mail.text


def test_each_pair_of_texts_is_compared_once(desk: Desk) -> None:
    """Two variants that share an update share the comparison."""
    tagged = [replace(STAIRS, foreign_id=name, slug=name, tags=(name,)) for name in ("stairs", "chairs")]
    guides = [desk.make.guide(found.slug, tags=found.tags) for found in tagged]
    desk.make.people("a")
    desk.make.people("b", topics="stairs")
    for guide, found in zip(guides, tagged, strict=True):
        desk.revise(guide, 1, found, NOON + HOUR)
    desk.send(FRIDAY)
    for guide, found in zip(guides, tagged, strict=True):
        desk.revise(guide, 2, replace(found, html=step(2).html), FRIDAY + HOUR)
    one, two = desk.send(FRIDAY + WEEK)
    renderer = desk.renderer()
    renderer.render(*one)
    kept = dict(renderer._changes._kept)
    renderer.render(*two)
    both = renderer._changes._kept
    assert len(both) == 2 and all(both[key] is value for key, value in kept.items())


# ------------------------------------------------------------------------------------------- a retry


def test_a_retry_says_the_same_words(desk: Desk, tmp_path: Path) -> None:
    """Whatever became of the guide since: the edition is frozen."""
    for name, colour in (("a", "teal"), ("b", "olive")):
        Pictures.new("RGB", (1300, 700), colour).save(tmp_path / f"knees/img/{name}.jpg")
    first = replace(step(2, "Two."), image=Image("img/a.jpg", "A rail"))
    article = desk.make.guide("stairs")
    desk.make.people("a")
    desk.revise(article, 1, STAIRS, NOON + HOUR)
    desk.send(FRIDAY)
    desk.revise(article, 2, first, FRIDAY + HOUR)
    ((edition, variant),) = desk.send(FRIDAY + WEEK)
    before = desk.renderer().render(edition, variant)
    later = replace(
        step(3), title="Other", summary="Other.", image=Image("img/b.jpg", "Other"), tags=("other",)
    )
    desk.revise(article, 3, later, FRIDAY + WEEK + DAY)
    assert desk.renderer().render(edition, variant) == before
    assert "a.jpg" in before.html and "7 November 2026" not in before.html


# ------------------------------------------------------------------------------------------- pictures


def shown(mail: Mail) -> Sequence[dict[str, str]]:
    wanted = ("src", "srcset", "width", "height", "alt", "class")
    return [
        {name: image.get(name) for name in wanted if image.get(name) is not None}
        for image in lxml_html.fromstring(mail.html).iter("img")
    ]


def pictured(desk: Desk, image: Image) -> Sequence[dict[str, str]]:
    desk.make.people("a")
    desk.revise(desk.make.guide("stairs"), 1, replace(STAIRS, image=image), NOON + HOUR)
    return shown(desk.mail(FRIDAY))


def test_an_own_picture_is_a_copy(desk: Desk, tmp_path: Path) -> None:
    Pictures.new("RGB", (1000, 500), "teal").save(tmp_path / "knees/img/a rail.jpg")
    small, sharp = (f"{HOME}/-/picture/knees/{width}/img/a%20rail.jpg" for width in (592, 1184))
    assert pictured(desk, Image("img/a%20rail.jpg", "A rail", width=1000, height=500)) == [
        {
            "src": small,
            "srcset": f"{small} 1x, {sharp} 1.69x",
            "width": "592",
            "height": "296",
            "alt": "A rail",
            "class": "picture",
        }
    ]


def test_a_small_one_has_no_sharper_one(desk: Desk, tmp_path: Path) -> None:
    Pictures.new("RGBA", (300, 200), (0, 0, 0, 9)).save(tmp_path / "knees/img/a.webp")
    (image,) = pictured(desk, Image("img/a.webp?v=2#x"))
    assert "srcset" not in image and image["src"] == f"{HOME}/-/picture/knees/592/img/a.webp"
    assert (image["width"], image["height"], image["class"]) == ("300", "200", "picture clear")


def test_a_picture_from_elsewhere_stays_there(desk: Desk) -> None:
    (image,) = pictured(desk, Image("https://elsewhere.example/a.webp", "x", width=1184, height=592))
    assert image["src"] == "https://elsewhere.example/a.webp" and "srcset" not in image
    assert (image["width"], image["height"]) == ("592", "296")


@pytest.mark.parametrize("url", ["img/none.jpg", "img/broken.jpg", "img/a.svg", "img/.a.jpg", "%00.jpg"])
def test_what_cannot_be_copied_is_left_out(desk: Desk, tmp_path: Path, url: str) -> None:
    (tmp_path / "knees/img/broken.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    (tmp_path / "knees/img/a.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    assert pictured(desk, Image(url)) == []


def test_without_a_cache_the_original_is_shown(desk: Desk) -> None:
    desk.cache = None
    (image,) = pictured(desk, Image("img/a.jpg"))
    assert image["src"] == f"{HOME}/-/media/knees/img/a.jpg"


def test_every_follower_gets_the_same_words(desk: Desk) -> None:
    one, two = desk.make.people("ab")
    desk.revise(desk.make.guide("stairs"), 1, STAIRS, NOON + HOUR)
    ((edition, variant),) = desk.send(FRIDAY)
    renderer = desk.renderer()
    ada, ben = (
        renderer.personal(edition, storage.ClaimedRow(n, variant, f"{n}@example.org")) for n in (one, two)
    )
    assert (ada.follower, ada.recipient) == (one, f"{one}@example.org")
    subjects = {message_from_bytes(each.data)["Subject"] for each in (ada, ben)}
    assert subjects == {"Stairs"}
    assert renderer.links.unsubscribe(one, desk.digest.key) in quopri.decodestring(ada.data).decode()
    assert renderer.links.unsubscribe(one, desk.digest.key) not in quopri.decodestring(ben.data).decode()


def test_an_edition_that_is_not_there_and_a_digest_that_is_gone_are_told(desk: Desk) -> None:
    desk.make.people("a")
    desk.revise(desk.make.guide("stairs"), 1, STAIRS, NOON + HOUR)
    ((edition, variant),) = desk.send(FRIDAY)
    with pytest.raises(StorageError, match="there is no edition 99"):
        desk.renderer().render(99, variant)
    desk.digest = replace(desk.digest, key="knees:other")
    with pytest.raises(StorageError, match=r"'knees:weekly' of edition 1 is in no feed\.toml"):
        desk.renderer().render(edition, variant)
