"""Which section, and which block in it, became which: by heading, by words, by likeness; moved ones too."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from publisher.text.comparing.align import Gap, Pairs, align, alike, match_similar, rising
from publisher.text.comparing.units import Block, Section
from publisher.text.fold import fold

SECTION_ALIKE = 0.5  # bodies that are one section under another heading
BLOCK_ALIKE = 0.4
_PROSE = frozenset({"paragraph", "item", "quote", "term", "definition", "caption"})
_RENAMED_ALIKE = 0.3  # with nothing else between the same neighbours


@dataclass(frozen=True, slots=True)
class Match:
    """One element of either sequence: (old, new), (old, None) if removed, (None, new) if added.

    `moved`: it stands elsewhere among its fellows than it did.
    """

    old: int | None
    new: int | None
    moved: bool = False


@dataclass(frozen=True, slots=True)
class SectionMatch:
    """A section's match, and those of its blocks."""

    match: Match
    blocks: tuple[Match, ...]


def match_sections(old: Sequence[Section], new: Sequence[Section]) -> list[SectionMatch]:
    """Every section of either side once: in the new order, removed ones where they were."""
    return [_inside(match, old, new) for match in weave(_section_pairs(old, new), len(old), len(new))]


def _inside(match: Match, old: Sequence[Section], new: Sequence[Section]) -> SectionMatch:
    before = old[match.old].blocks if match.old is not None else ()
    after = new[match.new].blocks if match.new is not None else ()
    return SectionMatch(match, tuple(match_blocks(before, after)))


def _heading_key(section: Section) -> str:
    return section.heading.key if section.heading else ""


def _section_pairs(old: Sequence[Section], new: Sequence[Section]) -> Pairs:
    old_heads = [_head(section) for section in old]
    new_heads = [_head(section) for section in new]
    pairs = align(old_heads, new_heads)
    pairs += equal_elsewhere(pairs, old_heads, new_heads)
    pairs += _alike_elsewhere(pairs, old, new)
    pairs += _renamed(pairs, old, new)
    return pairs


def _head(section: Section) -> Hashable:
    return fold(section.heading.key) or section.heading.key if section.heading else None


def equal_elsewhere(pairs: Pairs, old: Sequence[Hashable], new: Sequence[Hashable]) -> Pairs:
    """What is left on both sides and equal, in order of appearance."""
    left: dict[Hashable, list[int]] = {}
    for i in _rest(len(old), (i for i, _ in pairs)):
        left.setdefault(old[i], []).append(i)
    for waiting in left.values():
        waiting.reverse()
    there = _rest(len(new), (j for _, j in pairs))
    return [(places.pop(), j) for j in there if (places := left.get(new[j]))]


def _alike_elsewhere(pairs: Pairs, old: Sequence[Section], new: Sequence[Section]) -> Pairs:
    """Sections under another heading that share a block or most of their words."""
    left = _rest(len(old), (i for i, _ in pairs))
    there = _rest(len(new), (j for _, j in pairs))
    few = len(left) * len(there) <= 400
    by_block: dict[str, int] = {}
    for i in left:
        for key in old[i].keys:
            by_block.setdefault(key, i)
    taken: set[int] = set()
    found = []
    for j in there:
        near = left if few else sorted({by_block[key] for key in new[j].keys if key in by_block})[:20]
        scores = [(_section_likeness(old[i], new[j]), -i) for i in near if i not in taken]
        score, place = max(scores, default=(0.0, 0))
        if score >= SECTION_ALIKE:
            taken.add(-place)
            found.append((-place, j))
    return found


def _section_likeness(old: Section, new: Section) -> float:
    return alike(old.words, new.words) if old.blocks and new.blocks else 0.0


def _renamed(pairs: Pairs, old: Sequence[Section], new: Sequence[Section]) -> Pairs:
    """A section alone between two that stayed, on both sides, and not wholly different."""
    partner = dict(pairs)
    there = {j for _, j in pairs}
    found = []
    for i in _rest(len(old), partner):
        j = partner.get(i - 1, -2) + 1
        ends = partner.get(i + 1, len(new)) if i + 1 < len(old) else len(new)
        if 0 < j < len(new) and j not in there and ends == j + 1:
            heads = alike(_head_words(old[i]), _head_words(new[j]))
            if heads >= SECTION_ALIKE or _section_likeness(old[i], new[j]) >= _RENAMED_ALIKE:
                found.append((i, j))
    return found


