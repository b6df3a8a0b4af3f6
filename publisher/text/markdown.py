"""Markdown to HTML: CommonMark with tables, strikethrough, footnotes and definition lists."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from publisher.errors import ContentError
from publisher.text.guard import MAX_DEPTH, admit, too_deep

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_QUOTES = re.compile(rf"^(?:[ \t]*>){{{MAX_DEPTH + 1}}}", re.MULTILINE)
_CHUNKS = re.compile(r"\n(?=[ \t]*(?:\n|[-*+|>]|\d+[.)]))")
_DELIMITERS = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
# The parser looks back from every open bracket to all others of its paragraph, and fills rows up with cells.
_MAX_BRACKET_PAIRS = 20_000_000
_MAX_CELLS = 200_000


def render(text: str) -> str:
    """HTML, not yet sanitised (raw HTML passes through). `text` is Markdown without front matter.

    Raises ContentError for what is too large, too deep, or made to keep the parser busy.
    """
    text = admit(text)
    if _QUOTES.search(text):
        raise too_deep()
    _check_brackets(text)
    _check_tables(text)
    try:
        tokens = _parser().parse(text)
    except RecursionError:
        raise too_deep() from None
    if any(token.level >= MAX_DEPTH for token in tokens):
        raise too_deep()
    html: str = _parser().renderer.render(tokens, _parser().options, {})
    return html


def _check_brackets(text: str) -> None:
    if (
        sum(count * count for chunk in _CHUNKS.split(text) if (count := chunk.count("[")))
        > _MAX_BRACKET_PAIRS
    ):
        raise ContentError(
            "too many square brackets in one paragraph",
            advice="Break the paragraph up, or write \\[ for a bracket that starts no link.",
        )


def _check_tables(text: str) -> None:
    cells = columns = 0
    for line in text.split("\n"):
        if not line.strip():
            columns = 0
        elif "-" in line and "|" in line and _DELIMITERS.fullmatch(line):
            columns = line.count("|") + 1
        cells += columns
    if cells > _MAX_CELLS:
        raise ContentError(
            f"tables of more than {_MAX_CELLS} cells", advice="Link to the data instead of including it."
        )


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    # linkify stays off: it needs another library and turns file names into links.
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": MAX_DEPTH + 1})
    return parser.enable(["table", "strikethrough"]).use(footnote_plugin).use(deflist_plugin)
