"""RSS, Atom and JSON Feed say the same of every guide, to a parser and to a real feed reader's library."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import timedelta

import feedparser
import pytest

from publisher.formats import open_format
from publisher.model import Enclosure, Entry, Image

from .reading import READERS, Item, read_as_a_reader_does
from .samples import BAD_ENTRIES, BAD_FEED, ENTRIES, FEEDS, FULL, HOME, RICH, SPRING, TALK, entry

feeds = pytest.mark.parametrize("name", FEEDS)


def items(kind: str, name: str) -> list[Item]:
    return READERS[kind](open_format(kind).write(*FEEDS[name]))


@feeds
@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_it_says_what_json_says(kind: str, name: str) -> None:
    own, json = items(kind, name), items("jsonfeed", name)
    if kind == "atom":  # a title is required: the summary's first words stand in for one
        for a, b in zip(own, json, strict=True):
            assert b.title or (a.title and b.summary.startswith(a.title) and len(a.title) <= 60)
        own = [replace(a, title="") if not b.title else a for a, b in zip(own, json, strict=True)]
    assert own == json


@pytest.mark.parametrize("name", ["rich", "bare", "sixty", "large logo", "archive"])
@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_feedparser_reads_what_json_says(kind: str, name: str) -> None:
    feed, entries = FEEDS[name]
    # RSS titles are text to us and perhaps HTML to a reader: those that look like HTML are left out here.
    usual = [
        one for one in entries if one.title and "<" not in one.title.replace("s < m", "") and one.html.strip()
    ]
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
    assert (read[10].title, read[10].summary, read[10].content) == ("" if kind != "atom" else "0", "0", "")
    assert read[10].files == ((HOME + "x.mp3", "audio/mpeg", 10**20),)


@pytest.mark.parametrize("kind", READERS)
def test_files_go_along(kind: str) -> None:
    (read,) = READERS[kind](open_format(kind).write(RICH, (TALK,)))
    assert read.files == (
        (HOME + "talk.mp3", "audio/mpeg", 4_096_000),
        (HOME + "plan.pdf", "application/pdf", 0),
        ("https://cdn.example/talk.webm", "video/webm", 77),
        ("https://cdn.example/talk", "application/octet-stream", 0),
    )


@pytest.mark.parametrize("kind", READERS)
def test_a_file_that_is_the_picture_is_told_once(kind: str) -> None:
    picture = Image("a.jpg", "A spade")
    guide = entry(
        1, image=picture, enclosures=(Enclosure("a.jpg", "image/jpeg", 5), Enclosure("b.mp3", "", 6))
    )
    document = open_format(kind).write(RICH, (guide,))
    (read,) = READERS[kind](document)
    assert (read.image, read.files) == (HOME + "a.jpg", ((HOME + "b.mp3", "audio/mpeg", 6),))
    assert document.count(b"b.mp3") == 1


@pytest.mark.parametrize("kind", READERS)
def test_a_feed_of_summaries_says_what_changed_in_them(kind: str) -> None:
    told = entry(1, html="", change="Less water", updated=SPRING, language="nl")
    untold = entry(2, html="\n", change="Less water")
    ended = entry(3, html="", change="Why water?", updated=SPRING)
    read = READERS[kind](open_format(kind).write(RICH, (told, untold, ended)))
    assert [item.content for item in read] == ["", "", ""]
    assert [item.summary for item in read] == [
        "Bijgewerkt 2026-03-01: Less water. How to dig 1 holes.",
        "How to dig 2 holes.",
        "Updated 2026-03-01: Why water? How to dig 3 holes.",
    ]


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize(
    ("guide", "words"),
    [
        (entry(1, summary="", html="<p>" + "<i>a</i> " * 900 + "</p>"), "a " * 119 + "a"),
        (entry(1, summary="", html="<p>" + "<wbr/>" * 400 + "late</p>"), "late"),
        (entry(1, summary="", html='<img src="https://a.example/a.png"/>'), "Guide 1"),
        (entry(1, summary="", html="", title=""), HOME + "guide-1"),
        (entry(1, summary="", html="", title="", url=""), "tag:guides.example,2026:garden/guide-1"),
    ],
)
def test_every_entry_has_a_summary(kind: str, guide: Entry, words: str) -> None:
    (read,) = READERS[kind](open_format(kind).write(RICH, (guide,)))
    assert read.summary == words
