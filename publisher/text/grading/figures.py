"""Rules about numbers, units, dates, times, telephone numbers and signs."""

from __future__ import annotations

from collections.abc import Sequence

from publisher.text.grading.evidence import Evidence, Rule, evidence, kept, raw
from publisher.text.grading.facts import Facts
from publisher.text.grading.meaning import Meaning
from publisher.text.grading.quantities import Quantity

_ADORNMENTS = "←→↑↓⇐⇒⇑⇓♀♂✓✔✗✘✕✖✅❌❎☑☒☐★☆⛔"  # may stand in front of any sentence
_MARKS = frozenset(f"~{char}" for char in _ADORNMENTS)


def figure(kind: str) -> Rule:
    """Quantities of one kind that differ."""

    def rule(facts: Facts) -> Evidence | None:
        lost, gained = facts.changed_quantities
        if _written_out(lost, facts.gained) or _written_out(gained, facts.lost):
            lost = [quantity for quantity in lost if quantity.value != "#1"]
            gained = [quantity for quantity in gained if quantity.value != "#1"]
        if any(quantity.kind == kind for quantity in (*lost, *gained)):
            return evidence((q.raw for q in lost), (q.raw for q in gained))
        return None

    return rule


def unit(facts: Facts) -> Evidence | None:
    """The same numbers of something else: 5 mg, 5 g."""
    lost, gained = facts.changed_quantities
    if sorted(q.value for q in lost) == sorted(q.value for q in gained):
        return evidence((q.raw for q in lost), (q.raw for q in gained))
    return None


def _written_out(lost: Sequence[Quantity], words: Sequence[Meaning]) -> bool:
    """`1` and `one`, where the latter was not taken for a number."""
    return any(quantity.value == "#1" for quantity in lost) and any(m.key in ("one", "ein") for m in words)


def figures_moved(facts: Facts) -> Evidence | None:
    """The same figures, but what one of them counted is counted by another now."""
    old, new = map(_counts, facts.quantities)
    for word in sorted(old.keys() & new.keys()):
        if old[word].key != new[word].key:
            return f"{old[word].raw} {word}", f"{new[word].raw} {word}"
    return None


def _counts(side: Sequence[Quantity]) -> dict[str, Quantity]:
    """Words that stand behind one figure only, and that figure."""
    found: dict[str, list[Quantity]] = {}
    for quantity in side:
        for word in quantity.of:
            found.setdefault(word, []).append(quantity)
    return {word: counted[0] for word, counted in found.items() if len(counted) == 1}


def sign(facts: Facts) -> Evidence | None:
    """Another sign; one more or less of those that only adorn is none, but in a table."""
    lost, gained = kept(facts, lambda m: m.key.startswith("~"))
    if not (lost and gained) and facts.place != "cell" and all(m.key in _MARKS for m in (*lost, *gained)):
        return None
    return evidence(raw(lost), raw(gained))
