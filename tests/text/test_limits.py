"""Hostile texts: refused in a sentence or read in linear time. Each would take minutes if anything were quadratic."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from publisher.errors import ContentError
from publisher.model import Text
from publisher.text import (
    content_hash,
    plain,
    read_html,
    read_markdown,
    read_plain,
    sanitize,
    sections,
    slugify,
    summarise,
)

READERS = [read_plain, read_markdown, read_html]


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 20_000 + "x" + "</div>" * 20_000,
        "<div>" * 400_000,
        "<b>" * 10_000 + "x",
        "<ul><li>" * 10_000,
        "<table><tr><td>" * 10_000,
        "<blockquote><p>" * 101 + "x",
        "<svg>" + "<g>" * 10_000,
    ],
    ids=lambda html: html[:24],
)
def test_deep_html_is_refused(html: str) -> None:
    for read in (sanitize, read_html, plain):
        with pytest.raises(ContentError, match="more than 100 levels deep"):
            read(html)


def test_a_hundred_levels_are_allowed() -> None:
    html = "<blockquote>" * 99 + "<p>x</p>" + "</blockquote>" * 99
    assert sanitize(html).count("<blockquote>") == 99
    with pytest.raises(ContentError, match="more than 100 levels deep"):
        sanitize(f"<blockquote><blockquote>{html}</blockquote></blockquote>")


@pytest.mark.parametrize("text", [">" * 10_000 + "x", "> " * 101 + "x", "<div>\n" * 10_000, "- " * 120 + "x"])
def test_deep_markdown_is_refused(text: str) -> None:
    with pytest.raises(ContentError, match="more than 100 levels deep"):
        read_markdown(text)


@pytest.mark.parametrize("read", READERS)
def test_too_large_and_binary_are_refused(read: Callable[[str], Text]) -> None:
    with pytest.raises(ContentError, match="larger than 5 MB"):
        read("é" * 2_500_001)
    with pytest.raises(ContentError, match="binary"):
        read("%PDF-1.7\x00\x01\x02")


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    "text",
    ["word " * 200_000, "w" * 1_000_000, "& " * 60_000, "<" * 100_000, "“”\u00a0" * 60_000, "a&b" * 60_000],
    ids=["words", "word", "ampersands", "less-than", "hard-spaces", "glued"],
)
def test_one_very_long_line(read: Callable[[str], Text], text: str) -> None:
    assert read(text).html


def test_a_hundred_thousand_headings() -> None:
    html = read_html("<h2>Same</h2>x" * 100_000).html
    assert sections(html)[-1].id == "t-same-100000"


def test_many_headings_as_text() -> None:
    html = read_plain("A Heading\n\nA sentence that stands below it.\n\n" * 10_000).html
    assert sections(html)[-1].id.endswith("-9999")  # the first one is the title


@pytest.mark.parametrize(
    "html",
    [
        "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x",
        "<a b='" * 300_000,
        "<a b=<!--" * 300_000,
    ],
    ids=["attributes", "quotes", "comments"],
)
def test_tags_with_a_crowd_of_attributes_are_refused(html: str) -> None:
    with pytest.raises(ContentError, match="attributes"):
        sanitize(html)


@pytest.mark.parametrize(
    "html",
    [
        "<a" * 1_000_000,
        "<!--" * 500_000,
        "<b><i></b></i>" * 30_000,
        "".join(f"<p><b title={n}>x" for n in range(30)) * 1,
        '<img srcset="' + "a 1x, " * 100_000 + '">',
        "<div>" * 90 + "<p>x</p>" * 10_000,
        "<table>" + "x<td>y" * 10_000,
        "<noscript>x</noscript>" * 10_000,
        "<div><object></div></object>" * 10_000,
        "<ul>" + "<ul><li>x</ul>" * 10_000,
        "".join(f'<a href="#i{n}" id=i{n}>x</a>' for n in range(10_000)),
    ],
    ids=lambda html: html[:16],
)
def test_wide_html_is_read(html: str) -> None:
    once = sanitize(html)
    assert len(once) <= 4 * len(html)
    assert sanitize(once) == once


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[" * 50_000, "square brackets"),
        ("![" * 50_000, "square brackets"),
        (("|a" * 1000 + "\n" + "|-" * 1000 + "\n" + "|x\n" * 1000 + "\n") * 5, "cells"),
    ],
    ids=["brackets", "pictures", "tables"],
)
def test_markdown_made_to_keep_the_parser_busy_is_refused(text: str, says: str) -> None:
    with pytest.raises(ContentError, match=says):
        read_markdown(text)


@pytest.mark.parametrize(
    "unit",
    [
        "- a\n",
        "abc:\n",
        "abc:\n\n",
        "Table of Contents\n\nA\n\n",
        "Related Articles\n\nShort line\n\n",
        "Facebook\n",
        "A\n=\n",
        "1. Foo\n\n",
        "Term: is a thing.\n",
        "Home > ",
        "**a** ",
        "- - ",
        "http://x.example/ ",
        "â€™ ",
        ". ",
        '")',
        "#a ",
        "i hope this a me ",
        "affiliate ",
        "-\nitem\n",
        "👉 item\n",
        "Title | Site\nTitle\n",
        "What is it?\n\n",
        "Title Words:\n\nProse that ends.\n\n",
        "Home\nA\n\n",
        "Page 1 of 2\n",
        "Updated 3 March 2026 · ",
        "if you buy we earn ",
        "Home > a > b\n",
        "Pros\n\nfine\n\nCons\n\n",
    ],
)
def test_repeated_text_is_read(unit: str) -> None:
    html = read_plain(unit * 3_000).html
    assert len(html) <= 25 * 3_000 * len(unit)


@pytest.mark.parametrize(
    "unit",
    [
        "<ul>",
        "<ol><li>x",
        "<table><tr><td>",
        "<dl>x",
        "<blockquote>x<p>y",
        "<b>x<i>",
        "<div dir=rtl>",
        "<ruby><rt>x",
    ],
)
@pytest.mark.parametrize("depth", [24, 33, 50, 99])
def test_what_is_read_can_be_read_again_however_deep(unit: str, depth: int) -> None:
    try:
        html = read_html("<html dir=rtl>" + unit * depth + "x").html
    except ContentError:
        return
    assert sanitize(html) == html
    assert len(plain(html)) <= 100 * len(html)
    assert content_hash("", html)


def test_what_grows_too_large_is_refused_at_once() -> None:
    for read in (read_plain, read_html):
        with pytest.raises(ContentError, match="larger than 5 MB"):
            read("&" * 1_100_000)


def test_code_with_a_very_long_line() -> None:
    html = read_markdown(f"a\n\n    x{' ' * 400_000}y\n").html
    assert content_hash("", html)
    assert len(plain(html)) > 400_000


def test_words_of_large_texts() -> None:
    html = "<p>word word. </p>" * 50_000
    assert len(summarise(html)) <= 200
    assert content_hash("", html)
    assert slugify("ß-x" * 100_000)
