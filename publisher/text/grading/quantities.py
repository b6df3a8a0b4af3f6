"""Numbers with their units and what they count; dates, times, telephone numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from publisher.text.grading.meaning import Meaning

_KINDS = {"@T": "time", "@p": "telephone", "@": "date", "#": "number"}
_REACH = 4  # words between a number and what it counts


@dataclass(frozen=True, slots=True)
class Quantity:
    """`value` and `unit` are keys of tokens; `of` are the keys of what follows and may be counted."""

    value: str
    unit: str
    raw: str
    of: frozenset[str] = frozenset()

    @property
    def key(self) -> tuple[str, str]:
        return self.value, self.unit

    @property
    def kind(self) -> str:
        """number, date, time or telephone."""
        return next(kind for prefix, kind in _KINDS.items() if self.value.startswith(prefix))


def quantities(meanings: Sequence[Meaning]) -> list[Quantity]:
    """Every quantity in order. In a range both ends have its unit, and units without a number are words."""
    found: list[Quantity] = []
    if not any(meaning.key.startswith(("#", "@")) for meaning in meanings):
        return found
    for n, meaning in enumerate(meanings):
        if not meaning.key.startswith(("#", "@")):
            continue
        before = meanings[n - 1] if n else None
        unit = _unit(meanings, n)
        raw = meaning.token.raw
        if unit and unit is before:
            raw = f"{unit.token.raw}{raw}"
        elif unit:
            raw = f"{raw} {unit.token.raw}"
        of = frozenset(_counted(meanings, n))
        found.append(Quantity(meaning.key, unit.key if unit else "", raw, of))
    return found


def left_over(some: Sequence[Quantity], others: Sequence[Quantity]) -> list[Quantity]:
    """Those that there are more of than among the others."""
    there = Counter(quantity.key for quantity in others)
    left = []
    for quantity in some:
        if there[quantity.key]:
            there[quantity.key] -= 1
        else:
            left.append(quantity)
    return left


def _unit(meanings: Sequence[Meaning], n: int) -> Meaning | None:
    """The unit behind a number, or behind the other end of its range; else a currency in front of it."""
    after = meanings[n + 1 : n + 4]
    if after and after[0].key.startswith("u:"):
        return after[0]
    if len(after) == 3 and after[1].key.startswith("#") and after[2].key.startswith("u:"):
        return after[2]
    if n and meanings[n - 1].key.startswith("u:") and not meanings[n - 1].token.raw[:1].isalnum():
        return meanings[n - 1]
    return None


def _counted(meanings: Sequence[Meaning], n: int) -> Iterator[str]:
    """The words behind a number up to the next one, few of them; short ones seldom say what is counted."""
    for meaning in meanings[n + 1 : n + 1 + _REACH]:
        if meaning.key.startswith(("#", "@")):
            break
        if meaning.is_word and len(meaning.key) > 2:
            yield meaning.key
