"""What changed between two texts of a guide, as data: sections, their blocks, and runs of words."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeVar

from publisher.text.comparing.match import Match, SectionMatch, match_sections
from publisher.text.comparing.runs import Op, Run, Runs, compare_texts, pair_texts, whole
from publisher.text.comparing.units import Block, Section, read

Part = TypeVar("Part")


class Status(enum.StrEnum):
    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class LinkDiff:
    """A link whose target is another one now; its words are in the runs. None: there was, or is, none."""

    text: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class StruckDiff:
    """Words that stayed and were struck out, or (`struck` false) are no longer."""

    text: str
    struck: bool


@dataclass(frozen=True, slots=True)
class BlockDiff:
    """A paragraph, heading, item, row or line of code. `parts` has one tuple of runs, or one per cell.

    `kind` is heading, paragraph, item, row, code, quote, term, definition, caption or picture (its words are
    those that stand for it); `level` a heading's level or an item's depth; `number` an ordered item's. `old`
    and `new` are its places in the section. A block that moved may have changed, too: see `is_edited`.
    """

    kind: str
    status: Status
    parts: tuple[Runs, ...]
    level: int = 0
    number: int | None = None
    header: bool = False
    links: tuple[LinkDiff, ...] = ()
    old: int | None = None
    new: int | None = None
    struck: tuple[StruckDiff, ...] = ()

    @property
    def is_edited(self) -> bool:
        """Are its words, its links or what is struck out in it other than they were?"""
        return bool(self.links or self.struck) or any(
            run.op is not Op.EQUAL for part in self.parts for run in part
        )


@dataclass(frozen=True, slots=True)
class SectionDiff:
    """A heading (None in front of the first) and what is below it. `old` and `new` are its places.

    A section that moved may have changed, too: then some of its blocks are not SAME, or its heading.
    """

    status: Status
    heading: BlockDiff | None
    blocks: tuple[BlockDiff, ...]
    old: int | None = None
    new: int | None = None

    @property
    def is_edited(self) -> bool:
        """Is there a change in its heading, or in or among its blocks?"""
        return any(block.status is not Status.SAME for block in (self.heading, *self.blocks) if block)


@dataclass(frozen=True, slots=True)
class Diff:
    """All sections of both texts in the new order, removed ones where they were."""

    sections: tuple[SectionDiff, ...]

    @property
    def is_empty(self) -> bool:
        """Did nothing change?"""
        return all(section.status is Status.SAME for section in self.sections)


def diff(old_html: str, new_html: str) -> Diff:
    """What changed from one guide's XHTML to another: words, links, what is struck out, and their order.

    Quote styles and layout are no change, nor is a picture without an alternative text or another file for
    it. Linear in length but for changed stretches, which are bounded: what is too large for a comparison by
    words is shown as removed and added. Raises ContentError for HTML that was not sanitised and cannot be.
    """
    old, new = read(old_html, pictures=True), read(new_html, pictures=True)
    return Diff(tuple(_section(match, old, new) for match in match_sections(old, new)))


def _section(found: SectionMatch, old: Sequence[Section], new: Sequence[Section]) -> SectionDiff:
    before = old[found.match.old] if found.match.old is not None else _NOTHING
    after = new[found.match.new] if found.match.new is not None else _NOTHING
    heading = _block(_HEADINGS[bool(before.heading), bool(after.heading)], before.heading, after.heading)
    blocks = []
    for match in found.blocks:
        was = before.blocks[match.old] if match.old is not None else None
        now = after.blocks[match.new] if match.new is not None else None
        if block := _block(match, was, now):
            blocks.append(block)
    edited = any(block.status is not Status.SAME for block in blocks)
    edited = edited or (heading is not None and heading.status is not Status.SAME)
    return SectionDiff(_status(found.match, edited), heading, tuple(blocks), found.match.old, found.match.new)


_NOTHING = Section(None, ())
_HEADINGS = {
    (old, new): Match(0 if old else None, 0 if new else None)
    for old in (True, False)
    for new in (True, False)
}


def _status(match: Match, edited: bool) -> Status:
    if match.old is None:
        return Status.ADDED
    if match.new is None:
        return Status.REMOVED
    if match.moved:
        return Status.MOVED
    return Status.CHANGED if edited else Status.SAME


def _block(match: Match, before: Block | None, after: Block | None) -> BlockDiff | None:
    block = after or before
    if block is None:
        return None
    links: tuple[LinkDiff, ...] = ()
    struck: tuple[StruckDiff, ...] = ()
    edited = False
    if before is None or after is None:
        op = Op.DELETE if after is None else Op.INSERT
        parts = tuple([whole(part, op) for part in block.parts])
    elif (before.parts, before.links, before.struck) == (after.parts, after.links, after.struck):
        parts = tuple([whole(part, Op.EQUAL) for part in block.parts])
    else:
        parts = tuple(_parts(before.parts, after.parts))
        links, struck = tuple(_links(before, after)), tuple(_struck(before, after))
        edited = bool(links or struck) or any(run.op is not Op.EQUAL for part in parts for run in part)
    status = _status(match, edited)
    place = (match.old, match.new)
    return BlockDiff(
        block.kind, status, parts, block.level, block.number, block.header, links, *place, struck
    )


def _parts(old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[Runs]:
    """The runs of each part; if a row lost or gained cells, those that stayed are found by their words."""
    if len(old) == len(new):
        yield from map(compare_texts, old, new)
        return
    i = j = 0
    for a, b in [*pair_texts(old, new), (len(old), len(new))]:
        yield from (whole(cell, Op.DELETE) for cell in old[i:a])
        yield from (whole(cell, Op.INSERT) for cell in new[j:b])
        if b < len(new):
            yield compare_texts(old[a], new[b])
        i, j = a + 1, b + 1


def _links(before: Block, after: Block) -> Iterator[LinkDiff]:
    """Links whose target changed, by their words; what came or went with its words is told by the runs."""
    if before.links == after.links:
        return
    targets: dict[str, list[str]] = {}
    for text, target in before.links:
        targets.setdefault(text, []).append(target)
    for text, target in after.links:
        old = targets[text].pop(0) if targets.get(text) else None
        if old != target and (old or text in before.text):
            yield LinkDiff(text, old, target)
    for text, rest in targets.items():
        yield from (LinkDiff(text, target, None) for target in rest if text in after.text)


def _struck(before: Block, after: Block) -> Iterator[StruckDiff]:
    """Words of both texts that are struck out in one of them."""
    if before.struck == after.struck:
        return
    old, new = Counter(before.struck), Counter(after.struck)
    yield from (StruckDiff(text, True) for text in (new - old).elements() if text in before.text)
    yield from (StruckDiff(text, False) for text in (old - new).elements() if text in after.text)


def old_text(changes: Diff) -> list[str]:
    """The words of the old text, a string for every heading, block or cell, in its order."""
    return _reading(changes, "old", Op.DELETE)


def new_text(changes: Diff) -> list[str]:
    """The words of the new text, a string for every heading, block or cell, in its order."""
    return _reading(changes, "new", Op.INSERT)


def _reading(changes: Diff, side: str, op: Op) -> list[str]:
    place = attrgetter(side)

    def there(parts: Iterable[Part]) -> list[Part]:
        return sorted((part for part in parts if place(part) is not None), key=place)

    blocks = (
        block
        for section in there(changes.sections)
        for block in (*there([section.heading] if section.heading else []), *there(section.blocks))
    )
    texts = (_read(part, op) for block in blocks for part in block.parts)
    return [text for text in texts if text]


def _read(runs: Iterable[Run], op: Op) -> str:
    return "".join(run.text for run in runs if run.op in (Op.EQUAL, op)).strip()
