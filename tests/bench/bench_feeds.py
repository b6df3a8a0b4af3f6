"""Feeds: what one released guide costs, however many there are already.

    python -m tests.bench.bench_feeds [COUNT …]

For 1,000, 10,000 and 100,000 public guides: the time to make every document that changes when one more becomes
public (main feed, its tags' and author's, the site's, lists and the last part of the sitemap, in every format),
from a catalogue that was in use before. Beside it the same documents from a new catalogue, which has no entry
written yet, and what a version costs to look up, which is all that is asked when nothing has changed.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from publisher import library, storage
from publisher.model import Publication
from tests.shelving import AUTHORITY, BASE, KNEES, Library

COUNTS = (1_000, 10_000, 100_000)
ROUNDS = 7
SIZE = 1_000  # bytes of a guide's text


def changed(books: library.Catalogue, own: Publication) -> list[str]:
    """The paths of the documents that tell of a new guide, and of a material change of one."""
    stems = ["feed", "updates", "tag/common/feed", "tag/tag-7/feed", "author/author-7/feed"]
    highest = books.highest(own)
    if highest % own.entries == 0:
        stems.append(f"archive/{highest // own.entries}")
    paths = [f"{own.slug}/{stem}.{suffix}" for stem in stems for suffix in ("rss", "atom", "json")]
    paths += [f"feed.{suffix}" for suffix in ("rss", "atom", "json")]
    parts = [f"sitemap-{own.slug}-{-(-highest // 1_000)}.xml"] if highest > 1_000 else []
    return [*paths, "feeds.opml", "sitemap.xml", *parts]


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1_000


def make(books: library.Catalogue, paths: list[str]) -> None:
    for path in paths:
        assert books.document(path) is not None, path


def fresh(store: storage.Store, own: Publication) -> library.Catalogue:
    return library.Catalogue(store, (own,), base_url=BASE, authority=AUTHORITY, site_title="Bench")


def measure(count: int, folder: Path) -> None:
    store = storage.open_store(f"sqlite:///{folder}/{count}.db", folder)
    storage.upgrade(store)
    own = Publication("knees", str(folder), "Knees", author=KNEES.author)
    shelves = Library(store)
    filled = timed(lambda: shelves.bulk(count, size=SIZE))
    for number in range(40):
        shelves.revise(f"bulk-{number + 1}", f"<p>Another text, the {number}th.</p>")
    books = fresh(store, own)
    make(books, changed(books, own))
    warm, cold, version, documents = [], [], [], 0
    for number in range(ROUNDS):
        shelves.add(f"new-{number}", tags=["tag 7", "common"], author="Author 7")
        shelves.revise(f"bulk-{number + 100}", "<p>Quite another text.</p>")
        paths = changed(books, own)
        documents = len(paths)
        warm.append(timed(lambda: make(books, paths)))  # noqa: B023  called at once
        again = fresh(store, own)
        cold.append(timed(lambda: make(again, paths)))  # noqa: B023
        version.append(timed(books.version))
    store.close()
    line(
        count, documents, statistics.median(warm), statistics.median(cold), statistics.median(version), filled
    )


def line(count: int, documents: int, warm: float, cold: float, version: float, filled: float) -> None:
    print(
        f"  {count:>9,} guides{documents:>4} documents{warm:>9.1f} ms{cold:>9.1f} ms from nothing"
        f"{version:>8.2f} ms for a version   (filled in {filled / 1_000:.0f} s)",
        flush=True,
    )


def main() -> None:
    counts = [int(word) for word in sys.argv[1:] if word.isdecimal()] or list(COUNTS)
    with tempfile.TemporaryDirectory() as folder:
        for count in counts:
            measure(count, Path(folder))


if __name__ == "__main__":
    main()
