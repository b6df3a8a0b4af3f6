"""How a publication is written for machines: one file per kind. `Format.write(feed, entries)` is the seam.

A kind is `module:Class`; its module is loaded when the kind is first opened. The contract tests run over
every kind in the table, so that a new one is a new file and a new line here.

    open_format("atom").write(feed, entries)                     the whole document
    made = open_format("atom")                                   or piece by piece, the same bytes:
    made.join(feed, made.pieces(feed, entries))                  streamed, in the memory of one entry
    made.join(feed, [made.entry(feed, one) for one in …])        with pieces kept for as long as `key(feed)`
                                                                 and their entry stay the same
"""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterable, Iterator
from typing import Protocol, cast

from publisher.errors import ConfigError
from publisher.model import Entry, Feed, Format

KINDS = {
    "rss": "publisher.formats.rss:Rss",
    "atom": "publisher.formats.atom:Atom",
    "jsonfeed": "publisher.formats.jsonfeed:JsonFeed",
    "opml": "publisher.formats.opml:Opml",
}
LISTS = frozenset({"opml"})  # written of a whole site; they hold feeds and no entries
FEEDS = tuple(kind for kind in KINDS if kind not in LISTS)  # what `formats` of a feed.toml may name

__all__ = ["FEEDS", "KINDS", "LISTS", "PieceFormat", "check_feed", "open_format"]


class PieceFormat(Format, Protocol):
    """A format that also writes piece by piece. Every kind in the table does."""

    def entry(self, feed: Feed, entry: Entry) -> bytes:
        """One entry's bytes in a document of that feed: the same while it and `key(feed)` are the same."""
        ...

    def pieces(self, feed: Feed, entries: Iterable[Entry]) -> Iterator[bytes]:
        """`entry` for many, in their order, one at a time, and faster."""
        ...

    def join(self, feed: Feed, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The document of a feed and its entries' pieces, in chunks."""
        ...

    def key(self, feed: Feed) -> tuple[object, ...]:
        """What a piece depends on besides its entry; hashable."""
        ...


def open_format(kind: str) -> PieceFormat:
    """The format of that name. Raises ConfigError, naming the nearest known kind, when there is none."""
    if kind not in KINDS:
        raise _unknown(kind, tuple(KINDS))
    module, _, name = KINDS[kind].partition(":")
    return cast(PieceFormat, getattr(importlib.import_module(module), name)())


def check_feed(kind: str) -> None:
    """Raise ConfigError unless a publication can list that kind. Loads nothing."""
    if kind in LISTS:
        advice = f"Take it out: the site has one anyway. Feeds are: {', '.join(sorted(FEEDS))}."
        raise ConfigError(f"{kind!r} is a list of feeds, and no feed", advice=advice)
    if kind not in FEEDS:
        raise _unknown(kind, FEEDS)


def _unknown(kind: str, known: tuple[str, ...]) -> ConfigError:
    near = difflib.get_close_matches(str(kind), known, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]!r}?" if near else f"Known kinds: {', '.join(sorted(known))}."
    return ConfigError(f"there is no feed format {kind!r}", advice=hint)
