"""Sentences made of other people's texts."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.digest import words
from publisher.words import ENGLISH
from tests.digest.samples import guide


@given(st.text())
@example("0 \x1b\x850")
def test_clean_text_is_one_printable_line(text: str) -> None:
    cleaned = words.clean(text)
    assert cleaned == words.clean(cleaned)
    assert "  " not in cleaned
    assert not set(cleaned) & {*map(chr, range(32)), "\x7f", "\x85", "\u2028", "\u202e", "\ufffe", "\uffff"}
    cleaned.encode("utf-8")  # no half characters


def test_clean_keeps_what_is_written() -> None:
    assert (
        words.clean(" Wie\xa0? \r\n\tSo\u200f \U0001f469\u200d\u2695\ufe0f ")
        == "Wie\xa0? So\u200f \U0001f469\u200d\u2695\ufe0f"
    )
    assert words.clean("a\u202eb\x00c\ud800d\u2066e") == "abcde"


@given(st.text(), st.integers(1, 50))
def test_clip_is_a_beginning_and_never_longer(text: str, limit: int) -> None:
    clipped = words.clip(text, limit)
    assert len(clipped) <= limit
    assert clipped == text or text.startswith(clipped.removesuffix("…"))


def test_clip_cuts_between_words_and_never_in_a_letter() -> None:
    assert words.clip("up with the good leg", 16) == "up with the…"
    assert words.clip("up with the good leg", 20) == "up with the good leg"
    assert words.clip("a" * 50, 10) == "a" * 9 + "…"
    assert words.clip("abce\u0301xyz", 5) == "abc…"
    assert words.clip("ab\U0001f469\u200d\u2695\ufe0f and", 5) == "ab…"


@pytest.mark.parametrize(
    ("titles", "updates", "expected"),
    [
        (["Stairs"], False, "Stairs"),
        (["Stairs"], True, "Updated: Stairs"),
        (["Stairs", "Rest"], False, "Stairs and 1 more"),
        (["Stairs", "Rest", "Ice", "Rails"], True, "Updated: Stairs and 3 more"),
        (["How long to rest?", "Ice"], False, "How long to rest? – and 1 more"),
    ],
)
def test_subjects(titles: list[str], updates: bool, expected: str) -> None:
    assert words.subject(titles, ENGLISH, updates=updates) == expected


@given(st.lists(st.text(min_size=1), min_size=1, max_size=3), st.booleans())
def test_no_subject_is_too_long_for_a_list(titles: list[str], updates: bool) -> None:
    titles = [titles[0] * 100, *titles[1:]]
    assert 0 < len(words.subject(titles, ENGLISH, updates=updates)) <= words.SUBJECT_LIMIT


def test_the_preheader_says_what_the_subject_does_not() -> None:
    assert words.preheader(["Stairs", "Rest", "Ice"], "Up with it.") == "Rest · Ice"
    assert words.preheader(["Stairs"], "Up with it.") == "Up with it."
    assert words.preheader(["Stairs"], "") == "Stairs"
    assert len(words.preheader(["Stairs"] * 99, "")) <= words.PREHEADER_LIMIT


def test_new_guides_come_first_each_kind_in_its_order() -> None:
    given_order = [guide(1, new=False), guide(2), guide(3, new=False), guide(4)]
    assert [g.url[-1] for g in words.in_mail_order(given_order)] == ["2", "4", "1", "3"]
