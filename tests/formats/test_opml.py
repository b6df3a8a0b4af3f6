"""The list of a site's feeds, as readers import it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from publisher.formats import open_format
from publisher.model import Author, Feed, Outline

from .samples import BARE, ENTRIES, HOME, RICH, SITE, URLS

GARDEN = Outline("Garden", HOME, URLS)


def outlines(feed: Feed) -> list[dict[str, str]]:
    return [dict(one.attrib) for one in etree.fromstring(open_format("opml").write(feed, ())).iter("outline")]


def test_a_site_lists_its_publications() -> None:
    assert outlines(SITE) == [
        {
            "text": "Garden & yard",
            "title": "Garden & yard",
            "type": "rss",
            "xmlUrl": HOME + "feed.atom",
            "htmlUrl": HOME,
            "description": "What grows",
            "language": "en-GB",
        },
        {
            "text": "Küche <heiß>",
            "title": "Küche <heiß>",
            "type": "rss",
            "xmlUrl": "https://guides.example/k.rss",
            "htmlUrl": "https://guides.example/kitchen/",
            "language": "de",
        },
        {
            "text": "מטבח",
            "title": "מטבח",
            "type": "rss",
            "xmlUrl": "https://guides.example/he.json",
            "htmlUrl": "https://guides.example/he/",
            "language": "he",
        },
        {
            "text": "Nothing to follow",
            "title": "Nothing to follow",
            "type": "link",
            "url": "https://guides.example/none/",
            "language": "en",
        },
    ]


@pytest.mark.parametrize(
    ("kinds", "chosen"),
    [
        (("rss", "atom", "jsonfeed"), "atom"),
        (("jsonfeed", "rss"), "rss"),
        (("jsonfeed",), "jsonfeed"),
        (("opml", "rss"), "rss"),
        (("opml",), None),
    ],
)
def test_one_feed_stands_for_a_publication(kinds: tuple[str, ...], chosen: str | None) -> None:
    feeds = {kind: f"https://guides.example/{kind}" for kind in kinds}
    (found,) = outlines(replace(SITE, outlines=(replace(GARDEN, feeds=feeds),)))
    assert found.get("xmlUrl") == (chosen and f"https://guides.example/{chosen}")


def test_a_feed_on_its_own_lists_itself() -> None:
    (found,) = outlines(RICH)
    assert (found["text"], found["xmlUrl"], found["htmlUrl"]) == ("Roots & shoots", HOME + "feed.atom", HOME)
    (found,) = outlines(replace(BARE, urls={}))
    assert found == {"text": "Garden", "title": "Garden", "type": "link", "url": HOME, "language": "en"}


def test_the_head_says_whose_list_it_is() -> None:
    def head(feed: Feed) -> dict[str, str]:
        return {e.tag: e.text for e in etree.fromstring(open_format("opml").write(feed, ())).find("head")}

    assert head(SITE) == {
        "title": "Roots & shoots",
        "dateModified": "Sun, 01 Mar 2026 09:30:00 +0000",
        "ownerName": "Ida Grün",
        "ownerId": "https://ida.example/",
        "docs": "http://opml.org/spec2.opml",
    }
    assert head(replace(SITE, authors=()))["ownerName"] == "Roots & shoots"
    assert head(replace(SITE, authors=(Author("Ann"),)))["ownerId"] == HOME


def test_entries_are_of_no_account() -> None:
    made = open_format("opml")
    assert made.write(SITE, ENTRIES) == made.write(SITE, ())


def test_what_cannot_be_followed_or_read_is_left_out() -> None:
    bad = (
        Outline("No address", "nowhere", {}),
        Outline("No page", "", {"rss": "https://a.example/rss"}),
        Outline(" ", "https://a.example/", {"rss": "javascript:x"}, language="no language"),
        Outline("\x00", "", {"rss": "https://b.example/rss"}),
    )
    assert outlines(replace(SITE, outlines=bad)) == [
        {
            "text": "No page",
            "title": "No page",
            "type": "rss",
            "xmlUrl": "https://a.example/rss",
            "language": "en",
        },
        {
            "text": "https://a.example/",
            "title": "https://a.example/",
            "type": "link",
            "url": "https://a.example/",
        },
        {
            "text": "https://b.example/rss",
            "title": "https://b.example/rss",
            "type": "rss",
            "xmlUrl": "https://b.example/rss",
            "language": "en",
        },
    ]
