"""feedgen's bites, each shown to be real in feedgen itself and gone from what we write.

When the first half of a test fails after an upgrade, feedgen has mended it, and a repair can go.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from types import FrameType
from typing import Any

import pytest
from feedgen.feed import FeedGenerator
from lxml import etree

from publisher.formats import open_format

from .atom_rules import ATOM, GRAMMAR, NS
from .rss_rules import ATOM as ATOM_NS
from .rss_rules import CONTENT, DC, MEDIA, RSS
from .samples import ARCHIVE, BARE, ENTRIES, FULL, HOME, RICH, SPRING, WITHDRAWN, entry


def raw() -> Any:
    """A feed as feedgen's own documentation would have it made."""
    feed = FeedGenerator()
    feed.id("tag:guides.example,2026:garden")
    feed.title("Garden")
    feed.description("Garden")
    feed.link(href=HOME, rel="alternate")
    feed.updated(SPRING)
    return feed


def raw_entry(feed: Any, **changes: Any) -> Any:
    made = feed.add_entry()
    made.id("tag:guides.example,2026:garden/guide-1")
    made.title("Guide 1")
    made.updated(SPRING)
    for name, value in changes.items():
        getattr(made, name)(value)
    return made


def atom(document: bytes, path: str) -> list[Any]:
    return list(etree.fromstring(document).xpath(path, namespaces=NS))


def test_atom_entry_links_keep_rel_type_and_length() -> None:
    feed = raw()
    made = raw_entry(feed, content="x")
    made.link(href=HOME + "guide-1")
    made.enclosure(HOME + "rose.jpg", 10, "image/jpeg")
    assert [dict(link.attrib) for link in atom(feed.atom_str(), "a:entry/a:link")] == [
        {"href": HOME + "guide-1"},
        {"href": HOME + "rose.jpg"},
    ]

    ours = open_format("atom").write(RICH, (FULL,))
    rels = [(link.get("rel"), "type" in link.attrib) for link in atom(ours, "a:entry/a:link")]
    assert rels == [("alternate", True), ("via", False), ("enclosure", True)]


def test_atom_text_says_when_it_is_html() -> None:
    feed = raw()
    feed.author(name="Ann")
    raw_entry(feed, title="a </b> b", content="x")
    assert "html_is_declared" in ATOM.broken(feed.atom_str())

    assert ATOM.complaints(open_format("atom").write(RICH, (entry(1, title="a </b> b"),))) == []


def test_atom_entries_need_no_content() -> None:
    feed = raw()
    raw_entry(feed, summary="x")
    with pytest.raises(ValueError, match="alternate link or a content"):
        feed.atom_str()

    assert not atom(open_format("atom").write(RICH, (entry(1, html=""),)), "a:entry/a:content")


def test_archives_are_marked_and_linked() -> None:
    feed = raw()
    feed.link(href=HOME + "archive/1.rss", rel="prev-archive")
    assert b"prev-archive" not in feed.rss_str()

    for kind in ("rss", "atom"):
        root = etree.fromstring(open_format(kind).write(ARCHIVE, ()))
        head = root if kind == "atom" else root.find("channel")
        assert len(head.findall("{http://purl.org/syndication/history/1.0}archive")) == 1
        links = {link.get("rel"): link.get("href") for link in head.findall(ATOM_NS + "link")}
        links.pop("hub")
        assert links == {
            **({"alternate": HOME} if kind == "atom" else {}),
            "self": f"{HOME}archive/2.{kind}",
            "current": f"{HOME}feed.{kind}",
            "prev-archive": f"{HOME}archive/1.{kind}",
            "next": f"{HOME}archive/1.{kind}",
            "next-archive": f"{HOME}archive/3.{kind}",
        }


def test_only_atom_tells_of_the_withdrawn() -> None:
    stones = atom(open_format("atom").write(replace(RICH, tombstones=WITHDRAWN), ENTRIES), "at:deleted-entry")
    assert [(dict(stone.attrib), [link.get("href") for link in stone]) for stone in stones] == [
        ({"ref": "tag:guides.example,2026:garden/ivy", "when": "2026-03-01T09:30:00+00:00"}, [HOME + "ivy"]),
        ({"ref": "tag:guides.example,2026:garden/moss&fern", "when": "2026-02-20T09:30:00+00:00"}, []),
    ]
    for kind in ("rss", "jsonfeed"):
        assert b"ivy" not in open_format(kind).write(replace(RICH, tombstones=WITHDRAWN), ENTRIES)


def test_the_channel_link_is_the_home_page() -> None:
    feed = raw()
    feed.link(href=HOME + "feed.rss", rel="self")
    feed.image(HOME + "logo.png")
    channel = etree.fromstring(feed.rss_str()).find("channel")
    assert channel.findtext("link") == channel.findtext("image/link") == HOME + "feed.rss"

    channel = etree.fromstring(open_format("rss").write(RICH, ())).find("channel")
    assert channel.findtext("link") == channel.findtext("image/link") == HOME


def test_rss_has_hubs() -> None:
    feed = raw()
    feed.link(href="https://hub.example/one", rel="hub")
    assert b'rel="hub"' not in feed.rss_str()

    channel = etree.fromstring(open_format("rss").write(RICH, ())).find("channel")
    links = [(link.get("rel"), link.get("href")) for link in channel.findall(ATOM_NS + "link")]
    assert links == [("self", HOME + "feed.rss"), *(("hub", hub) for hub in RICH.hubs)]


