"""What two texts do not share, in pieces that can be judged: reworded sentences, items, cells; and what moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from publisher.text.comparing.align import align, alike
from publisher.text.comparing.match import Match, match_sections
from publisher.text.comparing.runs import sentence_key, sentences
from publisher.text.comparing.units import Block, Section
from publisher.text.fold import fold_marks

_PROSE = frozenset({"paragraph", "quote", "term", "definition", "caption"})
_RESTRUCTURED = 0.6  # of the words of items that are found in the prose beside them: layout, not content


@dataclass(frozen=True, slots=True)
class Change:
    """Sentences that became others. `place` is title, heading, item, step, cell, code or text.

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
    """Something whole that came (`old` empty), went (`new` empty), or moved (both the same), by its kind."""

    kind: str  # section, step, item, row, sentence
    old: str
    new: str


@dataclass(slots=True)
class Changes:
    """Everything between two texts."""

    changes: list[Change] = field(default_factory=list)
    shifts: list[Shift] = field(default_factory=list)
    links: list[tuple[tuple[str, str], ...]] = field(default_factory=list)  # old links, new links, by turns
    code: list[tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=list)
    struck: list[tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=list)


def find_changes(old_title: str, old: Sequence[Section], new_title: str, new: Sequence[Section]) -> Changes:
    """Everything that differs but for quote styles, whitespace, layout and pictures."""
    found = Changes()
    if fold_marks(old_title) != fold_marks(new_title):
        found.changes.append(Change("title", (old_title,), (new_title,)))
    for match in match_sections(old, new):
        before = old[match.match.old] if match.match.old is not None else None
        after = new[match.match.new] if match.match.new is not None else None
        _section(found, match.match, before, after)
        if not match.same or (before and after):
            _blocks(found, match.blocks, before.blocks if before else (), after.blocks if after else ())
    _cancel_moved(found)
    return found
