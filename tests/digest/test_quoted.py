"""Quoted-printable that any decoder reads back, and no relay needs to touch."""

from __future__ import annotations

import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.digest import quoted

# Text in which what is hard comes up often: dots, equals signs, blanks at line ends, many bytes per character.
hard = st.sampled_from([*".= \t\né€𝄞—a", "From ", "...", "=3D", "a" * 74])
awkward = st.lists(hard | st.characters(codec="utf-8"), max_size=150).map("".join)


def decoded(encoded: str) -> str:
    return quopri.decodestring(encoded.encode("ascii")).decode("utf-8")


def canonical(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


def check(encoded: str) -> None:
    for line in encoded.split("\r\n"):
        assert len(line) <= 76
        assert not line.startswith((".", "From "))
        assert not line.endswith((" ", "\t"))


@given(awkward)
def test_any_text_comes_back(text: str) -> None:
    encoded = quoted.encode(text)
    check(encoded)
    assert decoded(encoded) == canonical(text)


@given(st.integers(0, 400), st.sampled_from([".", "=", "é", "a", "From a", " "]))
def test_every_length_of_line_comes_back(length: int, what: str) -> None:
    text = what * length
    check(quoted.encode(text))
    assert decoded(quoted.encode(text)) == text


@given(awkward, st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1), awkward)
def test_a_value_between_soft_line_ends_joins_its_neighbours(before: str, value: str, after: str) -> None:
    encoded = quoted.SOFT.join((quoted.encode(before), quoted.encode_value(value), quoted.encode(after)))
    check(encoded)
    assert decoded(encoded) == canonical(before) + value + canonical(after)


@pytest.mark.parametrize("length", [1, 74, 75, 76, 77, 149, 150, 151, 152, 225, 226, 900])
@pytest.mark.parametrize("letter", ["a", ".", "="])
def test_a_value_of_any_length_leaves_room_for_the_soft_line_end(length: int, letter: str) -> None:
    encoded = quoted.encode_value(letter * length) + quoted.SOFT
    check(encoded)
    assert decoded(encoded) == letter * length


def test_equal_signs_and_dots_are_escaped_where_they_must_be() -> None:
    assert quoted.encode("a=b\n.c\nd.e \n") == "a=3Db\r\n=2Ec\r\nd.e=20\r\n"
    assert quoted.encode("From here\nnot From here") == "=46rom here\r\nnot From here"
