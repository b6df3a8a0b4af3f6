"""Pages and feeds over a real socket."""

from __future__ import annotations

import json
from pathlib import Path

import feedparser
import pytest

from publisher import engine
from tests.web.conftest import PNG, Server
from tests.web.pages import crawl, linked, loaded, parse


def test_the_site_names_its_publications(reading: Server) -> None:
    page = parse(reading.get("/").text)
    assert [heading.text_content() for heading in page.iter("h1")] == ["Example Guides"]
    assert [heading.text_content() for heading in page.iter("h2")] == ["Knees"]
    assert page.findtext(".//title") == "Example Guides"


def test_a_publication_lists_its_guides_newest_first(reading: Server) -> None:
    page = parse(reading.get("/knees/").text)
    titles = [heading.text_content() for heading in page.iter("h3")]
    assert sorted(titles) == ["A knee & its <parts>", "How long to rest a knee", "Stairs with a sore knee"]
    assert titles[-1] == "A knee & its <parts>"  # published in October, the others when they were found
    alternates = [
        (link.get("type"), link.get("href")) for link in page.iter("link") if link.get("rel") == "alternate"
    ]
    assert alternates[:3] == [
        ("application/rss+xml", "../knees/feed.rss"),
        ("application/atom+xml", "../knees/feed.atom"),
        ("application/feed+json", "../knees/feed.json"),
    ]
    assert ("application/atom+xml", "../knees/updates.atom") in alternates


def test_a_guide_in_full(reading: Server) -> None:
    page = parse(reading.get("/knees/picture").text)
    assert page.findtext(".//h1") == "A knee & its <parts>"
    assert page.findtext(".//title") == "A knee & its <parts> – Knees"
    canonical = [link.get("href") for link in page.iter("link") if link.get("rel") == "canonical"]
    assert canonical == ["https://guides.example/knees/picture"]
    opening = page.find(".//article/header").text_content()
    assert "By Ida Sørensen" in opening
    assert "2 October 2026" in opening
    assert "1 min read" in opening
    contents = page.xpath("//nav[@aria-labelledby='contents']//a")
    assert [link.text_content() for link in contents] == ["Bones", "Muscles", "The large one", "Ligaments"]
    assert all(page.xpath(f"//*[@id='{link.get('href')[1:]}']") for link in contents)
    assert [image.get("alt") for image in page.iter("img")] == ["Drawing of a knee"]
    assert "anatomy" in page.find(".//article/footer").text_content()
    links = [link.get("href") for link in page.xpath("//div[@class='text']//a")]
    assert links == ["../knees/rest", "https://hospital.example/"]


def test_every_link_leads_somewhere(reading: Server) -> None:
    paths = crawl(reading)
    assert {"/", "/knees/", "/knees/picture", "/knees/rest", "/knees/feed.atom"} <= paths.keys()
    assert "/-/media/knees/articles/images/knee.png" in paths


def test_nothing_is_loaded_from_elsewhere_and_nothing_is_inline(reading: Server) -> None:
    pages = {path: text for path, text in crawl(reading).items() if text.startswith("<!doctype html>")}
    assert {"/", "/knees/", "/knees/picture", "/-/feeds/knees", "/-/feeds/"} <= pages.keys()
    assert {"/knees/tag/anatomy/", "/knees/author/ida-s%C3%B8rensen/"} <= pages.keys()
    for path, text in pages.items():
        page = parse(text)
        assert all("//" not in each for each in loaded(text)), path
        assert not list(page.iter("style")), path
        assert not [each for each in page.iter() if isinstance(each.tag, str) and each.get("style")], path
        inline = [each for each in page.iter("script") if not each.get("src")]
        assert {each.get("type") for each in inline} <= {"application/ld+json"}, (
            path
        )  # data, which is not run
        assert len(text.encode()) < 100_000


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/knees", "/knees/"),
        ("/knees?a=1", "/knees/?a=1"),
        ("/knees/picture/", "/knees/picture"),
    ],
)
def test_one_address_for_each_page(reading: Server, path: str, to: str) -> None:
    answer = reading.get(path)
    assert answer.status_code == 308
    assert answer.next_request is not None
    assert answer.next_request.url.raw_path.decode() == to


@pytest.mark.parametrize("suffix", ["atom", "rss", "json"])
def test_feeds_are_the_bytes_that_a_build_writes(reading: Server, tmp_path: Path, suffix: str) -> None:
    engine.build_site(reading.site, tmp_path / "out")
    answer = reading.get(f"/knees/feed.{suffix}")
    assert answer.content == (tmp_path / "out/knees" / f"feed.{suffix}").read_bytes()
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("suffix", "mime"),
    [("atom", "application/atom+xml"), ("rss", "application/rss+xml"), ("json", "application/feed+json")],
)
def test_feeds_say_what_they_are(reading: Server, suffix: str, mime: str) -> None:
    assert reading.get(f"/knees/feed.{suffix}").headers["content-type"] == f"{mime}; charset=utf-8"


