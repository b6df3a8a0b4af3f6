"""The bundled digest: what it says, and that nobody's text can break it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from publisher.digest import Mail, MailChanges, MailContent, render
from publisher.digest.words import clean, clip
from publisher.model import Image
from tests.digest.samples import ADA, HOME, body, check_lines, content, guide, templates

FOLDERS = templates()
NOTED = MailChanges(notes=("The rail comes first now.",))
hostile = st.text(max_size=60) | st.sampled_from(
    [
        "</mj-text><mj-raw><script>alert(1)</script></mj-raw>",
        "{{ unsubscribe_url }}{% raw %}",
        "\"'><img src=x onerror=alert(1)>",
        "]]> <!-- --> <![CDATA[ &nbsp; &#0; &lt;",
        "1 < 2 && 3 > 2",
        "\x00\x01\x1b[31m\ufffe\ud800",
        "W" * 10_000,
        "\u202egnirts",
        "<mj-include path='/etc/passwd' />",
    ]
)


def made(mail: Mail) -> lxml_html.HtmlElement:
    return lxml_html.fromstring(mail.html)


def words(element: lxml_html.HtmlElement) -> str:
    return " ".join(" ".join(map(str, element.itertext())).split())


def shown(*guides: object, **changes: object) -> tuple[Mail, str]:
    mail = render(content(*guides, **changes), FOLDERS)  # type: ignore[arg-type]
    return mail, words(made(mail).find("body"))


# --------------------------------------------------------------------------------------- what it says


def test_headlines_come_first_then_new_then_updated_guides() -> None:
    mail, text = shown(guide(1, new=False, changes=NOTED), guide(2), guide(3))
    order = [
        "Knees",
        "Friday, 6 November 2026",
        "Stairs with a sore knee, part 2",
        "Stairs with a sore knee, part 3",
        "Stairs with a sore knee, part 1",
        "New guides",
        "Stairs with a sore knee, part 2",
        "4 min read · 3 November 2026",
        "Up with the good leg, down with the sore one.",
        "Read the guide",
        "Updated guide",
        "Stairs with a sore knee, part 1",
        "What changed since the version you had",
        "The rail comes first now.",
        "You get this weekly mail because you follow Knees .",
        "Stop this weekly mail",
        "Example Guides",
        "12 Lime Street, Exampleton",
    ]
    assert re.search(".*".join(map(re.escape, order)), text), text
    flat = " ".join(mail.text.split())
    assert re.search("What changed since the version you had The rail comes first now", flat)
    assert re.findall("NEW GUIDES|UPDATED GUIDES", mail.text) == [
        "NEW GUIDES",
        "UPDATED GUIDES",
    ]


def test_one_guide_needs_no_list() -> None:
    mail, text = shown(guide(1))
    assert mail.subject == "Stairs with a sore knee, part 1"
    assert text.count("Stairs with a sore knee, part 1") == 1
    assert 'class="toc"' not in mail.html
    assert "In this mail" not in mail.text


def test_only_updates_say_so_in_the_subject() -> None:
    mail, text = shown(guide(1, new=False), guide(2, new=False))
    assert mail.subject == "Updated: Stairs with a sore knee, part 1 and 1 more"
    assert "New guide" not in text
    assert "What changed" not in text  # there is no note
    assert "NEW GUIDES" not in mail.text


def test_another_publications_guide_names_it() -> None:
    _, text = shown(guide(1), guide(2, publication="Hands"))
    assert text.count("Hands · 4 min read") == 1
    assert "Knees · 4 min read" not in text


def test_a_mail_at_every_release_reads_well() -> None:
    mail, text = shown(guide(1), digest_name="each")
    assert "You get this mail because you follow Knees . Stop this mail" in text
    assert "Stop this mail:" in mail.text


def test_days_are_those_of_the_schedules_zone() -> None:
    late = datetime(2026, 11, 3, 23, 30, tzinfo=UTC)  # already the 4th in Berlin
    assert "4 November 2026" in shown(guide(1, date=late))[1]
    assert " · " not in shown(guide(1, date=None))[1].partition("4 min read")[2][:12]


# ------------------------------------------------------------------------------- how it is made to be read


def test_it_is_an_article_with_a_language_a_title_and_headings_in_order() -> None:
    mail, _ = shown()
    page = made(mail)
    assert page.get("lang") == "en"
    assert page.get("dir") == "ltr"
    assert words(page.find("head/title")) == "Knees: weekly"
    [article] = page.xpath("//*[@role='article']")
    assert (article.get("lang"), article.get("dir"), article.get("aria-label")) == (
        "en",
        "ltr",
        "Knees: weekly",
    )
    levels = [int(heading.tag[1]) for heading in page.xpath("//h1|//h2|//h3|//h4")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(table.get("role") == "presentation" for table in page.iter("table"))


def test_links_say_what_they_do() -> None:
    mail, _ = shown()
    for link in made(mail).iter("a"):
        assert words(link)
        assert link.get("href", "").startswith("https://")
        if words(link) == "Read the guide":
            assert link.get("aria-label", "").startswith("Read the guide: Stairs")


def test_the_preheader_is_hidden_and_first() -> None:
    mail, _ = shown(guide(1), guide(2))
    first = made(mail).find("body/div")
    assert "display:none" in first.get("style")
    assert words(first) == "Stairs with a sore knee, part 2"


def test_it_is_made_for_the_night_too() -> None:
    mail, _ = shown()
    assert '<meta name="color-scheme" content="light dark"' in mail.html
    assert "@media (prefers-color-scheme:dark)" in mail.html
    assert "[data-ogsc]" in mail.html


def test_nothing_is_loaded_but_the_guides_pictures() -> None:
    mail, _ = shown()
    assert re.findall(r"""(?:src|srcset|background)=["']([^"']+)""", mail.html) == [f"{HOME}stairs.png"] * 2
    assert "@import" not in mail.html
    assert "url(" not in mail.html
    assert "<link" not in mail.html


def test_pictures_have_texts_and_may_be_missing() -> None:
    with_it, _ = shown(guide(1))
    assert 'alt="A staircase with a rail"' in with_it.html
    without, text = shown(guide(1, image=None))
    assert "<img" not in without.html
    assert "Read the guide" in text


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("stairs.png", f"{HOME}stairs.png"),
        ("/stairs.png", "https://guides.example/stairs.png"),
        ("https://pictures.example/a.png?b=1&c=2", "https://pictures.example/a.png?b=1&amp;c=2"),
        ("data:image/png;base64,AAAA", None),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("https://[", None),
    ],
)
def test_pictures_come_from_the_web_or_not_at_all(address: str, source: str | None) -> None:
    mail, _ = shown(guide(1, image=Image(address, "x")))
    assert re.findall(r'<img[^>]*\bsrc="([^"]*)"', mail.html) == ([source] if source else [])


