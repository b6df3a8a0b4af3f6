"""All pages together: of a catalogue in memory, and of a site that was really built. Linked, small, quiet."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import lxml.html
import pytest

from publisher import engine
from publisher.site import open_site
from tests.pages.files import written
from tests.pages.samples import BASE, KNEES, pages, stock
from tests.web.conftest import NOW, make_site
from tests.web.pages import linked, loaded

STOCK = stock()
PAGES = pages(STOCK)
Files = dict[str, bytes]


@pytest.fixture(scope="module", params=["in memory", "built"])
def files(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Files:
    """path -> bytes of every page, feed and asset."""
    if request.param == "in memory":
        infos = [*STOCK.site_feeds(), *(info for each in STOCK.publications for info in STOCK.feeds(each))]
        feeds = {url.removeprefix(f"{BASE}/"): b"" for info in infos for url in info.urls.values()}
        return feeds | written(STOCK)
    folder = tmp_path_factory.mktemp("built")
    with open_site(make_site(folder / "site"), {}) as site:
        engine.collect_all(site, NOW)
        engine.build_site(site, folder / "out")
    found = (path for path in (folder / "out").rglob("*") if path.is_file())
    return {path.relative_to(folder / "out").as_posix(): path.read_bytes() for path in found}


def html(files: Files) -> dict[str, str]:
    found = {path: body.decode() for path, body in files.items() if path.endswith(".html")}
    assert len(found) > 15
    return found


def test_every_link_leads_somewhere(files: Files) -> None:
    for path, text in html(files).items():
        for address in linked(text):
            target = resolve(path, address)
            assert target in files or f"{target}/index.html".lstrip("/") in files, (path, address)


def resolve(path: str, address: str) -> str:
    """The file that a relative address means; one that begins with a slash begins at the root."""
    plain = unquote(urlsplit(address).path)
    if not plain:
        return path
    parts: list[str] = []
    for part in (() if plain.startswith("/") else PurePosixPath(path).parent.parts) + tuple(plain.split("/")):
        if part == "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def test_links_within_a_page_lead_to_something_in_it(files: Files) -> None:
    for path, text in html(files).items():
        page = lxml.html.document_fromstring(text)
        ids = [str(each) for each in page.xpath("//@id")]
        assert len(ids) == len(set(ids)), path
        for address in page.xpath("//a[starts-with(@href, '#')]/@href"):
            assert address[1:] in ids, (path, address)


def test_nothing_is_loaded_from_elsewhere_and_no_page_runs_a_script(files: Files) -> None:
    for path, text in html(files).items():
        assert not [each for each in loaded(text) if urlsplit(each).scheme], path
        page = lxml.html.document_fromstring(text)
        assert {each.get("type") for each in page.iter("script")} <= {"application/ld+json"}, path
        assert not page.xpath("//@style | //@*[starts-with(name(), 'on')]"), path


def test_every_page_is_small_with_all_that_it_loads(files: Files) -> None:
    names = ("static/site.css", "style/accents.css", "static/icon.svg")
    around = sum(len(files[f"-/{name}"]) for name in names)
    assert around < 30_000
    for path, text in html(files).items():
        assert len(text.encode()) + around < 100_000, path


def test_pages_that_search_engines_keep_have_titles_and_addresses_of_their_own(files: Files) -> None:
    found = {}
    for path, text in html(files).items():
        page = lxml.html.document_fromstring(text)
        assert page.findtext("head/title"), path
        if not page.xpath("//meta[@name='robots']") and (
            address := page.xpath("//link[@rel='canonical']/@href")
        ):
            found[path] = str(address[0])
    twice = {path for path in found if list(found.values()).count(found[path]) > 1}
    assert all(path.startswith("-/all/") or "steps" in path or "stairs" in path for path in twice), twice


def test_same_content_same_bytes() -> None:
    assert written(stock()) == written(STOCK)


def test_an_old_address_leads_on() -> None:
    page = lxml.html.document_fromstring(PAGES.moved("../../", f"{BASE}/knees/stairs", KNEES))
    assert page.xpath("//link[@rel='canonical']/@href") == [f"{BASE}/knees/stairs"]
    assert page.xpath("//meta[@http-equiv='refresh']/@content") == ["0; url=../../knees/stairs"]
    assert page.xpath("//main//a/@href") == ["../../knees/stairs"]


def test_a_withdrawn_guide_leaves_a_page_that_leads_to_others() -> None:
    text = PAGES.gone("../", KNEES)
    assert "withdrawn" in text
    assert 'content="noindex"' in text
    assert lxml.html.document_fromstring(text).xpath("//main//a/@href") == ["../knees/"]
    assert lxml.html.document_fromstring(PAGES.gone("../")).xpath("//main//a/@href") == ["../"]


def test_neighbours_are_linked_in_the_order_in_which_they_came_out() -> None:
    text = written(STOCK)["knees/rest/index.html"].decode()
    (around,) = lxml.html.document_fromstring(text).find_class("around")
    assert [(each.get("rel"), each.get("href")) for each in around.iter("a")] == [
        ("prev", "../../knees/stairs"),
        ("next", "../../knees/shoes"),
    ]


def test_the_page_for_nothing_works_at_any_depth(tmp_path: Path) -> None:
    assert all(each.startswith(("/sub/", "#")) for each in linked(PAGES.not_found("/sub/")))
