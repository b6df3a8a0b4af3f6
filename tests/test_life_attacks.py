"""Attacks on a guide's life: names that collide, words of the owner that are lost, ghosts, kills."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from publisher import editions, life, release, storage
from publisher.cli import run
from publisher.collect import collect
from publisher.model import Grade
from tests.houses import DAY, FRIDAY, HOUR, WEEK, House, furnished, guide

SLOTS = '\n[release]\nschedule = { kind = "cron", at = "0 9 * * *" }\n'
MINUTE = timedelta(minutes=1)


@pytest.fixture
def house(site_folder: Path) -> House:
    return furnished(site_folder)


def touch(house: House, name: str) -> None:
    path = house.articles / f"{name}.md"
    house.write(name, path.read_text(encoding="utf-8"))


def test_a_new_file_at_the_path_that_a_guide_moved_away_from(house: House) -> None:
    # Wrong: the renamed guide keeps the tag URI of its old path, the new one gets the same: IntegrityError.
    house.write("heel-raises", house.remove("exercise-3"))
    house.collect(FRIDAY + HOUR)
    house.write("exercise-3", "# Something else\n\nLie down, and breathe slowly.\n")
    report = house.collect(FRIDAY + 2 * HOUR)
    assert [each.slug for each in report.new] == ["exercise-3"]
    ids = [each.public_id for each in house.listed().values()]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("newcomer", ["aa/heel", "zz/heel"])
def test_a_renamed_and_a_new_guide_wish_one_address(house: House, newcomer: str) -> None:
    # Wrong: `Reading.slugs` does not know addresses that renames and `slug:` take: IntegrityError.
    (house.articles / newcomer).parent.mkdir()
    house.write(newcomer, "# Heels\n\nLie down, and breathe slowly.\n")
    house.write("heel", house.remove("exercise-3"))
    house.collect(FRIDAY + HOUR)
    house.collect(FRIDAY + 2 * HOUR)
    assert "heel" in house.listed()


def test_a_changed_and_a_new_guide_wish_one_address(house: House) -> None:
    house.write("exercise-3", "---\nslug: heel\n---\n" + guide(3))
    house.write("heel", "# Heels\n\nLie down, and breathe slowly.\n")
    house.collect(FRIDAY + HOUR)
    house.collect(FRIDAY + 2 * HOUR)
    assert "heel" in house.listed()


def test_the_old_address_is_free_in_the_same_collect(house: House) -> None:
    house.write("exercise-3", "---\nslug: heel\n---\n" + guide(3))
    (house.articles / "zz").mkdir()
    house.write("zz/exercise-3", "# Other\n\nLie down, and breathe slowly.\n")
    house.collect(FRIDAY + HOUR)
    report = house.collect(FRIDAY + 2 * HOUR)
    assert not report.skipped
    assert {"exercise-3", "heel"} <= house.listed().keys()


def test_an_id_added_to_a_guide_is_the_same_guide(house: House) -> None:
    # Wrong: "the address 'exercise-3' belongs to articles/exercise-3.md already" (itself), for ever.
    before = house.listed()["exercise-3"].public_id
    house.write("exercise-3", "---\nid: three\n---\n" + guide(3, " Do 15 of them."))
    report = house.collect(FRIDAY + HOUR)
    assert not report.skipped and report.new == [] and len(report.changed) == 1
    assert house.listed()["exercise-3"].public_id == before


def test_a_guide_that_moved_and_changed_is_not_refused_for_ever(house: House) -> None:
    # Wrong: the address of a guide whose file is gone is never free, so that the moved file is never taken.
    house.remove("exercise-3")
    (house.articles / "heels").mkdir()
    house.write("heels/exercise-3", guide(3, " Do 15 of them."))
    for days in range(1, 9):
        house.tick(FRIDAY + days * DAY)
    assert any(each.path == "articles/heels/exercise-3.md" for each in house.listed().values())


def test_a_touched_file_does_not_undo_the_owners_date(house: House) -> None:
    # Wrong: `_same` -> `_wait` writes the file's wish over that of `release --at`: it is public at once.
    house.edit(lambda text: text + SLOTS)
    house.write("lift", "# Lifting things\n\nBend your knees.\n")
    house.collect(FRIDAY + HOUR)
    with house.site() as site:
        release.release_at(site.store, site.publication("knees"), "lift", FRIDAY + 300 * DAY)
    touch(house, "lift")
    house.tick(FRIDAY + 3 * DAY)
    assert house.listed()["lift"].public_number is None


def test_nor_lets_out_what_the_brake_held(house: House) -> None:
    # The same: held by the brake, given a date by the owner, touched: mailed at once.
    for number in range(12):
        house.write(f"exercise-{number}", guide(number, " Do 15 of them, and warm up before."))
    house.collect(FRIDAY + HOUR)
    with house.site() as site:
        release.release_at(site.store, site.publication("knees"), "exercise-3", FRIDAY + 300 * DAY)
    touch(house, "exercise-3")
    house.tick(FRIDAY + WEEK)
    assert house.listed()["exercise-3"].public_number == 1


def test_a_deleted_guide_that_waits_does_not_come_out(house: House) -> None:
    # Wrong: release_due publishes what waits although its file is gone; it was never public.
    house.edit(lambda text: text + SLOTS)
    house.write("lift", "# Lifting things\n\nBend your knees.\n")
    house.collect(FRIDAY + HOUR)
    house.remove("lift")
    house.tick(FRIDAY + 5 * DAY)
    assert house.listed()["lift"].public_number is None


def test_a_mistake_that_was_deleted_is_not_held_any_more(house: House) -> None:
    # Wrong: 60 files by mistake, held, deleted: the warning stays, and `release knees` publishes 60 ghosts.
    for number in range(100, 160):
        house.write(f"exercise-{number}", guide(number))
    house.collect(FRIDAY + HOUR)
    for number in range(100, 160):
        house.remove(f"exercise-{number}")
    house.tick(FRIDAY + 2 * HOUR)
    assert "hold:knees" not in house.warnings(FRIDAY + 2 * HOUR)
    assert run(["release", "knees", "--site", str(house.folder)]) == 0
    assert house.listed()["exercise-120"].public_number is None


def test_a_guide_withdrawn_just_after_the_window_is_not_mailed(house: House) -> None:
    # Wrong: a bar counts only if it is older than the window's end, though the edition is frozen later.
    house.write("lift", "# Lifting things\n\nBend your knees.\n")
    house.tick(FRIDAY + DAY)
    with house.site() as site:  # the service was off at 8:00
        life.withdraw(site.store, site.publication("knees"), "lift", FRIDAY + WEEK + MINUTE)
    house.tick(FRIDAY + WEEK + HOUR)
    assert house.told("Lifting things") == 0


def test_nor_one_whose_file_is_gone(house: House) -> None:
    house.write("lift", "# Lifting things\n\nBend your knees.\n")
    house.tick(FRIDAY + DAY)
    house.remove("lift")
    house.tick(FRIDAY + WEEK + MINUTE)
    assert house.told("Lifting things") == 0


def test_quiet_stays_quiet_when_the_archive_is_announced(house: House) -> None:
    # Wrong: `announce` cannot tell what was archived from what the owner released quietly.
    for number in range(12):
        house.write(f"exercise-{number}", guide(number, " Do 15 of them, and warm up before."))
    house.collect(FRIDAY + HOUR)
    with house.site() as site:
        knees = site.publication("knees")
        release.announce(site.store, knees, FRIDAY + HOUR)
        release.release_held(site.store, knees, FRIDAY + 2 * HOUR, quiet=True)
        assert release.announce(site.store, knees, FRIDAY + 3 * HOUR) == 0


def test_a_typo_fix_does_not_take_a_guide_out_of_the_archive(house: House) -> None:
    # Wrong: its newest release has an eligible_at, so `--announce` passes it by, and nobody ever hears of it.
    house.write("exercise-3", guide(3).replace("heel of", "heel, of"))
    house.collect(FRIDAY + HOUR)
    with house.site() as site:
        release.announce(site.store, site.publication("knees"), FRIDAY + 2 * HOUR)
    house.tick(FRIDAY + WEEK)
    assert house.told("Exercise 3") == 1


def test_the_owners_word_beats_grades_of_pairs_too(house: House) -> None:
    # Wrong: set_step leaves the pair_grade rows that reach across this revision.
    made = {(1, 3): Grade.MATERIAL}
    texts = [guide(1, f" {words}") for words in ("So.", "Do 15.")]
    for hours, text in enumerate(texts, start=1):
        house.write("exercise-1", text)
        house.collect(FRIDAY + hours * HOUR)
    with house.site() as site:
        with site.store.write() as db:
            number = storage.find_article(db, "knees", "exercise-1")
            storage.save_pair_grades(db, number, 3, {1: (Grade.MATERIAL, "share: 60 %")})
            storage.set_step(db, number, 2, Grade.MINOR)
        knees = site.publication("knees")
        release.grade(site.store, knees, "exercise-1", Grade.MINOR)
        with site.store.read() as db:
            direct = storage.pair_grades(db, [number]).get(number, {})
            facts = storage.revision_facts(db, [number])
    assert editions.pair_grades(facts, direct)[1, 3] is Grade.MINOR, made


def killed(house: House, hours: int) -> None:
    """A collect that dies when everything is read and nothing is settled."""
    with house.site() as site:
        knees = site.publication("knees")
        (source,) = site.sources(knees)

        class Dies:
            def read(self, known: object):  # type: ignore[no-untyped-def]
                yield from source[1].read(known)  # type: ignore[arg-type]
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            at = FRIDAY + hours * HOUR
            collect(site.store, knees, [(source[0], Dies())], authority="guides.example,2026", now=at)


def test_the_brake_holds_what_a_killed_collect_left(house: House) -> None:
    # Wrong: the brake asks for the last step, not for the distance from what is public.
    for number in range(12):
        house.write(f"exercise-{number}", guide(number, " Do 15 of them, and warm up before."))
    killed(house, 1)
    for number in range(12):
        house.write(f"exercise-{number}", guide(number, " Do 15 of them, and, warm up before."))
    assert house.collect(FRIDAY + 2 * HOUR).held == 12


def test_a_review_until_a_date_beats_the_date_in_the_guide(house: House) -> None:
    # Wrong: `review --until` next year, a day before the guide's own date, changes nothing.
    house.write("dose", "---\nreview_by: 2026-11-10\n---\n# Doses\n\nTake 5 mg.\n")
    house.collect(FRIDAY + HOUR)
    with house.site() as site:
        knees = site.publication("knees")
        until = FRIDAY + 365 * DAY
        assert life.review(site.store, knees, "dose", FRIDAY + 2 * DAY, until) == until


def test_the_owners_withdrawal_outlasts_the_files_return(house: House) -> None:
    # Wrong: withdrawn because gone, then by the owner: still `gone`, so that the file brings it back.
    text = house.remove("exercise-3")
    house.tick(FRIDAY + HOUR)
    house.tick(FRIDAY + 2 * DAY)
    with house.site() as site:
        life.withdraw(site.store, site.publication("knees"), "exercise-3", FRIDAY + 2 * DAY)
    house.write("exercise-3", text)
    house.tick(FRIDAY + 3 * DAY)
    assert house.listed()["exercise-3"].standing.withdrawn_at is not None


def test_two_guides_that_exchange_names_are_no_news(house: House) -> None:
    one, two = house.remove("exercise-1"), house.remove("exercise-2")
    house.write("exercise-1", two)
    house.write("exercise-2", one)
    for path in house.articles.glob("exercise-[12].md"):
        os.utime(path, ns=(10**18, 10**18))
    report = house.collect(FRIDAY + HOUR)
    assert report.changed == [] and len(report.renamed) == 2


def test_a_chain_of_renames_is_no_news(house: House) -> None:
    one, two = house.remove("exercise-1"), house.remove("exercise-2")
    house.write("exercise-2", one)
    house.write("later", two)
    os.utime(house.articles / "exercise-2.md", ns=(10**18, 10**18))
    report = house.collect(FRIDAY + HOUR)
    assert report.changed == report.new == report.gone == []


def test_back_and_forth(house: House) -> None:
    before = house.listed()["exercise-3"].public_id
    for hours, (old, new) in enumerate([("exercise-3", "heel"), ("heel", "exercise-3")] * 2, start=1):
        house.write(new, house.remove(old))
        assert len(house.collect(FRIDAY + hours * HOUR).renamed) == 1
    assert house.listed()["exercise-3"].public_id == before
    with house.site() as site, site.store.read() as db:
        assert [row.slug for row in db.execute(storage.tables.moved.select())] == ["heel"]


def test_a_forecast_knows_what_a_coming_release_does_to_the_review(house: House) -> None:
    house.write("dose", "---\nreview_by: 2026-11-10\n---\n# Doses\n\nTake 5 mg.\n")
    house.tick(FRIDAY + DAY)
    text = "---\nreview_by: 2027-11-10\nrelease: 2026-11-11\n---\n# Doses\n\nTake 50 mg.\n"
    house.write("dose", text)
    house.tick(FRIDAY + DAY + HOUR)
    with house.site() as site:
        (planned,) = editions.forecast(
            site.store, site.digests, site.publications, FRIDAY + 2 * DAY, limit=1
        )
    house.tick(FRIDAY + 6 * DAY)
    report = house.tick(FRIDAY + WEEK)
    (frozen,) = report.frozen
    assert frozen.planned.articles == planned.articles


def test_a_path_that_is_only_spelled_otherwise(house: House) -> None:
    house.write("Übung", guide(99))
    house.collect(FRIDAY + HOUR)
    house.write("U\u0308bung", house.remove("Übung"))
    report = house.collect(FRIDAY + 2 * HOUR)
    assert report.new == report.changed == report.gone == []
    house.write("U\u0308BUNG", house.remove("U\u0308bung"))
    report = house.collect(FRIDAY + 3 * HOUR)
    assert report.new == report.changed == report.gone == [] and not report.skipped