@pytest.mark.parametrize("width", [None, 0, -5, 300, 5000])
def test_a_picture_is_never_wider_than_the_column(width: int | None) -> None:
    mail, _ = shown(guide(1, image=Image("a.png", "x", width=width)))
    [shown_width] = re.findall(r'<img[^>]*\bwidth="(\d+)"', mail.html)
    assert shown_width == ("300" if width == 300 else "592")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "", "//guides.example", "https://[", "x" * 99_999]
)
def test_a_guide_whose_address_cannot_be_used_leads_home(url: str) -> None:
    mail, _ = shown(guide(1, url=url))
    assert {link.get("href") for link in made(mail).xpath("//h3/a")} == {HOME}
    assert f"Read the guide:\n{HOME}\n" in mail.text


@pytest.mark.parametrize(
    ("language", "direction"),
    [
        ("he", "rtl"),
        ("ar-EG", "rtl"),
        ("ku-Arab", "rtl"),
        ("ar-Latn", "ltr"),
        ("en", "ltr"),
        ("area", "ltr"),
        ("DE-ch", "ltr"),
    ],
)
def test_languages_are_set_from_their_side(language: str, direction: str) -> None:
    mail, _ = shown(language=language)
    side = "right" if direction == "rtl" else "left"
    assert made(mail).get("dir") == direction
    assert made(mail).get("lang") == "en"  # that is what its own words are
    assert {each.get("lang") for each in made(mail).xpath("//h1/a | //h3")} == {language}
    assert f"border-{side}:4px solid" in mail.html.replace(": ", ":")
    assert f"text-align:{side}" in mail.html


def test_what_is_no_language_is_not_told() -> None:
    page = made(shown(guide(1, language="x y"), language='en"><script>')[0])
    assert {each.get("lang") for each in page.iter() if each.get("lang") is not None} == {"en"}


def test_each_guide_has_its_own_language() -> None:
    page = made(shown(guide(1, language="de-AT"), guide(2, language="ar"), guide(3))[0])
    assert [each.get("lang") for each in page.iter("h3")] == ["de-AT", "ar", "en"]
    assert [each.get("lang") for each in page.xpath("//table[@class='toc']//a")] == ["de-AT", "ar", "en"]


# -------------------------------------------------------------------------------------------- attacks


@settings(max_examples=40)
@given(hostile, hostile, hostile, hostile, st.booleans())
def test_nobodys_text_can_break_the_mail(
    title: str, summary: str, change: str, other: str, new: bool
) -> None:
    plain = content(guide(1), guide(2, new=new, changes=MailChanges(notes=("x",))))
    told = MailChanges((change, other), other, change, html=change, text=other, url=change)
    attack = content(
        guide(1, title=title, summary=summary, publication=other, image=Image("a.png", other, width=9)),
        guide(2, title=title, summary=summary, new=new, changes=told),
        title=other,
        publication=other,
        postal_address=other,
        digest_name=clip(other, 40),
    )
    mail = render(attack, FOLDERS)
    page = made(mail)
    known = {
        "html",
        "head",
        "title",
        "meta",
        "style",
        "body",
        "div",
        "table",
        "tbody",
        "tr",
        "td",
        "h1",
        "h2",
        "h3",
        "h4",
    }
    tags = {element.tag for element in page.iter("*")}
    assert tags <= known | {"p", "a", "br", "img", "strong", "span"}
    assert all(not name.startswith("on") for element in page.iter("*") for name in element.attrib)
    expected = clip(clean(title), 240) or "Untitled guide"
    assert words(page.xpath("//h3")[0]).replace(" ", "") == "".join(expected.split())
    assert len(page.xpath("//h3")) == len(made(render(plain, FOLDERS)).xpath("//h3"))
    check_lines(message := mail.personalise(ADA))
    assert body(message, "html").count(ADA.unsubscribe_url) == 1


def test_a_text_that_names_the_placeholder_gets_no_link() -> None:
    mail = render(content(guide(1, title="{{ unsubscribe_url }}")), FOLDERS)
    assert mail.subject == "{{ unsubscribe_url }}"
    assert body(mail.personalise(ADA), "plain").count(ADA.unsubscribe_url) == 1


def test_long_texts_are_cut_and_the_guide_stays() -> None:
    mail, text = shown(
        guide(
            1, title="word " * 3000, summary="word " * 9000, new=False, changes=MailChanges(("word " * 9000,))
        )
    )
    assert len(mail.html) < 20_000
    assert len(mail.subject) <= 120
    assert text.count("…") >= 3


def test_equal_contents_are_equal_mails() -> None:
    one: MailContent = content()
    assert render(one, FOLDERS) == render(content(), templates())
