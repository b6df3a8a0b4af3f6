from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.lists.cells import as_it_was, clean, harmless, join_values, split_values


@given(st.text())
def test_a_harmless_cell_is_no_formula_and_comes_back(text: str) -> None:
    cell = harmless(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert as_it_was(cell) == text


@given(st.lists(st.text(max_size=8), max_size=5))
def test_tags_come_back(values: list[str]) -> None:
    tags = split_values('"' + '","'.join(value.replace('"', "") for value in values) + '"')
    assert split_values(join_values(tags)) == tags


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ('"Gardeners","Early bird"', ("Gardeners", "Early bird")),
        ("a, b ,a", ("a", "b")),
        ("a; b", ("a", "b")),
        ('["a", "b,c"]', ("a", "b c")),
        ("[draft", ("[draft",)),
        ("-vip\n, \x00", ("vip",)),
        ("  ", ()),
        ("x" * 99, ("x" * 60,)),
    ],
)
def test_tags_in_every_notation(cell: str, tags: tuple[str, ...]) -> None:
    assert split_values(cell) == tags


@given(st.text(max_size=50))
def test_cleaned_text_is_one_printable_line(text: str) -> None:
    cleaned = clean(text, 20)
    assert len(cleaned) <= 20 and cleaned == cleaned.strip()
    assert not any(char in cleaned for char in "\n\r\t\x00\x85\u2028")
