"""Which line is a heading, which is in a list, which is prose: decided for all lines of a text together.

A short line alone says little; what tells is what stands above and below it, and how the other headings of
the same text are set.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from itertools import pairwise

from publisher.text.lists import continuations, letter_items, number_series, term_runs
from publisher.text.shape import Marker, Shape, Style

_GAPLESS = 0.2  # share of lines with a blank line above; below it, blank lines mean nothing
_STYLED = 3  # so many headings in title case, and sentence case is no heading
_CAPTION_WORDS = 5
_POINT = 110  # characters of a one-sentence item


class Role(enum.Enum):
    """What a line is in the guide."""

    HEADING = enum.auto()
    PROSE = enum.auto()
    ITEM = enum.auto()
    CONTINUATION = enum.auto()  # more words of the item above
    MORE = enum.auto()  # a further paragraph of the item above
    BREAK = enum.auto()
    UNDERLINE = enum.auto()  # makes the line above a heading


class Assignment:
    """The roles of a text's lines, as they are being decided."""

    def __init__(self, shapes: Sequence[Shape], above: int = 0) -> None:
        self.shapes = shapes
        self.roles: list[Role | None] = [Role.PROSE] * above + [None] * (len(shapes) - above)
        gaps = sum(shape.line.gap for shape in shapes)
        self.gapless = len(shapes) > 3 and gaps < _GAPLESS * len(shapes)

    def decide(self) -> list[Role]:
        """One role for every line."""
        self._explicit()
        self._colons()
        self._numbers()
        self._marked()
        self._terms()
        self._after_colons()
        self._close_lists()
        self._headings()
        return [role or Role.PROSE for role in self.roles]

    # ------------------------------------------------------------------------ lines that say what they are

    def _explicit(self) -> None:
        for place, shape in enumerate(self.shapes):
            if shape.explicit:
                self.roles[place] = Role.HEADING
            elif shape.is_break:
                above = self.shapes[place - 1] if place and not shape.line.gap else None
                if above and self.roles[place - 1] is None and above.heading_like and shape.text[0] in "=-~_":
                    self.roles[place - 1] = Role.HEADING
                    self.roles[place] = Role.UNDERLINE
                else:
                    self.roles[place] = Role.BREAK

    def _colons(self) -> None:
        """`Introduction:` alone over prose is a heading, and over a list where that is the habit."""
        alone = [
            place
            for place, (shape, below) in enumerate(zip(self.shapes, self.shapes[1:], strict=False))
            if self.roles[place] is None and shape.line.gap and below.line.gap and shape.colon_heading
        ]
        over_prose = [place for place in alone if self.shapes[place + 1].is_prose]
        self._set(alone if len(over_prose) > 1 else over_prose, Role.HEADING)

    def _numbers(self) -> None:
        """A series of numbers is one thing: headings if prose stands between, otherwise a list."""
        for series in number_series(self.shapes):
            votes = sum(self._opens_section(place) for place in series)
            role = Role.HEADING if 2 * votes >= len(series) and votes else Role.ITEM
            for place in series:
                self.roles[place] = role
            if role is Role.ITEM:
                for before, after in pairwise(series):
                    self._more(before + 1, after)

    def _opens_section(self, place: int) -> bool:
        if not self.shapes[place].heading_like or place + 1 >= len(self.shapes):
            return False
        return self.shapes[place + 1].is_prose

    def _more(self, start: int, end: int) -> None:
        between = range(start, end)
        if len(between) <= 3 and all(self.shapes[n].is_prose and self.roles[n] is None for n in between):
            for place in between:
                self.roles[place] = Role.MORE

    def _marked(self) -> None:
        for place, shape in enumerate(self.shapes):
            if self.roles[place] is None and (
                shape.marker is Marker.BULLET or letter_items(self.shapes, place)
            ):
                self.roles[place] = Role.ITEM
        for place in continuations(self.shapes, [role is Role.ITEM for role in self.roles]):
            if self.roles[place] in (None, Role.MORE):
                self.roles[place] = Role.CONTINUATION

    # ------------------------------------------------------------------------ lists without markers

    def _terms(self) -> None:
        for run in term_runs(self.shapes, [role is None for role in self.roles]):
            for place in run:
                self.roles[place] = Role.ITEM

    def _after_colons(self) -> None:
        for place, shape in enumerate(self.shapes):
            if shape.opens_list and self.roles[place] in (None, Role.PROSE):
                run = self._close_run(place + 1) or self._short_run(place + 1)
                for below in run:
                    self.roles[below] = Role.ITEM
                if run:
                    self.roles[place] = Role.PROSE

    def _close_run(self, start: int) -> range:
        """Lines without blank lines between them that could all be items."""
        end = start
        while end < len(self.shapes) and (end == start or not self.shapes[end].line.gap):
            if self.roles[end] is not None or not self.shapes[end].item_like:
                return range(0)
            end += 1
        return range(start, end) if end - start > 1 and not self.gapless else range(0)

    def _short_run(self, start: int) -> range:
        """Short lines that do not end like sentences. The last one is a heading if prose stands below it."""
        end = start
        while end < len(self.shapes) and self._is_loose_item(end):
            end += 1
        below = self.shapes[end] if end < len(self.shapes) else None
        if end > start and below is not None and below.is_prose and self.shapes[end - 1].heading_like:
            end -= 1
        return range(start, end) if end - start > 1 else range(0)

    def _is_loose_item(self, place: int) -> bool:
        shape = self.shapes[place]
        return self.roles[place] is None and shape.item_like and not shape.ends_sentence

    def _close_lists(self) -> None:
        """Three short lines in a row without blank lines, where all else has them, are a list."""
        if self.gapless:
            return
        for chunk in self._chunks():
            if len(chunk) < 2 or any(
                self.roles[n] is not None or not self.shapes[n].item_like for n in chunk
            ):
                continue
            first, rest = self.shapes[chunk[0]], chunk[1:]
            above = self.shapes[chunk[0] - 1] if chunk[0] else None
            headed = above is not None and (above.heading_like or above.opens_list or above.explicit)
            if not headed and len(rest) > 1 and self._heads(first, rest):
                self.roles[chunk[0]] = Role.HEADING
                self._items(rest)
            elif chunk[0] and len(chunk) >= (2 if headed else 3) and self._alike(chunk, bool(headed)):
                self._items(chunk)

    def _heads(self, first: Shape, rest: Sequence[int]) -> bool:
        """Whether the first line of a chunk is a heading: set unlike the others, or over amounts."""
        if not first.heading_like:
            return False
        below = [self.shapes[n] for n in rest]
        titled = first.style is not Style.SENTENCE
        points = len(rest) > 2 and all(shape.ends_sentence and len(shape.text) <= _POINT for shape in below)
        unlike = all(shape.style is Style.SENTENCE and not shape.ends_sentence for shape in below)
        return (titled and (points or unlike)) or all(map(self._is_ingredient, rest))

    def _items(self, places: Sequence[int]) -> None:
        for place in places:
            self.roles[place] = Role.ITEM

    def _is_ingredient(self, place: int) -> bool:
        first = self.shapes[place].text[0]
        return first.isdigit() or first.islower()

    def _alike(self, chunk: Sequence[int], headed: bool) -> bool:
        ends = {self.shapes[place].ends_sentence for place in chunk}
        return ends == {False} or (ends == {True} and headed and len(chunk) > 2)

    def _chunks(self) -> Iterator[range]:
        start = 0
        for place in range(1, len(self.shapes) + 1):
            if place == len(self.shapes) or self.shapes[place].line.gap:
                yield range(start, place)
                start = place

    # ------------------------------------------------------------------------ headings that look like ones

    def _headings(self) -> None:
        runs = list(self._runs())
        styled = self._is_styled(runs)
        for run in runs:
            self._resolve(run, styled)

    def _runs(self) -> Iterator[range]:
        """Longest runs of lines that could be headings."""
        start = None
        for place in range(len(self.shapes) + 1):
            could = place < len(self.shapes) and self._could_be_heading(place)
            if could and start is None:
                start = place
            elif not could and start is not None:
                yield range(start, place)
                start = None

    def _could_be_heading(self, place: int) -> bool:
        shape = self.shapes[place]
        if self.roles[place] is not None or not shape.heading_like:
            return False
        if shape.line.gap or self.gapless or place == 0:
            return True
        above = self.shapes[place - 1]
        below = self.shapes[place + 1] if place + 1 < len(self.shapes) else None
        return (above.ends_sentence or above.heading_like) and below is not None and below.is_prose

    def _is_styled(self, runs: Sequence[range]) -> bool:
        """Whether this text sets its headings in title case or capitals."""
        styles = [self.shapes[run[0]].style for run in runs if len(run) == 1 and self._has_content(run)]
        titled = sum(style is not Style.SENTENCE for style in styles)
        return titled >= _STYLED and titled >= 0.7 * len(styles)

    def _has_content(self, run: range) -> bool:
        """Whether something stands below that a heading can be over."""
        below = self.roles[run.stop] if run.stop < len(self.shapes) else Role.BREAK
        return below not in (Role.BREAK, Role.UNDERLINE)

    def _resolve(self, run: range, styled: bool) -> None:
        places = [place for place in run if not (styled and self._is_caption(place, len(run)))]
        if len(places) < len(run):
            self._unstyled(run, set(places))
        elif not self._has_content(run):
            self._at_end(run)
        elif len(run) <= 3 or self._has_capitals(run):
            self._set(run, Role.HEADING)
        else:
            self.roles[run[0]] = Role.HEADING
            self._items(run[1:-1])
            self.roles[run[-1]] = Role.HEADING

    def _is_caption(self, place: int, run: int) -> bool:
        shape = self.shapes[place]
        if shape.style is not Style.SENTENCE or shape.bold or shape.text.endswith("?"):
            return False
        return run > 1 or len(shape.text.split()) >= _CAPTION_WORDS

    def _unstyled(self, run: range, styled: set[int]) -> None:
        """A run with lines set unlike the headings: those are items if there are some, else prose."""
        plain: list[int] = []
        for place in [*run, -1]:
            if place >= 0 and place not in styled:
                plain.append(place)
                continue
            if len(plain) > 1:
                self._items(plain)
            plain = []
            if place >= 0 and (place + 1 < run.stop or self._has_content(run)):
                self.roles[place] = Role.HEADING

    def _at_end(self, run: range) -> None:
        """Short lines with nothing below: a list under the first of them if there are many, else prose."""
        if len(run) > 3:
            self.roles[run[0]] = Role.HEADING
            self._items(run[1:])

    def _has_capitals(self, run: range) -> bool:
        styles = [self.shapes[place].style for place in run]
        return Style.CAPS in styles and len(set(styles)) > 1 and len(run) <= 4

    def _set(self, places: Sequence[int], role: Role) -> None:
        for place in places:
            self.roles[place] = role


def assign(shapes: Sequence[Shape], above: int = 0) -> list[Role]:
    """One role for every line, in linear time. The first `above` lines stand over the title: prose."""
    return Assignment(shapes, above).decide()
