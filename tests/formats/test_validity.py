"""Every sample feed, held to the rule book of its format; and what only one format has."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree

from publisher.formats import FEEDS as FEED_KINDS
from publisher.formats import open_format
from publisher.model import Enclosure, Image

from .atom_rules import ATOM, NS
from .jsonfeed_rules import JSONFEED
from .opml_rules import OPML
from .rss_rules import ATOM as ATOM_NS
from .rss_rules import CONTENT, MEDIA, RSS
from .rules import RuleBook
from .samples import ARCHIVE, BARE, ENTRIES, FEEDS, FULL, HOME, RICH, entry

BOOKS: dict[str, RuleBook[Any]] = {"rss": RSS, "atom": ATOM, "jsonfeed": JSONFEED, "opml": OPML}


@pytest.mark.parametrize("name", FEEDS)
@pytest.mark.parametrize("kind", BOOKS)
def test_it_breaks_no_rule(kind: str, name: str) -> None:
    assert BOOKS[kind].complaints(open_format(kind).write(*FEEDS[name])) == []


@pytest.mark.parametrize("kind", FEED_KINDS)
def test_five_thousand_guides_of_8_kb(kind: str) -> None:
    body = "<p>" + "Water them well &amp; often. " * 290 + "</p>"
    document = open_format(kind).write(RICH, [entry(number, html=body) for number in range(5_000)])
    assert len(document) > 5_000 * len(body)
    assert document.count(b"tag:guides.example,2026:garden/guide-") == 5_000


def rss(*arguments: Any) -> etree._Element:
    return etree.fromstring(open_format("rss").write(*arguments)).find("channel")


def atom(*arguments: Any) -> etree._Element:
    return etree.fromstring(open_format("atom").write(*arguments))


@pytest.mark.parametrize(
    ("image", "shown"),
    [
        (None, False),
        (Image("a.png"), True),
        (Image("a", mime="image/JPEG "), True),
        (Image("a.gif", width=144, height=400), True),
        (Image("a.png", width=145), False),
        (Image("a.png", height=401), False),
        (Image("a.svg"), False),
        (Image("a"), False),
        (Image("data:image/png;base64,AA"), False),
    ],
)
def test_an_rss_channel_shows_only_a_picture_that_it_may(image: Image | None, shown: bool) -> None:
    assert (rss(replace(RICH, image=image), ()).find("image") is not None) == shown


@pytest.mark.parametrize(
    ("image", "enclosed"),
    [
        (Image("a.png", length=10), True),
        (Image("a", mime="image/heic", length=10), True),
        (Image("a.png"), False),
        (Image("a.png", length=0), False),
        (Image("a", length=10), False),
        (Image("a", mime="no type", length=10), False),
    ],
)
def test_an_rss_item_encloses_a_picture_only_with_length_and_type(image: Image, enclosed: bool) -> None:
    item = rss(RICH, (entry(1, image=image),)).find("item")
    assert (item.find("enclosure") is not None) == enclosed
    assert len(item.findall(MEDIA + "content")) == len(item.findall(MEDIA + "thumbnail")) == 1


def test_an_rss_item_describes_its_picture() -> None:
    item = rss(RICH, (FULL,)).find("item")
    assert dict(item.find("enclosure").attrib) == {
        "url": HOME + "rose.jpg",
        "length": "48211",
        "type": "image/jpeg",
    }
    assert dict(item.find(MEDIA + "content").attrib) == {
        "url": HOME + "rose.jpg",
        "fileSize": "48211",
        "type": "image/jpeg",
        "medium": "image",
        "width": "1200",
        "height": "800",
    }
    assert item.findtext(f"{MEDIA}content/{MEDIA}description") == "A rose, cut above a bud"
    assert dict(item.find(MEDIA + "thumbnail").attrib) == {
        "url": HOME + "rose.jpg",
        "width": "1200",
        "height": "800",
    }


def test_rss_summaries_are_escaped_as_the_html_that_readers_take_them_for() -> None:
    item = rss(RICH, (entry(1, summary="If a < b & c"),)).find("item")
    assert item.findtext("description") == "If a &lt; b &amp; c"


def test_an_rss_item_without_words_still_has_a_description() -> None:
    item = rss(BARE, (entry(1, title="", summary="", html=""),)).find("item")
    assert item.find("title") is None
    assert item.findtext("description") == HOME + "guide-1"
    assert item.find(CONTENT + "encoded") is None


def test_an_rss_guid_is_the_atom_id_and_no_permalink() -> None:
    guids = [(g.text, g.get("isPermaLink")) for g in rss(RICH, ENTRIES).iter("guid")]
    ids = atom(RICH, ENTRIES).xpath("a:entry/a:id/text()", namespaces=NS)
    assert guids == [(id, "false") for id in ids]


def test_a_feed_that_is_not_at_home_anywhere_has_no_self_link() -> None:
    nowhere = replace(RICH, urls={})
    assert {link.get("rel") for link in rss(nowhere, ()).findall(ATOM_NS + "link")} == {"hub"}
    assert not atom(nowhere, ()).xpath("a:link[@rel = 'self']", namespaces=NS)
    assert "feed_url" not in json.loads(open_format("jsonfeed").write(nowhere, ()))


def test_an_atom_enclosure_says_type_length_and_words() -> None:
    (link,) = atom(RICH, (FULL,)).xpath("a:entry/a:link[@rel = 'enclosure']", namespaces=NS)
    assert dict(link.attrib) == {
        "rel": "enclosure",
        "href": HOME + "rose.jpg",
        "type": "image/jpeg",
        "length": "48211",
        "title": "A rose, cut above a bud",
    }


def test_atom_people_keep_address_and_page() -> None:
    people = atom(RICH, (FULL,)).xpath("a:entry/a:author", namespaces=NS)
    assert [[child.text for child in person] for person in people] == [
        ["Rosa Dorn", "rosa@garden.example", "https://rosa.example/%C3%BCber%20uns"],
        ["Max"],
    ]


def test_an_atom_icon_is_square() -> None:
    for size, icons in (((96, 96), 1), ((96, 48), 0), ((None, None), 0)):
        feed = atom(replace(RICH, image=Image("a.png", width=size[0], height=size[1])), ())
        assert len(feed.xpath("a:icon", namespaces=NS)) == icons
        assert feed.xpath("a:logo/text()", namespaces=NS) == [HOME + "a.png"]


def test_a_guide_in_another_language_says_so_everywhere() -> None:
    guides = (entry(1, language="DE"), entry(2, language="en-gb"), entry(3, language=None))
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    assert [e.get(lang) for e in atom(RICH, guides).xpath("a:entry", namespaces=NS)] == ["DE", None, None]
    language = "{http://purl.org/dc/elements/1.1/}language"
    assert [item.findtext(language) for item in rss(RICH, guides).iter("item")] == ["DE", None, None]
    items = json.loads(open_format("jsonfeed").write(RICH, guides))["items"]
    assert [item.get("language") for item in items] == ["DE", None, None]


def test_only_atom_needs_a_title() -> None:
    untitled = entry(1, title=" ", summary="Dig & water: " + "long words " * 20)
    title = str(atom(RICH, (untitled,)).xpath("string(a:entry/a:title)", namespaces=NS))
    assert title == "Dig & water: long words long words long words long words"
    assert rss(RICH, (untitled,)).find("item/title") is None
    assert "title" not in json.loads(open_format("jsonfeed").write(RICH, (untitled,)))["items"][0]


def test_atom_text_that_looks_like_html_is_declared_as_html_that_shows_it() -> None:
    guide = entry(1, title="Close <b> & save", summary="Type &amp; run", image=Image("a.png", "<b>"))
    (found,) = atom(replace(RICH, title="<i>"), (guide,)).xpath("a:entry", namespaces=NS)
    assert [(e.get("type"), e.text) for e in found.xpath("a:title | a:summary", namespaces=NS)] == [
        ("html", "Close &lt;b&gt; & save".replace("& ", "&amp; ")),
        ("html", "Type &amp;amp; run"),
    ]
    assert found.xpath("a:link[@rel = 'enclosure']/@title", namespaces=NS) == []
    plain = atom(RICH, (entry(1, title="R & D, 3 < 4 > 2"),))
    assert plain.xpath("a:entry/a:title/@type", namespaces=NS) == []
    assert plain.xpath("string(a:entry/a:title)", namespaces=NS) == "R & D, 3 < 4 > 2"


def test_an_entry_of_a_summary_only() -> None:
    short = entry(1, html="")
    assert not atom(RICH, (short,)).xpath("a:entry/a:content", namespaces=NS)
    nowhere = atom(RICH, (replace(short, url=""),))  # content or an alternate link is required
    assert nowhere.xpath("string(a:entry/a:content[@type = 'html'])", namespaces=NS) == ""
    item = rss(RICH, (short,)).find("item")
    assert (item.findtext("description"), item.find(CONTENT + "encoded")) == ("How to dig 1 holes.", None)
    (told,) = json.loads(open_format("jsonfeed").write(RICH, (short,)))["items"]
    assert (told["content_text"], "content_html" in told) == ("How to dig 1 holes.", False)


def test_an_rss_item_encloses_one_file_and_shows_the_others_as_media() -> None:
    files = (
        Enclosure("a.mp3", "audio/mpeg", 4),
        Enclosure("b.mp4", "", 5),
        Enclosure("c.pdf", "", 0),
        Enclosure("d.png", "", 6),
    )
    item = rss(RICH, (entry(1, image=Image("z.jpg", length=9), enclosures=files),)).find("item")
    assert [e.get("url") for e in item.findall("enclosure")] == [HOME + "a.mp3"]
    assert [(e.get("url"), e.get("medium"), e.get("fileSize")) for e in item.findall(MEDIA + "content")] == [
        (HOME + "z.jpg", "image", "9"),
        (HOME + "b.mp4", "video", "5"),
        (HOME + "c.pdf", "document", None),
        (HOME + "d.png", "image", "6"),
    ]


def test_an_rss_enclosure_of_unknown_length_says_0() -> None:
    item = rss(RICH, (entry(1, enclosures=(Enclosure("a.mp3", "", 0),)),)).find("item")
    assert item.find("enclosure").get("length") == "0"


def test_json_says_the_head() -> None:
    head = json.loads(open_format("jsonfeed").write(RICH, ()))
    assert head == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Roots & shoots",
        "home_page_url": HOME,
        "feed_url": HOME + "feed.json",
        "description": "What grows, what does not, & why",
        "icon": HOME + "logo.png",
        "authors": [{"name": "Ida Grün", "url": "https://ida.example/"}, {"name": "Tom & Co"}],
        "language": "en-GB",
        "hubs": [
            {"type": "WebSub", "url": "https://hub.example/one"},
            {"type": "WebSub", "url": "https://hub.example/two"},
        ],
        "items": [],
    }


def test_json_is_readable_as_it_is() -> None:
    assert "Ida Grün".encode() in open_format("jsonfeed").write(RICH, ENTRIES)


def test_json_goes_on_to_older_items_and_not_to_itself() -> None:
    head = json.loads(open_format("jsonfeed").write(ARCHIVE, ()))
    assert (head["feed_url"], head["next_url"]) == (HOME + "archive/2.jsonfeed", HOME + "archive/1.jsonfeed")
    circle = replace(ARCHIVE, paging=replace(ARCHIVE.paging, previous=ARCHIVE.urls))
    assert "next_url" not in json.loads(open_format("jsonfeed").write(circle, ()))
