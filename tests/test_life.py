"""A guide's life: renamed, deleted, back; held because much changed at once; past its review date."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publisher import editions, engine, follow, life, mail, release, storage
from publisher.cli import run
from publisher.collect import CollectReport
from publisher.errors import GuideError
from publisher.model import Grade
from publisher.site import Site, open_site

MONDAY = datetime(2026, 11, 2, 12, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 6, 7, tzinfo=UTC)  # 8:00 in Berlin
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


class House:
    """A site whose publication `knees` Ada follows since Monday; its first collect archived what was there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.articles = folder / "feeds/knees/articles"

    def tick(self, now: datetime) -> engine.TickReport:
        with open_site(self.folder, {}) as site:
            return engine.tick(site, lambda: now)

    def collect(self, now: datetime = MONDAY) -> CollectReport:
        with open_site(self.folder, {}) as site:
            return next(each for each in engine.collect_all(site, now) if each.publication == "knees")

    def write(self, name: str, text: str) -> None:
        path = self.articles / f"{name}.md"
        before = path.stat().st_mtime_ns if path.exists() else 0
        path.write_text(text, encoding="utf-8")
        os.utime(path, ns=(before + 10**9, before + 10**9))

    def remove(self, name: str) -> str:
        path = self.articles / f"{name}.md"
        text = path.read_text(encoding="utf-8")
        path.unlink()
        return text

    def edit(self, change: Callable[[str], str]) -> None:
        path = self.folder / "feeds/knees/feed.toml"
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")

    def told(self, words: str) -> int:
        """How many of Ada's mails say these words."""
        inbox = self.folder / "var/inbox"
        mails = [each for each in mail.list_inbox(inbox) if each.recipient == "ada@example.org"]
        return sum(words in (mail.read_inbox(inbox, each.id).text or "") for each in mails)

    def listed(self) -> dict[str, storage.ListedArticle]:
        with open_site(self.folder, {}) as site, site.store.read() as db:
            return {each.slug: each for each in storage.listed_articles(db, "knees")}

    def steps(self, slug: str) -> list[storage.RevisionFacts]:
        with open_site(self.folder, {}) as site, site.store.read() as db:
            return storage.revision_facts(db, [storage.find_article(db, "knees", slug)])

    def warnings(self, now: datetime) -> dict[str, str]:
        with open_site(self.folder, {}) as site:
            return life.warnings(site.store, site.publications, now)

    def site(self) -> Site:
        return open_site(self.folder, {})


def guide(number: int, more: str = "") -> str:
    return f"# Exercise {number}\n\nSit down, and lift the heel of one foot.{more}\n"


@pytest.fixture
def house(site_folder: Path) -> House:
    made = House(site_folder)
    made.edit(lambda text: text.replace('backfill = "announce"', 'backfill = "archive"'))
    for number in range(12):
        made.write(f"exercise-{number}", guide(number))
    made.tick(MONDAY)
    with made.site() as site:
        knees = site.publication("knees")
        follow.follow(
            site.store,
            "ada@example.org",
            [knees],
            cadence="weekly",
            topics=(),
            consent="yes",
            now=MONDAY,
        )
    made.tick(FRIDAY)
    return made


def test_a_renamed_file_is_the_same_guide(house: House) -> None:
    before = house.listed()["exercise-3"]
    house.write("heel-raises", house.remove("exercise-3"))
    report = house.collect(FRIDAY + DAY)
    assert [(each.before, each.now) for each in report.renamed] == [
        ("articles/exercise-3.md", "articles/heel-raises.md")
    ]
    assert report.new == report.changed == [] and report.gone == []
    after = house.listed()
    assert "exercise-3" not in after and after["heel-raises"].public_id == before.public_id
    assert len(house.steps("heel-raises")) == 1
    for days in range(2, 16):
        house.tick(FRIDAY + days * DAY)
    assert house.told("Exercise 3") == 0  # it is no news
    house.write("heel-raises", "# Exercise 3\n\nDo not lift the heel.\n")
    house.tick(FRIDAY + 16 * DAY)
    assert [fact.number for fact in house.steps("heel-raises")] == [1, 2]


