"""A guide's life: renamed, deleted, back; past its review date; with boilerplate of its owner's."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher import editions, life, storage
from publisher.cli import run
from tests.houses import DAY, FRIDAY, HOUR, MONDAY, WEEK, House, furnished


@pytest.fixture
def house(site_folder: Path) -> House:
    return furnished(site_folder)


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