def test_each_format_has_its_own_self_link() -> None:
    feed = raw()
    feed.link(href=HOME + "feed.atom", rel="self")
    feed.link(href=HOME + "feed.rss", rel="self")
    assert (HOME + "feed.rss").encode() not in feed.rss_str().partition(b"<atom:link")[2]

    for kind in ("rss", "atom"):
        document = open_format(kind).write(RICH, ()).decode()
        assert [url for url in RICH.urls.values() if url in document] == [RICH.urls[kind]]


def test_content_encoded_is_always_there() -> None:
    feed = raw()
    raw_entry(feed, content="<p>x</p>")
    assert b"content:encoded>" not in feed.rss_str()

    rss = etree.fromstring(open_format("rss").write(BARE, ENTRIES))
    told = [item.find(CONTENT + "encoded") is not None for item in rss.iter("item")]
    assert told == [bool(guide.html.strip()) for guide in ENTRIES]
    assert all(item.find("description") is not None for item in rss.iter("item"))


def test_atom_content_is_html_not_cdata() -> None:
    feed = raw()
    feed.author(name="Ann")
    raw_entry(feed).content("<p>x</p>", type="CDATA")
    assert not GRAMMAR.validate(etree.fromstring(feed.atom_str()))

    assert ATOM.complaints(open_format("atom").write(RICH, ENTRIES)) == []


def test_authors_with_no_address_are_named_in_rss() -> None:
    feed = raw()
    raw_entry(feed, author={"name": "Max"})
    assert b"Max" not in feed.rss_str()

    item = etree.fromstring(open_format("rss").write(RICH, (FULL,))).find("channel/item")
    assert [creator.text for creator in item.findall(DC + "creator")] == ["Rosa Dorn", "Max"]
    assert item.find("author") is None


def test_one_picture_makes_no_group() -> None:
    feed = raw()
    feed.load_extension("media")
    raw_entry(feed).media.content(url=HOME + "rose.jpg")
    assert b"media:group" in feed.rss_str()

    rss = etree.fromstring(open_format("rss").write(RICH, (FULL,)))
    assert not list(rss.iter(MEDIA + "group"))
    assert len(list(rss.iter(MEDIA + "content"))) == 1


def test_no_date_is_now() -> None:
    feed = FeedGenerator()
    assert abs(feed.updated() - datetime.now(UTC)).total_seconds() < 60

    year = str(datetime.now(UTC).year + 1)  # neither this year nor next, unless the content says so
    for kind in ("rss", "atom", "jsonfeed"):
        document = open_format(kind).write(BARE, (entry(1),)).decode()
        assert year not in document
        assert "2026-02-28" in document
    rss = etree.fromstring(open_format("rss").write(RICH, ENTRIES))
    assert [date.text for date in rss.iter("lastBuildDate")] == ["Sun, 01 Mar 2026 09:30:00 +0000"]


def test_entries_stay_in_order() -> None:
    feed = raw()
    for number in (1, 2):
        raw_entry(feed, content="x", id=f"tag:x,2026:{number}")
    assert atom(feed.atom_str(), "a:entry/a:id/text()") == ["tag:x,2026:2", "tag:x,2026:1"]

    ids = atom(open_format("atom").write(RICH, ENTRIES), "a:entry/a:id/text()")
    assert ids == [guide.id for guide in ENTRIES]


@pytest.mark.parametrize("kind", ["rss", "atom", "jsonfeed"])
def test_naive_dates_and_controls_do_not_raise(kind: str) -> None:
    with pytest.raises(ValueError, match="timezone"):
        raw_entry(raw(), published=datetime(2026, 3, 1))
    feed = raw()
    raw_entry(feed, title="a\x00b", content="x")
    with pytest.raises(ValueError, match="XML compatible"):
        feed.atom_str()

    bad = entry(1, title="a\x00b", published=datetime(2026, 3, 1))
    assert b"ab" in open_format(kind).write(RICH, (bad,))


def test_an_untitled_atom_entry_does_not_raise() -> None:
    feed = raw()
    raw_entry(feed, title="", content="x")
    with pytest.raises(ValueError, match="Required fields"):
        feed.atom_str()

    assert ATOM.complaints(open_format("atom").write(RICH, (entry(1, title=""),))) == []


def test_an_atom_feed_always_has_an_author() -> None:
    feed = raw()
    raw_entry(feed, content="x")
    assert "has_an_author_everywhere" in ATOM.broken(feed.atom_str())

    document = open_format("atom").write(BARE, (entry(1),))
    assert atom(document, "a:author/a:name/text()") == ["Garden"]
    assert atom(document, "a:entry/a:author/a:name/text()") == ["Garden"]


def test_rss_dates_do_not_touch_the_locale() -> None:
    def calls(write: Any) -> int:
        seen = []

        def watch(frame: FrameType, event: str, arg: object) -> None:
            if event == "call" and frame.f_code.co_name in ("setlocale", "formatRFC2822"):
                seen.append(frame.f_code.co_name)

        sys.setprofile(watch)
        try:
            write()
        finally:
            sys.setprofile(None)
        return len(seen)

    assert calls(raw().rss_str) > 0
    assert calls(lambda: open_format("rss").write(RICH, ENTRIES)) == 0


def test_plain_text_in_rss_is_hexadecimal() -> None:
    feed = raw()
    raw_entry(feed, title="a & b", content="x")
    assert "plain_text_is_hexadecimal" in RSS.broken(feed.rss_str())

    document = open_format("rss").write(RICH, (entry(1, title="a & <b>", html="<title>a &amp; b</title>"),))
    assert b"<title>a &#x26; &#x3C;b&#x3E;</title>" in document
    assert b"&lt;title&gt;a &amp;amp; b&lt;/title&gt;" in document  # content is left as it is
