"""Pages from data alone: hostile words, dates, languages, static files, colours, assets."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model import Author, Entry, Feed, Image, Publication, SourceSpec
from publisher.pages import Pages, SiteHead, accents
from publisher.pages.colour import NIGHT, PAPER, contrast, readable
from publisher.site import bundled
from tests.web.pages import parse

BASE = "https://guides.example"
HOSTILE = "\"><script>alert(1)</script>' onload=alert(1) {{ 7*7 }} <b>"
KNEES = Publication(slug="knees", folder="/nowhere", title="Knees")
STATIC = bundled("templates") / "web" / "static"


@dataclass(frozen=True)
class Shelf:
    publication: Publication
    feed: Feed
    entries: Sequence[Entry]


def feed(publication: Publication = KNEES) -> Feed:
    home = f"{BASE}/{publication.slug}/"
    urls = {"rss": f"{home}feed.rss", "atom": f"{home}feed.atom"}
    return Feed("tag:x", publication.title, home, urls, datetime(2026, 1, 1, tzinfo=UTC))


def entry(**changes: object) -> Entry:
    first = datetime(2026, 5, 8, 8, tzinfo=UTC)
    plain = Entry("tag:x:1", "stairs", f"{BASE}/knees/stairs", "Stairs", "<p>Up.</p>", "Short.", first, first)
    return replace(plain, **changes)  # type: ignore[arg-type]


def make(*publications: Publication, folders: Sequence[Path] = ()) -> Pages:
    head = SiteHead("Example Guides", BASE, publications or (KNEES,))
    return Pages(head, [*folders, bundled("templates")])


def guide(one: Entry, publication: Publication = KNEES) -> str:
    return make(publication).guide(publication, feed(publication), one)


def test_hostile_words_stay_words() -> None:
    knees = replace(KNEES, title=HOSTILE, description=HOSTILE, rights=HOSTILE, language=HOSTILE)
    one = entry(
        title=HOSTILE,
        summary=HOSTILE,
        authors=(Author(HOSTILE, "javascript:alert(1)"), Author("B", HOSTILE)),
        tags=(HOSTILE,),
        image=Image("https://guides.example/x.png", HOSTILE),
        language=HOSTILE,
        canonical="javascript:alert(1)",
        change=HOSTILE,
    )
    site = make(knees)
    shelf = Shelf(knees, feed(knees), [one])
    for text in (site.guide(knees, feed(knees), one), site.publication(shelf), site.site_index([shelf])):
        page = parse(text)
        assert {each.get("type") for each in page.iter("script")} <= {"application/ld+json"}
        for each in page.iter("script"):  # data that cannot end the element it stands in
            assert "<" not in (each.text or "")
            each.getparent().remove(each)
        assert not list(page.iter("b"))
        assert not [each for each in page.iter() if isinstance(each.tag, str) and each.get("onload")]
        assert "javascript:" not in lxml.html.tostring(page, encoding="unicode")
        assert "{{ 7*7 }}" in text
        assert {each.get("lang") for each in page.iter() if each.get("lang")} == {"en"}
    assert page.findtext(".//h2/a") == HOSTILE


def test_only_tags_are_made_local() -> None:
    html = (
        '<p title="href=&quot;https://guides.example/a&quot;">Write <code>href="https://guides.example/b"</code>, '
        '<a href="https://guides.example/knees/c" title="a > b">c</a> '
        '<img src="https://guides.example/-/media/knees/d.png" alt="https://guides.example/e"/> '
        '<a href="https://guides.example.evil/">f</a></p>'
    )
    text = guide(entry(html=html))
    assert 'href="../knees/c" title="a > b"' in text
    assert 'src="../-/media/knees/d.png" alt="https://guides.example/e"' in text
    assert '<code>href="https://guides.example/b"</code>' in text
    assert 'href="https://guides.example.evil/"' in text


def test_dates_are_those_of_the_zone_in_which_they_were_written() -> None:
    late = datetime(2026, 5, 7, 22, tzinfo=UTC)  # midnight in Berlin
    berlin = replace(KNEES, sources=(SourceSpec("folder", "folder", options={"timezone": "Europe/Berlin"}),))
    assert "8 May 2026" in guide(entry(published=late, updated=late), berlin)
    assert "7 May 2026" in guide(entry(published=late, updated=late))
    nowhere = replace(KNEES, sources=(SourceSpec("folder", "folder", options={"timezone": "Nowhere/No"}),))
    assert "7 May 2026" in guide(entry(published=late, updated=late), nowhere)
    assert 'datetime="2026-05-07T22:00:00Z"' in guide(entry(published=late, updated=late), berlin)


def test_an_update_is_told_when_there_was_one() -> None:
    later = datetime(2026, 11, 6, 9, tzinfo=UTC)
    assert "Updated" not in guide(entry())
    assert "Updated" not in guide(entry(updated=datetime(2026, 5, 8, 9, tzinfo=UTC)))  # the same day
    assert "6 November 2026" in guide(entry(updated=later))
    changed = parse(guide(entry(updated=later, change="Wait five minutes.")))
    (box,) = changed.find_class("change")
    assert " ".join(box.text_content().split()) == "What changed 6 November 2026 Wait five minutes."


@pytest.mark.parametrize(("count", "shown"), [(0, False), (2, False), (3, True), (9, True)])
def test_a_table_of_contents_when_it_helps(count: int, shown: bool) -> None:
    html = "".join(f'<h2 id="s-{number}">Part {number}</h2><p>x</p>' for number in range(count))
    assert bool(parse(guide(entry(html=html))).find_class("contents")) is shown


def test_headings_without_an_id_are_in_no_table_of_contents() -> None:
    html = "<h2>One</h2>" + "".join(f'<h2 id="s-{number}">Part</h2>' for number in range(3))
    assert len(parse(guide(entry(html=html))).xpath("//nav[@aria-labelledby='contents']//li")) == 3


def test_a_picture_that_the_text_shows_is_shown_once() -> None:
    url = "https://guides.example/-/media/knees/a%26b.png"
    picture = Image(url, "A knee", width=640, height=480)
    alone = parse(guide(entry(image=picture)))
    assert [(each.get("src"), each.get("width")) for each in alone.iter("img")] == [
        ("../-/media/knees/a%26b.png", "640")
    ]
    assert len(list(parse(guide(entry(image=picture, html=f'<img src="{url}" alt=""/>'))).iter("img"))) == 1
    assert not list(parse(guide(entry(image=Image("data:image/png;base64,xx")))).iter("img"))


@pytest.mark.parametrize(
    ("language", "direction"), [("ar", "rtl"), ("he-IL", "rtl"), ("de", "ltr"), ("fax", "ltr")]
)
def test_direction_of_writing(language: str, direction: str) -> None:
    (article,) = parse(guide(entry(language=language))).iter("article")
    assert (article.get("lang"), article.get("dir")) == (language, direction)


def test_canonical_is_the_original() -> None:
    def canonical(one: Entry) -> str:
        return str(parse(guide(one)).xpath("//link[@rel='canonical']/@href")[0])

    assert canonical(entry()) == f"{BASE}/knees/stairs"
    assert canonical(entry(canonical="https://elsewhere.example/a")) == "https://elsewhere.example/a"


# ------------------------------------------------------------------------------------------------ colour

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOURS)
def test_every_accent_can_be_read(colour: str) -> None:
    for paper, least in ((PAPER, 4.5), (NIGHT, 4.5)):
        assert contrast(readable(colour, paper, least), paper) >= least


@given(COLOURS)
def test_a_readable_accent_stays_as_it_is(colour: str) -> None:
    if contrast(colour, PAPER) >= 4.5:
        assert readable(colour, PAPER, 4.5) == colour


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_sheet_of_accents() -> None:
    sheet = accents([KNEES, replace(KNEES, slug="elbows", accent="#8a3d2b")])
    assert '[data-publication="elbows"] { --accent: #8a3d2b; }' in sheet
    assert sheet.count("--accent") == 4
    assert accents([]).startswith("/*")


# ------------------------------------------------------------------------------------------------ assets


def test_what_comes_from_elsewhere_is_unchanged_and_has_its_licence() -> None:
    lines = (STATIC / "vendored.txt").read_text().splitlines()
    hashes = dict(line.split() for line in lines if line and not line.startswith("#"))
    vendored = {path.name for path in STATIC.iterdir() if ".min." in path.name or "LICENSE" in path.name}
    assert hashes.keys() == vendored
    for name, expected in hashes.items():
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == expected, name
    assert "THIS SOFTWARE" in (STATIC / "LICENSE-htmx.txt").read_text()


def test_an_asset_of_the_owner_comes_first_and_is_seen_when_it_changes(tmp_path: Path) -> None:
    own = tmp_path / "web/static"
    own.mkdir(parents=True)
    site = make(folders=[tmp_path])
    before = site.assets.address("site.css")
    (own / "site.css").write_text("body { color: red }")
    after = site.assets.address("site.css")
    assert before != after
    found = site.assets.get("site.css")
    assert found is not None
    assert found.body == b"body { color: red }"
    assert [asset.name for asset in site.assets.all()].count("site.css") == 1


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../base.html", ".hidden.css", "a/b.css", "site.css\0", "base.html"]
)
def test_assets_are_plain_names(name: str) -> None:
    assert make().assets.get(name) is None


def test_the_style_sheet_names_the_colours_that_accents_are_measured_against() -> None:
    sheet = (STATIC / "site.css").read_text()
    assert f"--paper: {PAPER};" in sheet
    assert f"--paper: {NIGHT};" in sheet
    for paper, inks in (
        (PAPER, ("#24211c", "#6b645a")),
        (NIGHT, ("#e9e4da", "#a8a094")),
    ):
        for ink in inks:
            assert ink in sheet
            assert contrast(ink, paper) >= 4.5


def test_what_came_and_went_can_be_read_by_day_and_by_night() -> None:
    """On its own tint, and the tint on paper: words in a list, a table or small print stand on one of them."""
    sheet = (STATIC / "site.css").read_text()
    found = re.findall(r"--(added|gone)(-tint)?: (#[0-9a-f]{6});", sheet)
    assert len(found) == 8
    for at, ground in ((0, PAPER), (4, NIGHT)):
        (_, _, added), (_, _, green), (_, _, gone), (_, _, red) = found[at : at + 4]
        for ink, tint in ((added, green), (gone, red)):
            assert contrast(ink, tint) >= 4.5
            assert contrast(ink, ground) >= 4.5
