"""Heading levels for headings that do not tell them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from publisher.text.fold import fold
from publisher.text.headings import relevel
from publisher.text.phrases import GENERAL, SIDES
from publisher.text.shape import Marker, Shape, Style

# Ranks: any numbers will do, as long as deeper is larger. `relevel` closes the gaps.
_CAPS, _PLAIN, _HANGING, _NUMBERED, _BETWEEN, _SIDE = 10, 20, 1, 23, 26, 28


@dataclass(frozen=True, slots=True)
class Mark:
    """One heading. `hangs` says that the next heading stands directly below it."""

    shape: Shape
    hangs: bool


def outline(marks: Sequence[Mark]) -> list[int]:
    """The level of each heading, 2 to 6.

    `## words` and `H2: words` say it; capitals stand over other headings, `1.` over `1.1`; a heading with
    another one directly below it stands over that one.
    """
    styles = {_is_caps(mark.shape) for mark in marks}
    ranks = [_rank(mark.shape, mixed=len(styles) > 1) for mark in marks]
    _rank_numbers(marks, ranks)
    for place, (before, after) in enumerate(pairwise(marks)):
        if before.hangs and not after.shape.explicit and ranks[place + 1] in (ranks[place], _PLAIN):
            ranks[place + 1] = max(ranks[place], ranks[place + 1]) + _HANGING
    _rank_questions(marks, ranks)
    _rank_parts(marks, ranks)
    return relevel(ranks)


def _is_caps(shape: Shape) -> bool:
    return shape.style is Style.CAPS


def _rank(shape: Shape, *, mixed: bool) -> int:
    if shape.explicit:
        return shape.explicit[0] * 10
    if shape.marker is Marker.NESTED:
        return _NUMBERED + shape.label.count(".")
    return _CAPS if mixed and _is_caps(shape) else _PLAIN


def _rank_questions(marks: Sequence[Mark], ranks: list[int]) -> None:
    """Questions below a heading with nothing of its own: all belong to it, not the first alone."""
    inside: int | None = None
    for place, mark in enumerate(marks):
        above = marks[place - 1] if place else None
        if not _is_question(mark) or mark.shape.explicit:
            inside = None
        elif above is not None and above.hangs and not _is_question(above):
            inside = ranks[place]
        elif inside is not None and ranks[place] < inside:
            ranks[place] = inside


def _is_question(mark: Mark) -> bool:
    return mark.shape.words.endswith(("?", "？"))


def _rank_parts(marks: Sequence[Mark], ranks: list[int]) -> None:
    """Headings that come again and again, as `Pros` and `Cons` do, are parts of what stands above them."""
    names = [fold(mark.shape.words) for mark in marks]
    counts = Counter(names)
    free = [n for n, mark in enumerate(marks) if not mark.shape.explicit and ranks[n] == _PLAIN]
    parts = [n for n in free if n and (counts[names[n]] > 1 or names[n] in SIDES)]
    if names and len(parts) < len(free) and counts[names[0]] == 1:
        for place in parts:
            ranks[place] = _SIDE


def _rank_numbers(marks: Sequence[Mark], ranks: list[int]) -> None:
    """Numbered headings belong to the heading above them, unless they are what the whole text is made of."""
    numbered = [
        n for n, mark in enumerate(marks) if mark.shape.marker is Marker.NUMBER and not mark.shape.explicit
    ]
    starts = sum(marks[n].shape.number <= 1 for n in numbered)
    series: list[int] = []
    for place in [*numbered, -1]:
        if series and (place < 0 or marks[place].shape.number != marks[series[-1]].shape.number + 1):
            _rank_series(marks, ranks, series, restarts=starts > 1)
            series = []
        series.append(place)


def _rank_series(marks: Sequence[Mark], ranks: list[int], series: list[int], *, restarts: bool) -> None:
    above = marks[series[0] - 1] if series[0] else None
    nested = above is not None and (
        above.hangs or restarts or (2 * len(series) <= len(marks) and fold(above.shape.words) not in GENERAL)
    )
    if nested:
        for place in series:
            ranks[place] = _NUMBERED
    for before, after in pairwise(series):
        for place in range(before + 1, after):
            if not marks[place].shape.explicit and ranks[place] == _PLAIN:
                ranks[place] = _BETWEEN