def test_feeds_can_be_read(reading: Server) -> None:
    atom = feedparser.parse(reading.get("/knees/feed.atom").content)
    assert not atom.bozo
    assert {entry.link for entry in atom.entries} == {
        f"https://guides.example/knees/{slug}" for slug in ("picture", "rest", "stairs")
    }
    items = json.loads(reading.get("/knees/feed.json").content)["items"]
    assert [item["id"] for item in items] == [entry.id for entry in atom.entries]


def test_a_format_that_a_publication_does_not_have(server: Server) -> None:
    toml = server.site.folder / "feeds/knees/feed.toml"
    toml.write_text('title = "Knees"\nformats = ["atom"]\n')
    from publisher.site import open_site

    with open_site(server.site.folder, {}) as reopened:
        server.app.use(reopened)
        assert server.get("/knees/feed.atom").status_code == 200
        assert server.get("/knees/feed.rss").status_code == 404


def test_what_is_collected_is_seen_at_once(server: Server) -> None:
    before = {path: server.get(path) for path in ("/knees/feed.atom", "/knees/stairs", "/knees/", "/")}
    guide = server.site.folder / "feeds/knees/articles/stairs.md"
    guide.write_text(guide.read_text().replace("Take one step", "Please take one single step"))
    new = server.site.folder / "feeds/knees/articles/new.md"
    new.write_text("---\ntitle: Brand new\n---\nWith ![a picture](images/unused.png).\n")
    assert server.get("/-/media/knees/articles/images/unused.png").status_code == 404
    engine.collect_all(server.site, server.clock())
    for path, answer in before.items():
        now = server.get(path, if_none_match=answer.headers["etag"])
        assert now.status_code == 200, path
    assert "Please take one single step" in server.get("/knees/feed.atom").text
    assert "Please take one single step" in server.get("/knees/stairs").text
    assert server.get("/-/media/knees/articles/images/unused.png").content == PNG
    for path in before:
        again = server.get(path)
        assert server.get(path, if_none_match=again.headers["etag"]).status_code == 304


def test_a_feed_is_written_again_only_when_it_changed(server: Server) -> None:
    for path in ("/knees/feed.atom", "/knees/feed.rss"):
        assert server.get(path).status_code == 200
    memory = server.app._door.memory
    made = memory.get("/knees/feed.atom")
    assert made is not None
    assert len(memory) == 2
    server.get("/knees/feed.atom", accept_encoding="br")
    assert memory.get("/knees/feed.atom") is made


def test_pictures(reading: Server) -> None:
    answer = reading.get("/-/media/knees/articles/images/knee.png")
    assert (answer.content, answer.headers["content-type"]) == (PNG, "image/png")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"  # mails show it


def test_a_drawing_cannot_run_scripts(server: Server) -> None:
    folder = server.site.folder / "feeds/knees/articles"
    (folder / "images/drawing.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>'
    )
    (folder / "drawn.md").write_text("---\ntitle: Drawn\n---\n![A drawing](images/drawing.svg)\n")
    engine.collect_all(server.site, server.clock())
    answer = server.get("/-/media/knees/articles/images/drawing.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    rules = answer.headers["content-security-policy"]
    assert "default-src 'none'" in rules
    assert "script-src" not in rules


def test_a_guide_that_links_to_drafts_or_settings_does_not_open_them(server: Server) -> None:
    folder = server.site.folder / "feeds/knees/articles"
    (folder / "leaky.md").write_text(
        "---\ntitle: Leaky\n---\n[a](../feed.toml) [b](waiting.md) [c](table.csv)\n"
    )
    (folder / "table.csv").write_text("a,b\n")
    engine.collect_all(server.site, server.clock())
    assert server.get("/knees/leaky").status_code == 200
    for path in ("feed.toml", "articles/waiting.md", "articles/leaky.md"):
        assert server.get(f"/-/media/knees/{path}").status_code == 404, path
    table = server.get("/-/media/knees/articles/table.csv")
    assert table.content == b"a,b\n"
    assert table.headers["content-disposition"] == "attachment"


def test_links_work_below_any_address(reading: Server) -> None:
    """No page knows where the site is mounted: every local address is relative."""
    for path in ("/", "/knees/", "/knees/picture", "/nothing/to/see"):
        text = reading.get(path).text
        assert linked(text)
        assert all(not each.startswith("/") for each in linked(text)), path


def test_a_site_without_publications(tmp_path: Path) -> None:
    from tests.web.conftest import serving

    (tmp_path / "publisher.toml").write_text('title = "Empty"\n')
    with serving(tmp_path) as server:
        text = server.get("/").text
        assert "Nothing is published here yet" in text
        assert "feed.toml" in text


def test_a_publication_without_guides(tmp_path: Path) -> None:
    from tests.web.conftest import serving

    (tmp_path / "publisher.toml").write_text('title = "Young"\n')
    (tmp_path / "feeds/knees").mkdir(parents=True)
    (tmp_path / "feeds/knees/feed.toml").write_text('title = "Knees"\n')
    with serving(tmp_path) as server:
        assert "There are no guides yet" in server.get("/knees/").text
        assert "No guides yet" in server.get("/").text
        assert not feedparser.parse(server.get("/knees/feed.rss").content).bozo