def test_its_old_address_leads_to_the_new_one(house: House) -> None:
    house.write("heel-raises", house.remove("exercise-3"))
    house.collect(FRIDAY + DAY)
    with house.site() as site, site.store.read() as db:
        rows = db.execute(storage.tables.moved.select()).all()
    assert [(row.slug) for row in rows] == ["exercise-3"]


def test_of_two_copies_one_is_the_renamed_guide(house: House) -> None:
    text = house.remove("exercise-3")
    house.write("heel-a", text)
    house.write("heel-b", text)
    report = house.collect(FRIDAY + DAY)
    assert len(report.renamed) == 1 and len(report.new) == 1


def test_a_copy_beside_its_original_is_a_guide_of_its_own(house: House) -> None:
    house.write("copy", (house.articles / "exercise-3.md").read_text())
    report = house.collect(FRIDAY + DAY)
    assert report.renamed == [] and [each.slug for each in report.new] == ["copy"]


def test_a_deleted_file_withdraws_its_guide_after_a_grace_period(house: House) -> None:
    text = house.remove("exercise-3")
    report = house.tick(FRIDAY + HOUR)
    assert next(each for each in report.collected if each.publication == "knees").gone == [
        "articles/exercise-3.md"
    ]
    assert house.listed()["exercise-3"].standing.withdrawn_at is None
    report = house.tick(FRIDAY + HOUR + DAY)
    assert [each.title for each in report.withdrawn] == ["Exercise 3"]
    assert house.listed()["exercise-3"].standing.withdrawn_at == FRIDAY + HOUR + DAY
    assert house.tick(FRIDAY + 2 * DAY).withdrawn == []  # once
    before = house.listed()["exercise-3"].public_id
    house.write("exercise-3", text)
    report = house.tick(FRIDAY + 3 * DAY)
    assert next(each for each in report.collected if each.publication == "knees").returned
    back = house.listed()["exercise-3"]
    assert back.standing.withdrawn_at is None and back.standing.missing_since is None
    assert back.public_id == before and len(house.steps("exercise-3")) == 1
    house.tick(FRIDAY + WEEK)
    assert house.told("Exercise 3") == 0  # nothing new about it


def test_news_of_a_guide_whose_file_is_gone_wait_until_it_is_back(house: House) -> None:
    house.write("lift", "# Lifting things\n\nBend your knees.\n")
    house.tick(FRIDAY + DAY)
    text = house.remove("lift")
    house.tick(FRIDAY + WEEK)
    assert house.told("Lifting things") == 0
    with house.site() as site:
        planned = editions.forecast(
            site.store, site.digests, site.publications, FRIDAY + WEEK + HOUR, limit=1
        )
    assert {each.reason for each in planned[0].excluded} == {"its file is gone"}
    house.write("lift", text)
    house.tick(FRIDAY + WEEK + DAY)
    house.tick(FRIDAY + 2 * WEEK)
    house.tick(FRIDAY + 3 * WEEK)
    assert house.told("Lifting things") == 1


def test_a_folder_that_is_not_mounted_withdraws_nothing(house: House) -> None:
    texts = {path.stem: house.remove(path.stem) for path in sorted(house.articles.glob("*.md"))}
    house.tick(FRIDAY + HOUR)
    report = house.tick(FRIDAY + WEEK)
    assert report.withdrawn == []
    (sentence,) = house.warnings(FRIDAY + WEEK).values()
    assert "are gone" in sentence and "withdraw knees --gone" in sentence
    for name, text in texts.items():
        house.write(name, text)
    house.tick(FRIDAY + WEEK + HOUR)
    assert house.warnings(FRIDAY + WEEK + HOUR) == {}
    assert all(each.standing.missing_since is None for each in house.listed().values())


def test_unless_the_owner_says_so(house: House) -> None:
    for path in sorted(house.articles.glob("*.md")):
        house.remove(path.stem)
    house.tick(FRIDAY + HOUR)
    assert run(["withdraw", "knees", "--gone", "--site", str(house.folder)]) == 0
    public = [each for each in house.listed().values() if (each.path or "").endswith(".md")]
    assert len(public) > 12 and all(each.standing.withdrawn_at is not None for each in public)
    assert house.warnings(FRIDAY + WEEK) == {}


