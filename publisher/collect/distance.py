"""How far a new text is from those before it: from its predecessor, and from those that people may have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from publisher import storage, text
from publisher.model import Found, Grade

_FURTHEST = 10  # earlier texts that a new one is compared with
_LONGEST = 200  # characters of a rule's words


@dataclass(frozen=True, slots=True)
class Step:
    """The grade between a text and its predecessor, and the rule that decided."""

    grade: Grade
    rule: str


FIRST = Step(Grade.MATERIAL, "first text")


def step(before: storage.StoredText | Found, found: Found) -> Step:
    """What the owner says in the guide, else what the rules say. Texts with another hash are never equal.

    A word that he said of the change before, and left standing, does not make this change smaller.
    """
    if found.significance is None:
        return _graded(before, found)
    if _said_before(before, found) and (graded := _graded(before, found)).grade > found.significance:
        return graded
    return Step(found.significance, storage.OWNER)


def _said_before(before: storage.StoredText | Found, found: Found) -> bool:
    """Whether `significance` and `change` stand in the guide as they stood in its text before."""
    if isinstance(before, Found):
        said = before.significance
    else:
        said = before.step if before.rule == storage.OWNER else None
    return (said, before.change) == (found.significance, found.change)


def direct(texts: Sequence[storage.StoredText], last: Step, found: Found) -> dict[int, tuple[Grade, str]]:
    """Number of an earlier text -> its direct grade against `found`, where that is higher than every step.

    Small steps add up: ten of wording can make another text. Where the owner graded a step between, his word
    stands and nothing is compared across it.
    """
    highest, found_grades = last.grade, {}
    if last.rule == storage.OWNER:
        return {}
    for before, after in list(pairwise(texts))[: -_FURTHEST - 1 : -1]:
        highest = max(highest, after.step)
        if highest is Grade.MATERIAL or after.rule == storage.OWNER:
            break
        graded = _graded(before, found)
        if graded.grade > highest:
            found_grades[before.number] = (graded.grade, graded.rule)
    return found_grades


def _graded(before: storage.StoredText | Found, found: Found) -> Step:
    graded = text.grade(before.title, before.html, found.title, found.html)
    said = f"{graded.rule}: {graded.detail}" if graded.detail else graded.rule
    shown = said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"
    return Step(max(graded.grade, Grade.TYPO), shown)
