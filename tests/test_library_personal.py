"""What one follower follows, merged: what comes in, in which order, and that nothing else does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from publisher import library, storage
from publisher.library.lines import Lines
from publisher.model import Grade, Publication
from tests.making import DAY, HOUR, NOON
from tests.shelving import BASE, HIPS, KNEES, Library, catalogue

HOME = f"{BASE}/-/my/token/"
WORDS = library.FeedWords("What you follow", "Only for you.", "en")
OWN = replace(KNEES, topics=("walking", "C++", "C#", "★", "a, b"))


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[storage.Store]:
    opened = storage.open_store(database_url, tmp_path)
    storage.upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def shelves(store: storage.Store) -> Library:
    return Library(store)


@dataclass
class Person:
    """A follower, and what he sees."""

    store: storage.Store
    number: int
    books: library.Catalogue

    def follow(
        self,
        slug: str = "knees",
        *,
        topics: str = "",
        cadence: str = "weekly",
        state: storage.FollowState = storage.FollowState.ACTIVE,
        now: datetime = NOON,
    ) -> None:
        with self.store.write() as db:
            pub = storage.publication_id(db, slug)
            more: dict[str, Any] = {"cadence": cadence, "topics": topics, "state": state, "now": now}
            storage.set_follow(db, self.number, pub, **more)

    @property
    def stream(self) -> library.Stream:
        found = self.books.personal.stream(self.number, 0)
        assert found is not None
        return found

    @property
    def items(self) -> tuple[library.Item, ...]:
        return self.books.personal.items(self.stream)

    def sees(self) -> list[str]:
        """The addresses of what he sees, below the site's, newest first."""
        return [each.entry.url.removeprefix(f"{BASE}/") for each in self.items]


def person(store: storage.Store, *publications: Publication, name: str = "ana") -> Person:
    with store.write() as db:
        number = storage.add_follower(db, "mail", f"{name}@example.org", NOON)
    return Person(store, number, catalogue(store, *publications))


def arrived(store: storage.Store, follower: int, digest: str, end: datetime, state: int = 3) -> None:
    """An edition of a digest whose window ended then, delivered to him."""
    from sqlalchemy import insert

    from publisher.storage import tables

    with store.write() as db:
        row = {"kind": "digest", "digest": digest, "cell": "", "occurrence": end, "window_end": end}
        row |= {"window_start": end - DAY, "state": 3, "audience": 1, "unaddressed": 0, "frozen_at": end}
        number = db.execute(insert(tables.edition).values(row).returning(tables.edition.c.id)).scalar_one()
        sent = {"edition_id": number, "follower_id": follower, "variant_id": 1, "batch": 1}
        db.execute(insert(tables.delivery).values(**sent, state=state, attempts=1, at=end))


# ----------------------------------------------------------------------------------------- what comes in


def test_guides_of_all_that_he_follows_newest_first(shelves: Library) -> None:
    ana = person(shelves.store)
    shelves.add("stairs")
    shelves.add("hüfte", pub="hips")
    shelves.add("cold")
    ana.follow("knees")
    assert ana.sees() == ["knees/cold", "knees/stairs"]
    ana.follow("hips")
    assert ana.sees() == ["knees/cold", "hips/hüfte", "knees/stairs"]
    assert [each.publication.slug for each in ana.items] == ["knees", "hips", "knees"]


def test_the_order_is_when_guides_became_public_not_their_dates(shelves: Library) -> None:
    ana = person(shelves.store)
    ana.follow()
    ana.follow("hips")
    shelves.add("new", published=NOON)
    shelves.add("late", pub="hips", published=NOON - 300 * DAY)
    shelves.revise("new", "<p>A word less.</p>", Grade.MINOR)
    assert ana.sees() == ["hips/late", "knees/new"]


