"""MJML to the HTML of a mail: checked, compiled by MRML, styles inlined. Text in, text or a Problem out."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING

from publisher.digest.allowed import BODY, COMMON, DEFAULTS, HEAD, REASONS, TEXTUAL

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_DEPTH = 100  # MRML recurses: some hundred levels end a small thread, some thousand the process

# Entities of HTML are unknown to XML; elements that HTML leaves open must be closed in XML.
_ENTITY = re.compile("&(?!amp;|lt;|gt;|quot;|apos;)[A-Za-z][A-Za-z0-9]*;")
_VOID = re.compile(r"<(area|base|br|col|hr|img|input|link|meta|source|wbr)\b([^<>]*?)\s*/?>")
_INLINE = re.compile(r"<mj-style\s+inline\s*=\s*[\"']inline[\"']\s*>(.*?)</mj-style\s*>", re.DOTALL)
_HTML = dict.fromkeys(("class", "style"), "MJML's way is a css-class, and rules for it in <mj-style>.")
_FAMILY = {**HEAD, **BODY, **DEFAULTS}


class Problem(Exception):
    """What is wrong with the MJML, on which line of it, and what to do. Becomes a TemplateError."""

    def __init__(self, what: str, line: int, advice: str | None = None) -> None:
        super().__init__(what)
        self.what, self.line, self.advice = what, line, advice


def compile_html(source: str) -> str:
    """The HTML document for a mail. Raises Problem when the MJML is broken or says what would vanish."""
    import css_inline
    import mjml

    closed = _VOID.sub(r"<\1\2 />", _ENTITY.sub(lambda entity: html.unescape(entity[0]), source))
    check(closed)
    styles = " ".join(html.unescape(style) for style in _INLINE.findall(closed))
    try:
        document = mjml.mjml2html(_INLINE.sub("", closed), fonts={})
        inliner = css_inline.CSSInliner(
            inline_style_tags=False,  # MRML's own rules stay in the head; only the owner's are inlined
            keep_style_tags=True,
            load_remote_stylesheets=False,
            extra_css=styles,
            minify_css=True,
        )
        return str(inliner.inline(document))
    except (ValueError, css_inline.InlineError) as error:
        raise Problem(f"The mail cannot be made: {error}", 1) from error


def check(source: str) -> None:
    """Raise the first Problem of MJML that is well-formed XML: unknown elements or attributes, depth."""
    root = _parse(source)
    if root.tag != "mjml" or root.find("mj-body") is None:
        raise Problem("A mail's template is <mjml> with an <mj-body> inside", 1)
    deep = root.getroottree().xpath("/*" * (MAX_DEPTH + 1))
    if isinstance(deep, list) and deep:
        raise Problem(f"Elements are nested more than {MAX_DEPTH} deep", _line(deep[0]))
    for element in root.iter("*"):
        for problem in _problems(element):
            raise problem


def _parse(source: str) -> _Element:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(source.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        raise Problem(
            f"This is not well-formed: {error.msg.partition(', line')[0]}",
            error.lineno or 1,
            "MJML is XML: close every element, write & as &amp; and < as &lt;.",
        ) from error
    if root.getroottree().docinfo.doctype:
        raise Problem("A mail's template needs no DOCTYPE", 1)
    return root


def _problems(element: _Element) -> Iterator[Problem]:
    tag, parent = str(element.tag), element.getparent()
    above = "" if parent is None else str(parent.tag)
    if not tag.startswith("mj"):
        if above == "mj-head":
            yield Problem(f"<{tag}> in mj-head would vanish", _line(element), "Put it into <mj-raw>.")
        return
    if tag not in _FAMILY:
        advice = REASONS.get(tag) or _nearest(tag, _FAMILY)
        yield Problem(f"<{tag}> is not known here", _line(element), advice)
    elif any(str(ancestor.tag) in TEXTUAL for ancestor in element.iterancestors()):
        yield Problem(f"<{tag}> cannot stand inside <{above}>", _line(element))
    else:
        known = _attributes(tag)
        for name in map(str, element.attrib):
            if name not in known:
                yield Problem(
                    f"<{tag}> has no attribute “{name}”",
                    _line(element),
                    _HTML.get(name) or _nearest(name, known),
                )


def _attributes(tag: str) -> frozenset[str]:
    return BODY[tag] | COMMON if tag in BODY else _FAMILY[tag]


def _nearest(word: str, known: frozenset[str] | dict[str, frozenset[str]]) -> str:
    close = get_close_matches(word, known, n=1, cutoff=0.5)
    if close:
        return f"Did you mean “{close[0]}”?"
    return f"Known: {', '.join(sorted(known))}." if known else "It takes none."


def _line(element: _Element) -> int:
    return element.sourceline or 1
