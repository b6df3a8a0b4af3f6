"""Lines that make a list together: numbers that count up, letters, `Term: sentence.`"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from publisher.text.lines import Line
from publisher.text.shape import Marker, Shape

_LETTERS = "abcdefgh"
_JOINERS = "\ufe0e\ufe0f\u200d\u20e3🏻🏼🏽🏾🏿"
_MAX_SIGN = 8  # characters
_FIRST_SIGN = "\u2100"  # no pictograph comes before the letter-like symbols


def emoji_bullets(lines: Sequence[Line]) -> list[Line]:
    """The lines, with a bullet for the pictograph that two or more neighbours begin with."""
    heads = [_pictograph(line.text) for line in lines]
    result = []
    for place, (line, head) in enumerate(zip(lines, heads, strict=True)):
        near = (heads[n] for n in (place - 1, place + 1) if 0 <= n < len(heads))
        rest = line.text[len(head) :].strip() if head and head in near else ""
        result.append(replace(line, text=f"• {rest}") if rest else line)
    return result


def _pictograph(text: str) -> str:
    """The sign that a line begins with, with its selectors and joiners; empty if it begins otherwise."""
    if text[0] < _FIRST_SIGN:
        return ""
    length = 0
    while length < min(len(text), _MAX_SIGN) and (
        unicodedata.category(text[length]) == "So" or (length and text[length] in _JOINERS)
    ):
        length += 1
    return text[:length]


def number_series(shapes: Sequence[Shape]) -> Iterator[list[int]]:
    """Places of lines whose numbers count up by one, whatever stands between them."""
    series: list[int] = []
    for place, shape in enumerate(shapes):
        if shape.marker is not Marker.NUMBER or shape.explicit:
            continue
        if series and shape.number != shapes[series[-1]].number + 1:
            yield series
            series = []
        series.append(place)
    if series:
        yield series


def letter_items(shapes: Sequence[Shape], place: int) -> bool:
    """Whether this `b)` has an `a)` above or a `c)` below."""
    shape = shapes[place]
    if shape.marker is not Marker.LETTER:
        return False
    at = _LETTERS.index(shape.label)
    above = shapes[place - 1] if place else None
    below = shapes[place + 1] if place + 1 < len(shapes) else None
    return bool(
        (above and above.marker is Marker.LETTER and _LETTERS.index(above.label) == at - 1)
        or (below and below.marker is Marker.LETTER and _LETTERS.index(below.label) == at + 1)
    )


def continuations(shapes: Sequence[Shape], is_item: Sequence[bool]) -> Iterator[int]:
    """Lines that go on with the item above: indented further, no blank line between."""
    indent: int | None = None
    for place, shape in enumerate(shapes):
        if is_item[place]:
            indent = shape.line.indent
        elif indent is not None and not shape.line.gap and shape.line.indent > indent:
            yield place
        else:
            indent = None


def term_runs(shapes: Sequence[Shape], free: Sequence[bool]) -> Iterator[list[int]]:
    """Runs of two or more lines `Term: sentence.`, each with a term of its own.

    Without a line above that ends in a colon, they must all be sentences: headings may have colons, too.
    """
    run: list[int] = []
    for place in range(len(shapes) + 1):
        if place < len(shapes) and free[place] and shapes[place].term:
            run.append(place)
            continue
        if len(run) > 1 and _is_list(shapes, run):
            yield run
        run = []


def _is_list(shapes: Sequence[Shape], run: list[int]) -> bool:
    terms = {(shapes[place].term or "").casefold() for place in run}
    if len(terms) < len(run):
        return False
    opened = run[0] > 0 and shapes[run[0] - 1].opens_list
    return opened or all(shapes[place].ends_sentence for place in run)