def test_a_change_is_an_entry_of_its_own_with_the_public_id(shelves: Library) -> None:
    ana = person(shelves.store)
    ana.follow()
    shelves.add("stairs", "<p>Wait two minutes.</p>")
    shelves.add("cold")
    for number in range(3):
        shelves.revise("stairs", f"<p>Wait {number + 5} minutes.</p>", change=f"Note {number}")
    history = "knees/stairs/history#revision-"
    assert ana.sees() == [f"{history}4", f"{history}3", f"{history}2", "knees/cold", "knees/stairs"]
    public: set[str] = set()
    for name in ("knees/feed.json", "knees/updates.json"):
        document = ana.books.document(name)
        assert document is not None
        public |= {
            line
            for line in document.body.decode().split('"')
            if line.startswith("tag:") and "/folder/" in line
        }
    assert {each.entry.id for each in ana.items} == public
    first = ana.items[0]
    assert first.changed and first.entry.summary == "Note 2"
    assert "<ins" in first.entry.html and first.guide.url == f"{BASE}/knees/stairs"


def test_small_changes_are_no_entries(shelves: Library) -> None:
    ana = person(shelves.store)
    ana.follow()
    shelves.add("stairs")
    for grade in (Grade.TYPO, Grade.MINOR, Grade.NONE):
        shelves.revise("stairs", f"<p>Text {grade}.</p>", grade)
    assert ana.sees() == ["knees/stairs"]
    assert f"Text {Grade.NONE}" in ana.items[0].entry.html


def test_changes_from_before_he_followed_are_not_news_to_him(shelves: Library) -> None:
    shelves.add("stairs")
    shelves.revise("stairs", "<p>Quite another text.</p>")
    ana = person(shelves.store)
    ana.follow(now=shelves.now + HOUR)
    assert ana.sees() == ["knees/stairs"]
    shelves.later()
    shelves.revise("stairs", "<p>And a third one.</p>")
    assert ana.sees() == ["knees/stairs/history#revision-3", "knees/stairs"]


def test_a_new_follower_finds_the_newest_thirty(shelves: Library) -> None:
    shelves.many(35)
    ana = person(shelves.store)
    ana.follow(now=shelves.now + HOUR)
    assert ana.sees() == [f"knees/guide-{number}" for number in range(35, 5, -1)]
    shelves.later()
    shelves.many(3, first=36)
    assert len(ana.sees()) == 30  # the thirty newest
    early = person(shelves.store, name="ben")
    early.follow(now=NOON)
    assert len(early.sees()) == 38
    shelves.many(20, first=39)
    assert len(early.sees()) == 50


# ---------------------------------------------------------------------------------------------- topics


@pytest.mark.parametrize("topic", ["C++", "C#", "★", "größe", "100%", "a_b", 'say "so"', "'; DROP TABLE"])
def test_a_topic_is_exactly_that_tag(shelves: Library, topic: str) -> None:
    others = {"C++", "C#", "★", "☆", "GRÖSSE", "100", "axb", "say so", "drop table"} - {topic}
    shelves.add("fits", tags=["other", topic])
    shelves.add("no", tags=sorted(others))
    shelves.add("bare")
    shelves.revise("fits", "<p>Another text.</p>")
    shelves.revise("no", "<p>Another text.</p>")
    ana = person(shelves.store, OWN)
    ana.follow(topics=topic)
    assert ana.sees() == ["knees/fits/history#revision-2", "knees/fits"]


def test_a_guide_with_two_of_his_topics_comes_once(shelves: Library) -> None:
    shelves.add("both", tags=["cold", "walking"])
    shelves.add("one", tags=["walking"])
    shelves.add("none", tags=["other"])
    shelves.revise("both", "<p>Another text.</p>")
    ana = person(shelves.store, OWN)
    ana.follow(topics="cold,walking")
    assert ana.sees() == ["knees/both/history#revision-2", "knees/one", "knees/both"]


