"""The structurer on texts in the shapes that the wild has, each labelled by hand."""

from __future__ import annotations

import re

import pytest

from publisher.text import plain, read_plain, sanitize, sections
from publisher.text.structure import structure
from tests.text.reading import FIXTURES, agrees, expected, notation, xhtml

NAMES = sorted(path.stem for path in FIXTURES.glob("*.txt"))


def test_fixtures_are_there_and_labelled() -> None:
    assert len(NAMES) >= 49
    assert all((FIXTURES / f"{name}.expected").exists() for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_structure_is_as_labelled(name: str) -> None:
    label = expected(name)
    found = structure((FIXTURES / f"{name}.txt").read_text(), title=label.known)
    lines = notation(found)
    matched = [next((want for want in label.lines if agrees(want, line)), line) for line in lines]
    assert matched == label.lines
    assert [line.text for line in found.dropped] == label.dropped


def words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]{2,}", text.replace("**", ""))


@pytest.mark.parametrize("name", NAMES)
def test_every_word_that_is_not_dropped_is_in_the_page_in_order(name: str) -> None:
    label = expected(name)
    found = read_plain((FIXTURES / f"{name}.txt").read_text(), title=label.known)
    title = "" if label.known else found.title or ""
    assert words(title) + words(plain(found.html)) == words(label.kept)


@pytest.mark.parametrize("name", NAMES)
def test_page_is_clean_and_its_contents_can_be_linked(name: str) -> None:
    html = read_plain((FIXTURES / f"{name}.txt").read_text(), title=expected(name).known).html
    ids = [element.get("id") for element in xhtml(html).iter("h2", "h3", "h4", "h5", "h6")]
    assert sanitize(html) == html
    assert [section.id for section in sections(html)] == ids
    assert all(ids)
    assert len(set(ids)) == len(ids)
