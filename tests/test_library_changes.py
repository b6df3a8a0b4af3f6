"""What became of guides, as feeds tell it: typos, small and important changes, withdrawals, new addresses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest
from lxml import etree
from sqlalchemy import text as sql

from publisher import library, storage
from publisher.model import Grade
from tests.shelving import AUTHORITY, BASE, KNEES, Library, all_bytes, catalogue, read, slugs

AT = {"at": "http://purl.org/atompub/tombstones/1.0", "a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[storage.Store]:
    opened = storage.open_store(database_url, tmp_path)
    storage.upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def shelves(store: storage.Store) -> Library:
    return Library(store)


# -------------------------------------------------------------------------------------------- changes


def test_what_each_grade_of_a_change_does_to_feeds(shelves: Library) -> None:
    shelves.add("stairs", "<p>Go up with the good leg.</p>")
    books = catalogue(shelves.store)
    before = all_bytes(books)
    was = feedparser.parse(before["knees/feed.atom"])

    shelves.revise("stairs", "<p>Go up with the good leg!</p>", Grade.TYPO)
    typo = all_bytes(books)
    now = feedparser.parse(typo["knees/feed.atom"])
    assert typo["knees/feed.atom"] != before["knees/feed.atom"]
    assert (now.feed.updated, now.entries[0].updated) == (was.feed.updated, was.entries[0].updated)
    assert typo["knees/updates.atom"] == before["knees/updates.atom"]
    document = books.document("knees/feed.atom")
    assert document and document.modified == shelves.now  # the bytes changed then

    shelves.revise("stairs", "<p>Climb with the good leg!</p>", Grade.MINOR)
    minor = all_bytes(books)
    now = feedparser.parse(minor["knees/feed.atom"])
    assert now.feed.updated > was.feed.updated and now.entries[0].updated > was.entries[0].updated
    assert minor["knees/updates.atom"] == before["knees/updates.atom"]

    shelves.revise("stairs", "<p>Climb with the sore leg!</p>", change="It was the wrong leg.")
    (item,) = read(books, "knees/updates.json")["items"]
    public_id = f"tag:{AUTHORITY}:knees/folder/stairs"
    assert item["id"] == f"{public_id}?revision=4"
    assert item["url"] == f"{BASE}/knees/stairs/history#revision-4"
    assert item["title"] == "About stairs" and "It was the wrong leg." in item["content_html"]
    assert "good" in item["content_html"] and item["content_html"].endswith("<p>Climb with the sore leg!</p>")
    assert [each["id"] for each in read(books, "knees/feed.json")["items"]] == [public_id]


def test_small_steps_that_add_up_are_material(shelves: Library) -> None:
    """Revision 2 waited and was replaced: what the public sees change is 1 to 3."""
    guide = shelves.add("stairs", "<p>Take 5 mg.</p>")
    shelves.revise("stairs", "<p>Take 5 or 6 mg, unicorn.</p>", Grade.MINOR, release=False)
    shelves.revise("stairs", "<p>Take 6 mg.</p>", Grade.MINOR)
    books = catalogue(shelves.store)
    assert read(books, "knees/updates.json")["items"] == []
    with shelves.store.write() as db:
        storage.save_pair_grades(db, guide, 3, {1: (Grade.MATERIAL, "number")})
        storage.bump(db, storage.publication_id(db, "knees"))
    (item,) = read(books, "knees/updates.json")["items"]
    assert "unicorn" not in item["content_html"]
    history = books.history("knees", "stairs")
    assert history and [(each.number, each.grade) for each in history] == [
        (3, Grade.MATERIAL),
        (1, Grade.MATERIAL),
    ]
    assert "unicorn" not in str(history)


def test_an_update_says_what_it_said_whatever_comes_later(shelves: Library) -> None:
    shelves.add("stairs", "<p>One.</p>")
    shelves.revise("stairs", "<p>Two.</p>", change="Second.")
    books = catalogue(shelves.store)
    (first,) = read(books, "knees/updates.json")["items"]
    shelves.revise("stairs", "<p>Three.</p>", Grade.TYPO)
    assert read(books, "knees/updates.json")["items"] == [first]
    shelves.revise("stairs", "<p>Four.</p>", change="Fourth.")
    assert [each["id"][-1] for each in read(books, "knees/updates.json")["items"]] == ["4", "2"]


def test_the_updates_feed_holds_the_newest_and_finds_them_among_many_others(shelves: Library) -> None:
    for number in range(5):
        shelves.add(f"g{number}", f"<p>{number}.</p>")
        shelves.revise(f"g{number}", f"<p>{number} changed.</p>", change=f"Note {number}.")
    for at in range(7):  # more than are looked at in one go
        shelves.revise("g0", f"<p>Typo {at}.</p>", Grade.TYPO)
    books = catalogue(shelves.store)
    found = [each["url"].split("/")[4] for each in read(books, "knees/updates.json")["items"]]
    assert found == ["g4", "g3", "g2"]


def test_folded_updates_stand_in_the_main_feed(shelves: Library) -> None:
    shelves.many(2)
    shelves.revise("guide-1", "<p>Quite another thing.</p>", change="All of it.")
    books = catalogue(shelves.store, replace(KNEES, fold_updates=True))
    assert slugs(books, "knees/feed.json") == [
        "knees/guide-1/history#revision-2",
        "knees/guide-2",
        "knees/guide-1",
    ]
    assert books.document("knees/updates.json") is None
    assert not any("updates" in path for path in books.paths())
    assert [each.what for each in books.feeds("knees")] == ["main"]


def test_a_history_tells_what_differs_newest_first(shelves: Library) -> None:
    shelves.add("stairs", "<p>Take one step.</p>")
    shelves.revise("stairs", "<p>Take two steps.</p>", change="Two at a time.", title="Stairs, anew")
    shelves.revise("stairs", "<p>Take a hundred unicorns.</p>", release=False)
    books = catalogue(shelves.store)
    found = books.history("knees", "stairs")
    assert found is not None
    assert [(each.number, each.note, each.title) for each in found] == [
        (2, "Two at a time.", "Stairs, anew"),
        (1, None, "About stairs"),
    ]
    assert "<del" in found[0].html and "<ins" in found[0].html and found[0].brief and found[1].html == ""
    assert "About" in found[0].html  # the title changed, too
    assert books.history("knees", "nothing") is None and books.history("hips", "stairs") is None


# ------------------------------------------------------------------------------ withdrawn and moved


def stones(books: library.Catalogue, path: str) -> list[str]:
    document = books.document(path)
    assert document
    return [each.get("ref", "") for each in etree.fromstring(document.body).findall("at:deleted-entry", AT)]


def test_a_withdrawn_guide_is_nowhere_and_its_readers_are_told(shelves: Library) -> None:
    shelves.add("stairs", tags=["walking"])
    shelves.revise("stairs", "<p>Climbing.</p>", slug="steps")
    shelves.add("rest", tags=["walking"])
    books = catalogue(shelves.store)
    assert books.moved("knees", "stairs") == "steps" and not books.gone("knees", "steps")
    assert books.old_addresses("knees") == {"stairs": "steps"}
    before = books.document("knees/feed.atom")
    shelves.withdraw("stairs")
    public_id = f"tag:{AUTHORITY}:knees/folder/stairs"
    for path, body in all_bytes(books).items():
        assert b"Climbing" not in body and b"About stairs" not in body, path
        assert b"/knees/steps<" not in body, path
    for path in ("knees/feed.atom", "knees/tag/walking/feed.atom"):
        assert stones(books, path) == [public_id]
    assert stones(books, "knees/updates.atom") == [f"{public_id}?revision=2"]
    assert stones(books, "feed.atom") == []
    after = books.document("knees/feed.atom")
    assert before and after and after.modified > before.modified
    assert books.gone("knees", "steps") and books.gone("knees", "stairs")
    assert books.moved("knees", "stairs") is None and books.guide("knees", "steps") is None
    assert books.history("knees", "steps") is None and books.old_addresses("knees") == {}
    assert books.withdrawn("knees") == ("steps", "stairs")


def test_an_old_address_may_be_given_to_another_guide(shelves: Library) -> None:
    shelves.add("stairs")
    shelves.revise("stairs", "<p>Climbing.</p>", slug="steps")
    shelves.add("other", release=False)
    books = catalogue(shelves.store)
    with shelves.store.write() as db:
        db.execute(sql("UPDATE article SET slug = 'stairs' WHERE slug = 'other'"))
    assert books.old_addresses("knees") == {"stairs": "steps"}  # the other one waits
    assert books.moved("knees", "stairs") == "steps" and books.guide("knees", "stairs") is None
    guide, made = shelves.found["other"]
    shelves.found["other"] = guide, replace(made, slug="stairs")
    shelves.revise("other", "<p>Now it is public.</p>")
    assert books.old_addresses("knees") == {} and books.moved("knees", "stairs") is None
    found = books.guide("knees", "stairs")
    assert found and "public" in found.html


def test_withdrawals_are_told_for_ninety_days_of_the_publications_own_life(shelves: Library) -> None:
    shelves.add("stairs")
    shelves.withdraw("stairs")
    books = catalogue(shelves.store)
    shelves.later(timedelta(days=89))
    shelves.add("rest")
    assert len(stones(books, "knees/feed.atom")) == 1
    shelves.later(timedelta(days=3))
    shelves.add("ice")
    assert stones(books, "knees/feed.atom") == []


def test_a_guide_that_never_was_public_is_not_gone_but_nowhere(shelves: Library) -> None:
    shelves.add("secret", release=False)
    shelves.withdraw("secret")
    books = catalogue(shelves.store)
    assert not books.gone("knees", "secret") and books.withdrawn("knees") == ()
    assert books.moved("knees", "secret") is None and stones(books, "knees/feed.atom") == []


def test_a_tag_that_only_withdrawn_guides_have_is_gone(shelves: Library) -> None:
    shelves.add("stairs", tags=["walking"], author="Ada")
    books = catalogue(shelves.store)
    assert [(each.kind, each.slug, each.count) for each in books.terms("knees")] == [
        ("author", "ada", 1),
        ("tag", "walking", 1),
    ]
    shelves.withdraw("stairs")
    assert books.terms("knees") == () and books.document("knees/tag/walking/feed.atom") is None
    assert books.term_shelf("knees", "tag", "walking") is None
