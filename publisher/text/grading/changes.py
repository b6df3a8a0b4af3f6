"""What two texts do not share, in pieces that can be judged: reworded sentences, items, what moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from publisher.text.comparing.align import align
from publisher.text.comparing.match import Match, match_sections
from publisher.text.comparing.runs import sentence_key, sentences
from publisher.text.comparing.units import Block, Section
from publisher.text.fold import fold_marks

_WHOLE = frozenset({"item", "row", "code"})  # kinds that come and go as a whole; all others are prose
_RESTRUCTURED = 0.6  # share of words that items have in common with the prose that stood there: only layout


@dataclass(frozen=True, slots=True)
class Change:
    """Sentences that became others. `place` is title, heading, item, step, cell, code, picture or text.

    One side may be empty: then whole sentences came or went.
    """

    place: str
    old: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def size(self) -> int:
        """Characters on both sides."""
        return sum(map(len, self.old)) + sum(map(len, self.new))


@dataclass(frozen=True, slots=True)
class Shift:
    """A whole section, step, item, row or sentence that came (`old` empty), went (`new` empty), or moved."""

    kind: str
    old: str
    new: str

    @property
    def is_move(self) -> bool:
        return bool(self.old and self.new)


@dataclass(frozen=True, slots=True)
class Marks:
    """What is told by markup in two blocks that belong together: links (text, target), code, struck words."""

    old_links: tuple[tuple[str, str], ...]
    new_links: tuple[tuple[str, str], ...]
    old_words: tuple[tuple[str, str], ...]  # ("code" or "struck out", words)
    new_words: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Changes:
    """Everything between two texts."""

    changes: list[Change] = field(default_factory=list)
    shifts: list[Shift] = field(default_factory=list)
    marks: list[Marks] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.changes or self.shifts or self.marks)

    def without_layout(self) -> Changes:
        """What is left if both texts have the same words in the same order, however they are laid out."""
        strict = [change for change in self.changes if change.place in ("code", "picture")]
        return Changes(changes=strict, marks=self.marks)


def find_changes(old_title: str, old: Sequence[Section], new_title: str, new: Sequence[Section]) -> Changes:
    """Everything that differs but for quote styles, whitespace, layout and pictures."""
    found = Changes()
    if fold_marks(old_title) != fold_marks(new_title):
        found.changes.append(Change("title", (old_title,), (new_title,)))
    for section in match_sections(old, new):
        before = old[section.match.old] if section.match.old is not None else None
        after = new[section.match.new] if section.match.new is not None else None
        found.shifts += _section_shift(section.match, before, after)
        if before and after:
            _compare_headings(found, before, after)
            _Blocks(found, before.blocks, after.blocks).compare(section.blocks)
    _take_out_moved(found)
    return found


def _section_shift(match: Match, before: Section | None, after: Section | None) -> Iterator[Shift]:
    old = before.heading.text if before and before.heading else ""
    new = after.heading.text if after and after.heading else ""
    if match.moved or not (before and after):
        yield Shift("section", old, new)


def _compare_headings(found: Changes, before: Section, after: Section) -> None:
    if before.heading and after.heading:
        if not before.heading.is_same(after.heading):
            found.changes.append(Change("heading", (before.heading.text,), (after.heading.text,)))
        _compare_marks(found, before.heading, after.heading)


def _compare_marks(found: Changes, old: Block, new: Block) -> None:
    if (old.links, old.code, old.struck) != (new.links, new.code, new.struck):
        found.marks.append(Marks(old.links, new.links, tuple(_marked(old)), tuple(_marked(new))))


def _marked(block: Block) -> Iterator[tuple[str, str]]:
    yield from (("code", words) for words in block.code)
    yield from (("struck out", words) for words in block.struck)


@dataclass(slots=True)
class _Blocks:
    """The blocks of one section that stayed."""

    found: Changes
    old: Sequence[Block]
    new: Sequence[Block]

    def compare(self, matches: Iterable[Match]) -> None:
        for same, group in groupby(matches, key=self._is_same):
            if same:
                for match in group:
                    _compare_marks(self.found, *self._pair(match))
            else:
                self._stretch(list(group))

    def _is_same(self, match: Match) -> bool:
        if match.old is None or match.new is None or match.moved:
            return False
        return self.old[match.old].is_same(self.new[match.new])

    def _pair(self, match: Match) -> tuple[Block, Block]:
        if match.old is None or match.new is None:
            raise ValueError("this block has no partner")
        return self.old[match.old], self.new[match.new]

    def _stretch(self, matches: Sequence[Match]) -> None:
        """Neighbours that all changed."""
        gone, come = [], []
        for match in matches:
            if match.old is None or match.new is None:
                gone += [self.old[match.old]] if match.old is not None else []
                come += [self.new[match.new]] if match.new is not None else []
                continue
            before, after = self._pair(match)
            _compare_marks(self.found, before, after)
            if match.moved:
                self.found.shifts.append(Shift(_shift_kind(after), before.text, after.text))
            elif after.kind in _WHOLE:
                self._whole(before, after)
            else:
                gone.append(before)
                come.append(after)
        self._leftover(gone, come)

    def _leftover(self, gone: Sequence[Block], come: Sequence[Block]) -> None:
        """Prose by sentences; items in order if none came or went; prose made into items is still prose."""
        old_whole = [block for block in gone if block.kind in _WHOLE]
        new_whole = [block for block in come if block.kind in _WHOLE]
        kinds = [block.kind for block in old_whole]
        if kinds and kinds == [block.kind for block in new_whole]:
            for before, after in zip(old_whole, new_whole, strict=True):
                self._whole(before, after)
                _compare_marks(self.found, before, after)
        elif _is_layout(old_whole, come) or _is_layout(new_whole, gone):
            self._prose(gone, come)
            return
        else:
            self.found.shifts += [_shift(block, "") for block in old_whole]
            self.found.shifts += [replace(_shift(block, ""), old="", new=block.text) for block in new_whole]
        self._prose(
            [block for block in gone if block.kind not in _WHOLE],
            [block for block in come if block.kind not in _WHOLE],
        )

    def _whole(self, before: Block, after: Block) -> None:
        if after.kind == "row":
            if len(before.parts) != len(after.parts):
                self.found.shifts += [_shift(before, ""), replace(_shift(after, ""), old="", new=after.text)]
                return
            self.found.changes += [
                Change("cell", (old,), (new,))
                for old, new in zip(before.parts, after.parts, strict=True)
                if fold_marks(old) != fold_marks(new)
            ]
        elif after.kind == "code":
            self.found.changes.append(Change("code", (before.text,), (after.text,)))
        else:
            place = _shift_kind(after) if (before.number is None) == (after.number is None) else "item"
            self.found.changes += _by_sentence(place, sentences(before.text), sentences(after.text))

    def _prose(self, gone: Iterable[Block], come: Iterable[Block]) -> None:
        old = [sentence for block in gone for sentence in sentences(block.text)]
        new = [sentence for block in come for sentence in sentences(block.text)]
        self.found.changes += _by_sentence("text", old, new)


def _shift_kind(block: Block) -> str:
    if block.kind == "item":
        return "item" if block.number is None else "step"
    return block.kind if block.kind in _WHOLE else "sentence"


def _shift(block: Block, new: str) -> Shift:
    return Shift(_shift_kind(block), block.text, new)


def _is_layout(items: Sequence[Block], beside: Sequence[Block]) -> bool:
    """Were these items the prose that is now, or was, beside them?"""
    if not items or any(block.kind in _WHOLE for block in beside) or not beside:
        return False
    words = frozenset[str]().union(*(block.words for block in items))
    prose = frozenset[str]().union(*(block.words for block in beside))
    return len(words & prose) >= _RESTRUCTURED * len(words)


def _by_sentence(place: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    """The stretches between equal sentences."""
    pairs = align([sentence_key(text) for text in old], [sentence_key(text) for text in new])
    i = j = 0
    for a, b in [*pairs, (len(old), len(new))]:
        if a > i or b > j:
            yield Change(place, tuple(old[i:a]), tuple(new[j:b]))
        i, j = a + 1, b + 1


def _take_out_moved(found: Changes) -> None:
    """Whole sentences that went in one place and came in another have moved."""
    old = Counter(
        sentence_key(text) for change in found.changes for text in change.old if change.place == "text"
    )
    new = Counter(
        sentence_key(text) for change in found.changes for text in change.new if change.place == "text"
    )
    moved = old & new
    if not moved:
        return
    gone, come = moved.copy(), moved.copy()
    left = (
        Change("text", _without(change.old, gone), _without(change.new, come))
        if change.place == "text"
        else change
        for change in found.changes
    )
    found.changes = [change for change in left if change.old or change.new]
    found.shifts += [Shift("sentence", text, text) for text in sorted(moved.elements())]


def _without(texts: Sequence[str], taken: Counter[str]) -> tuple[str, ...]:
    kept = []
    for text in texts:
        key = sentence_key(text)
        if taken[key]:
            taken[key] -= 1
        else:
            kept.append(text)
    return tuple(kept)