def test_two_files_that_claim_one_id_are_both_held(house: House) -> None:
    house.write("first", "---\nid: one\n---\n# First\n\nText.\n")
    house.collect(FRIDAY + HOUR)
    house.write("second", "---\nid: one\n---\n# Second\n\nAnother text.\n")
    for hours in (2, 3):  # told until it is mended
        report = house.collect(FRIDAY + hours * HOUR)
        assert "give one of them its own `id`" in report.skipped[-1].reason
        assert report.new == report.changed == []
    assert house.listed()["first"].title == "First"
    house.write("second", "---\nid: two\n---\n# Second\n\nAnother text.\n")
    report = house.collect(FRIDAY + 4 * HOUR)
    assert [each.slug for each in report.new] == ["second"] and not report.skipped


def test_a_file_that_takes_its_id_along_is_the_same_guide(house: House) -> None:
    house.write("first", "---\nid: one\n---\n# First\n\nText.\n")
    house.collect(FRIDAY + HOUR)
    house.remove("first")
    house.write("other", "---\nid: one\n---\n# First\n\nText, and 3 words more.\n")
    report = house.collect(FRIDAY + 2 * HOUR)
    assert report.new == [] and report.gone == [] and len(report.changed) == 1
    assert house.listed()["other"].path == "articles/other.md"


def test_a_theme_change_mails_nobody(house: House) -> None:
    for number in range(12):
        house.write(f"exercise-{number}", guide(number, " Do 15 of them, and warm up before."))
    report = house.collect(FRIDAY + HOUR)
    assert report.held == 12
    sentence = house.warnings(FRIDAY + HOUR)["hold:knees"]
    assert "12 guides" in sentence and "publisher release knees" in sentence
    house.tick(FRIDAY + WEEK)
    assert house.told("Exercise") == 0
    for number in range(12):  # it was a mistake
        house.write(f"exercise-{number}", guide(number))
    house.tick(FRIDAY + WEEK + HOUR)
    assert house.warnings(FRIDAY + WEEK + HOUR) == {}
    house.tick(FRIDAY + 2 * WEEK)
    assert house.told("Exercise") == 0


def test_what_is_held_stays_held_when_it_is_edited_again(house: House) -> None:
    for number in range(12):
        house.write(f"exercise-{number}", guide(number, " Do 15 of them, and warm up before."))
    house.collect(FRIDAY + HOUR)
    house.write("exercise-1", guide(1, " Do 20 of them, and warm up before."))
    house.tick(FRIDAY + 2 * HOUR)
    assert "12 guides" in house.warnings(FRIDAY + 2 * HOUR)["hold:knees"]
    assert run(["release", "knees", "--site", str(house.folder)]) == 0
    assert all(each.public_number == len(house.steps(slug)) for slug, each in house.listed().items())


def test_one_command_lets_it_out(house: House) -> None:
    for number in range(12):
        house.write(f"exercise-{number}", guide(number, " Do 15 of them, and warm up before."))
    house.collect(FRIDAY + HOUR)
    with house.site() as site:
        done = release.release_held(site.store, site.publication("knees"), FRIDAY + 2 * HOUR)
    assert len(done) == 12 and house.warnings(FRIDAY + 3 * HOUR) == {}
    house.tick(FRIDAY + WEEK)
    assert house.told("Exercise 11") == 1


def test_and_quietly(house: House) -> None:
    for number in range(12):
        house.write(f"exercise-{number}", guide(number, " Do 15 of them, and warm up before."))
    house.collect(FRIDAY + HOUR)
    with house.site() as site:
        release.release_held(site.store, site.publication("knees"), FRIDAY + 2 * HOUR, quiet=True)
    house.tick(FRIDAY + WEEK)
    assert house.told("Exercise") == 0
    assert all(fact.released_at for fact in house.steps("exercise-5"))


def test_typos_are_never_too_many(house: House) -> None:
    for number in range(12):
        house.write(f"exercise-{number}", guide(number).replace("heel of", "heel, of"))
    report = house.collect(FRIDAY + HOUR)
    assert {each.grade for each in report.changed} == {Grade.TYPO} and report.held == 0


def test_a_load_of_new_guides_is_held(house: House) -> None:
    for number in range(100, 160):
        house.write(f"exercise-{number}", guide(number))
    assert house.collect(FRIDAY + HOUR).held == 60
    house.tick(FRIDAY + WEEK)
    assert house.told("Exercise") == 0
    assert run(["release", "knees", "--quiet", "--site", str(house.folder)]) == 0
    assert house.listed()["exercise-120"].public_number == 1


