"""The MJML lint: what MRML would drop is refused, and what is allowed reaches the mail."""

from __future__ import annotations

from pathlib import Path

import mjml
import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.digest import render
from publisher.digest.allowed import BODY, COMMON, REASONS
from publisher.digest.mjml import Problem, check, compile_html
from publisher.errors import TemplateError
from tests.digest.samples import content, templates
from tests.digest.test_templates import write


def document(inside: str, head: str = "") -> str:
    return f"<mjml><mj-head>{head}</mj-head>\n<mj-body>{inside}</mj-body></mjml>"


def section(inside: str) -> str:
    return document(f"<mj-section><mj-column>{inside}</mj-column></mj-section>")


# ------------------------------------------------------------------------------------ the table is true

EDGE = "3px solid #123456"
VALUES = {
    **dict.fromkeys(
        ["width", "height", "font-size", "letter-spacing", "border-width", "border-radius"], "77px"
    ),
    **dict.fromkeys(
        ["inner-padding", "padding", *(f"padding-{s}" for s in ("top", "right", "bottom", "left"))], "9px"
    ),
    **dict.fromkeys(["border", *(f"border-{s}" for s in ("top", "right", "bottom", "left"))], EDGE),
    **dict.fromkeys(
        ["inner-border", *(f"inner-border-{s}" for s in ("top", "right", "bottom", "left"))], EDGE
    ),
    "align": "right",
    "direction": "rtl",
    "vertical-align": "bottom",
    "text-align": "right",
    "cellpadding": "9",
    "cellspacing": "9",
    "fluid-on-mobile": "true",
    "border-style": "dotted",
    "background-repeat": "no-repeat",
    "background-size": "cover",
    "background-position": "left top",
    "background-position-x": "left",
    "background-position-y": "bottom",
    "mj-class": "named",
}
BACKGROUND, LINK, GUTTER = (
    ' background-url="http://a.example/b.png"',
    ' href="http://a.example/"',
    ' padding="1px"',
)


def needs(attribute: str) -> str:
    """What an attribute has an effect together with."""
    if attribute.startswith("background-") and attribute not in ("background-url", "background-color"):
        return BACKGROUND
    if attribute in ("target", "rel", "name"):
        return LINK
    return GUTTER if attribute.startswith("inner-") and attribute != "inner-padding" else ""


def around(tag: str, attributes: str) -> str:
    """A document in which `tag` stands where it belongs."""
    text, column = "<mj-text>x</mj-text>", "<mj-column><mj-text>x</mj-text></mj-column>"
    inside = {"mj-group": column * 2, "mj-section": column, "mj-column": text}.get(tag, "x")
    if tag in ("mj-body", "mj-wrapper"):
        inside = f"<mj-section>{column}</mj-section>"
    if tag in ("mj-image", "mj-spacer", "mj-divider"):
        inside = ""
    element = f"<{tag}{attributes}>{inside}</{tag}>"
    if tag in ("mj-group", "mj-column"):
        element = f"<mj-section>{element}</mj-section>"
    elif tag not in ("mj-body", "mj-wrapper", "mj-section"):
        element = f"<mj-section><mj-column>{element}</mj-column></mj-section>"
    named = '<mj-head><mj-attributes><mj-class name="named" padding="3px" width="55px" /></mj-attributes></mj-head>'
    return f"<mjml>{named}{element if tag == 'mj-body' else f'<mj-body>{element}</mj-body>'}</mjml>"


@pytest.mark.parametrize("tag", sorted(BODY))
def test_every_attribute_in_the_table_changes_the_mail(tag: str) -> None:
    silent = []
    for attribute in sorted(BODY[tag] | COMMON):
        without = around(tag, needs(attribute))
        with_it = around(tag, f'{needs(attribute)} {attribute}="{VALUES.get(attribute, "marker")}"')
        check(with_it)
        if mjml.mjml2html(without, fonts={}) == mjml.mjml2html(with_it, fonts={}):
            silent.append(attribute)
    assert silent == []


def test_what_is_refused_would_have_vanished() -> None:
    plain = mjml.mjml2html(section("<mj-text>x</mj-text>"), fonts={})
    assert mjml.mjml2html(section('<mj-text colour="red">x</mj-text>'), fonts={}) == plain
    with pytest.raises(Problem, match="colour"):
        check(section('<mj-text colour="red">x</mj-text>'))


