"""Feeds: what our formats cost, beside the same document from bare lxml and beside gzip, in the same run.

    python -m tests.bench.bench_formats

gzip is the limit: a feed is compressed once per change whatever wrote it. The peer writes the same elements
with `lxml.etree.xmlfile` from values that it trusts: no cleaning, no extensions, no second format. The naive way
is feedgen by its manual, for every request. Memory is measured in processes of its own.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import statistics
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feedgen.feed import FeedGenerator
from lxml import etree

from publisher.formats import FEEDS, PieceFormat, open_format
from publisher.model import Author, Entry, Feed

HOME = "https://guides.example/garden/"
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
FEED = Feed(
    id="tag:guides.example,2026:garden",
    title="Garden",
    home_url=HOME,
    urls={kind: f"{HOME}feed.{kind}" for kind in FEEDS},
    updated=NOW,
    description="What grows, and why",
    authors=(Author("Ida Grün"),),
)
MANY, SIZE = 10_000, 10_240  # guides, and bytes of each: about 100 MB
TIMES_XMLFILE, MIB, CHANGE = 2.0, 150, 0.10  # targets: times the peer, memory above the guides, milliseconds
ATOM = "http://www.w3.org/2005/Atom"


def guides(count: int, size: int) -> list[Entry]:
    """Guides of `size` bytes of made-up words, the same at every run."""
    chance = random.Random(1)
    letters = "eeeeeeaaaaiiioootttnnnsssrrhhlldducmfpgwybvk"
    words = ["".join(chance.choices(letters, k=chance.randint(2, 9))) for _ in range(3_000)]
    return [_guide(number, size, chance, words) for number in range(count)]


def _guide(number: int, size: int, chance: random.Random, words: Sequence[str]) -> Entry:
    paragraphs, length = [], 0
    while length < size:
        paragraph = f"<p>{' '.join(chance.choices(words, k=60))} – “so” &amp; on.</p>\n"
        paragraphs.append(paragraph)
        length += len(paragraph.encode())
    return Entry(
        id=f"tag:guides.example,2026:garden/{number}",
        slug=f"guide-{number}",
        url=f"{HOME}guide-{number}",
        title=f"Guide {number} & more",
        html="".join(paragraphs).encode()[:size].decode(errors="ignore"),
        summary=" ".join(chance.choices(words, k=20)),
        published=NOW - timedelta(days=number),
        updated=NOW,
        tags=("roses", "tools"),
    )


def bare_atom(feed: Feed, entries: Sequence[Entry]) -> bytes:
    """The peer: Atom by `xmlfile` alone."""
    out = io.BytesIO()
    with etree.xmlfile(out, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element("feed", {"{http://www.w3.org/XML/1998/namespace}lang": "en"}, nsmap={None: ATOM}):
            for name, text in (("id", feed.id), ("title", feed.title), ("updated", feed.updated.isoformat())):
                _text(xml, name, text)
            for entry in entries:
                _bare_entry(xml, entry)
    return out.getvalue()


def _bare_entry(xml: etree.xmlfile, entry: Entry) -> None:
    with xml.element("entry"):
        _text(xml, "id", entry.id)
        _text(xml, "title", entry.title)
        _text(xml, "updated", entry.updated.isoformat())
        _text(xml, "published", entry.published.isoformat())
        with xml.element("author"):
            _text(xml, "name", FEED.authors[0].name)
        for tag in entry.tags:
            _text(xml, "category", "", term=tag)
        _text(xml, "link", "", rel="alternate", type="text/html", href=entry.url)
        _text(xml, "summary", entry.summary, type="text")
        _text(xml, "content", entry.html, type="html")


def _text(xml: etree.xmlfile, name: str, text: str, **attributes: str) -> None:
    with xml.element(name, attributes):
        xml.write(text)


def bare_json(entries: Sequence[Entry]) -> bytes:
    """The peer of JSON Feed: the standard library's dump of the same strings."""
    items = [{"id": e.id, "url": e.url, "title": e.title, "content_html": e.html} for e in entries]
    return json.dumps(items, ensure_ascii=False).encode()


def naive_atom(feed: Feed, entries: Sequence[Entry]) -> bytes:
    """The naive way: feedgen as its manual has it."""
    made = FeedGenerator()
    made.id(feed.id)
    made.title(feed.title)
    made.updated(feed.updated)
    made.author(name=feed.authors[0].name)
    for entry in entries:
        one = made.add_entry(order="append")
        one.id(entry.id)
        one.title(entry.title)
        one.link(href=entry.url)
        one.updated(entry.updated)
        one.published(entry.published)
        one.category([{"term": tag} for tag in entry.tags])
        one.summary(entry.summary)
        one.content(entry.html, type="html")
    document: bytes = made.atom_str()
    return document


def medians(rounds: int, **work: Callable[[], object]) -> dict[str, float]:
    """Milliseconds of each, interleaved, so that a busy machine is busy for all."""
    taken: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, call in work.items():
            start = time.perf_counter()
            call()
            taken[name].append((time.perf_counter() - start) * 1_000)
    return {name: statistics.median(times) for name, times in taken.items()}


def line(name: str, figure: str, ratio: str = "") -> None:
    print(f"  {name:<42}{figure:>12}  {ratio}", flush=True)


def target(words: str, met: bool) -> str:
    return f"target: {words}: {'met' if met else 'MISSED'}"


