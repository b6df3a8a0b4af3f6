"""Nobody is surprised: what changes at once is held, the owner's word counts, grades add up."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher import editions, release, storage
from publisher.cli import run
from publisher.errors import GuideError
from publisher.model import Grade
from tests.houses import DAY, FRIDAY, HOUR, WEEK, House, furnished, guide


@pytest.fixture
def house(site_folder: Path) -> House:
    return furnished(site_folder)


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
    things = ["trees", "birds", "hills", "clouds", "boats", "roads", "walls", "doors", "lamps"]
    old = [f"It is quite nice to sit in a calm place and look at the {each} for a while." for each in things]
    new = [
        f"Many people like to rest outside and enjoy a view of the {each} now and then." for each in things
    ]
    for hour, done in enumerate((0, 2, 4, 6), start=1):
        house.write("resting", "# Resting\n\n" + "\n\n".join(new[:done] + old[done:]) + "\n")
        house.collect(FRIDAY + hour * HOUR)
    facts = house.steps("resting")
    assert [fact.step for fact in facts[1:]] == [Grade.MINOR] * 3
    with house.site() as site, site.store.read() as db:
        direct = storage.pair_grades(db, [facts[0].article])[facts[0].article]
    grades = editions.pair_grades(facts, direct)
    assert (grades[1, 2], grades[3, 4], grades[1, 4]) == (Grade.MINOR, Grade.MINOR, Grade.MATERIAL)


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


def test_status_tells_what_was_archived_and_what_is_held(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(12):
        house.write(f"exercise-{number}", guide(number, " Do 15 of them, and warm up before."))
    house.tick(FRIDAY + HOUR)
    capsys.readouterr()
    assert run(["status", "--site", str(house.folder)]) == 0
    shown = capsys.readouterr().out
    assert "`publisher release knees --announce`" in shown and "14 guides of knees" in shown
    assert "12 guides of 'knees' changed or came at once" in shown
    assert run(["release", "knees", "--announce", "--site", str(house.folder)]) == 0
    capsys.readouterr()
    assert run(["status", "--site", str(house.folder)]) == 0
    assert "--announce" not in capsys.readouterr().out
