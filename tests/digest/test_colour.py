"""The accent can be read, whatever the owner chose."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.digest import colour
from tests.digest.samples import BUNDLED

colours = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def test_contrast_is_that_of_the_standard() -> None:
    assert colour.contrast("#000", "#ffffff") == pytest.approx(21)
    assert colour.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert colour.contrast("#123456", "#123456") == 1


@given(colours)
def test_every_accent_becomes_readable_by_day_and_by_night(accent: str) -> None:
    assert colour.contrast(colour.readable(accent, colour.PAPER), colour.PAPER) >= 4.5
    night = colour.readable(accent, colour.NIGHT, colour.CONTRAST_AT_NIGHT)
    assert colour.contrast(night, colour.NIGHT) >= colour.CONTRAST_AT_NIGHT


def test_a_readable_accent_stays_as_it_is() -> None:
    assert colour.readable("#1f5f8b", colour.PAPER) == "#1f5f8b"
    assert colour.readable("#7a0", colour.NIGHT) == "#77aa00"


@pytest.mark.parametrize("accent", ["", "red", "#12", "#12345", "red;}", "#gggggg", "url(http://a.example)"])
def test_what_is_no_colour_is_the_default(accent: str) -> None:
    assert colour.readable(accent, colour.PAPER) == colour.DEFAULT_ACCENT


def test_the_colours_written_in_the_template_can_be_read() -> None:
    text = (BUNDLED / "email" / "digest.mjml").read_text(encoding="utf-8")
    note = re.search(r"Colours: (.*?) #\}", text, re.DOTALL)
    assert note
    paper, ink, grey, _, night, light, grey_at_night, _, *marks = re.findall(r"#[0-9a-f]{6}", note[1])
    come, behind_it, gone, behind_that = marks
    assert (paper, night) == (colour.PAPER, colour.NIGHT)
    pairs = ((ink, paper), (grey, paper), (light, night), (grey_at_night, night))
    for front, back in (*pairs, (come, behind_it), (gone, behind_that)):
        assert colour.contrast(front, back) >= 4.5
    used = set(re.findall(r"#[0-9a-f]{6}\b", text[text.index("<mjml") :]))
    assert used <= set(re.findall(r"#[0-9a-f]{6}", note[1]))
