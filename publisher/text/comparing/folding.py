"""What of a diff is worth showing: changes with a little around them, and how much was left out between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from publisher.text.comparing.diff import BlockDiff, Diff, SectionDiff, Status
from publisher.text.comparing.runs import Op, Run, Runs
from publisher.text.comparing.wording import DiffWords, Folded

_KEPT_WORDS = 15  # of a long unchanged stretch, on the side of a change
_LONG_WORDS = 2 * _KEPT_WORDS + 10
_KEPT_CHARS = 120  # of a stretch without spaces between words, as in Japanese
_LONG_CHARS = 3 * _KEPT_CHARS
_CLIPPED_CHARS = 1_200  # of one block in a mail
_RUN_COST = 40  # what the marks around a run cost, in characters


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is told behind the words of a block: `intro`, then the runs."""

    intro: str
    runs: Runs = ()


def shown(changes: Diff, context: int | None) -> Iterator[SectionDiff | Folded]:
    """The sections that changed, and how many between them did not. `context` None: all of them."""
    hidden = 0
    for section in changes.sections:
        if not section.heading and not section.blocks:
            continue
        if section.status is Status.SAME and context is not None:
            hidden += 1
            continue
        if hidden:
            yield Folded(hidden, "section")
            hidden = 0
        yield section
    if hidden:
        yield Folded(hidden, "section")


def shown_blocks(section: SectionDiff, context: int | None) -> Iterator[BlockDiff | Folded]:
    """The blocks with a change, `context` unchanged ones on either side, and what is folded between."""
    blocks = section.blocks
    if context is None:
        yield from blocks
        return
    near = _near(
        (n for n, block in enumerate(blocks) if block.status is not Status.SAME), context, len(blocks)
    )
    hidden = 0
    for n, block in enumerate(blocks):
        if n not in near:
            hidden += 1
            continue
        if hidden:
            yield Folded(hidden, "paragraph")
            hidden = 0
        yield block
    if hidden:
        yield Folded(hidden, "paragraph")


def _near(places: Iterable[int], context: int, count: int) -> set[int]:
    near: set[int] = set()
    reach = -1
    for place in places:
        start = max(place - context, reach + 1, 0)
        reach = min(place + context, count - 1)
        near.update(range(start, reach + 1))
    return near


def limited(changes: Diff, limit: int) -> tuple[list[SectionDiff], int]:
    """Sections with no more than `limit` changed blocks and no others, and how many changes are left out.

    A section that was moved or renamed counts as one change if its blocks are what they were. Raises
    ValueError for a limit below 1.
    """
    if limit < 1:
        raise ValueError(f"the limit must be at least 1, not {limit}")
    sections: list[SectionDiff] = []
    room, left_out = limit, 0
    for section in changes.sections:
        if section.status is Status.SAME:
            continue
        changed = tuple(block for block in section.blocks if block.status is not Status.SAME)
        count = max(1, len(changed))
        if room:
            sections.append(replace(section, blocks=changed[:room]))
        left_out += max(0, count - room)
        room = max(0, room - count)
    return sections, left_out


def clipped(parts: tuple[Runs, ...]) -> tuple[Runs, ...]:
    """The parts of a block with long unchanged stretches shortened, and cut off where it gets too long."""
    left = _CLIPPED_CHARS
    found = []
    for part in parts:
        runs = []
        for run in shortened(part, 1):
            if left <= 0:
                break
            runs.append(Run(run.op, _cut(run.text, left)))
            left -= len(run.text) + (_RUN_COST if run.op is not Op.EQUAL else 0)
        if runs or left > 0:
            found.append(tuple(runs))
    return tuple(found)


def _cut(text: str, limit: int) -> str:
    """At most `limit` characters, and a mark if there were more; cut between words if there are any."""
    if len(text) <= limit:
        return text
    head = text[:limit]
    space = head.rfind(" ", limit // 2)
    return f"{head[:space] if space > 0 else head} …"


def shortened(runs: Runs, context: int | None) -> Runs:
    """The runs with the middle of long unchanged stretches left out; as they are if nothing changed."""
    if context is None or all(run.op is Op.EQUAL for run in runs):
        return runs
    last = len(runs) - 1
    return tuple(
        Run(run.op, _short(run.text, at_start=n == 0, at_end=n == last)) if run.op is Op.EQUAL else run
        for n, run in enumerate(runs)
    )


def _short(text: str, *, at_start: bool, at_end: bool) -> str:
    words = text.split()
    if len(words) > _LONG_WORDS:
        space = text[: len(text) - len(text.lstrip())]
        head = "" if at_start else f"{space}{' '.join(words[:_KEPT_WORDS])} "
        tail = "" if at_end else f" {' '.join(words[-_KEPT_WORDS:])}"
    elif len(text) > _LONG_CHARS and len(text) > 20 * len(words):
        head = "" if at_start else text[:_KEPT_CHARS]
        tail = "" if at_end else text[-_KEPT_CHARS:]
    else:
        return text
    return f"{head}…{tail}"


def label(block: BlockDiff, word: str) -> str:
    """`Added:` or `Removed:` in front of a block; small where something stands before it."""
    return word if block.kind == "picture" else word[:1].upper() + word[1:]


def notes(block: BlockDiff, words: DiffWords) -> Iterator[Note]:
    """What changed in a block that its words do not show: where links lead, and what is struck out."""
    for link in block.links:
        intro = f"{words.link} {words.quoted(link.text)}:" if link.text else f"{words.link}:"
        targets = ((Op.DELETE, link.old), (Op.INSERT, link.new))
        yield Note(intro, tuple(Run(op, f" {target}") for op, target in targets if target))
    for mark in block.struck:
        yield Note(f"{words.struck if mark.struck else words.unstruck}: {words.quoted(mark.text)}")
