"""What holds for the grade of any two texts."""

from __future__ import annotations

import random
import re
from html import escape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from publisher.errors import ContentError
from publisher.model import Grade
from publisher.text import Graded, grade, sanitize
from publisher.text.grading import RULES

VOCABULARY = """
the a it is not no never must may can should if and or to of with without before after left right take stop wash
doctor dose tablet tablets water salt paracetamol mg ml hours day always often two five 5 50 1.5 2–3 18:00 £20 % <
0800 5550142 March 2026 don't “quoted” e.g. nicht kein und der die das nehmen Sie täglich été 漢字 仮名 ½ ✓ … – '
/ ( ) . , : ; ! ?
"""
WORDS = VOCABULARY.split()
INLINE = ("b", "i", "code", "s", "del", "a", "sup", "span", "q", "img", "br")
FLOW = ("p", "h2", "h3", "ul", "ol", "li", "table", "tr", "td", "pre", "blockquote", "dl", "dt", "dd", "div")

characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
texts = st.one_of(
    st.text(characters, max_size=60), st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)
)


@st.composite
def trees(draw: st.DrawFn, depth: int = 2) -> str:
    """HTML of any shape: unclosed, misnested, with attributes."""
    parts = [escape(draw(texts))]
    for _ in range(draw(st.integers(0, 3 if depth else 0))):
        tag = draw(st.sampled_from(INLINE + FLOW))
        attributes = draw(
            st.sampled_from(["", " href='https://a.example/'", " src='a.png' alt='Take 5'", " start='3'"])
        )
        end = draw(st.sampled_from([f"</{tag}>", ""]))
        parts += [f"<{tag}{attributes}>", draw(trees(depth - 1)), end]
    return "".join(parts)


def graded(old: str, new: str) -> Graded:
    return grade("", old, "", new)


@settings(max_examples=60, deadline=None)
@given(texts, trees(), texts, trees())
def test_any_two_texts_are_graded_alike_in_either_order(
    old_title: str, old: str, new_title: str, new: str
) -> None:
    old, new = sanitize(old), sanitize(new)
    there = grade(old_title, old, new_title, new)
    back = grade(new_title, new, old_title, old)
    assert there == grade(old_title, old, new_title, new)
    assert (there.grade, there.rule) == (back.grade, back.rule)
    assert there.rule in RULES
    assert (there.grade is Grade.NONE) == (there.rule == "same") == (not there.detail)
    assert grade(old_title, old, old_title, old) == Graded(Grade.NONE, "same", "")


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_what_was_never_sanitised_is_graded_or_refused(old: str, new: str) -> None:
    try:
        assert graded(old, new).rule in RULES
    except ContentError as refused:
        assert str(refused)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from([word for word in WORDS if word.isalpha()]), min_size=1, max_size=40),
    st.sampled_from(["7", "12", "0.25", "300 mg", "1,000", "½", "40 %", "seven", "3–4", "-2"]),
    st.randoms(use_true_random=False),
)
@example(["day"], "7", random.Random(0))
def test_a_number_more_is_material(words: list[str], number: str, chance: random.Random) -> None:
    place = chance.randint(0, len(words))
    old, new = (" ".join(side) for side in (words, [*words[:place], number, *words[place:]]))
    found = graded(f"<p>{old}</p>", f"<p>{new}</p>")
    assert found.grade is Grade.MATERIAL, found


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from([word for word in WORDS if word.isalpha()]), min_size=1, max_size=40),
    st.integers(0, 10**12),
    st.integers(0, 10**12),
    st.randoms(use_true_random=False),
)
def test_another_number_is_material(words: list[str], one: int, other: int, chance: random.Random) -> None:
    place = chance.randint(0, len(words))
    old, new = (" ".join([*words[:place], str(n), *words[place:]]) for n in (one, other))
    found = graded(f"<p>{old}</p>", f"<p>{new}</p>")
    assert found.grade is (Grade.NONE if one == other else Grade.MATERIAL), found


CHURN = {
    "whitespace": lambda html: re.sub(" ", "\n   ", html),
    "curly quotes": lambda html: html.replace("'", "’"),
    "dashes": lambda html: html.replace(" - ", " – "),
    "wrapped": lambda html: f"<div class='post'><div>{html}</div></div>",
    "emphasis": lambda html: html.replace("walk", "<b>walk</b>"),
    "soft hyphens": lambda html: html.replace("walking", "walk\u00ading"),
    "heading levels": lambda html: html.replace("h2>", "h3>"),
    "attributes": lambda html: html.replace("<p>", '<p lang="en">').replace("<li>", '<li dir="ltr">'),
    "picture sizes": lambda html: html.replace('alt="A', 'width="600" height="400" alt="A'),
    "another copy of the picture": lambda html: html.replace("leg.png", "leg.png?v=1742"),
    "numbers as bullets": lambda html: html.replace("ul>", "ol>"),
    "a paragraph in an item": lambda html: html.replace("<li>", "<li><p>").replace("</li>", "</p></li>"),
    "a rule": lambda html: html.replace("<h2>", "<hr/><h2>"),
    "a break": lambda html: html.replace(". It", ".<br/>It"),
}
GUIDE = (
    "<p>Don't sit all day - walk. It helps.</p><h2>How 'walking' works</h2><p>Go walking for 20 minutes.</p>"
    '<ul><li>Warm up.</li><li>Walk.</li></ul><p><img src="https://a.example/leg.png" alt="A leg"/></p>'
)


@pytest.mark.parametrize("churn", CHURN)
def test_what_a_template_does_is_no_change(churn: str) -> None:
    changed = CHURN[churn](GUIDE)
    assert changed != GUIDE
    assert graded(sanitize(GUIDE), sanitize(changed)) == Graded(Grade.NONE, "same", "")
