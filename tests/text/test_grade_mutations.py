"""Small changes that matter, made in every labelled text: all of them are material."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from publisher.model import Grade
from publisher.text import Graded, grade
from tests.text.grades import HALVES, read, read_pairs

TEXTS = list(
    dict.fromkeys(text for half in HALVES for pair in read_pairs(half) for text in (pair.old, pair.new))
)
SOME = {
    "a_number_more",
    "a_heading_more",
    "a_warning_more",
}  # where every text gives many: of every third text
STAMP = re.compile(r"(?i)^\W*(?:©|copyright|last |updated|zuletzt|stand)")
STEP = re.compile(r"(\d+\. )(.*)")
ENTRY = re.compile(r"(?:\d+\.|[-*]|#{2,}) ")
NEGATION = re.compile(r"(?i)\b(?:not|never|no|nicht|nie|niemals|ohne|without|unless)\b ?|n't\b")
UNITS = {"mg": "g", "g": "mg", "ml": "l", "kg": "g", "km": "m", "cm": "mm", "°C": "°F"} | {
    "minutes": "hours",
    "hours": "days",
    "days": "weeks",
    "weeks": "days",
}
Mutation = Callable[[str, random.Random], Iterator[str]]


def graded(old: str, new: str) -> Graded:
    return grade(*read(old), *read(new))


def line_of(text: str, place: int) -> str:
    return text[text.rfind("\n", 0, place) + 1 :].split("\n", 1)[0]


def another_digit(text: str, chance: random.Random) -> Iterator[str]:
    """But for the numbers in front of steps, which Markdown counts anew, and dates in stamps."""
    for found in re.finditer(r"\d", text):
        line = line_of(text, found.start())
        starts_line = found.start() == text.rfind("\n", 0, found.start()) + 1
        if not STAMP.match(line) and not (starts_line and STEP.match(line)):
            other = chance.choice([digit for digit in "123456789" if digit != found[0]])
            yield text[: found.start()] + other + text[found.end() :]


def a_number_more(text: str, chance: random.Random) -> Iterator[str]:
    gaps = [
        gap for gap in re.finditer(r"(?<=\w) (?=\w)", text) if not STAMP.match(line_of(text, gap.start()))
    ]
    for gap in chance.sample(gaps, min(2, len(gaps))):
        yield f"{text[: gap.start()]} {chance.choice(['7', '12', '0.5', '300 mg'])} {text[gap.end() :]}"


def a_not_less(text: str, _: random.Random) -> Iterator[str]:
    for found in NEGATION.finditer(text):
        yield text[: found.start()] + text[found.end() :]


def a_not_more(text: str, _: random.Random) -> Iterator[str]:
    for found in re.finditer(r"(?i)\b(?:should|must|may|can|will|is|are)\b(?! not)", text):
        yield f"{text[: found.end()]} not{text[found.end() :]}"


def may_forbidden(text: str, _: random.Random) -> Iterator[str]:
    for found in re.finditer(r"\b(?:may|can|should)\b(?! not)", text):
        yield f"{text[: found.start()]}must not{text[found.end() :]}"


def another_unit(text: str, _: random.Random) -> Iterator[str]:
    for found in re.finditer(rf"(?<=\d )(?:{'|'.join(UNITS)})(?!\w)", text):
        yield text[: found.start()] + UNITS[found[0]] + text[found.end() :]


def steps_swapped(text: str, _: random.Random) -> Iterator[str]:
    lines = text.split("\n")
    for n, (one, other) in enumerate(pairwise(lines)):
        first, second = STEP.fullmatch(one), STEP.fullmatch(other)
        if first and second and first[2] != second[2]:
            yield "\n".join([*lines[:n], first[1] + second[2], second[1] + first[2], *lines[n + 2 :]])


def an_entry_less(text: str, _: random.Random) -> Iterator[str]:
    """A step, item or heading."""
    lines = text.split("\n")
    entries = [n for n, line in enumerate(lines) if ENTRY.match(line)]
    for n in entries if len(entries) > 1 else ():
        yield "\n".join(lines[:n] + lines[n + 1 :])


def a_heading_more(text: str, _: random.Random) -> Iterator[str]:
    yield f"{text}\n\n## Afterthoughts\n\nThat is it.\n"


def a_warning_more(text: str, _: random.Random) -> Iterator[str]:
    yield f"{text}\n\nNever do this alone.\n"
    yield f"{text}\n\nIt is poisonous.\n"


MUTATIONS: dict[Mutation, int] = {  # and how many mutants there are at least
    another_digit: 250,
    a_number_more: 250,
    a_not_less: 40,
    a_not_more: 150,
    may_forbidden: 40,
    another_unit: 30,
    steps_swapped: 15,
    an_entry_less: 80,
    a_heading_more: 150,
    a_warning_more: 300,
}


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_a_change_that_matters_is_material(mutation: Mutation) -> None:
    chance = random.Random(1)
    originals = TEXTS[::3] if mutation.__name__ in SOME else TEXTS
    mutants = [(text, mutant) for text in originals for mutant in mutation(text, chance)]
    missed = [
        (found, text, mutant)
        for text, mutant in mutants
        if (found := graded(text, mutant)).grade is not Grade.MATERIAL
    ]
    assert len(mutants) >= MUTATIONS[mutation], len(mutants)
    assert not missed, (len(missed), missed[0])