# ------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("source", "what", "advice"),
    [
        (section("<mj-buton>x</mj-buton>"), "<mj-buton> is not known here", "“mj-button”"),
        (section('<mj-text colour="red">x</mj-text>'), "<mj-text> has no attribute “colour”", "“color”"),
        (section('<mj-text class="a">x</mj-text>'), "no attribute “class”", "css-class"),
        (section("<mj-text><mj-button>x</mj-button></mj-text>"), "cannot stand inside <mj-text>", ""),
        (section("<mj-text><p>x</mj-text>"), "not well-formed", "close every element"),
        (section("<mj-text>1 < 2</mj-text>"), "not well-formed", "&lt;"),
        (section("<mj-text>&nosuch;</mj-text>"), "not well-formed", "&amp;"),
        (section("<mj-text>" + "<div>" * 99 + "</div>" * 99 + "</mj-text>"), "more than 100 deep", ""),
        (section("<mj-text>" + "<div>" * 9999 + "</div>" * 9999 + "</mj-text>"), "not well-formed", ""),
        (document("", head="<meta />"), "<meta> in mj-head would vanish", "mj-raw"),
        (document("", head='<mj-attributes><mj-all colour="x" /></mj-attributes>'), "“colour”", "“color”"),
        ("<html></html>", "<mjml> with an <mj-body>", ""),
        ("<mjml></mjml>", "<mjml> with an <mj-body>", ""),
        ("", "not well-formed", ""),
        ("<!DOCTYPE mjml [<!ENTITY a 'b'>]><mjml><mj-body>&a;</mj-body></mjml>", "no DOCTYPE", ""),
        *((section(f"<{tag} />"), f"<{tag}> is not known here", reason) for tag, reason in REASONS.items()),
    ],
)
def test_problems_are_named(source: str, what: str, advice: str) -> None:
    with pytest.raises(Problem) as caught:
        compile_html(source)
    assert what in caught.value.what
    assert advice in (caught.value.advice or "")


@pytest.mark.parametrize(
    "inside", ["a<br>b", "a<br/>b", "&nbsp;&mdash;", "<img src='x' alt=''>", "<!--[if mso]>x<![endif]-->"]
)
def test_html_as_people_write_it_is_understood(inside: str) -> None:
    assert "<body" in compile_html(section(f"<mj-text>{inside}</mj-text>"))


@given(st.text(st.sampled_from([*"<>&\"'/=! -x", "\n"])))
def test_no_markup_crashes_it(inside: str) -> None:
    try:
        compile_html(section(f"<mj-text>{inside}</mj-text>"))
    except Problem as problem:
        assert problem.what


# ----------------------------------------------------------------------------------------- what is made


def test_inline_styles_are_inlined_and_others_stay() -> None:
    styles = (
        '<mj-style inline="inline">.a > b{color:#123456}</mj-style><mj-style>.a{color:#654321}</mj-style>'
    )
    made = compile_html(
        document(
            '<mj-section><mj-column><mj-text css-class="a"><p class="a"><b>x</b></p></mj-text></mj-column></mj-section>',
            head=styles,
        )
    )
    assert '<b style="color:#123456">x</b>' in made.replace(";", "").replace(": ", ":")
    assert ".a{color:#654321}" in made
    assert "mj-style" not in made
    assert ".a > b" not in made


def test_no_font_is_loaded() -> None:
    made = compile_html(section('<mj-text font-family="Ubuntu, Roboto">x</mj-text>'))
    assert "fonts.googleapis" not in made
    assert "@import" not in made


# -------------------------------------------------------------------------------- what its owner is told


@pytest.mark.parametrize(
    ("fault", "what"),
    [
        ("<mj-buton>x</mj-buton>", "<mj-buton> is not known here"),
        ('<mj-text colour="red">x</mj-text>', "has no attribute “colour”"),
        ("<mj-text><b>x</mj-text>", "not well-formed"),
    ],
)
def test_the_owner_is_told_file_and_line(tmp_path: Path, fault: str, what: str) -> None:
    loop = "{% for guide in guides %}\n<mj-text>{{ guide.title }}</mj-text>\n{% endfor %}\n"
    path = write(
        tmp_path,
        "mine.mjml",
        f"<mjml>\n<mj-body><mj-section><mj-column>\n{loop}{fault}\n</mj-column></mj-section></mj-body></mjml>",
    )
    write(tmp_path, "mine.txt", "x")
    with pytest.raises(TemplateError) as caught:
        render(content(), templates(tmp_path), template="mine")
    assert caught.value.where == f"{path}:6"
    assert what in caught.value.what