def _head_words(section: Section) -> frozenset[str]:
    return section.heading.words if section.heading else frozenset()


def match_blocks(old: Sequence[Block], new: Sequence[Block]) -> list[Match]:
    """Every block of either side once: equal ones, alike ones between them, moved ones."""
    if not old or not new:
        return [Match(i, None) for i in range(len(old))] + [Match(None, j) for j in range(len(new))]
    if len(old) == len(new) == 1:
        same = _prose(old[0]) == _prose(new[0]) or _likeness(old, new)(0, 0) >= BLOCK_ALIKE
        return [Match(0, 0)] if same else [Match(0, None), Match(None, 0)]
    pairs = align([(block.kind, block.text) for block in old], [(block.kind, block.text) for block in new])
    if len(pairs) == len(old) == len(new):
        return [Match(i, j) for i, j in pairs]
    gaps = list(_gaps(pairs, len(old), len(new)))  # only there it takes a closer look
    old_keys = [(block.kind, block.key) for block in old]
    new_keys = [(block.kind, block.key) for block in new]
    pairs += [
        (start + i, start_new + j)
        for start, end, start_new, end_new in gaps
        for i, j in align(old_keys[start:end], new_keys[start_new:end_new])
    ]
    pairs.sort()
    pairs += _other_layout(_gaps(pairs, len(old), len(new)), old, new)
    pairs.sort()
    moved = equal_elsewhere(pairs, old_keys, new_keys)
    gone, come = {i for i, _ in moved}, {j for _, j in moved}
    alike_pairs: Pairs = []
    for start, end, start_new, end_new in _gaps(pairs, len(old), len(new)):
        left = [i for i in range(start, end) if i not in gone]
        there = [j for j in range(start_new, end_new) if j not in come]
        alike_pairs += match_similar(left, there, _likeness(old, new), BLOCK_ALIKE)
    return weave(pairs + moved + alike_pairs, len(old), len(new))


def _other_layout(gaps: Iterable[Gap], old: Sequence[Block], new: Sequence[Block]) -> Pairs:
    """A paragraph that became an item, or a quote: the same words."""
    return [
        (start + i, start_new + j)
        for start, end, start_new, end_new in gaps
        for i, j in align([_prose(b) for b in old[start:end]], [_prose(b) for b in new[start_new:end_new]])
    ]


def _prose(block: Block) -> Hashable:
    return block.key if block.kind in _PROSE else (block.kind, block.key)


def _likeness(old: Sequence[Block], new: Sequence[Block]) -> Callable[[int, int], float]:
    def likeness(i: int, j: int) -> float:
        return alike(old[i].words, new[j].words) if old[i].kind == new[j].kind else 0.0

    return likeness


def _gaps(pairs: Pairs, old: int, new: int) -> Iterator[Gap]:
    i = j = 0
    for a, b in [*pairs, (old, new)]:
        if a > i and b > j:
            yield i, a, j, b
        i, j = a + 1, b + 1


def _rest(count: int, taken: Iterable[int]) -> list[int]:
    gone = set(taken)
    return [position for position in range(count) if position not in gone]


def weave(pairs: Pairs, old: int, new: int) -> list[Match]:
    """All elements in the new order, each removed one right behind what it stood behind."""
    pairs = sorted(pairs, key=lambda pair: pair[1])
    steady = {pairs[n][1] for n in rising([i for i, _ in pairs])}
    partner = {j: i for i, j in pairs}
    removed = iter(_rest(old, partner.values()))
    stops = iter([*(i for i, j in pairs if j in steady), old])
    waiting = next(removed, old)

    def passed(stop: int) -> Iterator[Match]:
        nonlocal waiting
        while waiting < stop:
            yield Match(waiting, None)
            waiting = next(removed, old)

    woven = list(passed(next(stops)))
    for j in range(new):
        woven.append(Match(partner.get(j), j, moved=j in partner and j not in steady))
        if j in steady:
            woven += passed(next(stops))
    return woven
