"""Hostile HTML to sanitised, closed XHTML."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from functools import cache
from typing import TYPE_CHECKING

from publisher.text.anchors import Anchors
from publisher.text.guard import MAX_DEPTH, check_size
from publisher.text.parse import Element, parse
from publisher.text.rewrite import Rewriter, Wrap
from publisher.text.rules import ATTRIBUTES, DROPPED, TAGS, URL_SCHEMES, VOID

if TYPE_CHECKING:
    import nh3

# What we return, we must be able to read: paragraphs and table bodies that were only implied add levels.
_DEEP = MAX_DEPTH // 4
_AMPERSAND, _HARD_SPACE = "\ufdd0", "\ufdd1"
# The sanitiser escapes < and > in attributes, so that the first > ends the tag.
_VOID = re.compile(rf"<((?:{'|'.join(sorted(VOID))})\b[^>]*)>")


def sanitize(html: str, *, base_url: str | None = None) -> str:
    """Sanitised, closed XHTML: what `publisher.text.rules` lets through, and nothing else.

    `html` is a page or a fragment from anywhere; with `base_url` relative URLs become absolute. Sanitising
    twice changes nothing. Raises ContentError for more than 5 MB, binary data, or more than 100 levels.
    """
    root = parse(html)
    return write(root, Anchors(root), base_url=base_url, wrap="mixed")


def write(
    root: Element,
    anchors: Anchors,
    *,
    base_url: str | None = None,
    wrap: Wrap = "always",
    skip: Container[Element] = (),
    levels: Mapping[Element, str] | None = None,
) -> str:
    """One tree (or a part of it) as sanitised, closed XHTML. Raises ContentError for more than 100 levels."""
    rewriter = Rewriter(anchors, base_url=base_url, skip=skip, levels=levels)
    html = rewriter.document(root, wrap)
    if anchors.settle(html):
        html = Rewriter(anchors, base_url=base_url, skip=skip, levels=levels).document(root, wrap)
    html = clean(html)
    if rewriter.deepest > _DEEP:
        root = parse(html)
        Rewriter(Anchors(root)).document(root, "mixed")
    return html


def clean(html: str) -> str:
    """Balanced HTML through the allow list, as XHTML: void tags closed, no named entity beyond XML's five.

    Only for what is already structured and bounded in depth; everything else goes through `sanitize`. Raises
    ContentError for more than 5 MB.
    """
    # The sanitiser takes quadratic time to write many ampersands or hard spaces in one text, so two
    # characters that `legal` keeps out of every text stand for them on the way.
    html = html.replace("&amp;", _AMPERSAND).replace("\u00a0", _HARD_SPACE)
    html = _VOID.sub(r"<\1/>", _cleaner().clean(html)).replace("\r", "")
    html = html.replace(_AMPERSAND, "&amp;").replace(_HARD_SPACE, "\u00a0").replace("&nbsp;", "\u00a0")
    check_size(html)  # `&` takes five times its size; what we return, we must be able to take
    return html


@cache
def _cleaner() -> nh3.Cleaner:
    import nh3

    return nh3.Cleaner(
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        clean_content_tags=set(DROPPED - TAGS),
        url_schemes=set(URL_SCHEMES),
        link_rel=None,  # pages add rel where they show foreign links; feeds and mails have no use for it
    )
