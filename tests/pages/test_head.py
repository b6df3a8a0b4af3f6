"""What pages say of themselves to programs: discovery, link previews, JSON-LD, microformats."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model import Author, Entry, Image
from publisher.pages import about
from tests.pages.samples import BASE, KNEES, entry, head, pages, stock

STOCK = stock()
PAGES = pages(STOCK)
INFOS = STOCK.feeds(KNEES)
EVIL = '</script><script>alert(1)</script><!--<script>"\\\u2028&amp;'


def guide(one: Entry, root: str = "../") -> lxml.html.HtmlElement:
    text = PAGES.guide(KNEES, head(KNEES), one, root, infos=INFOS)
    return lxml.html.document_fromstring(text)


def stairs() -> Entry:
    return STOCK.guides["knees"][0]


def publication() -> lxml.html.HtmlElement:
    text = PAGES.publication(STOCK.shelf(KNEES), infos=INFOS, terms=STOCK.terms(KNEES))
    return lxml.html.document_fromstring(text)


def rel(page: lxml.html.HtmlElement, name: str) -> list[str]:
    return [str(each) for each in page.xpath(f"//head/link[@rel='{name}']/@href")]


def meta(page: lxml.html.HtmlElement) -> dict[str, str]:
    return {
        each.get("property") or each.get("name"): each.get("content")
        for each in page.iter("meta")
        if each.get("property") or each.get("name")
    }


def data(page: lxml.html.HtmlElement) -> dict[str, Any]:
    (script,) = page.iter("script")
    assert script.get("type") == "application/ld+json"
    found: dict[str, Any] = json.loads(script.text)
    return found


# ------------------------------------------------------------------------------------------- discovery


def test_feeds_are_discovered_the_main_one_first() -> None:
    for page in (publication(), guide(stairs())):
        found = page.xpath("//head/link[@rel='alternate']")
        assert [each.get("href") for each in found] == [
            *("../knees/feed.atom", "../knees/feed.rss", "../knees/feed.json"),
            *("../knees/updates.atom", "../knees/updates.rss", "../knees/updates.json"),
        ]
        assert found[0].get("type") == "application/atom+xml"
        assert found[0].get("title") == "Knees (Atom)"
        assert found[3].get("title") == "Knees: changes (Atom)"


def test_the_page_of_a_tag_offers_its_own_feed_first() -> None:
    shelf = STOCK.term_shelf(KNEES, "tag", "daily-life")
    assert shelf is not None
    page = lxml.html.document_fromstring(PAGES.term(shelf, "tag", "daily life", infos=INFOS))
    found = rel(page, "alternate")
    assert found[0] == "../../../knees/tag/daily-life/feed.atom"
    assert "../../../knees/feed.atom" in found
    assert rel(page, "canonical") == [f"{BASE}/knees/tag/daily-life/"]


def test_the_first_page_offers_the_feed_of_the_site() -> None:
    shelves = [STOCK.shelf(each) for each in STOCK.publications]
    page = lxml.html.document_fromstring(PAGES.site_index(shelves, infos=STOCK.site_feeds()))
    assert rel(page, "alternate") == ["./feed.atom", "./feed.rss", "./feed.json"]  # a list of feeds is none


def test_self_canonical_and_hub() -> None:
    page = guide(stairs())
    assert rel(page, "self") == rel(page, "canonical") == [f"{BASE}/knees/stairs"]
    assert rel(page, "hub") == ["https://hub.example/"]
    elsewhere = guide(replace(stairs(), canonical="https://elsewhere.example/a"))
    assert rel(elsewhere, "self") == [f"{BASE}/knees/stairs"]
    assert rel(elsewhere, "canonical") == ["https://elsewhere.example/a"]
    quiet = replace(KNEES, hubs=())
    text = PAGES.guide(quiet, head(quiet), stairs(), infos=INFOS)
    assert rel(lxml.html.document_fromstring(text), "hub") == []


def test_without_feeds_told_of_a_page_links_to_nothing_that_may_not_be_there() -> None:
    page = lxml.html.document_fromstring(PAGES.guide(KNEES, head(KNEES), stairs()))
    addresses = {each.get("href") for each in page.iter("a")}
    assert not [each for each in addresses if re.search(r"/(tag|author|-|history)\b", each)]
    assert rel(page, "alternate") == ["../knees/feed.atom", "../knees/feed.rss", "../knees/feed.json"]


# ----------------------------------------------------------------------------------------- previews


def test_what_a_link_to_a_guide_shows() -> None:
    picture = Image(f"{BASE}/-/media/knees/a.png", "A knee", width=640, height=480)
    found = meta(guide(replace(stairs(), image=picture, summary="Five minutes.")))
    assert found["og:type"] == "article"
    assert found["og:title"] == "Stairs"
    assert found["og:description"] == found["description"] == "Five minutes."
    assert found["og:url"] == f"{BASE}/knees/stairs"
    assert found["og:site_name"] == "Example Guides"
    assert found["og:image"] == picture.url
    assert (found["og:image:width"], found["og:image:alt"]) == ("640", "A knee")
    assert found["twitter:card"] == "summary_large_image"
    assert found["article:published_time"] == "2026-05-05T08:00:00Z"
    assert found["article:modified_time"] == "2026-08-02T08:00:00Z"
    assert found["article:section"] == "Knees"
    assert found["article:author"] == "https://ida.example/"


@pytest.mark.parametrize(
    "image", [None, Image("data:image/png;base64,xx"), Image(f"{BASE}/a.SVG"), Image("javascript:alert(1)")]
)
def test_a_picture_that_no_preview_can_show_is_not_named(image: Image | None) -> None:
    found = meta(guide(replace(stairs(), image=image)))
    assert "og:image" not in found
    assert found["twitter:card"] == "summary"


def test_what_a_link_to_a_publication_shows() -> None:
    found = meta(publication())
    assert (found["og:type"], found["og:title"]) == ("website", "Knees")
    assert found["og:url"] == f"{BASE}/knees/"
    assert found["og:description"] == "How to be good to them."


def test_pages_for_one_person_say_nothing_of_themselves() -> None:
    page = lxml.html.document_fromstring(PAGES.gone("../", KNEES))
    assert meta(page)["robots"] == "noindex"
    assert not [name for name in meta(page) if name.startswith(("og:", "twitter:"))]
    assert rel(page, "canonical") == rel(page, "self") == []


# ------------------------------------------------------------------------------------------- JSON-LD


def test_a_guide_is_an_article() -> None:
    found = data(guide(stairs()))
    assert found["@type"] == "Article"
    assert found["headline"] == "Stairs"
    assert found["datePublished"] == "2026-05-05T08:00:00Z"
    assert found["dateModified"] == "2026-08-02T08:00:00Z"
    assert found["author"] == [
        {"@type": "Person", "name": "Ida Åkesson", "url": "https://ida.example/"},
        {"@type": "Person", "name": "Ben"},
    ]
    assert found["publisher"] == {"@type": "Organization", "name": "Example Guides", "url": f"{BASE}/"}
    assert found["isPartOf"]["url"] == f"{BASE}/knees/"
    assert found["keywords"] == ["daily life", "Übung"]
    assert found["mainEntityOfPage"] == found["url"] == f"{BASE}/knees/stairs"


def test_no_word_of_a_guide_ends_the_script() -> None:
    one = entry(title=EVIL, summary=EVIL, tags=(EVIL,), authors=(Author(EVIL),))
    page = guide(one)
    found = data(page)  # one script only, and it is data
    assert found["description"] == EVIL
    assert found["author"][0]["name"] == EVIL
    assert found["keywords"] == [EVIL]
    text = PAGES.guide(KNEES, head(KNEES), one, infos=INFOS)
    assert text.lower().count("<script") == text.lower().count("</script") == 1


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("<>&/!-\u2028\u2029]"), max_size=40))
def test_json_in_a_script_is_what_it_was(words: str) -> None:
    written = about.script({"a": f"</script>{words}<!--"})
    assert not set(written) & set("<>&\u2028\u2029")
    assert json.loads(written) == {"a": f"</script>{words}<!--"}


def test_half_a_character_does_not_stop_a_page() -> None:
    assert json.loads(about.script({"a": "x\ud800y"})) == {"a": "x?y"}


# -------------------------------------------------------------------------------------- microformats


def value(element: lxml.html.HtmlElement) -> str:
    return str(
        element.get("value")
        or element.get("datetime")
        or element.get("href")
        or element.text_content().strip()
    )


def test_a_guide_is_an_h_entry() -> None:
    (found,) = guide(stairs()).find_class("h-entry")
    said = {
        name: [value(each) for each in found.find_class(name)]
        for name in ("p-name", "dt-published", "dt-updated", "u-url", "p-category", "p-summary")
    }
    assert found.find_class("p-name")[0].text_content() == "Stairs"
    assert said["dt-published"] == ["2026-05-05T08:00:00Z"]
    assert said["dt-updated"] == ["2026-08-02T08:00:00Z"]
    assert f"{BASE}/knees/stairs" in said["u-url"]
    assert [each.text_content() for each in found.find_class("p-category")] == ["daily life", "Übung"]
    assert said["p-summary"] == ["A few words."]
    (content,) = found.find_class("e-content")
    assert "Flat ones with a firm heel." in content.text_content()
    assert "What changed" not in content.text_content()
    cards = found.find_class("h-card")
    assert [each.find_class("p-name")[0].text_content() for each in cards] == ["Ida Åkesson", "Ben"]
    assert value(cards[0].find_class("u-url")[0]) == "https://ida.example/"


def test_a_publication_is_an_h_feed() -> None:
    (found,) = publication().find_class("h-feed")
    assert found.find_class("p-name")[0].text_content() == "Knees"
    assert found.find_class("u-uid")[0].get("value") == f"{BASE}/knees/"
    entries = found.find_class("h-entry")
    assert [value(each.find_class("u-url")[0]) for each in entries] == [
        "../knees/shoes",
        "../knees/rest",
        "../knees/stairs",
    ]
    assert all(each.find_class("dt-published") for each in entries)
