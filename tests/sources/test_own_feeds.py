"""The repository is itself a site: what it publishes is read without a single remark, and keeps its word."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from publisher.model import Found
from publisher.sources import open_source

FEEDS = Path(__file__).resolve().parents[2] / "feeds"
PUBLICATIONS = sorted(path.parent.name for path in FEEDS.glob("*/feed.toml"))


def guides(publication: str) -> list[Found]:
    _listing, *items = open_source("folder", FEEDS / publication, {"timezone": "Europe/Berlin"}).read({})
    assert [item for item in items if not isinstance(item, Found)] == []
    return [item for item in items if isinstance(item, Found)]


def words(html: str) -> int:
    return len(re.sub(r"<[^>]*>", " ", html).split())


def test_there_are_two_publications_with_eight_guides() -> None:
    assert PUBLICATIONS == ["living-with-arthritis", "the-repair-bench"]
    assert sum(not guide.past for name in PUBLICATIONS for guide in guides(name)) >= 8


@pytest.mark.parametrize("publication", PUBLICATIONS)
def test_guides_are_whole(publication: str) -> None:
    topics = set(tomllib.loads((FEEDS / publication / "feed.toml").read_text())["topics"])
    used: set[str] = set()
    for guide in guides(publication):
        assert 500 <= words(guide.html) <= 1000, guide.where
        assert guide.html.count("<h2") >= 4, guide.where
        assert 60 <= len(guide.summary) <= 200, guide.where
        assert set(guide.tags) <= topics, guide.where
        used |= set(guide.tags)
    assert used == topics


def test_health_guides_say_what_they_are_not() -> None:
    for guide in guides("living-with-arthritis"):
        assert "not medical advice" in guide.html[:400], guide.where


def test_each_form_of_text_is_there() -> None:
    found = [guide for name in PUBLICATIONS for guide in guides(name)]
    assert {Path(guide.where).suffix for guide in found} == {".md", ".html", ".txt"}
    for element in ("<ol", "<ul", "<table", "<blockquote"):
        assert any(element in guide.html for guide in found), element


def test_the_plain_text_has_its_structure() -> None:
    (tap,) = (guide for guide in guides("the-repair-bench") if guide.where.endswith(".txt"))
    assert tap.title == "Stop a dripping tap"
    for boilerplate in ("Bloglovin", "Table of Contents", "Related Articles"):
        assert boilerplate not in tap.html
    assert re.findall(r"<h2[^>]*>([^<]*)</h2>", tap.html) == [
        "Know Your Tap: Washer or Cartridge?",
        "Listen to Where It Drips",
        "Before You Begin",
        "Taking the Tap Apart",
        "The New Washer",
        "Look at the Seat",
        "Putting It Back",
        "If It Still Drips",
    ]
    assert tap.html.count("<li>") == 3 + 4


def test_one_guide_has_a_past() -> None:
    before, now = (guide for guide in guides("the-repair-bench") if guide.foreign_id == "fix-a-puncture")
    assert (before.past, now.past) == (True, False)
    assert "two minutes" in before.html
    assert "five minutes" in now.html
    assert now.change
    assert now.updated
    assert now.published
    assert now.updated > now.published


def test_one_guide_has_a_picture() -> None:
    (knife,) = (guide for guide in guides("the-repair-bench") if guide.image)
    assert knife.image is not None
    assert (FEEDS / "the-repair-bench" / knife.image.url).is_file()
    assert (knife.image.mime, knife.image.width) == ("image/png", 1200)
    assert len(knife.image.alt) > 40


@pytest.mark.parametrize("publication", PUBLICATIONS)
def test_accents_can_be_read_on_white(publication: str) -> None:
    accent = tomllib.loads((FEEDS / publication / "feed.toml").read_text())["accent"]
    channels = [int(accent[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5  # WCAG 2.2, 1.4.3
