"""The outline of a guide: heading levels without gaps, and a table of contents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from publisher.text.rules import HEADINGS
from publisher.text.tree import fragment, text_of

TOP = 2  # the title is the only h1
DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Section:
    """One line of a table of contents. `id` is what `#id` leads to, empty if the heading carries none."""

    level: int
    id: str
    title: str


def relevel(levels: Iterable[int]) -> list[int]:
    """Heading levels as they were meant: the first is 2, none goes deeper by more than one step.

    Headings that had one level under the same parent keep one level.
    """
    open_levels: list[int] = []
    result = []
    for level in levels:
        while open_levels and open_levels[-1] >= level:
            open_levels.pop()
        open_levels.append(level)
        result.append(min(TOP + len(open_levels) - 1, DEEPEST))
    return result


def sections(html: str) -> list[Section]:
    """The headings of sanitised XHTML, in order."""
    return [
        Section(int(heading.tag[1]), heading.get("id") or "", title)
        for heading in fragment(html).iter(*HEADINGS)
        if (title := text_of(heading))
    ]
