"""More attacks on a guide's life, which it stood from the first day: renames, empty files, dates far away."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher import life, release, storage
from publisher.collect import settling
from tests.houses import DAY, FRIDAY, HOUR, WEEK, House, furnished, guide

SLOTS = '\n[release]\nschedule = { kind = "cron", at = "0 9 * * *" }\n'


@pytest.fixture
def house(site_folder: Path) -> House:
    return furnished(site_folder)


def touch(house: House, name: str) -> None:
    path = house.articles / f"{name}.md"
    house.write(name, path.read_text(encoding="utf-8"))


def killed(house: House, hours: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A collect that dies when everything is read and nothing is settled."""

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(settling, "settle", dies)
        with pytest.raises(KeyboardInterrupt):
            house.collect(FRIDAY + hours * HOUR)


def test_the_old_address_is_free_in_the_same_collect(house: House) -> None:
    house.write("exercise-3", "---\nslug: heel\n---\n" + guide(3))
    (house.articles / "zz").mkdir()
    house.write("zz/exercise-3", "# Other\n\nLie down, and breathe slowly.\n")
    house.collect(FRIDAY + HOUR)
    report = house.collect(FRIDAY + 2 * HOUR)
    assert not report.skipped
    assert {"exercise-3", "heel"} <= house.listed().keys()


def test_a_file_renamed_by_half_when_killed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.write("heel", house.remove("exercise-3"))
    killed(house, 1, monkeypatch)
    report = house.collect(FRIDAY + 2 * HOUR)
    assert report.new == report.changed == report.gone == [] and "heel" in house.listed()
    assert house.listed()["heel"].standing.missing_since is None


def test_back_and_forth(house: House) -> None:
    before = house.listed()["exercise-3"].public_id
    for hours, (old, new) in enumerate([("exercise-3", "heel"), ("heel", "exercise-3")] * 2, start=1):
        house.write(new, house.remove(old))
        assert len(house.collect(FRIDAY + hours * HOUR).renamed) == 1
    assert house.listed()["exercise-3"].public_id == before
    with house.site() as site, site.store.read() as db:
        assert [row.slug for row in db.execute(storage.tables.moved.select())] == ["heel"]


def test_a_path_that_is_only_spelled_otherwise(house: House) -> None:
    house.write("Übung", guide(99))
    house.collect(FRIDAY + HOUR)
    house.write("U\u0308bung", house.remove("Übung"))
    report = house.collect(FRIDAY + 2 * HOUR)
    assert report.new == report.changed == report.gone == []
    house.write("U\u0308BUNG", house.remove("U\u0308bung"))
    report = house.collect(FRIDAY + 3 * HOUR)
    assert report.new == report.changed == report.gone == [] and not report.skipped


def test_renamed_while_withdrawn_held_and_in_the_queue(house: House) -> None:
    house.edit(lambda text: text + SLOTS)
    house.write("lift", "# Lifting things\n\nBend your knees.\n")
    house.write("wait", "# Waiting\n\nStand still.\n")
    house.collect(FRIDAY + HOUR)
    with house.site() as site:
        knees = site.publication("knees")
        life.withdraw(site.store, knees, "exercise-1", FRIDAY + HOUR)
        release.release_at(site.store, knees, "lift", None)
    for name in ("lift", "wait", "exercise-1"):
        house.write(f"new-{name}", house.remove(name))
    report = house.collect(FRIDAY + 2 * HOUR)
    assert len(report.renamed) == 3
    for days in range(1, 4):
        house.tick(FRIDAY + days * DAY)
    found = house.listed()
    by_path = {each.path: each for each in found.values()}
    assert by_path["articles/new-exercise-1.md"].standing.withdrawn_at is not None
    assert by_path["articles/new-lift.md"].public_number is None
    assert by_path["articles/new-wait.md"].public_number == 1 and "new-wait" in found


