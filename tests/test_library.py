"""Everything that the public can have, by its address: what stands in each feed, and what changes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest
from lxml import etree

from publisher import formats, library, storage
from publisher.model import Grade
from tests.making import NOON
from tests.shelving import AUTHORITY, BASE, HIPS, KNEES, Library, all_bytes, catalogue, read, slugs

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


# ------------------------------------------------------------------------------------------- main feed


def test_every_path_has_a_document_and_each_is_well_formed(shelves: Library) -> None:
    shelves.add("stairs", tags=["walking", "Größe & mehr"], author="Ada Ö.")
    shelves.many(7)
    shelves.add("hüfte", pub="hips")
    books = catalogue(shelves.store)
    paths = list(books.paths())
    assert len(paths) == len(set(paths))
    assert {"knees/feed.rss", "knees/updates.atom", "knees/archive/2.json", "knees/tag/walking/feed.rss",
            "knees/author/ada-o/feed.atom", "hips/feed.json", "feed.atom", "feeds.opml", "sitemap.xml",
            "robots.txt"} <= set(paths)  # fmt: skip
    assert "hips/feed.rss" not in paths and "knees/archive/3.atom" not in paths
    for path in paths:
        document = books.document(path)
        assert document is not None and document.path == path
        if document.mime.endswith("json"):
            json.loads(document.body)
        elif path != "robots.txt":
            etree.fromstring(document.body)


def test_the_main_feed_has_the_newest_by_the_order_in_which_they_became_public(shelves: Library) -> None:
    shelves.many(4)
    shelves.add("old", published=NOON - timedelta(days=900))
    books = catalogue(shelves.store)
    assert slugs(books, "knees/feed.json") == ["knees/old", "knees/guide-4", "knees/guide-3"]


def test_a_document_is_what_its_format_writes_of_the_shelf(shelves: Library) -> None:
    shelves.many(2)
    shelves.add("elsewhere", pub="hips")
    books = catalogue(shelves.store)
    for own in (KNEES, HIPS):
        shelf = books.shelf(own)
        for kind in own.formats:
            form = formats.open_format(kind)
            found = books.document(f"{own.slug}/feed.{form.suffix}")
            assert found and found.body == form.write(shelf.feed, shelf.entries)


def test_what_is_not_there_is_none(shelves: Library) -> None:
    shelves.add("stairs", tags=["walking"])
    shelves.add("secret", tags=["hidden"], release=False)
    books = catalogue(shelves.store)
    for path in (
        *("", "knees", "knees/", "knees/feed", "knees/feed.xml", "knees/feed.ATOM", "elbows/feed.atom"),
        *("knees/archive/0.atom", "knees/archive/1.atom", "knees/archive/01.atom", "knees/archive/-1.atom"),
        *("knees/tag/hidden/feed.atom", "knees/tag/walking/feed.xml", "knees/author/nobody/feed.atom"),
        *("knees/tag//feed.atom", "hips/feed.rss", "feed.opml", "sitemap-knees-1.xml", "knees/feed.atom/"),
    ):
        assert books.document(path) is None, path


def test_an_empty_publication_has_feeds_that_do_not_change(store: storage.Store) -> None:
    books = catalogue(store)
    assert read(books, "knees/feed.json")["items"] == read(books, "knees/updates.json")["items"] == []
    assert all_bytes(books) == all_bytes(catalogue(store))


def test_the_summary_is_told_where_the_owner_wants_no_more(shelves: Library) -> None:
    shelves.add("stairs", "<p>The whole text.</p>")
    shelves.revise("stairs", "<p>The whole new text.</p>", change="All is new.")
    books = catalogue(shelves.store, replace(KNEES, feed_content="summary"))
    for path, document in all_bytes(books).items():
        assert path.startswith("knees/updates.") or b"The whole" not in document
    assert b"In short: stairs." in all_bytes(books)["knees/feed.rss"]
    update = read(books, "knees/updates.json")["items"][0]["content_html"]
    assert "All is new." in update and "<ins" in update and "<hr />" not in update


def test_pictures_and_files_of_the_publication_go_with_an_entry(shelves: Library, tmp_path: Path) -> None:
    (tmp_path / "talk.mp3").write_bytes(b"x" * 1234)
    (tmp_path / "plan.pdf").write_bytes(b"%PDF")
    html = (
        '<p><img src="way.png" alt="" /><a href="plan.pdf#page=2">Plan</a> <a href="plan.pdf">again</a>'
        '<audio src="talk.mp3"></audio><a href="gone.pdf">Gone</a>'
        '<a href="https://else.example/a.pdf">Far</a></p>'
    )
    shelves.add("stairs", html, image="way.png")
    books = catalogue(shelves.store, replace(KNEES, folder=str(tmp_path)))
    entry = books.guide("knees", "stairs")
    media = f"{BASE}/-/media/knees"
    assert entry and [(each.url, each.mime, each.length) for each in entry.enclosures] == [
        (f"{media}/plan.pdf", "application/pdf", 4),
        (f"{media}/talk.mp3", "audio/mpeg", 1234),
    ]
    assert entry.image and entry.image.url == f"{media}/way.png"
    links = feedparser.parse(all_bytes(books)["knees/feed.atom"]).entries[0].enclosures
    assert {(each.href, each.get("length")) for each in links} >= {(f"{media}/talk.mp3", "1234")}


# -------------------------------------------------------------------------------------------- archives


def walk_back(books: library.Catalogue, path: str) -> list[str]:
    """Every entry's id from the main feed back to the first archive, as a reader finds them (RFC 5005)."""
    seen: list[str] = []
    while path:
        document = books.document(path)
        assert document
        root = etree.fromstring(document.body)
        seen += [each.text or "" for each in root.findall("a:entry/a:id", AT)]
        link = root.find("a:link[@rel='prev-archive']", AT)
        path = "" if link is None else str(link.get("href")).removeprefix(f"{BASE}/")
    return seen


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 6, 7, 11])
def test_whoever_walks_back_finds_everything(shelves: Library, count: int) -> None:
    shelves.many(count)
    found = walk_back(catalogue(shelves.store), "knees/feed.atom")
    assert set(found) == {f"tag:{AUTHORITY}:knees/folder/guide-{number}" for number in range(1, count + 1)}


