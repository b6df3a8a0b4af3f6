"""The button as a picture: well-formed, readable in both schemes, whatever the publication is called."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from publisher.model import Publication
from publisher.pages import badge
from publisher.pages.colour import NIGHT, contrast
from publisher.site import bundled
from publisher.words import Catalogues

KNEES = Publication("knees", "/nowhere", "Knees & <elbows>")
WORDS = Catalogues([bundled("templates")])
SVG = "{http://www.w3.org/2000/svg}"


def drawn(count: int = 0, publication: Publication = KNEES, language: str = "en") -> etree._Element:
    return etree.fromstring(badge(WORDS.words(language), publication, count).encode())


def texts(picture: etree._Element) -> list[str]:
    return [each.text or "" for each in picture.iter(f"{SVG}text")]


def test_it_says_what_it_is_to_those_who_do_not_see_it() -> None:
    picture = drawn(1234)
    assert picture.get("role") == "img"
    (title,) = picture.iter(f"{SVG}title")
    assert title.get("id") == picture.get("aria-labelledby")
    assert title.text == "Follow Knees & <elbows>. 1,234 people follow this."


def test_nobody_is_not_a_number() -> None:
    assert texts(drawn(0)) == ["Follow"]
    assert texts(drawn(1)) == ["Follow", "1"]
    assert texts(drawn(1_234_567)) == ["Follow", "1,234,567"]


def test_it_is_as_wide_as_its_words() -> None:
    widths = [int(drawn(count).get("width") or 0) for count in (0, 1, 1234, 1_234_567)]
    assert widths == sorted(set(widths))
    for text in drawn(1_234_567).iter(f"{SVG}text"):
        start, length = float(text.get("x") or 0), float(text.get("textLength") or 0)
        assert 0 < start < start + length < widths[-1]


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_every_accent_can_be_read_by_day_and_by_night(accent: str) -> None:
    text = badge(WORDS.words("en"), replace(KNEES, accent=accent), 7)
    day, night = re.findall(r"\.a\{fill:(#[0-9a-f]{6})\}", text)
    assert contrast(day, "#ffffff") >= 4.5
    assert contrast(night, NIGHT) >= 4.5


@given(st.text(max_size=80), st.integers(0, 10**9))
def test_no_title_breaks_it(title: str, count: int) -> None:
    picture = drawn(count, replace(KNEES, title=title))
    assert {each.tag for each in picture.iter()} <= {
        f"{SVG}{name}" for name in ("svg", "title", "style", "rect", "text")
    }


def test_the_same_is_the_same_bytes() -> None:
    assert badge(WORDS.words("en"), KNEES, 7) == badge(WORDS.words("en"), KNEES, 7)


@pytest.mark.parametrize(("language", "order"), [("en", ["Follow", "7"]), ("ar", ["7", "Follow"])])
def test_from_right_to_left_it_is_the_other_way_round(
    tmp_path: Path, language: str, order: list[str]
) -> None:
    (tmp_path / "locale").mkdir()
    (tmp_path / "locale/ar.po").write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n')
    words = Catalogues([tmp_path]).words(language)
    shown = etree.fromstring(badge(words, KNEES, 7).encode())
    at = {float(each.get("x") or 0): each.text for each in shown.iter(f"{SVG}text")}
    found = [str(at[x]) for x in sorted(at)]
    assert found[order.index("Follow")] == "Follow"
    assert len(found) == len(order)