def test_renamed_with_its_history_and_while_the_brake_holds_it(house: House) -> None:
    past = house.articles / ".history/past/1.md"
    past.parent.mkdir(parents=True)
    past.write_text("# Resting\n\nRest for 3 days.\n")
    house.write("past", "# Resting\n\nRest for 2 days.\n")
    house.collect(FRIDAY + HOUR)
    assert len(house.steps("past")) == 2
    past.parent.rename(house.articles / ".history/repose")
    house.write("repose", house.remove("past"))
    report = house.collect(FRIDAY + 2 * HOUR)
    assert len(report.renamed) == 1 and not report.new and len(house.steps("repose")) == 2
    for number in range(12):
        house.write(f"exercise-{number}", guide(number, " Do 15 of them, and warm up before."))
    house.collect(FRIDAY + 3 * HOUR)
    house.write("heel", house.remove("exercise-3"))
    report = house.collect(FRIDAY + 4 * HOUR)
    assert len(report.renamed) == 1
    assert "12 guides" in house.warnings(FRIDAY + 4 * HOUR)["hold:knees"]


def test_empty_and_unreadable_files_are_not_gone(house: House) -> None:
    house.write("exercise-3", "")
    (house.articles / "exercise-4.md").write_bytes(b"\0\xff\xfe")
    for hours in (1, 30, 60):
        report = house.tick(FRIDAY + hours * HOUR)
        assert report.withdrawn == [] and report.collected[0].gone == []
    assert {"exercise-3", "exercise-4"} <= house.listed().keys()


def test_a_release_far_away_that_is_taken_back(house: House) -> None:
    house.write("exercise-3", "---\nrelease: 2099-01-01\n---\n" + guide(3, " Do 15 of them."))
    house.tick(FRIDAY + HOUR)
    house.write("exercise-3", "---\nrelease: 2099-01-01\n---\n" + guide(3, " Do 15 of, them."))
    house.tick(FRIDAY + 2 * HOUR)
    assert house.listed()["exercise-3"].public_number == 1
    house.write("exercise-3", guide(3, " Do 15 of, them."))
    house.tick(FRIDAY + 3 * HOUR)
    assert house.listed()["exercise-3"].public_number == 3
    house.tick(FRIDAY + WEEK)
    assert house.told("Exercise 3") == 1


def test_notes_beside_a_new_file_where_a_gone_one_was(house: House) -> None:
    # Deleted, withdrawn, and another text at its path later: the same guide by its key, and it is told of.
    house.remove("exercise-3")
    house.tick(FRIDAY + HOUR)
    house.tick(FRIDAY + 2 * DAY)
    house.write("exercise-3", "# Exercise 3\n\nLie down, and lift both heels 20 times.\n")
    house.tick(FRIDAY + 3 * DAY)
    assert house.listed()["exercise-3"].standing.withdrawn_at is None
    house.tick(FRIDAY + WEEK)
    assert house.told("Exercise 3") == 1


def test_what_older_rules_made_is_renewed_once(house: House) -> None:
    house.write("hands", "---\ntags: [Übung]\nauthors: [Mara Lindqvist]\n---\n# Hands\n\nClose them.\n")
    house.collect(FRIDAY + HOUR)
    tables = storage.tables
    with house.site() as site, site.store.write() as db:
        before = db.execute(tables.revision.select()).all()
        db.execute(tables.revision.update().values(hash=b"old" * 10))
        db.execute(tables.term.update().values(slug="old"))
        storage.set_mark(db, "rules:knees", "1")
    house.write("palms", house.remove("hands"))
    report = house.collect(FRIDAY + 2 * HOUR)
    assert len(report.renamed) == 1 and report.new == report.changed == []
    with house.site() as site, site.store.read() as db:
        assert {row.hash for row in db.execute(tables.revision.select())} == {row.hash for row in before}
        slugs = {row.slug for row in db.execute(tables.term.select())}
    assert slugs == {"ubung", "mara-lindqvist", "walking"}
