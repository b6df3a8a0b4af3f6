"""An edit is judged alike in a short text and in the middle of a long one, of which only a part is read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from publisher.model import Grade
from publisher.text import grade
from publisher.text.grading.context import Context, Whole, changed_part, unadorned
from tests.text.grades import HALVES, Pair, read_pairs

OTHERS = ("french", "german", "italian", "polish", "spanish")  # which English around them would hide
PAIRS = [
    pair
    for half in HALVES
    for pair in read_pairs(half)
    if not any(language in pair.id for language in OTHERS)
]
BEFORE = (
    "".join(f"<h2>Before {n}</h2><p>What there is to say &amp; more.</p>" for n in range(3)) + "<h2>Here</h2>"
)
AFTER = "".join(f"<h2>After {n}</h2><p>What there is to say &amp; more.</p>" for n in range(3))
PARTS = (
    "<h2>One</h2>",
    "<h3>Two</h3>",
    "<p>a</p>",
    "<p>b</p>",
    "<ul><li>c</li></ul>",
    "<div><h2>D</h2></div>",
    "x",
)


@pytest.mark.parametrize("pair", PAIRS[::2], ids=lambda pair: pair.id)
def test_a_pair_within_a_guide(pair: Pair) -> None:
    (old_title, old), (new_title, new) = pair.texts()
    found = grade(old_title, BEFORE + old + AFTER, new_title, BEFORE + new + AFTER)
    if Grade.MATERIAL in (pair.label, pair.graded().grade):
        assert found.grade is pair.graded().grade
    else:
        assert found.grade < Grade.MATERIAL or found.rule == "term"  # a name more, in English words around it


def _start(one: str, part: str, other: str, other_part: str) -> int:
    """Where both parts stand."""
    return next(
        n
        for n in range(len(one) + 1)
        if one.startswith(part, n)
        and other.startswith(other_part, n)
        and one[:n] + one[n + len(part) :] == other[:n] + other[n + len(other_part) :]
    )


@settings(max_examples=100, deadline=None)
@given(*[st.lists(st.sampled_from(PARTS), max_size=6).map("".join) for _ in range(4)])
def test_what_is_left_out_is_shared(before: str, old: str, new: str, after: str) -> None:
    one, other = before + old + after, before + new + after
    part, other_part = changed_part(one, other)
    assert len(one) - len(part) == len(other) - len(other_part)
    start = _start(one, part, other, other_part)
    assert one[:start] == other[:start]
    behind = len(one) - start - len(part)
    assert one[len(one) - behind :] == other[len(other) - behind :]
    for piece in (part, other_part):
        assert etree.fromstring(f"<div>{piece}</div>") is not None


def test_only_the_sections_that_differ_are_read() -> None:
    part, other = changed_part(f"{BEFORE}<p>a</p>{AFTER}", f"{BEFORE}<p>b</p>{AFTER}")
    assert (part, other) == ("<h2>Here</h2><p>a</p>", "<h2>Here</h2><p>b</p>")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<div><h2>A</h2><p>a</p></div>", "<div><h2>A</h2><p>b</p></div>"),
        ("<p>a</p>", "<p>b</p>"),
        ("", "<h2>b</h2>"),
        ("<h2>a</h2>", "<h2>b</h2>"),
    ],
)
def test_an_element_is_never_cut(old: str, new: str) -> None:
    assert changed_part(old, new) == (old, new)


def test_what_a_theme_adds_is_left_out() -> None:
    html = '<p lang="en" class="x">a<br class="y"/><a href="b">c</a><img src="d"/></p><ol start="3"><li value="4">e</li></ol>'
    bare = '<p>a<br/><a href="b">c</a><img src="d"/></p><ol start="3"><li value="4">e</li></ol>'
    assert unadorned(html) == bare
    odd = '<p title="a > b">c</p>'
    assert unadorned(odd) == odd


def test_a_whole_text_knows_its_words() -> None:
    text = Whole("A title", "<h2>One</h2><p>T<b>w</b>o &amp; th&#114;ee, 4</p><p>five</p>")
    assert text.words == {"a", "title", "one", "two", "three", "five"}
    assert text.count() == 8
    assert text.beginning(11) == "A title One"
    assert Context(text, Whole("", "<p>Two</p>")).have_both("two")
    assert not Context(text, Whole("", "<p>Two</p>")).have_both("one")
