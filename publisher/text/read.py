"""A file's text to a title and sanitised XHTML, one function per kind of text."""

from __future__ import annotations

import re

from publisher.model import Text
from publisher.text.anchors import Anchors
from publisher.text.blocks import to_html
from publisher.text.boilerplate_rules import BoilerplateRules
from publisher.text.fold import fold
from publisher.text.headings import relevel
from publisher.text.parse import Element, parse, text_of
from publisher.text.rules import DROPPED, HEADINGS
from publisher.text.sanitise import clean, write

_SITE_SUFFIX = re.compile(r"\s(?:\||»|«|::|·)\s[^|»«·]+$")
_DASH = re.compile(r"\s[-–—]\s")
_LEAD = 200  # characters: a date, a breadcrumb; more than that in front of an h1, and it is a section


def read_plain(text: str, *, title: str | None = None, rules: BoilerplateRules | None = None) -> Text:
    """Plain text with bare headings, lists and boilerplate to structure.

    `title` is the known title; without it a title line is looked for. `rules` say what is boilerplate; the
    bundled ones do if there are none. Raises ContentError.
    """
    from publisher.text.structure import structure

    found = structure(text, title=title, rules=rules)
    return Text(title or found.title, clean(to_html(found.blocks)))


def read_markdown(text: str, *, title: str | None = None) -> Text:
    """CommonMark (plus tables, strikethrough, footnotes, definition lists), without front matter.

    `title` is the known title; without it the first h1 is taken. Raises ContentError.
    """
    from publisher.text.markdown import render

    return read_html(render(text), title=title)


def read_html(text: str, *, title: str | None = None) -> Text:
    """An HTML page or fragment. Of a page with one `main` or one `article`, only that is content.

    `title` is the known title; without it the h1, else the page's `title`. Raises ContentError.
    """
    root = parse(text)
    body = _content(root)
    headings = [heading for heading in body.iter(*HEADINGS) if text_of(heading)]
    found = title or _title(root, body, headings)
    skip = _repeats(body, headings, found) if found else set()
    kept = [heading for heading in headings if heading not in skip]
    new_levels = relevel(int(heading.tag[1]) for heading in kept)
    levels = {heading: f"h{level}" for heading, level in zip(kept, new_levels, strict=True)}
    return Text(found, write(body, Anchors(body, headings=True, skip=skip), skip=skip, levels=levels))


def _content(root: Element) -> Element:
    for tag in ("main", "article"):
        found = list(root.iter(tag))
        if len(found) == 1 and text_of(found[0]):
            return found[0]
    return root


def _title(root: Element, body: Element, headings: list[Element]) -> str | None:
    """The title that is really there: an h1 at the top or one that the page's `title` names, else that."""
    page = next((title for title in map(text_of, root.xpath("//title[not(ancestor::svg)]")) if title), "")
    tops = [heading for heading in headings if heading.tag == "h1"]
    for h1 in tops:
        if page and fold(page).startswith(fold(text_of(h1))):
            return text_of(h1)
    if tops and tops[0] is headings[0] and _length_before(body, tops[0]) <= (_LEAD if len(tops) == 1 else 0):
        return text_of(tops[0])
    if tops or not page:
        return None
    return _without_site(page, headings)


def _length_before(body: Element, heading: Element) -> int:
    """Characters of text in front of a heading, up to a little more than matters."""
    around = set(heading.iterancestors())
    length = 0
    for element in body.iter():
        if element is heading or length > _LEAD:
            break
        if element.tag not in DROPPED:
            length += len((element.text or "").strip())
        if element not in around:
            length += len((element.tail or "").strip())
    return length


def _without_site(page: str, headings: list[Element]) -> str:
    """`Guide | Site` and, where a heading vouches for it, `Guide - Site` without the site's name."""
    head = _DASH.split(page, maxsplit=1)[0]
    if fold(head) in {fold(text_of(heading)) for heading in headings}:
        return head
    return _SITE_SUFFIX.sub("", page)


def _repeats(body: Element, headings: list[Element], title: str) -> set[Element]:
    """Where the body says the title again: an early h1, the first heading, or the first paragraph."""
    wanted = fold(title)
    tops = [heading for heading in headings if heading.tag == "h1"]
    same = {heading for heading in (*headings[:1], *tops[:2]) if fold(text_of(heading)) == wanted}
    first = next((p for p in body.iter("p", *HEADINGS) if text_of(p)), None)
    if first is not None and first.tag == "p" and fold(text_of(first)) == wanted:
        same.add(first)
    return same if wanted else set()