def test_the_archive_is_announced_by_one_command(house: House) -> None:
    assert house.told("Exercise") == 0
    with house.site() as site:
        assert release.announce(site.store, site.publication("knees"), FRIDAY + HOUR) >= 12
    house.tick(FRIDAY + WEEK)
    assert house.told("Exercise 11") == 1


def test_a_guide_past_its_review_date_is_in_no_edition_until_reviewed(house: House) -> None:
    house.write("dose", "---\nreview_by: 2026-11-10\n---\n# Doses\n\nTake 5 mg.\n")
    house.tick(FRIDAY + DAY)
    house.tick(FRIDAY + WEEK)  # the 13th
    assert house.told("Doses") == 0
    assert "past its review date" in house.warnings(FRIDAY + WEEK)["stale:knees"]
    with house.site() as site:
        knees = site.publication("knees")
        assert [each.slug for each in life.stale(site.store, [knees], FRIDAY + WEEK)] == ["dose"]
        life.review(site.store, knees, "dose", FRIDAY + WEEK + DAY, None)
        assert life.stale(site.store, [knees], FRIDAY + WEEK + DAY) == []
    house.tick(FRIDAY + 2 * WEEK)
    house.tick(FRIDAY + 3 * WEEK)
    assert house.told("Doses") == 1


def test_the_forecast_knows_that_it_will_be_past_it(house: House) -> None:
    house.write("dose", "---\nreview_by: 2026-11-10\n---\n# Doses\n\nTake 5 mg.\n")
    house.tick(FRIDAY + DAY)
    with house.site() as site:
        planned = editions.forecast(site.store, site.digests, site.publications, FRIDAY + DAY, limit=1)
    assert [each.reason for each in planned[0].excluded] == ["its review was due on 2026-11-10"]


def test_a_publications_default_period(house: House) -> None:
    house.edit(lambda text: 'review_after = "2 weeks"\n' + text)
    with house.site() as site:
        late = life.stale(site.store, site.publications, MONDAY + 15 * DAY)
        assert {each.slug for each in late} >= {f"exercise-{number}" for number in range(12)}
        again = life.review(site.store, site.publication("knees"), "exercise-1", MONDAY + 15 * DAY, None)
        assert again == MONDAY + 29 * DAY


def test_withdrawn_by_the_owner_and_back(house: House) -> None:
    assert run(["withdraw", "knees/exercise-1", "--site", str(house.folder)]) == 0
    assert house.listed()["exercise-1"].standing.withdrawn_at is not None
    house.write("exercise-1", guide(1, " Do 15 of them."))
    house.tick(FRIDAY + WEEK)
    assert house.told("Exercise 1") == 0  # its file is there, but the owner took it away
    assert run(["withdraw", "knees/exercise-1", "--undo", "--site", str(house.folder)]) == 0
    house.tick(FRIDAY + 2 * WEEK)
    assert house.told("Exercise 1") == 1


def test_a_guide_that_is_not_there_is_told(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["withdraw"], ["review"], ["release"], ["articles", "--changes"]):
        assert run([*words, "knees/nothing", "--site", str(house.folder)]) == 1
        assert "there is no guide 'nothing' in 'knees'" in capsys.readouterr().err


def test_held_released_and_timed_by_name(house: House) -> None:
    house.edit(lambda text: text + '\n[release]\nschedule = { kind = "cron", at = "0 9 * * *" }\n')
    house.write("lift", "# Lifting things\n\nBend your knees.\n")
    house.collect(FRIDAY + HOUR)
    with house.site() as site:
        knees = site.publication("knees")
        release.release_at(site.store, knees, "lift", None)
    house.tick(FRIDAY + 3 * DAY)
    assert house.listed()["lift"].public_number is None  # slots passed it by
    with house.site() as site:
        release.release_at(site.store, knees, "lift", FRIDAY + 4 * DAY)
    house.tick(FRIDAY + 4 * DAY)
    assert house.listed()["lift"].public_number == 1
    with house.site() as site, pytest.raises(GuideError, match="nothing of knees/lift waits"):
        release.release_now(site.store, knees, "lift", FRIDAY + 5 * DAY)


