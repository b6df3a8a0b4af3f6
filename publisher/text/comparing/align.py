"""Which elements of two sequences belong together, in bounded time.

Ends that are equal are taken off first; then elements that occur once on both sides are anchors (patience
diff, Bram Cohen); the gaps between them get an exact longest common subsequence, computed on the bits of
integers (Hyyrö 2004), unless they are so large that nobody would want to read the result.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence

MAX_CELLS = 16_000_000  # bits kept for one exact subsequence: 2 MB
MAX_BITS = 4_096  # of one integer, unless both sequences are longer
MAX_PAIRS = 2_500  # similarities computed for one gap
MAX_ROUNDS = 16  # anchors within gaps between anchors; texts made to need more are texts made to annoy

Pairs = list[tuple[int, int]]
Gap = tuple[int, int, int, int]  # from, to in old; from, to in new


def align(old: Sequence[Hashable], new: Sequence[Hashable]) -> Pairs:
    """The positions (in old, in new) of equal elements, rising on both sides.

    Takes n log n steps outside gaps of at most MAX_CELLS; larger gaps without any anchor stay unmatched.
    """
    pairs: Pairs = []
    todo = [((0, len(old), 0, len(new)), 0)]
    while todo:
        (a, b, c, d), rounds = todo.pop()
        while a < b and c < d and old[a] == new[c]:
            pairs.append((a, c))
            a, c = a + 1, c + 1
        while a < b and c < d and old[b - 1] == new[d - 1]:
            b, d = b - 1, d - 1
            pairs.append((b, d))
        if a == b or c == d:
            continue
        anchors = _anchors(old, new, (a, b, c, d)) if rounds < MAX_ROUNDS else []
        if anchors:
            todo += [(gap, rounds + 1) for gap in _between(anchors, (a, b, c, d))]
            pairs += anchors
        elif (b - a) * (d - c) <= MAX_CELLS:
            pairs += [(a + i, c + j) for i, j in common(old[a:b], new[c:d])]
    return sorted(pairs)


def _between(anchors: Pairs, gap: Gap) -> list[Gap]:
    a, b, c, d = gap
    starts = [(a, c), *((i + 1, j + 1) for i, j in anchors)]
    ends = [*anchors, (b, d)]
    return [(i, k, j, m) for (i, j), (k, m) in zip(starts, ends, strict=True) if i < k and j < m]


def _anchors(old: Sequence[Hashable], new: Sequence[Hashable], gap: Gap) -> Pairs:
    """Elements that occur exactly once in either half of the gap, the longest rising run of them."""
    a, b, c, d = gap
    once = _once(old, a, b)
    there = _once(new, c, d)
    both = sorted((i, there[element]) for element, i in once.items() if element in there)
    return [both[n] for n in rising([j for _, j in both])]


def _once(elements: Sequence[Hashable], start: int, end: int) -> dict[Hashable, int]:
    seen: dict[Hashable, int] = {}
    for position in range(start, end):
        seen[elements[position]] = -1 if elements[position] in seen else position
    return {element: position for element, position in seen.items() if position >= 0}


def rising(numbers: Sequence[int]) -> list[int]:
    """The positions of a longest strictly rising subsequence."""
    tails: list[int] = []
    ends: list[int] = []  # position of the number in tails
    before: list[int] = []
    for position, number in enumerate(numbers):
        place = bisect_left(tails, number)
        before.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [number]
        ends[place : place + 1] = [position]
    run = []
    position = ends[-1] if ends else -1
    while position >= 0:
        run.append(position)
        position = before[position]
    return run[::-1]


def common(old: Sequence[Hashable], new: Sequence[Hashable]) -> Pairs:
    """One longest common subsequence, exactly. Memory: len(old) x len(new) bits."""
    if len(old) > max(MAX_BITS, len(new)):  # many short integers are faster than few long ones
        return [(i, j) for j, i in common(new, old)]
    masks: dict[Hashable, int] = {}
    for position, element in enumerate(old):
        masks[element] = masks.get(element, 0) | 1 << position
    full = (1 << len(old)) - 1
    row, rows = full, []
    for element in new:
        same = row & masks.get(element, 0)
        row = ((row + same) | (row - same)) & full
        rows.append(row)
    pairs: Pairs = []
    i, j = len(old), len(new)
    while i and j:  # a bit that is not set says that the subsequence grows at this element of old
        if rows[j - 1] >> (i - 1) & 1:
            i -= 1
        elif j > 1 and not rows[j - 2] >> (i - 1) & 1:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((i, j))
    return pairs[::-1]


def match_similar(
    old: Sequence[int], new: Sequence[int], similarity: Callable[[int, int], float], least: float
) -> Pairs:
    """Pairs of what is alike, rising on both sides, with the highest total similarity.

    `similarity(i, j)` is 0 to 1; pairs below `least` are none. More than MAX_PAIRS combinations: no pairs.
    """
    if not old or not new or len(old) * len(new) > MAX_PAIRS:
        return []
    best = [[0.0] * (len(new) + 1)]
    taken: list[list[bool]] = []
    for i in old:
        above, line, marks = best[-1], [0.0], []
        for column, j in enumerate(new):
            value = similarity(i, j)
            with_pair = above[column] + value if value >= least else 0.0
            without = max(above[column + 1], line[column])
            marks.append(with_pair > without)
            line.append(max(with_pair, without))
        best.append(line)
        taken.append(marks)
    pairs: Pairs = []
    row, column = len(old), len(new)
    while row and column:
        if taken[row - 1][column - 1]:
            row, column = row - 1, column - 1
            pairs.append((old[row], new[column]))
        elif best[row][column] == best[row - 1][column]:
            row -= 1
        else:
            column -= 1
    return pairs[::-1]


def alike(one: frozenset[str], other: frozenset[str]) -> float:
    """How much two sets of words have in common, 0 to 1 (Dice)."""
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 1.0
