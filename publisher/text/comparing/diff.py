"""What changed between two texts of a guide, as data: sections, their blocks, and runs of words."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeVar

from publisher.text.comparing.match import Match, SectionMatch, match_sections
from publisher.text.comparing.runs import Op, Run, Runs, compare_texts, whole
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
class BlockDiff:
    """A paragraph, heading, item, row or line of code. `parts` has one tuple of runs, or one per cell.

    `kind` is heading, paragraph, item, row, code, quote, term, definition or caption; `level` a heading's
    level or an item's depth; `number` an ordered item's. `old` and `new` are its places in the section.
    A block that moved may have changed, too: `is_edited` looks at its words.
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

    @property
    def is_edited(self) -> bool:
        return bool(self.links) or any(run.op is not Op.EQUAL for part in self.parts for run in part)


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
        return any(block.status is not Status.SAME for block in (self.heading, *self.blocks) if block)


@dataclass(frozen=True, slots=True)
class Diff:
    """All sections of both texts in the new order, removed ones where they were."""

    sections: tuple[SectionDiff, ...]

    @property
    def is_empty(self) -> bool:
        return all(section.status is Status.SAME for section in self.sections)


def diff(old_html: str, new_html: str) -> Diff:
    """What changed from one guide's XHTML to another. Quote styles, layout and pictures are no change.

    Linear in length but for changed stretches, which are bounded: what is too large for a comparison by words
    is shown as removed and added. Raises ContentError for HTML that was not sanitised and cannot be.
    """
    old, new = read(old_html), read(new_html)
    return Diff(tuple(_section(match, old, new) for match in match_sections(old, new)))


def _section(found: SectionMatch, old: Sequence[Section], new: Sequence[Section]) -> SectionDiff:
    before = old[found.match.old] if found.match.old is not None else None
    after = new[found.match.new] if found.match.new is not None else None
    heading = _block(
        Match(0 if before and before.heading else None, 0 if after and after.heading else None),
        (before.heading,) if before and before.heading else (),
        (after.heading,) if after and after.heading else (),
    )
    blocks = tuple(
        block
        for match in found.blocks
        if (block := _block(match, before.blocks if before else (), after.blocks if after else ()))
    )
    parts = [block for block in (heading, *blocks) if block]
    edited = any(block.status is not Status.SAME for block in parts)
    return SectionDiff(_status(found.match, edited), heading, blocks, found.match.old, found.match.new)


def _status(match: Match, edited: bool) -> Status:
    if match.old is None:
        return Status.ADDED
    if match.new is None:
        return Status.REMOVED
    if match.moved:
        return Status.MOVED
    return Status.CHANGED if edited else Status.SAME


def _block(match: Match, old: Sequence[Block], new: Sequence[Block]) -> BlockDiff | None:
    before = old[match.old] if match.old is not None else None
    after = new[match.new] if match.new is not None else None
    block = after or before
    if block is None:
        return None
    parts = tuple(_parts(before, after))
    links = tuple(_links(before, after)) if before and after else ()
    edited = bool(links) or any(run.op is not Op.EQUAL for part in parts for run in part)
    return BlockDiff(
        block.kind,
        _status(match, edited),
        parts,
        block.level,
        block.number,
        block.header,
        links,
        match.old,
        match.new,
    )


def _parts(before: Block | None, after: Block | None) -> Iterator[Runs]:
    """The runs of each part; a row that lost or gained cells has the removed ones at its end."""
    old = before.parts if before else ()
    new = after.parts if after else ()
    for place in range(max(len(old), len(new))):
        if place >= len(new) or after is None:
            yield whole(old[place], Op.DELETE)
        elif place >= len(old) or before is None:
            yield whole(new[place], Op.INSERT)
        else:
            yield compare_texts(old[place], new[place])


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
