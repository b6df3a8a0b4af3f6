"""Entries by the thousand: feedgen writes one entry of each shape, and the others are poured into its mould.

    entry ──mask──▶ shape: the entry with a place for each value ──feedgen, once──▶ Mould ┐
                  └▶ values: what stands in those places ────────────────────────────────┴──pour──▶ bytes

Two entries have one shape if feedgen writes the same elements for them: as many authors and tags, the same
attributes. The bytes are those that feedgen would have written. Most of its time would go into building a
tree for each entry that is read only once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar

from publisher.formats import _escape as escape
from publisher.formats._prepare import Ready
from publisher.model import Author, Enclosure, Entry, Image

Escape = Callable[[str], str]
Value = TypeVar("Value", str, "str | None", int, "int | None")

# A place is `<DEL>number<DEL>`. XML knows the character, and `_clean` leaves it in no value. What a format
# does to a value it does to its place; what then stands behind the number is of no account.
_PLACE = re.compile("\x7f([0-9]+)[^\x7f]*\x7f")
_CONTENT = "\x7f\x7f"  # an entry's own HTML
_PUBLISHED, _UPDATED = datetime(1000, 1, 1, tzinfo=UTC), datetime(1000, 1, 2, tzinfo=UTC)
_MOST = 256  # shapes that are remembered; a site has a few dozen


class Writer(NamedTuple):
    """How a format writes: an entry by feedgen, its two times, and values behind certain endings."""

    entry: Callable[[Entry], str]
    times: Callable[[Entry], tuple[str, str]]  # published, updated
    escapes: Mapping[str, Escape]


class Moulds:
    """The moulds of a format, each made when its shape first comes. Threads may share them."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._known: dict[Entry, Mould] = {}

    def pour(self, ready: Ready) -> bytes:
        """The bytes of one entry."""
        shape, values = mask(ready.entry, self._writer.times(ready.entry))
        mould = self._known.get(shape)
        if mould is None:
            mould = self._make(shape)
            if len(self._known) < _MOST:
                self._known[shape] = mould
        return mould.pour(values, escape.content(ready.content))

    def _make(self, shape: Entry) -> Mould:
        written = self._writer.entry(shape)
        for number, time in enumerate(self._writer.times(shape)):
            written = written.replace(time, _place(number))
        return Mould(written, self._writer.escapes)


class _Slot(NamedTuple):
    number: int
    escape: Escape
    after: str  # what follows the value


class Mould:
    """A written entry with places in it."""

    def __init__(self, written: str, escapes: Mapping[str, Escape]) -> None:
        self._start, *rest = _PLACE.split(written)
        self._slots = []
        before = self._start
        for number, after in zip(rest[::2], rest[1::2], strict=True):
            self._slots.append(_Slot(int(number), _behind(before, escapes), after))
            before += after

    def pour(self, values: list[str], content: bytes) -> bytes:
        """The bytes of an entry with these values; `content` is its HTML, escaped."""
        parts = [self._start]
        for number, escaped, after in self._slots:
            parts += (escaped(values[number]), after)
        return "".join(parts).encode().replace(_CONTENT.encode(), content, 1)


def _behind(before: str, escapes: Mapping[str, Escape]) -> Escape:
    """How a value is escaped behind these bytes of its document."""
    if before.rfind("<") > before.rfind(">"):
        return escape.in_attribute
    return next((each for ending, each in escapes.items() if before.endswith(ending)), escape.in_text)


def mask(entry: Entry, times: tuple[str, str]) -> tuple[Entry, list[str]]:
    """The shape of a prepared entry, and its values in the order of their places; the times come first.

    A format's choices hang on the language and the media types: they are part of the shape.
    """
    places = _Places(times)
    place, picture = places.of, entry.image
    shape = Entry(
        id=place(entry.id),
        slug="",
        url=place(entry.url),
        title=places.of_text(entry.title),
        html=entry.html and _CONTENT,
        summary=places.of_text(entry.summary),
        published=_PUBLISHED,
        updated=_UPDATED,
        authors=tuple([Author(place(one.name), place(one.url), place(one.email)) for one in entry.authors]),
        tags=tuple([place(tag) for tag in entry.tags]),
        image=picture and _masked(picture, places),
        language=entry.language,
        canonical=place(entry.canonical),
        enclosures=tuple(
            [Enclosure(place(one.url), one.mime, place(one.length)) for one in entry.enclosures]
        ),
    )
    return shape, places.values


def _masked(picture: Image, places: _Places) -> Image:
    return Image(
        url=places.of(picture.url),
        alt=places.of_text(picture.alt),
        mime=picture.mime,
        length=places.of(picture.length),
        width=places.of(picture.width),
        height=places.of(picture.height),
    )


class _Places:
    """Puts places where values were. What is empty stays so: there is no element for it."""

    def __init__(self, times: tuple[str, str]) -> None:
        self.values = [*times]

    def of(self, value: Value) -> Value:
        if not value:
            return value
        self.values.append(str(value))
        # Of a number too the place is text: formats do nothing with a number but write it.
        return _place(len(self.values) - 1)  # type: ignore[return-value]

    def of_text(self, words: str) -> str:
        """A place that looks like HTML if the words do: formats ask."""
        place = self.of(words)
        return f"{place[:-1]}<b>\x7f" if escape.looks_like_html(words) else place


def _place(number: int) -> str:
    return f"\x7f{number}\x7f"
