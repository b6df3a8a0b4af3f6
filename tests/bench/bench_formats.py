"""Feeds: what our formats cost, beside the same document from bare lxml and beside gzip, in the same run.

    python -m tests.bench.bench_formats

gzip is the limit: a feed is compressed once per change whatever wrote it. The peer writes the same elements
with `lxml.etree.xmlfile` from values that it trusts: no cleaning, no extensions, no second format.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from lxml import etree

from publisher.formats import KINDS, open_format
from publisher.model import Author, Entry, Feed

HOME = "https://guides.example/garden/"
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
FEED = Feed(
    id="tag:guides.example,2026:garden",
    title="Garden",
    home_url=HOME,
    urls={kind: f"{HOME}feed.{kind}" for kind in KINDS},
    updated=NOW,
    description="What grows, and why",
    authors=(Author("Ida Grün"),),
)
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
    print(f"  {name:<38}{figure:>12}  {ratio}")


def compare(count: int, rounds: int) -> None:
    entries = guides(count, 8_192)
    atom, rss, jsonfeed = (open_format(kind) for kind in ("atom", "rss", "jsonfeed"))
    document = atom.write(FEED, entries)
    times = medians(
        rounds,
        gzip=lambda: gzip.compress(document, 6, mtime=0),
        xmlfile=lambda: bare_atom(FEED, entries),
        atom=lambda: atom.write(FEED, entries),
        rss=lambda: rss.write(FEED, entries),
        jsonfeed=lambda: jsonfeed.write(FEED, entries),
        json=lambda: bare_json(entries),
    )
    limit, peer, plain = times["gzip"], times["xmlfile"], times["json"]
    line(f"gzip of atom, {count:,} x 8 KB", f"{limit:.1f} ms", "the limit")
    line(f"lxml xmlfile, {count:,} x 8 KB", f"{peer:.1f} ms", "the peer")
    for kind in ("atom", "rss"):
        ours = times[kind]
        line(
            f"{kind}, {count:,} x 8 KB",
            f"{ours:.1f} ms",
            f"{ours / limit:.2f} x gzip, {ours / peer:.1f} x xmlfile",
        )
    ours = times["jsonfeed"]
    line(
        f"jsonfeed, {count:,} x 8 KB",
        f"{ours:.1f} ms",
        f"{ours / limit:.2f} x gzip, {ours / plain:.1f} x json.dumps",
    )


def main() -> None:
    compare(50, rounds=25)
    compare(2_000, rounds=3)


if __name__ == "__main__":
    main()
