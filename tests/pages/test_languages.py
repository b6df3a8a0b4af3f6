"""What pages speak: their publication's language, the site's own pages the site's; guides keep theirs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import lxml.html
import pytest

from publisher.model import Publication
from publisher.pages import Pages, SiteHead
from publisher.site import bundled
from tests.pages.samples import BASE, ELBOWS, KNEES, Shelf, revisions, stock

STOCK = stock()
KNIE = replace(KNEES, language="de-AT", title="Knie")
ARABIC = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Guides"
msgstr "الأدلة"

msgid "All guides"
msgstr "كل الأدلة"
"""


def pages(*folders: Path, language: str = "en") -> Pages:
    head = SiteHead("Guides", BASE, (KNIE, ELBOWS), language)
    return Pages(head, [*folders, bundled("templates")])


def parsed(text: str) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(text)


def words(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def shelf(publication: Publication = KNIE) -> Shelf:
    found = STOCK.shelf(KNEES)
    return Shelf(publication, found.feed, found.entries)


def every_page(made: Pages) -> dict[str, str]:
    infos, first = STOCK.feeds(KNEES), shelf()
    changes = tuple(replace(each, brief="") for each in revisions())
    entry = next(each for each in first.entries if each.slug == "stairs")
    return {
        "publication": made.publication(first, infos=infos, terms=STOCK.terms(KNEES)),
        "guide": made.guide(
            KNIE, first.feed, entry, infos=infos, newer=first.entries[1], older=first.entries[2]
        ),
        "history": made.history(KNIE, first.feed, entry, changes, infos=infos),
        "term": made.term(first, "tag", "daily life", infos=infos),
        "author": made.term(first, "author", "Ida Åkesson", infos=infos),
        "listing": made.listing(KNIE, first.entries, 1, 2, infos=infos),
        "feeds": made.feeds(KNIE, infos),
        "gone": made.gone("../", KNIE),
        "moved": made.moved("../", f"{BASE}/knees/rest", KNIE),
    }


# Words that no German page says by itself.
ENGLISH = {
    *("guide", "guides", "follow", "this", "page", "what", "changed", "which"),
    *("read", "updated", "published", "newer", "older", "with", "about"),
}


@pytest.mark.parametrize("name", list(every_page(pages())))
def test_a_german_publication_has_german_pages(name: str) -> None:
    page = parsed(every_page(pages())[name])
    assert (page.get("lang"), page.get("dir")) == ("de-AT", "ltr")
    for own in page.xpath("//*[@lang and @lang != 'de-AT'] | //*[@class='e-content' or @class='text diff']"):
        own.drop_tree()
    for what in page.xpath("//title | //main | //footer | //nav"):
        said = {each.strip(".,:?!“”„()").lower() for each in words(what).split()} & ENGLISH
        assert said <= {"guides"}, name  # that is the site's name
    assert not page.xpath("//*[@lang='en']")


def test_the_same_pages_are_english_in_english() -> None:
    """Else the test above finds nothing anywhere."""
    made = pages()
    text = made.publication(shelf(KNEES), infos=STOCK.feeds(KNEES), terms=STOCK.terms(KNEES))
    assert {"guides", "follow", "updated"} <= {each.lower() for each in words(parsed(text)).split()}


def test_dates_and_grades_are_german() -> None:
    made = every_page(pages())
    assert "2. August 2026" in words(parsed(made["guide"]))
    assert "Wichtige Änderung" in words(parsed(made["history"]))
    assert "Jänner" in words(parsed(pages().history(KNIE, shelf().feed, shelf().entries[0], january())))


def january() -> tuple:  # type: ignore[type-arg]
    return tuple(replace(each, at=each.at.replace(month=1, day=3)) for each in revisions()[-1:])


def test_the_card_tells_the_language() -> None:
    page = parsed(every_page(pages(language="de"))["publication"])
    assert page.xpath("//meta[@property='og:locale']/@content") == ["de_AT"]
    site = parsed(pages(language="de").site_index([shelf()], infos=STOCK.site_feeds()))
    assert site.xpath("//meta[@property='og:locale']/@content") == ["de"]


def test_the_sites_own_pages_speak_the_sites_language() -> None:
    made = pages(language="de")
    site = parsed(made.site_index([shelf(), STOCK.shelf(ELBOWS)], infos=STOCK.site_feeds()))
    assert (site.get("lang"), "Alle Ratgeber" in words(site)) == ("de", True)
    assert [each.get("lang") for each in site.find_class("shelf")] == ["de-AT", "ar"]
    assert "Hier ist nichts" in words(parsed(made.not_found("./")))
    assert "Posteingang" in words(parsed(made.inbox([], "./", newest=True)))
    assert "Alles" in words(parsed(made.site_feeds(STOCK.site_feeds())))


def test_a_guide_in_another_language_keeps_it() -> None:
    first = shelf()
    entry = replace(first.entries[0], language="en-GB", title="Stairs")
    page = parsed(pages().guide(KNIE, first.feed, entry, infos=STOCK.feeds(KNEES)))
    (article,) = page.iter("article")
    assert (page.get("lang"), article.get("lang")) == ("de-AT", "en-GB")
    assert {each.get("lang") for each in article.find_class("small")} == {"de-AT"}


def test_an_owners_catalogue_brings_a_language_from_right_to_left(tmp_path: Path) -> None:
    (tmp_path / "locale").mkdir()
    (tmp_path / "locale/ar.po").write_text(ARABIC, encoding="utf-8")
    page = parsed(pages(tmp_path).publication(STOCK.shelf(ELBOWS), infos=STOCK.feeds(ELBOWS)))
    assert (page.get("lang"), page.get("dir")) == ("ar", "rtl")
    assert words(page.get_element_by_id("guides")) == "الأدلة"
    assert "مايو" in words(page)  # May


def test_what_an_author_writes_is_no_markup_in_a_sentence() -> None:
    hostile = replace(KNIE, title="<b>%(x)s 100 %</b>")
    for text in (
        pages().publication(shelf(hostile), infos=STOCK.feeds(KNEES)),
        pages().feeds(hostile, STOCK.feeds(KNEES)),
        pages().term(shelf(hostile), "tag", "<i>%s</i>", infos=STOCK.feeds(KNEES)),
        pages().listing(hostile, (), 1, 1),
    ):
        page = parsed(text)
        assert not page.xpath("//b | //i") and "%(x)s 100 %" in words(page)