def test_many_small_changes_add_up(house: House) -> None:
    words = [f"The {word} way is to rest a little and then go on." for word in ["first", "second", "third"]]
    house.write("rest", "# Rest\n\n" + " ".join(words * 4) + "\n")
    house.collect(FRIDAY + HOUR)
    with house.site() as site, site.store.write() as db:
        number = storage.find_article(db, "knees", "rest")
        storage.save_pair_grades(db, number, 3, {1: (Grade.MATERIAL, "share: 60 %")})
    facts = house.steps("rest")
    steps = [
        facts[0],
        *(
            facts[0].__class__(
                **{**_as_dict(facts[0]), "number": n, "hash": bytes([n]) * 32, "step": Grade.MINOR}
            )
            for n in (2, 3)
        ),
    ]
    grades = editions.pair_grades(steps, {(1, 3): Grade.MATERIAL})
    assert grades == {(1, 2): Grade.MINOR, (1, 3): Grade.MATERIAL, (2, 3): Grade.MINOR}


def _as_dict(fact: storage.RevisionFacts) -> dict[str, object]:
    return {name: getattr(fact, name) for name in fact.__slots__}


def test_the_owners_word_beats_the_rules(house: House) -> None:
    house.write("exercise-1", guide(1, " Do 15 of them."))
    house.collect(FRIDAY + HOUR)
    assert house.steps("exercise-1")[-1].step is Grade.MATERIAL
    assert run(["release", "knees/exercise-1", "--significance", "typo", "--site", str(house.folder)]) == 0
    house.tick(FRIDAY + WEEK)
    assert house.told("Exercise 1") == 0
    house.write("exercise-2", "---\nsignificance: minor\n---\n" + guide(2, " Do 15 of them."))
    house.tick(FRIDAY + WEEK + HOUR)
    assert (house.steps("exercise-2")[-1].step, house.steps("exercise-2")[-1].rule) == (Grade.MINOR, "owner")


def test_changes_are_shown_in_the_terminal(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    house.write("exercise-1", guide(1, " Do 15 of them."))
    house.collect(FRIDAY + HOUR)
    assert run(["articles", "--changes", "knees/exercise-1", "--site", str(house.folder)]) == 0
    shown = capsys.readouterr().out
    assert "Revision 1 to 2: material" in shown and "Do 15 of them." in shown
    assert run(["articles", "--changes", "knees/exercise-1", "--to", "7", "--site", str(house.folder)]) == 1
    assert "has no revision 7" in capsys.readouterr().err


def test_a_collect_that_is_killed_shows_nothing_half_way(house: House) -> None:
    for number in range(200, 205):
        house.write(f"exercise-{number}", guide(number))
    with house.site() as site:
        (source,) = site.sources(site.publication("knees"))

        class Dies:
            def read(self, known: object):  # type: ignore[no-untyped-def]
                yield from source[1].read(known)  # type: ignore[arg-type]
                raise KeyboardInterrupt

        from publisher.collect import collect

        with pytest.raises(KeyboardInterrupt):
            collect(
                site.store,
                site.publication("knees"),
                [(source[0], Dies())],
                authority="guides.example,2026",
                now=FRIDAY + HOUR,
            )
    assert house.collect(FRIDAY + 2 * HOUR).failed == []
    assert house.listed()["exercise-203"].public_number == 1


def test_the_owners_boilerplate_rules_reach_plain_texts(house: House) -> None:
    page = "Warming up\n\nMove slowly for five minutes.\n\nBuy our famous heat pads today\n"
    (house.articles / "warm.txt").write_text(page)
    house.collect(FRIDAY + HOUR)
    rules = house.folder / "feeds/knees/boilerplate.toml"
    rules.write_text('[[rule]]\nname = "pads"\nlines = ["Buy our famous heat pads today"]\n')
    report = house.collect(FRIDAY + 2 * HOUR)
    assert [each.slug for each in report.changed] == ["warm"]
    with house.site() as site, site.store.read() as db:
        texts = storage.texts_of(db, storage.find_article(db, "knees", "warm"))
    assert ["heat pads" in each.html for each in texts] == [True, False]
    assert house.collect(FRIDAY + 3 * HOUR).changed == []
    rules.write_text("[[rule]]\nlines = 3\n")
    (failed,) = house.collect(FRIDAY + 4 * HOUR).failed
    assert failed.where == "feeds/knees/boilerplate.toml"
