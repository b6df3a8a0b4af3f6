"""Pages about feeds, tags and authors, and the list of all guides."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

import lxml.html
import pytest

from publisher.pages import LISTED, ordinals, pages_of
from publisher.pages.render import OF_TERM, PER_PAGE, TERMS
from tests.pages.samples import BASE, ELBOWS, KNEES, Info, Stock, entry, head, pages, stock, urls

STOCK = stock()
PAGES = pages(STOCK)


def parsed(text: str) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(text)


def hrefs(page: lxml.html.HtmlElement) -> list[str]:
    return [each.get("href") for each in page.iter("a")]


def words(page: lxml.html.HtmlElement) -> str:
    return " ".join(page.text_content().split())


# --------------------------------------------------------------------------------------------- feeds


def test_every_feed_of_a_publication_can_be_followed_from_its_page() -> None:
    page = parsed(PAGES.feeds(KNEES, STOCK.feeds(KNEES)))
    fields = list(page.iter("input"))
    assert [each.get("value") for each in fields] == [
        f"{BASE}/knees/feed.atom",
        f"{BASE}/knees/updates.atom",
    ]
    for each in fields:  # selected whole by the Tab key: no script is needed to copy it
        assert "readonly" in each.attrib
        assert page.xpath(f"//label[@for='{each.get('id')}']")
    found = hrefs(page)
    for path in ("feed.atom", "feed.rss", "feed.json", "updates.rss", "tag/daily-life/", "author/ben/"):
        assert f"../../knees/{path}" in found
    assert f"feed:{BASE}/knees/feed.atom" in found
    for reader in ("feedly.com", "inoreader.com", "newsblur.com"):
        (first, _) = (each for each in found if reader in each)
        assert unquote(first).endswith(f"{BASE}/knees/feed.atom")
    assert "What is a feed?" in words(page)
    terms = [words(each) for each in page.find_class("terms")[0].iter("a")]
    assert terms == ["daily life", "Übung"]


def test_one_feed_that_has_new_and_changed_guides() -> None:
    folded = replace(KNEES, fold_updates=True)
    page = parsed(PAGES.feeds(folded, STOCK.feeds(KNEES)[:1]))
    assert "New guides and changes that matter" in words(page)


def test_thousands_of_tags_do_not_make_a_page_long() -> None:
    many = [
        Info("tag", f"Knees: tag {n}", urls(f"{BASE}/knees/tag/a-tag-with-a-long-name-{n}/"))
        for n in range(3000)
    ]
    text = PAGES.feeds(KNEES, [*STOCK.feeds(KNEES)[:2], *many])
    assert len(text.encode()) < 100_000
    assert len(parsed(text).find_class("terms")[0]) == TERMS
    assert "There are more" in text


def test_the_feeds_of_the_site() -> None:
    page = parsed(PAGES.site_feeds(STOCK.site_feeds()))
    assert [each.get("value") for each in page.iter("input")] == [f"{BASE}/feed.atom"]
    assert {"../../feeds.opml", "../../-/feeds/knees", "../../-/feeds/elbows"} <= set(hrefs(page))


# -------------------------------------------------------------------------------------------- terms


def test_tags_and_authors_of_a_guide_lead_to_their_pages() -> None:
    text = PAGES.guide(KNEES, head(KNEES), STOCK.guides["knees"][0], infos=STOCK.feeds(KNEES))
    wanted = {"../knees/tag/daily-life/", "../knees/tag/ubung/", "../knees/author/ida-akesson/"}
    assert wanted <= set(hrefs(parsed(text)))


def test_a_tag_of_signs_alone_has_no_page() -> None:
    one = entry(tags=("!?", "موسيقى"))
    page = parsed(PAGES.guide(KNEES, head(KNEES), one, infos=STOCK.feeds(KNEES)))
    first, second = page.find_class("p-category")
    assert (first.tag, first.text) == ("span", "!?")
    assert unquote(second.get("href")) == "../knees/tag/موسيقى/"


def test_the_page_of_an_author() -> None:
    shelf = STOCK.term_shelf(KNEES, "author", "ida-akesson")
    assert shelf is not None
    page = parsed(PAGES.term(shelf, "author", "Ida Åkesson", infos=STOCK.feeds(KNEES)))
    assert "Guides by Ida Åkesson 1 guide in Knees" in words(page)
    assert {"../../../knees/stairs", "https://ida.example/"} <= set(hrefs(page))
    assert page.xpath("//input/@value") == [f"{BASE}/knees/author/ida-akesson/feed.atom"]


def test_topics_of_a_publication_the_most_used_first() -> None:
    page = parsed(PAGES.publication(STOCK.shelf(KNEES), infos=STOCK.feeds(KNEES), terms=STOCK.terms(KNEES)))
    (topics,) = page.find_class("topics")
    assert [words(each) for each in topics.iter("li")] == [
        "daily life 2 with 2 guides",
        "Übung 1 with 1 guide",
    ]


# ------------------------------------------------------------------------------------- thousands


def crowd(count: int) -> Stock:
    """So many guides, every word in them as long as words get."""
    title = "Donaudampfschifffahrtsgesellschaft ünd " * 8
    guides = [
        entry(
            n,
            f"{'a-long-address' * 5}-{n}",
            title=f"{n} {title}",
            summary="ö" * 900,
            change="ß " * 400,
            tags=("crowd",),
            updated=entry(n + 9).published,
        )
        for n in range(1, count + 1)
    ]
    return stock(guides={"knees": guides, "elbows": ()})


def test_no_page_grows_with_the_number_of_guides() -> None:
    many = crowd(1234)
    shelf, tagged = many.shelf(KNEES, LISTED + 1), many.term_shelf(KNEES, "tag", "crowd")
    assert tagged is not None
    infos, last = many.feeds(KNEES), pages_of(1234)
    sheet = len((PAGES.assets.get("site.css") or pytest.fail("no style sheet")).body)
    for text in (
        PAGES.publication(shelf, infos=infos, terms=many.terms(KNEES)),
        PAGES.term(tagged, "tag", "crowd", infos=infos),
        PAGES.listing(KNEES, many.stretch(KNEES, *ordinals(3, last)), 3, last, infos=infos),
        PAGES.listing(KNEES, many.stretch(KNEES, *ordinals(last, last)), last, last, infos=infos),
    ):
        assert len(text.encode()) + sheet < 100_000
    page = parsed(PAGES.publication(shelf, infos=infos))
    assert len(page.find_class("h-entry")) == LISTED
    assert "../-/all/knees/" in hrefs(page)
    page = parsed(PAGES.term(tagged, "tag", "crowd", infos=infos))
    assert len(page.find_class("h-entry")) == OF_TERM
    assert "These are the 100 newest." in words(page)
    few = many.term_shelf(KNEES, "tag", "crowd", OF_TERM)
    assert few is not None
    assert "1,234 guides in Knees" in words(parsed(PAGES.term(few, "tag", "crowd", infos=infos, count=1234)))


def test_a_publication_that_fits_on_its_page_has_no_list() -> None:
    few = crowd(LISTED)
    assert "/-/all/" not in PAGES.publication(few.shelf(KNEES, LISTED + 1), infos=few.feeds(KNEES))


@pytest.mark.parametrize("highest", [0, 1, PER_PAGE - 1, PER_PAGE, PER_PAGE + 1, 2 * PER_PAGE, 1234])
def test_every_guide_is_on_exactly_one_page_of_the_list(highest: int) -> None:
    last = pages_of(highest)
    listed = [
        n for page in range(1, last + 1) for n in range(ordinals(page, last)[0], ordinals(page, last)[1] + 1)
    ]
    assert listed[:highest] == list(range(1, highest + 1))
    assert len(listed) == len(set(listed))
    if highest >= PER_PAGE:  # nobody who opens the list finds it nearly empty
        assert highest - ordinals(last, last)[0] + 1 >= PER_PAGE


def test_a_page_of_the_list_leads_to_the_next() -> None:
    many = crowd(4 * PER_PAGE)
    infos = many.feeds(KNEES)
    middle = parsed(PAGES.listing(KNEES, many.stretch(KNEES, *ordinals(2, 4)), 2, 4, infos=infos))
    assert {"../../../-/all/knees/3", "../../../-/all/knees/1"} <= set(hrefs(middle))
    oldest = parsed(PAGES.listing(KNEES, many.stretch(KNEES, *ordinals(1, 4)), 1, 4, infos=infos))
    assert "../../../-/all/knees/0" not in hrefs(oldest)


def test_a_site_of_many_publications_names_no_guides_on_its_first_page() -> None:
    many = [replace(KNEES, slug=f"knees-{n}", description="What it is. " * 8) for n in range(60)]
    guides = {each.slug: (entry(1, "stairs", each.slug),) for each in many}
    crowded = Stock(many, guides)
    text = pages(crowded).site_index([crowded.shelf(each) for each in many], infos=crowded.site_feeds())
    assert len(text.encode()) < 100_000
    assert "Stairs" not in text
    assert "No guides yet" not in text


def test_right_to_left_where_it_belongs() -> None:
    shelf = STOCK.shelf(ELBOWS)
    page = parsed(PAGES.publication(shelf, infos=STOCK.feeds(ELBOWS)))
    assert page.find_class("opening")[0].get("dir") == "rtl"
    assert page.find_class("guides")[0].get("dir") == "rtl"
    assert (page.get("lang"), page.get("dir")) == ("en", "ltr")  # there is no Arabic catalogue
