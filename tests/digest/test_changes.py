"""What changed, in a mail: what gets through, how it is told, and where its pictures come from."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from publisher import text
from publisher.digest import Mail, MailChanges, render
from publisher.digest.changes import checked
from publisher.digest.mjml import compile_html
from publisher.model import Image
from tests.digest.samples import HOME, changes, content, guide, templates

FOLDERS = templates()
UPDATED = guide(2, new=False)


def told(what: MailChanges, **more: object) -> Mail:
    return render(content(guide(1, new=False, changes=what, **more)), FOLDERS)


def block(mail: Mail) -> lxml_html.HtmlElement:
    (found,) = lxml_html.fromstring(mail.html).xpath("//table[@class='changes']")
    return found


def words(element: lxml_html.HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split()).replace("“ ", "“").replace(" ”", "”")


# ------------------------------------------------------------------------------------------- the check


@pytest.mark.parametrize(
    "fine",
    [
        "<p>Up &amp; down.</p>",
        '<p dir="auto">Take <del style="color:#7a1620;text-decoration:line-through">5</del> 2.5 mg.</p>',
        '<ul><li value="3"><strong>Added:</strong> <ins>so</ins></li></ul>',
        '<a href="https://guides.example/?a=1&amp;b=2" style="color:inherit">there</a>',
        '<p lang="pt-BR">joelho<br/>pé</p>',
    ],
)
def test_what_a_diff_is_made_of_gets_through(fine: str) -> None:
    assert checked(fine) == fine


@pytest.mark.parametrize(
    "foul",
    [
        "",
        "<p>not closed",
        "<p>one</p></div><div>",
        "<br>",
        "<p>&nbsp;</p>",
        "<script>alert(1)</script>",
        "<mj-raw>x</mj-raw>",
        "<img src='https://tracker.example/pixel.gif'/>",
        "<style>p{display:none}</style>",
        "<p onclick='x()'>x</p>",
        "<p class='x'>x</p>",
        "<p style='position:fixed'>x</p>",
        "<p style='background-color:url(https://tracker.example)'>x</p>",
        "<p style='color:#000;behavior:url(x)'>x</p>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='//tracker.example'>x</a>",
        "<a href='http://[bad'>x</a>",
        "<p href='https://guides.example'>x</p>",
        "<p lang='&quot;&gt;'>x</p>",
        "<!-- x --><p>x</p>",
        "<?php x ?><p>x</p>",
        "<!DOCTYPE p [<!ENTITY x 'y'>]><p>&x;</p>",
        '<p xmlns:x="y" x:style="z">x</p>',
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "<p>\x00</p>",
        "<p>" + "<span>" * 60 + "x" + "</span>" * 60 + "</p>",
        "<p>" + "x" * 60_000 + "</p>",
        "<p>" * 200_000,
    ],
)
def test_everything_else_is_left_out(foul: str) -> None:
    assert checked(foul) == ""


@pytest.mark.parametrize("foul", ["<p>not closed", "<script>alert(1)</script>"])
def test_the_mail_goes_without_it(foul: str) -> None:
    shown = block(told(MailChanges(notes=("The rail comes first.",), line="1 paragraph changed", html=foul)))
    assert words(shown) == "What changed since the version you had 1 paragraph changed The rail comes first."


prose = st.text(min_size=1, max_size=60)
blocks = st.lists(
    st.tuples(st.sampled_from(["p", "h2", "li", "pre", "blockquote", "td"]), prose), min_size=1, max_size=8
)


def guide_html(parts: list[tuple[str, str]]) -> str:
    wrap = {"li": "<ul><li>{}</li></ul>", "td": "<table><tr><td>{}</td></tr></table>"}
    escaped = [(tag, re.sub(r"[<>&\"\x00-\x1f\ud800-\udfff\ufffe\uffff]", " ", said)) for tag, said in parts]
    html = "".join(wrap.get(tag, f"<{tag}>{{}}</{tag}>").format(said) for tag, said in escaped)
    return text.sanitize(html + '<p><a href="https://guides.example/a?b=1&amp;c=2">more</a></p>')


@settings(max_examples=30)
@given(blocks, blocks)
def test_every_diff_of_ours_gets_through_and_compiles(
    old: list[tuple[str, str]], new: list[tuple[str, str]]
) -> None:
    xhtml = text.diff_mail(text.diff(guide_html(old), guide_html(new)))
    assert checked(xhtml) == xhtml
    shell = "<mjml><mj-body><mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section></mj-body></mjml>"
    assert words(lxml_html.fromstring(compile_html(shell.format(xhtml)))).endswith(
        words(lxml_html.fromstring(f"<div>{xhtml}</div>"))
    )


# ------------------------------------------------------------------------------------------- the telling


def test_it_says_what_changed_in_the_owners_words_and_in_the_guides() -> None:
    was, now = "<h2>Dose</h2><p>Take 5 mg a day.</p>", "<h2>Dose</h2><p>Take 2.5 mg a day.</p>"
    mail = told(changes(was, now, "Halved the dose.", "Checked by a pharmacist."))
    shown = block(mail)
    assert [words(element) for element in shown.iter("h4", "p", "a")] == [
        "What changed since the version you had",
        "“Dose” changed",
        "Halved the dose.",
        "Checked by a pharmacist.",
        "Dose",
        "Take removed: 5 added: 2.5 mg a day.",
        "See all changes",
    ]
    (link,) = shown.iter("a")
    assert link.get("href") == f"{HOME}stairs-2/history"
    assert link.get("aria-label") == "See all changes of the guide: Stairs with a sore knee, part 1"


def test_the_plain_text_says_the_same() -> None:
    was, now = "<h2>Dose</h2><p>Take 5 mg a day.</p>", "<h2>Dose</h2><p>Take 2.5 mg a day.</p><p>Or none.</p>"
    mail = told(changes(was, now, "Halved the dose.", formerly="Steps"))
    part = mail.text.partition("UPDATED GUIDES")[2].partition("Read the guide")[0]
    assert part.split("\n")[2:] == [
        "Stairs with a sore knee, part 1",
        "4 min read, 3 November 2026",
        "",
        "What changed since the version you had",
        "“Dose” changed",
        "",
        "It was called “Steps”.",
        "",
        "Halved the dose.",
        "",
        "[-…-] was removed, {+…+} was added.",
        "",
        "## Dose",
        "",
        "Take [-5-] {+2.5+} mg a day.",
        "",
        "Added: Or none.",
        "",
        "See all changes:",
        f"{HOME}stairs-2/history",
        "",
        "Up with the good leg, down with the sore one.",
        "",
        "",
    ]


def test_a_new_title_is_told() -> None:
    assert "It was called “Up & down”." in words(block(told(MailChanges(formerly="Up & down"))))


def test_marks_are_more_than_colour() -> None:
    was, now = "<p>You may swim after a week.</p>", "<p>You must not swim after a week.</p><p>Nor dive.</p>"
    shown = block(told(changes(was, now)))
    (gone,), come = shown.xpath(".//del"), shown.xpath(".//ins")
    assert "line-through" in gone.get("style") and words(gone) == "removed: may"
    assert [words(each) for each in come] == ["added: must not", "Nor dive."]
    assert "underline" in come[0].get("style")
    assert "Added:" in words(come[1].getparent())


def test_a_new_guide_has_no_changes() -> None:
    mail = render(content(guide(1, changes=changes())), FOLDERS)
    assert 'class="changes"' not in mail.html and "What changed" not in mail.text


def test_an_update_of_which_nothing_is_known_is_still_an_update() -> None:
    mail = told(MailChanges())
    assert "Updated guide" in mail.html and 'class="changes"' not in mail.html
    assert mail.subject == "Updated: Stairs with a sore knee, part 1"


def test_the_preheader_says_what_changed_in_a_single_guide() -> None:
    mail = told(MailChanges(notes=("Halved the dose.", "New telephone number.")))
    assert "Halved the dose. New telephone number." in mail.html.partition("<body")[2][:600]


def test_only_an_address_of_the_web_leads_to_the_history() -> None:
    for url in ("javascript:alert(1)", "data:text/html,x", "/history", "http://[bad"):
        assert not block(told(MailChanges(notes=("x",), url=url))).xpath(".//a")


def test_the_plain_text_of_a_huge_diff_is_left_out() -> None:
    mail = told(MailChanges(line="9 paragraphs changed", text="word " * 9000))
    assert len(mail.text) < 2_000 and "9 paragraphs changed" in mail.text


def test_lines_keep_their_indent_and_lose_what_cannot_be_printed() -> None:
    mail = told(MailChanges(line="x", text="- one\n  - two\x1b[31m\n\u202e    code\t1\r\n\nend"))
    assert "- one\n  - two[31m\ncode 1\n\nend\n" in mail.text.replace("    code", "code")


# ------------------------------------------------------------------------------------------- pictures


def picture(**fields: object) -> lxml_html.HtmlElement:
    mail = render(content(guide(1, **fields)), FOLDERS)
    (found,) = lxml_html.fromstring(mail.html).iter("img")
    return found


def test_a_picture_says_how_large_it_is_and_where_a_sharper_one_is() -> None:
    small = Image(f"{HOME}a/592.jpg", "Rail", "image/jpeg", width=592, height=333)
    shown = picture(
        image=small, sharp=Image(f"{HOME}a/1184.jpg", "Rail", "image/jpeg", width=1000, height=563)
    )
    assert (shown.get("width"), shown.get("height"), shown.get("alt")) == ("592", "333", "Rail")
    assert shown.get("srcset") == f"{HOME}a/592.jpg 1x, {HOME}a/1184.jpg 1.69x"
    assert shown.get("class") == "picture"
    assert {"width:100%", "max-width:592px", "height:auto"} <= set(
        shown.get("style").replace(": ", ":").split(";")
    )


@pytest.mark.parametrize(
    ("width", "height", "shown"),
    [
        (1200, 600, ("592", "296")),
        (300, 200, ("300", "200")),
        (600, 1200, ("296", "592")),
        (None, 600, ("592", None)),
        (800, None, ("592", None)),
        (0, -1, ("592", None)),
    ],
)
def test_how_large_a_picture_is_shown(
    width: int | None, height: int | None, shown: tuple[str, str | None]
) -> None:
    image = picture(image=Image("a.jpg", width=width, height=height))
    assert (image.get("width"), image.get("height")) == shown


@pytest.mark.parametrize(
    ("url", "mime", "clear"),
    [
        ("a.jpg", "image/png", True),  # a copy has its original's name
        ("a.png", "image/jpeg", False),
        ("a.JPEG?v=2", None, False),
        ("a.png", None, True),
        ("picture", None, True),
    ],
)
def test_what_one_may_see_through_lies_on_paper_by_night(url: str, mime: str | None, clear: bool) -> None:
    shown = picture(image=Image(url, mime=mime))
    assert shown.get("class") == ("picture clear" if clear else "picture")


def test_a_sharper_picture_that_no_program_may_load_is_left_out() -> None:
    small = Image(f"{HOME}a,b.jpg", width=592)
    assert picture(image=small, sharp=Image("javascript:x", width=1184)).get("srcset") is None
    assert picture(image=small, sharp=Image("b.jpg", width=500)).get("srcset") is None
    assert picture(image=small, sharp=Image("b,c d.jpg", width=1184)).get("srcset") == (
        f"{HOME}a%2Cb.jpg 1x, {HOME}b%2Cc%20d.jpg 2x"
    )