def test_archives_stay_as_they_are_but_for_correction_and_withdrawal(shelves: Library) -> None:
    shelves.many(6)
    books = catalogue(shelves.store)
    paths = [f"knees/archive/{number}.{suffix}" for number in (1, 2) for suffix in ("atom", "rss", "json")]
    before = [books.document(path) for path in paths]
    shelves.many(7, first=7)
    shelves.withdraw("guide-8")
    assert [books.document(path) for path in paths] == before
    shelves.revise("guide-2", "<p>Corrected.</p>", Grade.TYPO)
    after = [books.document(path) for path in paths]
    assert [old == new for old, new in zip(before, after, strict=True)] == [False] * 3 + [True] * 3
    shelves.withdraw("guide-5")
    assert slugs(books, "knees/archive/2.json") == ["knees/guide-6", "knees/guide-4"]
    archive = books.document("knees/archive/2.atom")
    assert archive and b"deleted-entry" in archive.body


def test_only_the_first_archive_leads_no_further(shelves: Library) -> None:
    shelves.many(7)
    books = catalogue(shelves.store)
    assert read(books, "knees/feed.json")["next_url"] == f"{BASE}/knees/archive/2.json"
    assert read(books, "knees/archive/2.json")["next_url"] == f"{BASE}/knees/archive/1.json"
    assert "next_url" not in read(books, "knees/archive/1.json")


# ------------------------------------------------------------------------------ tags, authors, the site


def test_tags_and_authors_have_feeds_of_their_own(shelves: Library) -> None:
    shelves.add("stairs", tags=["Walking", "daily life"], author="Ada")
    shelves.add("rest", tags=["Daily Life"])
    shelves.add("ice", tags=["walking"], author="Ada")
    books = catalogue(shelves.store)
    assert slugs(books, "knees/tag/walking/feed.json") == ["knees/ice", "knees/stairs"]
    assert slugs(books, "knees/author/ada/feed.json") == ["knees/ice", "knees/stairs"]
    feed = read(books, "knees/tag/daily-life/feed.json")
    assert feed["title"] == "Knees: Daily Life" and feed["home_page_url"] == f"{BASE}/knees/tag/daily-life/"
    assert [(each.what, each.title) for each in books.feeds("knees")] == [
        ("main", "Knees"),
        ("updates", "Knees: Updates"),
        ("author", "Knees: Ada"),
        ("tag", "Knees: Daily Life"),
        ("tag", "Knees: walking"),
    ]
    shelf = books.term_shelf("knees", "tag", "walking")
    assert shelf and [each.slug for each in shelf.entries] == ["ice", "stairs"]


def test_every_feed_has_an_id_of_its_own_that_stays(shelves: Library) -> None:
    shelves.add("stairs", tags=["walking"], author="walking")
    books = catalogue(shelves.store)
    ids = {
        path: feedparser.parse(body).feed.id
        for path, body in all_bytes(books).items()
        if path.endswith(".atom")
    }
    assert len(set(ids.values())) == len(ids) == 7
    assert ids["knees/feed.atom"] == f"tag:{AUTHORITY}:knees"
    shelves.add("more")
    assert feedparser.parse(all_bytes(books)["feed.atom"]).feed.id == ids["feed.atom"]


