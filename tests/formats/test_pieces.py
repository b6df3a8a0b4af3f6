"""Documents from pieces: the same bytes, kept for as long as they hold, streamed in little memory."""

from __future__ import annotations

import threading
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from publisher.errors import ConfigError
from publisher.formats import FEEDS as FEED_KINDS
from publisher.formats import KINDS, open_format
from publisher.model import Author, Entry, Feed, Image

from .samples import ARCHIVE, BARE, ENTRIES, FEEDS, RICH, SITE, SPRING, WITHDRAWN, entry

kinds = pytest.mark.parametrize("kind", KINDS)
of_entries = pytest.mark.parametrize("kind", FEED_KINDS)


@kinds
@pytest.mark.parametrize("name", FEEDS)
def test_joined_it_is_what_is_written_at_once(kind: str, name: str) -> None:
    feed, entries = FEEDS[name]
    made = open_format(kind)
    whole = made.write(feed, entries)
    assert b"".join(made.join(feed, made.pieces(feed, entries))) == whole
    assert b"".join(made.join(feed, [made.entry(feed, one) for one in entries])) == whole


@of_entries
def test_one_changed_entry_changes_one_piece(kind: str) -> None:
    made = open_format(kind)
    before = {one.id: made.entry(RICH, one) for one in ENTRIES}
    changed = replace(ENTRIES[3], title="New words", updated=SPRING + timedelta(days=1))
    later = replace(RICH, updated=changed.updated)
    now = (changed, *ENTRIES[:3], *ENTRIES[4:])
    kept = before | {changed.id: made.entry(later, changed)}
    assert b"".join(made.join(later, [kept[one.id] for one in now])) == made.write(later, now)


@of_entries
@pytest.mark.parametrize(
    "feed",
    [
        replace(RICH, updated=SPRING + timedelta(days=1)),
        replace(RICH, description="Another", rights=None, hubs=(), image=Image("b.png"), urls={}),
        replace(RICH, paging=ARCHIVE.paging, tombstones=WITHDRAWN, outlines=SITE.outlines),
    ],
)
def test_a_piece_outlives_changes_of_the_head(kind: str, feed: Feed) -> None:
    made = open_format(kind)
    assert made.key(feed) == made.key(RICH)
    assert list(made.pieces(feed, ENTRIES)) == list(made.pieces(RICH, ENTRIES))


@of_entries
@pytest.mark.parametrize(
    "feed",
    [
        replace(RICH, authors=(Author("Somebody else"),)),
        replace(RICH, authors=(), title="A title that is the author"),
        replace(RICH, language="he"),
        replace(RICH, home_url="https://elsewhere.example/"),
        replace(RICH, id="tag:elsewhere.example,2026:x"),
    ],
)
def test_the_key_knows_what_a_piece_takes_from_its_feed(kind: str, feed: Feed) -> None:
    made = open_format(kind)
    entries = (*ENTRIES, entry(50, id="", url="", image=Image("a.png")))
    assert list(made.pieces(feed, entries)) != list(made.pieces(RICH, entries))
    assert made.key(feed) != made.key(RICH)
    assert len({made.key(feed), made.key(RICH)}) == 2  # it can be looked up by


def test_pieces_of_two_formats_are_never_taken_for_each_other() -> None:
    assert len({open_format(kind).key(RICH) for kind in KINDS}) == len(KINDS)


@of_entries
def test_a_document_is_streamed(kind: str) -> None:
    """2,000 guides of 20 KB are 40 MB; they are made as they are written, and go as they came."""
    body = "<p>" + "Water them well &amp; often. " * 700 + "</p>"

    def endless() -> Iterator[Entry]:
        for number in range(2_000):
            yield entry(number, html=f"<h2>{number}</h2>{body}")

    made = open_format(kind)
    written = sum(
        map(len, made.join(RICH, made.pieces(RICH, (entry(1),))))
    )  # imports and moulds are not counted
    tracemalloc.start()
    try:
        written = sum(map(len, made.join(RICH, made.pieces(RICH, endless()))))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert written > 2_000 * len(body)
    assert peak < 1_000_000


@kinds
def test_nothing_is_written_before_the_head_is_known_to_be_good(kind: str) -> None:
    nowhere = replace(BARE, home_url="nowhere")
    made = open_format(kind)
    for write in (
        lambda: next(made.join(nowhere, ())),
        lambda: next(made.pieces(nowhere, ENTRIES)),
        lambda: made.entry(nowhere, ENTRIES[0]),
    ):
        with pytest.raises(ConfigError, match="no web address"):
            write()


@of_entries
def test_one_format_serves_many_threads(kind: str) -> None:
    made, start, wrong = open_format(kind), threading.Barrier(3), []
    expected = open_format(kind).write(RICH, ENTRIES)

    def write() -> None:
        start.wait(timeout=10)
        wrong.extend(turn for turn in range(10) if made.write(RICH, ENTRIES) != expected)

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
