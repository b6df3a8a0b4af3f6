"""The path of feeds, end to end on a real site: files in, every document and exported file out.

What is not released is in none of them. Unique words stand in the title, text, tag, address, author and picture
of a guide that waits, and in the same places of a revision that waits; then everything that anybody could fetch
is searched for them, before their time and after.
"""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publisher import engine, library
from publisher.site import Site, open_site
from tests.shelving import files_below

MONDAY = datetime(2026, 11, 2, 12, tzinfo=UTC)
RELEASE = datetime(2027, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)

GUIDE = {
    "title": "quittengelee",
    "text": "zwiebelturm",
    "tag": "mondkalender",
    "slug": "dampfnudel",
    "author": "kauzberger",
    "picture": "pusteblume",
    "summary": "wolkenbruch",
    "file": "siebenschlaefer",
}
REVISION = {
    "title": "schnabeltier",
    "text": "regenpfeifer",
    "tag": "feuersalamander",
    "slug": "haselmaus",
    "author": "zaunkoenig",
    "picture": "gelbbauchunke",
    "change": "murmeltier",
    "summary": "wiedehopf",
}
WORDS = [*GUIDE.values(), *REVISION.values()]


def waiting_guide() -> str:
    words = GUIDE
    return f"""\
---
id: waiting
title: About {words["title"]}
slug: {words["slug"]}
tags: [{words["tag"]}, walking]
authors: [{words["author"].capitalize()}]
image: {words["picture"]}.svg
summary: In short, {words["summary"]}.
release: {RELEASE:%Y-%m-%d}
---
All of it is {words["text"]}. ![Look]({words["picture"]}.svg) [Read on]({words["file"]}.pdf)
"""


def waiting_revision() -> str:
    words = REVISION
    return f"""\
---
id: stairs
title: About {words["title"]}
slug: {words["slug"]}
tags: [{words["tag"]}, walking]
authors: [{words["author"].capitalize()}]
image: {words["picture"]}.svg
summary: In short, {words["summary"]}.
change: Now with {words["change"]}.
release: {RELEASE:%Y-%m-%d}
---
All of it is {words["text"]}. ![Look]({words["picture"]}.svg)
"""


@pytest.fixture
def folder(site_folder: Path) -> Path:
    """A site on which a guide and a revision of another one wait."""
    articles = site_folder / "feeds/knees/articles"
    collected(site_folder, MONDAY)
    for name in (GUIDE["picture"], REVISION["picture"]):
        (articles / f"{name}.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
    (articles / f"{GUIDE['file']}.pdf").write_bytes(b"%PDF")
    (articles / "waiting.md").write_text(waiting_guide(), encoding="utf-8")
    (articles / "stairs.md").write_text(waiting_revision(), encoding="utf-8")
    collected(site_folder, MONDAY + HOUR)
    return site_folder


def collected(folder: Path, now: datetime) -> None:
    with open_site(folder, {}) as site:
        engine.tick(site, lambda: now)


def catalogue(site: Site) -> library.Catalogue:
    settings = site.settings
    return library.Catalogue(
        site.store,
        site.publications,
        base_url=settings.base_url,
        authority=settings.id_authority,
        site_title=settings.title,
    )


def said_by(folder: Path) -> str:
    """All that the catalogue and the exported files say, names of files included, in lower case."""
    said: list[bytes] = []
    with open_site(folder, {}) as site:
        books = catalogue(site)
        for path in books.paths():
            document = books.document(path)
            assert document is not None, path
            said += [repr((path, document.mime, document.modified)).encode(), document.body]
        for own in site.publications:
            said.append(repr((books.shelf(own), books.terms(own), books.feeds(own))).encode())
            said.append(repr((books.withdrawn(own), books.old_addresses(own))).encode())
            said += [repr(books.history(own, each.slug)).encode() for each in books.shelf(own).entries]
            said += [repr(each).encode() for each in books.walk(own)]
        said.append(repr((books.site_feeds(), books.version())).encode())
        engine.build_site(site, folder / "out")
    for path, body in files_below(folder / "out").items():
        said += [path.encode(), *plain(body)]
    return b"\n".join(said).decode("utf-8", "replace").casefold()


def plain(body: bytes) -> list[bytes]:
    """The bytes, and what they are when they are decompressed."""
    found = [body]
    if body.startswith(b"\x1f\x8b"):
        found.append(gzip.decompress(body))
    elif body[:1] == b"\x78":
        found.append(zlib.decompress(body))
    return found


def test_what_waits_is_in_no_document_and_in_no_file(folder: Path) -> None:
    said = said_by(folder)
    assert "stairs with a sore knee" in said and "how long to rest a knee" in said
    assert [word for word in WORDS if word in said] == []


def test_nothing_that_can_be_asked_for_tells_of_it(folder: Path) -> None:
    """What waits cannot be told from what never existed."""
    with open_site(folder, {}) as site:
        books = catalogue(site)
        for words in (GUIDE, REVISION):
            for path in (
                f"knees/tag/{words['tag']}/feed.atom",
                f"knees/author/{words['author']}/feed.json",
                f"knees/{words['slug']}",
            ):
                assert books.document(path) is None
            slug = words["slug"]
            assert books.guide("knees", slug) is None and books.history("knees", slug) is None
            assert not books.gone("knees", slug) and books.moved("knees", slug) is None
            assert books.neighbours("knees", slug) == (None, None)
            assert books.term_shelf("knees", "tag", words["tag"]) is None


def test_no_version_and_no_byte_changes_for_what_waits(site_folder: Path) -> None:
    """Nobody can see from outside that something is coming."""
    collected(site_folder, MONDAY)
    with open_site(site_folder, {}) as site:
        engine.build_site(site, site_folder / "out")
        version = catalogue(site).version()
    before = files_below(site_folder / "out")
    (site_folder / "feeds/knees/articles/waiting.md").write_text(waiting_guide(), encoding="utf-8")
    (site_folder / "feeds/knees/articles/stairs.md").write_text(waiting_revision(), encoding="utf-8")
    collected(site_folder, MONDAY + HOUR)
    with open_site(site_folder, {}) as site:
        report = engine.build_site(site, site_folder / "out")
        assert catalogue(site).version() == version
    assert report.written == report.removed == [] and files_below(site_folder / "out") == before


def test_it_is_everywhere_when_its_time_has_come(folder: Path) -> None:
    """The same search finds every word once it is public: it would have found it before."""
    said_by(folder)
    collected(folder, RELEASE + HOUR)
    said = said_by(folder)
    assert [word for word in WORDS if word not in said] == []
    files = files_below(folder / "out")
    for path in (
        f"knees/{GUIDE['slug']}/index.html",
        f"knees/tag/{GUIDE['tag']}/feed.atom",
        f"-/media/knees/articles/{GUIDE['picture']}.svg",
        f"-/media/knees/articles/{GUIDE['file']}.pdf",
        f"knees/{REVISION['slug']}/history/index.html",
    ):
        assert path in files
    assert REVISION["change"].encode() in files["knees/updates.rss"]


def test_what_was_withdrawn_is_in_no_file_either(folder: Path) -> None:
    collected(folder, RELEASE + HOUR)
    said_by(folder)
    (folder / "feeds/knees/articles/waiting.md").unlink()
    collected(folder, RELEASE + 2 * HOUR)
    collected(folder, RELEASE + timedelta(days=3))
    said = said_by(folder)
    left = {key for key, word in GUIDE.items() if word in said}
    assert left == {"slug"}  # where it was, there is a page that says that it is gone