def stream(made: PieceFormat, entries: Sequence[Entry]) -> None:
    """Written piece by piece to where nothing is kept."""
    deque(made.join(FEED, made.pieces(FEED, entries)), maxlen=0)


def compare(count: int, size: int, rounds: int) -> None:
    """The three formats beside gzip, the peer, the naive way and json.dumps."""
    entries, label = guides(count, size), f"{count:,} x {size // 1_024} KB"
    atom, rss, jsonfeed = (open_format(kind) for kind in ("atom", "rss", "jsonfeed"))
    document = atom.write(FEED, entries)
    times = medians(
        rounds,
        gzip=lambda: gzip.compress(document, 6, mtime=0),
        feedgen=lambda: naive_atom(FEED, entries),
        xmlfile=lambda: bare_atom(FEED, entries),
        atom=lambda: atom.write(FEED, entries),
        streamed=lambda: stream(atom, entries),
        rss=lambda: rss.write(FEED, entries),
        jsonfeed=lambda: jsonfeed.write(FEED, entries),
        json=lambda: bare_json(entries),
    )
    limit, peer, plain = times["gzip"], times["xmlfile"], times["json"]
    line(f"gzip of atom, {label}", f"{limit:.1f} ms", "the limit")
    line(f"lxml xmlfile, {label}", f"{peer:.1f} ms", "the peer")
    line(f"feedgen by its manual, {label}", f"{times['feedgen']:.1f} ms", "the naive way")
    for kind in ("atom", "streamed", "rss"):
        ours = times[kind]
        words = f"{ours / limit:.2f} x gzip, {ours / peer:.1f} x xmlfile"
        if count == MANY:
            words += "; " + target(f"{TIMES_XMLFILE:.0f} x xmlfile", ours <= TIMES_XMLFILE * peer)
        line(f"{'atom, ' if kind == 'streamed' else ''}{kind}, {label}", f"{ours:.1f} ms", words)
    ours = times["jsonfeed"]
    line(
        f"jsonfeed, {label}", f"{ours:.1f} ms", f"{ours / limit:.2f} x gzip, {ours / plain:.1f} x json.dumps"
    )


def one_changed() -> None:
    """A feed of 50 whose pieces are kept: one entry is written, and all are joined under a new head.

    The limit is the same without a head, without cleaning, and with an entry that is one f-string.
    """
    entries = guides(50, 8_192)
    atom = open_format("atom")
    kept = list(atom.pieces(FEED, entries))
    work = {"feedgen": lambda: naive_atom(FEED, entries), "limit": lambda: bare_change(entries[0], kept)}
    for kind in FEEDS:
        work[kind] = _change(open_format(kind), entries)
    times = medians(100, **work)
    line("feedgen per request, 50 x 8 KB", f"{times['feedgen']:.2f} ms", "the naive way")
    line("kept bytes and an f-string, joined", f"{times['limit']:.2f} ms", "the limit")
    for kind in FEEDS:
        words = f"{times[kind] / times['limit']:.1f} x the limit, {times['feedgen'] / times[kind]:.0f} x faster than feedgen"
        words += "; " + target(f"{CHANGE:.2f} ms", times[kind] <= CHANGE)
        line(f"{kind}, 50 x 8 KB kept, one changed", f"{times[kind]:.2f} ms", words)


def _change(made: PieceFormat, entries: Sequence[Entry]) -> Callable[[], object]:
    kept = list(made.pieces(FEED, entries))
    feed = replace(FEED, updated=NOW + timedelta(minutes=1))
    return lambda: b"".join(made.join(feed, [made.entry(feed, entries[0]), *kept[1:]]))


def bare_change(entry: Entry, kept: Sequence[bytes]) -> bytes:
    """The limit of one change."""
    html = entry.html.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    changed = (
        f"<entry><id>{entry.id}</id><title>{entry.title}</title><content type='html'>{html}</content></entry>"
    )
    return b"".join([b"<feed>", changed.encode(), *kept[1:], b"</feed>"])


def memory() -> None:
    """What is taken above the guides themselves, each in a process of its own (Linux)."""
    if not Path("/proc/self/clear_refs").exists():
        return
    for what in ("xmlfile", "feedgen", *FEEDS, *(f"{kind}, streamed" for kind in FEEDS)):
        command = [sys.executable, "-m", "tests.bench.bench_formats", what]
        taken = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        words = target(f"{MIB} MiB", taken <= MIB) if what.split(",")[0] in FEEDS else ""
        line(f"memory of {what}, {MANY:,} x {SIZE // 1_024} KB", f"{taken:.0f} MiB", words)


def peak(what: str) -> float:
    """MiB that writing `what` takes at most, in this process."""
    entries = guides(MANY, SIZE)
    kind = what.split(",")[0]
    before = _status("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # forget the highest so far
    if kind in FEEDS and "streamed" in what:
        stream(open_format(kind), entries)
    elif kind in FEEDS:
        open_format(kind).write(FEED, entries)
    else:
        {"xmlfile": bare_atom, "feedgen": naive_atom}[kind](FEED, entries)
    return (_status("VmHWM") - before) / 1_024


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(each.split()[1]) for each in lines if each.startswith(f"{name}:"))  # KiB


def main() -> None:
    if sys.argv[0].endswith("bench_formats.py") and sys.argv[1:]:
        print(peak(sys.argv[1]))
        return
    compare(50, 8_192, rounds=25)
    compare(MANY, SIZE, rounds=3)
    one_changed()
    memory()


if __name__ == "__main__":
    main()