def test_the_sites_feed_has_the_newest_of_all(shelves: Library) -> None:
    for number in range(20):
        shelves.add(f"knee-{number}")
        shelves.add(f"hip-{number}", pub="hips")
    books = catalogue(shelves.store)
    found = slugs(books, "feed.json")
    assert found[:3] == ["hips/hip-19", "knees/knee-19", "hips/hip-18"] and len(found) == 30
    authors = {
        item["id"].split(":")[2].split("/")[0]: item["authors"] for item in read(books, "feed.json")["items"]
    }
    assert authors == {"knees": [{"name": "Ida Grün"}], "hips": [{"name": "Hips"}]}
    assert books.document("feed.rss") is not None  # knees is written in it
    assert (
        library.Catalogue(shelves.store, (), base_url=BASE, authority=AUTHORITY).document("feed.atom") is None
    )


def test_the_list_of_feeds_names_every_publication(shelves: Library) -> None:
    shelves.add("stairs")
    document = catalogue(shelves.store).document("feeds.opml")
    assert document
    outlines = etree.fromstring(document.body).findall("body/outline")
    assert [each.get("xmlUrl") for each in outlines] == [f"{BASE}/knees/feed.atom", f"{BASE}/hips/feed.atom"]


def test_bytes_are_a_function_of_content(shelves: Library) -> None:
    shelves.add("stairs", tags=["walking"])
    shelves.revise("stairs", "<p>New.</p>")
    books = catalogue(shelves.store)
    version, before = books.version(), all_bytes(books)
    assert books.version() == version and all_bytes(books) == before
    assert all_bytes(catalogue(shelves.store)) == before  # nothing kept in memory plays a part
    shelves.add("rest")
    assert books.version() != version and all_bytes(books) != before


def test_a_new_setting_is_seen_in_what_is_kept(shelves: Library) -> None:
    """The pieces of entries are kept by what they are made of: nobody has to forget them."""
    shelves.add("stairs")
    books = catalogue(shelves.store)
    books.document("knees/feed.atom")
    shelves.revise("stairs", "<p>As it is now.</p>", Grade.TYPO)
    document = books.document("knees/feed.atom")
    assert document and b"As it is now." in document.body


# -------------------------------------------------------------------------------------------- site map


def locations(books: library.Catalogue, path: str) -> list[str]:
    document = books.document(path)
    assert document, path
    return [each.text or "" for each in etree.fromstring(document.body).findall(".//{*}loc")]


def test_the_site_map_names_what_is_at_home_here(shelves: Library) -> None:
    shelves.add("stairs")
    shelves.add("guest", canonical="https://original.example/guest")
    shelves.add("secret", release=False)
    shelves.add("hüfte", pub="hips")
    books = catalogue(shelves.store)
    assert locations(books, "sitemap.xml") == [
        f"{BASE}/",
        f"{BASE}/knees/",
        f"{BASE}/knees/stairs",
        f"{BASE}/hips/",
        f"{BASE}/hips/h%C3%BCfte",
    ]
    assert b"<lastmod>2026-11-02T13:00:00Z</lastmod>" in books.sitemap().body


def test_robots_are_kept_from_what_is_for_one_person(store: storage.Store) -> None:
    document = catalogue(store).document("robots.txt")
    below = library.Catalogue(store, (KNEES,), base_url=f"{BASE}/help", authority=AUTHORITY)
    other = below.document("robots.txt")
    assert document and other
    lines = document.body.decode().splitlines()
    assert {"User-agent: *", "Disallow: /-/", "Allow: /-/feeds/", f"Sitemap: {BASE}/sitemap.xml"} <= set(
        lines
    )
    assert b"Disallow: /help/-/" in other.body and f"{BASE}/help/sitemap.xml".encode() in other.body


def test_a_large_site_has_maps_of_stretches_that_stay(shelves: Library) -> None:
    shelves.bulk(2_000)
    books = catalogue(shelves.store)
    parts = ["sitemap-knees-1.xml", "sitemap-knees-2.xml"]
    assert locations(books, "sitemap.xml") == [f"{BASE}/{path}" for path in (*parts, "sitemap-hips-1.xml")]
    assert {*parts, "sitemap-hips-1.xml"} <= set(books.paths())
    found = [url for path in parts for url in locations(books, path)]
    assert len(found) == len(set(found)) == 2_001 and f"{BASE}/knees/bulk-1000" in found
    before = [books.document(path) for path in parts]
    shelves.add("one-more")
    assert [books.document(path) for path in parts] == before
    assert locations(books, "sitemap-knees-3.xml") == [f"{BASE}/knees/one-more"]
    assert books.document("sitemap-knees-4.xml") is None and books.document("sitemap-elbows-1.xml") is None
