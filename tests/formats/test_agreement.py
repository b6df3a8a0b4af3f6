"""RSS, Atom and JSON Feed say the same of every guide, to a parser and to a real feed reader's library."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import timedelta

import feedparser
import pytest

from publisher.formats import open_format

from .reading import READERS, Item, read_as_a_reader_does
from .samples import BAD_ENTRIES, BAD_FEED, ENTRIES, FEEDS, FULL, HOME, RICH, SPRING, entry

feeds = pytest.mark.parametrize("name", FEEDS)


def items(kind: str, name: str) -> list[Item]:
    return READERS[kind](open_format(kind).write(*FEEDS[name]))


@feeds
@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_it_says_what_json_says(kind: str, name: str) -> None:
    own, json = items(kind, name), items("jsonfeed", name)
    if kind == "rss":  # a description is never empty: title or address stand in for a summary
        own = [
            replace(a, summary="") if not b.summary and a.summary in (b.title, b.url) else a
            for a, b in zip(own, json, strict=True)
        ]
    assert own == json


@pytest.mark.parametrize("name", ["rich", "bare", "sixty", "large logo"])
@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_feedparser_reads_what_json_says(kind: str, name: str) -> None:
    feed, entries = FEEDS[name]
    # RSS titles are text to us and perhaps HTML to a reader: the one that looks like HTML is left out here.
    usual = [one for one in entries if "<b>" not in one.title and one.summary and one.html]
    read = read_as_a_reader_does(open_format(kind).write(feed, usual))
    if kind == "rss":
        read = [replace(item, summary=html.unescape(item.summary)) for item in read]
    assert read == READERS["jsonfeed"](open_format("jsonfeed").write(feed, usual))
    assert len(read) == len(usual) > 0


def test_feedparser_reads_the_head() -> None:
    for kind in ("rss", "atom"):
        head = feedparser.parse(open_format(kind).write(RICH, ENTRIES)).feed
        assert head.title.replace("&amp;", "&") == "Roots & shoots"
        assert head.subtitle.replace("&amp;", "&") == "What grows, what does not, & why"
        assert head.link == HOME
        assert head.language == "en-GB"
        assert head.updated_parsed[:6] == (2026, 3, 1, 9, 30, 0)
        assert head.generator == "Guide Publisher"
        assert head.rights.replace("&amp;", "&") == "© 2026 Roots & shoots"
        links = {(link["rel"], link["href"]) for link in head.links}
        assert links == {
            ("alternate", HOME),
            ("self", f"{HOME}feed.{kind}"),
            ("hub", "https://hub.example/one"),
            ("hub", "https://hub.example/two"),
        }


@pytest.mark.parametrize("kind", READERS)
def test_a_whole_guide_survives(kind: str) -> None:
    (read,) = READERS[kind](open_format(kind).write(RICH, (FULL,)))
    assert read == Item(
        id="tag:guides.example,2026:garden/guide-1",
        url=HOME + "guide-1",
        via="https://elsewhere.example/rosen%20schneiden?stand=m%C3%A4rz",
        title="Pruning roses",
        summary="How to dig 1 holes.",
        content='<p dir="auto"><strong>Aktualisiert 2026-03-01:</strong> '
        "Cut in March, not in &lt;February&gt; &amp; never in frost.</p>\n" + FULL.html,
        published=SPRING - timedelta(days=1),
        updated=SPRING,
        authors=("Rosa Dorn", "Max"),
        tags=("roses", "tools & blades"),
        image=HOME + "rose.jpg",
    )


@pytest.mark.parametrize("kind", READERS)
def test_authors_fall_back_to_the_feeds_and_those_to_its_title(kind: str) -> None:
    unsigned = (entry(1),)
    (read,) = READERS[kind](open_format(kind).write(RICH, unsigned))
    assert read.authors == ("Ida Grün", "Tom & Co")
    (read,) = READERS[kind](open_format(kind).write(replace(RICH, authors=()), unsigned))
    assert read.authors == ("Roots & shoots",)


@pytest.mark.parametrize("kind", READERS)
def test_a_change_is_told_only_when_it_came_after_publication(kind: str) -> None:
    told = entry(1, change="Less water.", updated=SPRING)
    untold = entry(2, change="Less water.")
    unnoted = entry(3, updated=SPRING)
    read = READERS[kind](open_format(kind).write(RICH, (told, untold, unnoted)))
    note = '<p dir="auto"><strong>Updated 2026-03-01:</strong> Less water.</p>\n'
    assert [item.content for item in read] == [note + told.html, untold.html, unnoted.html]


@pytest.mark.parametrize(("language", "words"), [("fr", "Mis à jour 2026-03-01:"), ("sw", "2026-03-01:")])
def test_a_change_is_told_in_the_guides_language_or_by_its_date(language: str, words: str) -> None:
    told = entry(1, change="x", updated=SPRING, language=language)
    (read,) = READERS["atom"](open_format("atom").write(RICH, (told,)))
    assert f"<strong>{words}</strong> x</p>" in read.content


@pytest.mark.parametrize("kind", READERS)
def test_a_guide_at_home_has_no_elsewhere(kind: str) -> None:
    home = entry(1, canonical=HOME + "guide-1")
    (read,) = READERS[kind](open_format(kind).write(RICH, (home,)))
    assert read.url == HOME + "guide-1"
    assert read.via is None


@pytest.mark.parametrize("kind", READERS)
def test_bad_values_are_repaired_or_left_out(kind: str) -> None:
    read = READERS[kind](open_format(kind).write(BAD_FEED, BAD_ENTRIES))
    assert len(read) == len(BAD_ENTRIES)
    assert read[0].title == "ab cde fgh i"  # breaks become spaces, the rest is gone
    assert read[0].tags == ("ab cde fgh i",)
    assert read[1].id == "tag:guides.example,2026:garden#guide-2"
    assert (read[1].url, read[1].via, read[1].image) == (None, None, None)
    assert read[2].published.isoformat() == "2026-01-01T00:00:00+00:00"
    assert read[2].updated.isoformat() == "2026-01-02T03:04:05+00:00"
    assert read[3].published.year == 1
    assert read[4].updated.year == 9999
    assert read[5].authors == ("Ann",)
    assert (read[6].url, read[6].via) == (None, None)
    assert len(read[7].title) == 10_240
    assert read[8].url == "https://guides.example/a%20b/%25zz?q=%C3%BC%7C%22%3C%3E%5E%60%7B%7D%5C"
    assert read[9].content.endswith("<p>]]></p>")