def test_a_common_topic_gives_the_same_as_a_rare_one(shelves: Library) -> None:
    """However many guides have it: both ways of reading say the same."""
    for number in range(6):
        shelves.add(f"guide-{number}", tags=["walking"] if number % 2 else ["other"])
        grade = Grade.MINOR if number == 3 else Grade.MATERIAL
        shelves.revise(f"guide-{number}", "<p>Another text.</p>", grade)
    with shelves.store.read() as db:
        rare = Lines().of(db, "knees", 1, "walking")
        common = Lines(few=1).of(db, "knees", 1, "walking")
    assert [line.number for line in rare.changes] == [2, 2]
    assert common.changes == rare.changes
    assert len(rare.guides) == 3 and common.guides == rare.guides


def test_a_guide_that_loses_his_topic_leaves(shelves: Library) -> None:
    shelves.add("stairs", tags=["walking"])
    ana = person(shelves.store)
    ana.follow(topics="walking")
    assert ana.sees() == ["knees/stairs"]
    before = ana.stream
    shelves.revise("stairs", "<p>Another.</p>", tags=("cold",))
    assert ana.sees() == []
    assert ana.stream.key != before.key and ana.stream.modified >= before.modified


# ------------------------------------------------------------------------- what must not be there, or is gone


def test_what_waits_is_not_there(shelves: Library) -> None:
    ana = person(shelves.store)
    ana.follow()
    shelves.add("stairs")
    before = ana.stream
    shelves.add("secret", release=False)
    shelves.revise("stairs", "<p>A secret text.</p>", release=False, tags=("secret",))
    assert ana.sees() == ["knees/stairs"]
    assert "secret" not in repr(ana.items)
    assert ana.stream.key == before.key
    ana.follow(topics="secret")
    assert ana.sees() == []


def test_a_withdrawn_guide_is_gone_and_so_are_its_changes(shelves: Library) -> None:
    ana = person(shelves.store)
    ana.follow()
    shelves.add("stairs")
    shelves.add("cold")
    shelves.revise("stairs", "<p>Another text.</p>")
    before = ana.stream
    assert len(ana.sees()) == 3
    shelves.withdraw("stairs")
    assert ana.sees() == ["knees/cold"]
    assert ana.stream.key != before.key
    assert ana.stream.modified == shelves.now > before.modified
    assert [each.entry.slug for each in ana.books.personal.items(before)] == ["stairs", "cold", "stairs"]
    fresh = catalogue(shelves.store)  # which has not read it before
    assert [each.entry.slug for each in fresh.personal.items(before)] == ["cold"]


def test_a_publication_that_was_taken_away(shelves: Library) -> None:
    shelves.add("stairs")
    shelves.add("hüfte", pub="hips")
    ana = person(shelves.store)
    ana.follow()
    ana.follow("hips")
    ana.books = catalogue(shelves.store, HIPS)
    assert ana.sees() == ["hips/hüfte"]
    ana.books = catalogue(shelves.store, replace(KNEES, slug="other"))
    assert ana.stream.follows == () and ana.sees() == []


@pytest.mark.parametrize("state", [storage.FollowState.ENDED, storage.FollowState.PENDING])
def test_what_he_does_not_follow_is_not_there(shelves: Library, state: storage.FollowState) -> None:
    shelves.add("stairs")
    ana = person(shelves.store)
    ana.follow(state=state)
    assert ana.stream.follows == () and ana.sees() == []


def test_a_pause_is_about_mail(shelves: Library) -> None:
    shelves.add("stairs")
    ana = person(shelves.store)
    ana.follow()
    with shelves.store.write() as db:
        storage.set_pause(db, ana.number, NOON + 30 * DAY)
    assert ana.sees() == ["knees/stairs"]


def test_whom_a_link_no_longer_shows_anything(store: storage.Store) -> None:
    ana = person(store)
    personal = ana.books.personal
    assert personal.stream(ana.number, 0) is not None
    assert personal.stream(ana.number, 1) is None
    assert personal.stream(ana.number + 1, 0) is None
    with store.write() as db:
        assert storage.renew_links(db, ana.number) == 1
    assert personal.stream(ana.number, 0) is None
    assert personal.stream(ana.number, 1) is not None
    with store.write() as db:
        storage.forget(db, ana.number)
    assert personal.stream(ana.number, 1) is None


