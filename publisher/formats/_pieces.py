"""What all formats share: a document is a head, a piece for each entry, and an end.

    entry(feed, one) ─▶ bytes ┐
    entry(feed, one) ─▶ bytes ├─▶ join(feed, pieces) ─▶ head, piece, piece, …, end      write() is just that
    entry(feed, one) ─▶ bytes ┘

So a piece can be kept for as long as its entry stays as it is, a change costs one piece, and a feed of any
length is written in the memory of one entry.
"""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from publisher.formats._head import basis, prepare_feed
from publisher.formats._prepare import Ready, prepare_entry
from publisher.model import Entry, Feed


class Frame(NamedTuple):
    """What stands around the pieces of a document."""

    start: bytes
    between: bytes
    end: bytes


class InPieces(ABC):
    """A format that writes a document piece by piece. A kind says how a frame and an entry are written."""

    suffix: str
    mime: str

    def write(self, feed: Feed, entries: Sequence[Entry]) -> bytes:
        """The whole document, UTF-8. `entries` come newest first and stay so.

        Raises ConfigError when the feed has no usable home URL; nothing in an entry stops a feed.
        """
        document = io.BytesIO()  # hands its bytes over without a copy, unlike a list that is joined
        document.writelines(self.join(feed, self.pieces(feed, entries)))
        return document.getvalue()

    def join(self, feed: Feed, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The document of a feed and of the pieces that were made for it, to be streamed."""
        frame = self._frame(prepare_feed(feed))
        yield frame.start
        for number, piece in enumerate(pieces):
            if number and frame.between:
                yield frame.between
            yield piece
        yield frame.end

    def pieces(self, feed: Feed, entries: Iterable[Entry]) -> Iterator[bytes]:
        """The piece of each entry, in their order, one at a time."""
        ground = basis(feed)
        for entry in entries:
            yield self._piece(prepare_entry(entry, ground))

    def entry(self, feed: Feed, entry: Entry) -> bytes:
        """The piece of one entry: the same bytes wherever `key(feed)` and the entry are the same."""
        return b"".join(self.pieces(feed, (entry,)))

    def key(self, feed: Feed) -> tuple[object, ...]:
        """What a piece depends on besides its entry, hashable: it outlives any other change of the feed."""
        return (self.suffix, feed.id, feed.title, feed.home_url, feed.language, feed.authors)

    @abstractmethod
    def _frame(self, head: Feed) -> Frame:
        """Everything but the entries, from a prepared feed."""

    @abstractmethod
    def _piece(self, ready: Ready) -> bytes:
        """One prepared entry. Threads may write at once."""
