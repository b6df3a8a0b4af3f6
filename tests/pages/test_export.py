"""All pages as static files: complete, linked, small, the same at every build."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import lxml.html

from publisher.pages import Pages, SiteHead
from publisher.site import bundled
from tests.pages.samples import BASE, KNEES, entry, pages, stock
from tests.web.pages import linked, loaded

STOCK = stock()
FILES = dict(pages(STOCK).files(STOCK))
HTML = {path: body.decode() for path, body in FILES.items() if path.endswith(".html")}


def test_everything_is_there() -> None:
    assert set(HTML) == {
        *(
            "index.html",
            "404.html",
            "-/feeds/index.html",
            "-/feeds/knees/index.html",
            "-/feeds/elbows/index.html",
        ),
        *("knees/index.html", "knees/stairs/index.html", "knees/rest/index.html", "knees/shoes/index.html"),
        *(f"knees/{slug}/history/index.html" for slug in ("stairs", "rest", "shoes", "steps", "cream")),
        *("knees/tag/daily-life/index.html", "knees/tag/ubung/index.html"),
        *("knees/author/ida-akesson/index.html", "knees/author/ben/index.html"),
        *(
            "knees/steps/index.html",
            "knees/cream/index.html",
            "-/all/knees/index.html",
            "-/all/knees/1/index.html",
        ),
        *("elbows/index.html", "elbows/lift/index.html", "elbows/lift/history/index.html"),
        *("-/all/elbows/index.html", "-/all/elbows/1/index.html"),
    }


def test_same_content_same_bytes() -> None:
    assert dict(pages(stock()).files(stock())) == FILES


def feeds() -> set[str]:
    infos = [*STOCK.site_feeds(), *(info for each in STOCK.publications for info in STOCK.feeds(each))]
    return {url.removeprefix(f"{BASE}/") for info in infos for url in info.urls.values()}


def test_every_link_leads_somewhere() -> None:
    there = feeds() | FILES.keys()
    for path, text in HTML.items():
        if path == "404.html":  # stands at any depth: its links begin at the root
            continue
        for address in linked(text):
            target = resolve(path, address)
            assert target in there or f"{target}/index.html".lstrip("/") in there, (path, address)


def resolve(path: str, address: str) -> str:
    parts: list[str] = []
    plain = unquote(urlsplit(address).path)
    for part in (
        (*PurePosixPath(path).parent.parts, *plain.split("/")) if plain else PurePosixPath(path).parts
    ):
        if part == "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def test_links_within_a_page_lead_to_something_in_it() -> None:
    for path, text in HTML.items():
        page = lxml.html.document_fromstring(text)
        ids = [str(each) for each in page.xpath("//@id")]
        assert len(ids) == len(set(ids)), path
        for address in page.xpath("//a[starts-with(@href, '#')]/@href"):
            assert address[1:] in ids, (path, address)


def test_nothing_is_loaded_from_elsewhere_and_no_page_runs_a_script() -> None:
    for path, text in HTML.items():
        assert not [each for each in loaded(text) if urlsplit(each).scheme], path
        page = lxml.html.document_fromstring(text)
        assert {each.get("type") for each in page.iter("script")} <= {"application/ld+json"}, path
        assert not page.xpath("//@style | //@*[starts-with(name(), 'on')]"), path


def test_every_page_is_small_with_all_that_it_loads() -> None:
    styles = sum(len(FILES[f"-/{name}"]) for name in ("static/site.css", "style/accents.css"))
    for path, text in HTML.items():
        assert len(text.encode()) + styles + len(FILES["-/static/icon.svg"]) < 100_000, path


def test_an_old_address_leads_on() -> None:
    page = lxml.html.document_fromstring(HTML["knees/steps/index.html"])
    assert page.xpath("//link[@rel='canonical']/@href") == [f"{BASE}/knees/stairs"]
    assert page.xpath("//meta[@http-equiv='refresh']/@content") == ["0; url=../../knees/stairs"]
    assert page.xpath("//main//a/@href") == ["../../knees/stairs"]
    told = lxml.html.document_fromstring(HTML["knees/steps/history/index.html"])
    assert told.xpath("//main//a/@href") == ["../../../knees/stairs/history"]


def test_a_withdrawn_guide_leaves_a_page_that_tells_nothing_of_it() -> None:
    text = HTML["knees/cream/index.html"]
    assert "withdrawn" in text
    assert "cream" not in text.lower()
    assert 'content="noindex"' in text


def test_an_address_that_is_in_use_again_is_the_guide() -> None:
    again = replace(STOCK, old={"rest": "stairs"}, away=("rest", "shoes"))
    files = dict(pages(again).files(again))
    assert b'<h1 class="p-name">Rest</h1>' in files["knees/rest/index.html"]
    assert b'<h1 class="p-name">Shoes</h1>' in files["knees/shoes/index.html"]


def test_neighbours_are_linked_in_the_order_in_which_they_came_out() -> None:
    page = lxml.html.document_fromstring(HTML["knees/rest/index.html"])
    (around,) = page.find_class("around")
    assert [(each.get("rel"), each.get("href")) for each in around.iter("a")] == [
        ("prev", "../../knees/stairs"),
        ("next", "../../knees/shoes"),
    ]


def test_slugs_beyond_ascii_are_files_of_that_name() -> None:
    arabic = entry(1, "ركبة", tags=("موسيقى",))
    made = stock(guides={"knees": (arabic,), "elbows": ()})
    files = dict(pages(made).files(made))
    assert {"knees/ركبة/index.html", "knees/tag/موسيقى/index.html"} <= files.keys()


def test_a_site_below_a_path() -> None:
    site = Pages(SiteHead("X", f"{BASE}/sub", (KNEES,)), [bundled("templates")])
    body = dict(site.files([STOCK.shelf(KNEES)]))["404.html"].decode()
    assert all(each.startswith(("/sub/", "#")) for each in linked(body))


def test_mere_shelves_make_publications_and_guides() -> None:
    files = dict(pages(STOCK).files([STOCK.shelf(each) for each in STOCK.publications]))
    assert {"index.html", "knees/index.html", "knees/stairs/index.html", "404.html"} <= files.keys()
    assert not [path for path in files if "/history/" in path or path.startswith("-/feeds")]