# ------------------------------------------------------------------------------------ keys, mails, entries


def test_the_key_changes_with_what_he_follows_and_with_nothing_else(shelves: Library) -> None:
    shelves.add("stairs")
    ana = person(shelves.store)
    ana.follow()
    keys = [ana.stream.key]
    shelves.add("hüfte", pub="hips")  # he does not follow that
    ben = person(shelves.store, name="ben")
    ben.follow()
    assert ana.stream.key == keys[0] != ben.stream.key

    def changed() -> bool:
        keys.append(ana.stream.key)
        return keys[-1] not in keys[:-1]

    shelves.add("cold")
    assert changed()
    ana.follow("hips")
    assert changed()
    ana.follow("hips", topics="walking")
    assert changed()
    with shelves.store.write() as db:
        storage.set_profile(db, ana.number, language="de")
    assert changed()
    ana.follow("hips", state=storage.FollowState.ENDED)
    assert changed()


def test_the_last_mail_about_each_publication(shelves: Library) -> None:
    ana = person(shelves.store)
    ana.follow("knees", cadence="daily")
    ana.follow("hips", cadence="weekly")
    assert ana.books.personal.last_mails(ana.stream) == {}
    arrived(shelves.store, ana.number, "-:weekly", NOON)
    arrived(shelves.store, ana.number, "-:weekly", NOON + DAY)
    arrived(shelves.store, ana.number, "knees:daily", NOON + HOUR)
    arrived(shelves.store, ana.number, "-:weekly", NOON + 2 * DAY, state=5)  # bounced
    arrived(shelves.store, ana.number + 1, "-:weekly", NOON + 3 * DAY)
    assert ana.books.personal.last_mails(ana.stream) == {"knees": NOON + HOUR, "hips": NOON + DAY}


def test_every_entry_names_its_publication_and_an_author(shelves: Library) -> None:
    plain = Publication("knees", "/nowhere/knees", "Knees & co", feed_content="summary")
    shelves.add("stairs", tags=["walking", "Knees & co"])
    shelves.revise("stairs", "<p>Another text.</p>")
    ana = person(shelves.store, plain)
    ana.follow()
    for item in ana.items:
        assert item.entry.tags == ("Knees & co", "walking")
        assert [each.name for each in item.entry.authors] == ["Knees & co"]
    assert "Another" in ana.items[0].entry.html and ana.items[1].entry.html == ""


def test_what_is_kept_is_the_text_of_now(shelves: Library) -> None:
    """The same catalogue, asked before and after."""
    ana = person(shelves.store)
    ana.follow()
    shelves.add("stairs", "<p>One.</p>")
    assert "One" in ana.items[0].entry.html
    before = ana.stream.modified
    shelves.revise("stairs", "<p>Two.</p>", Grade.TYPO)
    assert "Two" in ana.items[0].entry.html
    assert ana.stream.modified > before


def bodies(ana: Person) -> Sequence[bytes]:
    found = [ana.books.personal.document(ana.stream, each, HOME, WORDS) for each in ("atom", "rss", "json")]
    assert all(found)
    return [each.body for each in found if each]


def test_two_followers_share_everything_but_the_head(shelves: Library) -> None:
    shelves.add("stairs")
    people = [person(shelves.store, name=name) for name in ("ana", "ben")]
    for each in people:
        each.follow()
    for one, other in zip(bodies(people[0]), bodies(people[1]), strict=True):
        assert one.replace(b"-/my/%d" % people[0].number, b"-/my/%d" % people[1].number) == other


def test_there_is_no_other_suffix(store: storage.Store) -> None:
    ana = person(store)
    for suffix in ("opml", "xml", "", "ATOM", "../x"):
        assert ana.books.personal.document(ana.stream, suffix, HOME, WORDS) is None
    assert ana.stream.modified == NOON + timedelta(0)
