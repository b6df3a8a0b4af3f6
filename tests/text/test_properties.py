"""What holds for every text."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.errors import ContentError
from publisher.text import (
    content_hash,
    minutes,
    normalise,
    plain,
    read_html,
    read_markdown,
    read_plain,
    sanitize,
    sections,
    slugify,
    summarise,
)
from publisher.text.boilerplate import drop
from publisher.text.boilerplate_rules import bundled
from publisher.text.fold import fold_marks
from publisher.text.lines import lines_of
from publisher.text.prose import words_by_tree, words_of
from publisher.text.structure import structure
from publisher.text.tree import fragment
from tests.text.reading import notation, xhtml

TAGS = [
    "p",
    "div",
    "b",
    "i",
    "a",
    "span",
    "ul",
    "ol",
    "li",
    "table",
    "tr",
    "td",
    "th",
    "tbody",
    "caption",
    "h1",
    "h2",
    "h3",
    "h6",
    "section",
    "article",
    "main",
    "form",
    "input",
    "button",
    "img",
    "br",
    "hr",
    "pre",
    "code",
    "blockquote",
    "dl",
    "dt",
    "dd",
    "figure",
    "figcaption",
    "iframe",
    "video",
    "script",
    "style",
    "svg",
    "math",
    "title",
    "textarea",
    "select",
    "option",
    "noscript",
    "details",
    "summary",
    "font",
    "template",
    "ins",
    "del",
    "sup",
    "object",
    "header",
    "nav",
    "ruby",
    "rt",
    "picture",
    "source",
    "mark",
    "plaintext",
    "xmp",
    "label",
    "html",
    "body",
    "head",
    "legend",
]
ATTRIBUTES = [
    "",
    ' id="a"',
    ' href="#a"',
    ' href="#b"',
    " id=b",
    ' href="javascript:x"',
    ' src="/q.png"',
    ' onclick="x"',
    ' lang="de"',
    " dir=rtl",
    ' title="<b>"',
    ' style="x"',
    " name=a",
    " data-src=z.png",
    ' srcset="a 1x, b 2x"',
    " width=1",
    " hidden",
    " colspan=2",
    ' href="http://x/?a&b"',
    " class=q",
    " alt='\"<>&'",
    " open",
    " type=checkbox checked",
]
CHUNKS = [
    "x",
    "hello world",
    " ",
    "\n\n",
    "&amp;",
    "&lt;script&gt;",
    "&#1;",
    "&nbsp;",
    "<",
    ">",
    "<!--",
    "-->",
    '"',
    "é",
    "<br><br>",
    "]]>",
]

pieces = st.one_of(
    st.builds("<{}{}>".format, st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES)),
    st.builds("</{}>".format, st.sampled_from(TAGS)),
    st.sampled_from(CHUNKS),
    st.text(max_size=4),
)
soup = st.lists(pieces, max_size=25).map("".join)


@settings(max_examples=120, deadline=None)
@given(soup)
def test_sanitised_html_is_closed_allowed_and_settled(html: str) -> None:
    try:
        once = sanitize(html)
    except ContentError:
        return
    root = xhtml(once)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(set(ids)) == len(ids)
    assert {a.get("href")[1:] for a in root.iter("a") if (a.get("href") or "").startswith("#")} <= set(ids)
    assert sanitize(once) == once


@settings(max_examples=80, deadline=None)
@given(soup, st.sampled_from([read_plain, read_markdown, read_html]))
def test_whatever_is_read_can_be_used(text: str, read) -> None:  # type: ignore[no-untyped-def]
    try:
        html = read(text).html
    except ContentError:
        return
    xhtml(html)
    assert sanitize(html) == html
    assert [section.id for section in sections(html) if not section.id] == []
    assert len(summarise(html)) <= 200
    assert "<" not in slugify(plain(html))
    assert minutes(html) >= 1
    assert content_hash("", html) == content_hash("", sanitize(html))


@settings(max_examples=80, deadline=None)
@given(soup)
def test_words_are_the_same_with_and_without_the_tree(html: str) -> None:
    try:
        clean = sanitize(html)
    except ContentError:
        return
    assert fold_marks(words_of(clean)) == fold_marks(words_by_tree(fragment(clean)))


VOCABULARY = ["Bowline", "Knots", "harbour", "Ropes", "tide", "Sail", "mast", "Keel", "rudder", "Oar"]
lines = st.builds(
    lambda mark, words, end: mark + " ".join(words) + end,
    st.sampled_from(
        ["", "", "", "- ", "• ", "1. ", "2. ", "3. ", "a) ", "b) ", "## ", "  - ", "**", "H2: ", "1// "]
    ),
    st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=30),
    st.sampled_from(["", "", ".", ":", "?", "!", ": tide sail.", "**", ",", " —"]),
)
noise = st.sampled_from(
    [
        "Table of Contents",
        "Related Articles",
        "Advertisement",
        "Facebook",
        "Share",
        "====",
        "* * *",
        "Contents",
        "Leave a Reply",
        "← Previous Post",
        "#knots #ropes",
        "You need:",
        "Title: Knots",
        "Internal linking keywords",
        "By Ana Ropes",
    ]
)
texts = st.lists(st.tuples(st.one_of(lines, lines, noise), st.sampled_from(["\n", "\n\n"])), max_size=25).map(
    lambda parts: "".join(line + end for line, end in parts)
)


def known(text: str) -> list[str]:
    return re.findall("|".join(VOCABULARY), text, re.IGNORECASE)


@settings(max_examples=150, deadline=None)
@given(texts)
def test_no_word_is_lost_or_moved_by_the_structurer(text: str) -> None:
    found = structure(text)
    out = {line.position for line in found.dropped}
    kept = "\n".join(line.text for line in lines_of(text) if line.position not in out)
    assert known("\n".join(notation(found))) == known(kept)


@settings(max_examples=80, deadline=None)
@given(texts)
def test_dropped_lines_are_accounted_for(text: str) -> None:
    every = lines_of(text)
    kept, gone = drop(every, bundled())
    assert sorted([line.position for line in kept] + [line.position for line in gone]) == list(
        range(len(every))
    )
    assert all(every[line.position].text == line.text for line in gone)


flow = st.recursive(
    st.sampled_from(VOCABULARY).map(lambda word: f" {word} "),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
        st.sampled_from(
            [
                "div",
                "p",
                "section",
                "blockquote",
                "ul",
                "li",
                "b",
                "em",
                "span",
                "font",
                "h3",
                "article",
                "custom-box",
                "figure",
            ]
        ),
        st.lists(inner, max_size=4),
    ),
    max_leaves=15,
)


@settings(max_examples=120, deadline=None)
@given(flow)
def test_sanitising_keeps_every_word_in_order(html: str) -> None:
    clean = sanitize(html)
    assert known(plain(clean)) == known(re.sub("<[^>]*>", " ", html))
    assert not re.search("[a-z][A-Z]", plain(clean))


@given(st.text(max_size=60))
def test_slugs_are_stable_and_never_empty_for_words(text: str) -> None:
    slug = slugify(text)
    assert slugify(slug) == slug
    assert slug or not any(char.isalnum() for char in text)
    assert not re.search(r"\s|^-|-$|--|[A-Z/?#%&]", slug)


@given(st.text(max_size=60), st.text(max_size=60))
def test_normalised_text_is_settled(title: str, text: str) -> None:
    once = normalise(title, read_plain(text).html) if "\x00" not in text and text.isprintable() else ""
    assert " ".join(once.split()) == once
    assert "’" not in once
