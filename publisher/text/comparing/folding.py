"""What of a diff is worth showing: changes with a little around them, and how much was left out between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from publisher.text.comparing.diff import BlockDiff, Diff, SectionDiff, Status
from publisher.text.comparing.runs import Op, Run, Runs

_KEPT_WORDS = 15  # of a long unchanged stretch, on the side of a change
_LONG_WORDS = 2 * _KEPT_WORDS + 10


@dataclass(frozen=True, slots=True)
class Folded:
    """So many unchanged blocks or sections that are not shown."""

    count: int
    what: str  # "section" or "paragraph"


@dataclass(frozen=True, slots=True)
class DiffWords:
    """What renderers say themselves. `unchanged` maps 1 and many of what is folded."""

    added: str = "added:"
    removed: str = "removed:"
    moved: str = "moved"
    link: str = "link"
    nothing: str = "Nothing changed."
    unchanged: tuple[tuple[str, str, str], ...] = (
        ("section", "{} section unchanged", "{} sections unchanged"),
        ("paragraph", "{} paragraph unchanged", "{} paragraphs unchanged"),
    )

    def folded(self, folded: Folded) -> str:
        for what, one, many in self.unchanged:
            if what == folded.what:
                return f"… {(one if folded.count == 1 else many).format(folded.count)} …"
        raise ValueError(f"there are no words for {folded.what!r} unchanged")


ENGLISH = DiffWords()


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
    if len(words) <= _LONG_WORDS:
        return text
    head = "" if at_start else text[: len(text) - len(text.lstrip())] + " ".join(words[:_KEPT_WORDS]) + " "
    tail = "" if at_end else " " + " ".join(words[-_KEPT_WORDS:])
    return f"{head}…{tail}"
