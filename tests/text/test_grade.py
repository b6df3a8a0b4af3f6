"""The grader against the labelled pairs, and what holds for all of them."""

from __future__ import annotations

from collections import Counter

import pytest

from publisher.model import Grade
from publisher.text import content_hash, grade
from publisher.text.grading import RULES
from tests.text.grades import HALVES, Pair, matrix, read_pairs

PAIRS = [pair for half in HALVES for pair in read_pairs(half)]
SAME = (Grade.NONE, "same", "")
RAISED = 0.05  # of the pairs that are not material


@pytest.fixture(params=HALVES)
def half(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_no_material_pair_is_graded_lower(half: str) -> None:
    found = matrix(half)
    lower = [(pair.id, graded) for pair, graded in found.graded if found.is_lower(pair, graded)]
    assert not lower, found


def test_few_other_pairs_are_graded_material(half: str) -> None:
    found = matrix(half)
    assert found.raised <= RAISED, found


def test_typos_and_wording_are_told_apart(half: str) -> None:
    found = matrix(half)
    wrong = found.counts[Grade.TYPO, Grade.MINOR] + found.counts[Grade.MINOR, Grade.TYPO]
    assert wrong <= RAISED * len(found.graded), found


def test_there_are_enough_pairs_and_kinds() -> None:
    halves = Counter(pair.half for pair in PAIRS)
    kinds = {half: {pair.id.rsplit("-", 1)[0] for pair in PAIRS if pair.half == half} for half in HALVES}
    assert min(halves.values()) >= 60
    assert len({pair.id for pair in PAIRS}) == len(PAIRS) >= 120
    languages = ("-french", "-italian", "-polish", "-spanish")  # have no list of words; each is in one half
    assert not {kind for kind in kinds["tuning"] ^ kinds["unseen"] if not kind.endswith(languages)}
    assert {pair.label for pair in PAIRS} == set(Grade)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.id)
def test_a_pair(pair: Pair) -> None:
    graded = pair.graded()
    back = pair.graded(reverse=True)
    assert (graded.grade, graded.rule) == (back.grade, back.rule)
    assert graded == pair.graded()
    assert graded.rule in RULES
    assert (graded.grade is Grade.NONE) == (graded.rule == "same") == (not graded.detail)
    assert "\n" not in graded.detail
    for title, html in pair.texts():
        assert grade(title, html, title, html) == graded.__class__(*SAME)


def test_what_has_one_hash_has_the_lowest_grade() -> None:
    """Texts with one hash are one revision and are never graded; if they were, a stamp would be a typo."""
    for pair in PAIRS:
        (old_title, old), (new_title, new) = pair.texts()
        rule = pair.graded().rule
        same = content_hash(old_title, old) == content_hash(new_title, new)
        assert same == (rule in ("same", "page stamp")), pair.id


def test_every_rule_has_a_sentence() -> None:
    assert all(text[0].isupper() and text.endswith(".") and len(text) <= 110 for text in RULES.values())
