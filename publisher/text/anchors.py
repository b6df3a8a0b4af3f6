"""Ids that in-page links lead to, made safe and unique; ids of headings.

An id from outside could shadow what a page's script looks for, or collide with our own: all are prefixed.
"""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import islice
from urllib.parse import unquote

from publisher.text.parse import Element, text_of
from publisher.text.rules import HEADINGS, ID_PREFIX, ID_TAGS
from publisher.text.slug import slugify

_NEAR = 4  # levels up or down in which an id finds an element that may carry it
_WRITTEN_ID = re.compile(r'<(\w+)[^<>]* id="([^"<>]+)"')
_WRITTEN_LINK = re.compile(r' href="#([^"<>]+)"')
_UNSAFE = re.compile(r"[^\w.-]+")


class Anchors:
    """The ids of one tree. With `headings`, every heading gets one, made from its words if it had none."""

    def __init__(self, root: Element, *, headings: bool = False, skip: Container[Element] = ()) -> None:
        self.root = root
        self.current: Element | None = None  # the heading being written
        self._ids: dict[Element, str] = {}
        self._targets: dict[str, str] = {}
        self._used: dict[str, int] = {}
        self.linked = linked = {
            unquote(a.get("href").strip()[1:]) for a in root.iter("a") if _is_local(a.get("href"))
        }
        for element in root.iter():
            if isinstance(element.tag, str) and element not in skip:
                self._note(element, linked)
        if headings:
            for heading in root.iter(*HEADINGS):
                if heading not in self._ids and heading not in skip:
                    self._give(heading, slugify(text_of(heading)) or "section")

    def _note(self, element: Element, linked: set[str]) -> None:
        name = element.get("id") or (element.get("name") if element.tag == "a" else None)
        if not name or name in self._targets:
            return
        owner = _owner(element)
        if owner is None or (owner.tag not in HEADINGS and name not in linked):
            return
        if owner not in self._ids:
            self._give(owner, name)
        self._targets[name] = self._ids[owner]

    def _give(self, element: Element, name: str) -> None:
        base = _UNSAFE.sub("-", name.removeprefix(ID_PREFIX)).strip("-") or "x"
        while base in self._used:
            self._used[base] += 1
            base = f"{base}-{self._used[base]}"
        self._used[base] = 1
        self._ids[element] = ID_PREFIX + base

    def settle(self, html: str) -> bool:
        """Forget links to ids that are not in `html`, our output, and ids that nothing there leads to.

        True if there was something to forget: then the tree must be written again.
        """
        if not self.linked:
            return False
        present = {match[2]: match[1] for match in _WRITTEN_ID.finditer(html)}
        links = {match[1] for match in _WRITTEN_LINK.finditer(html)}
        lost = links - present.keys()
        dead = {name for name, identity in self._targets.items() if identity in lost}
        unused = {
            identity for identity, tag in present.items() if tag not in HEADINGS and identity not in links
        }
        self._targets = {name: identity for name, identity in self._targets.items() if name not in dead}
        self._ids = {element: identity for element, identity in self._ids.items() if identity not in unused}
        return bool(dead or unused)

    def id_of(self, element: Element, tag: str) -> str | None:
        """The safe id that this element carries in the output, if any."""
        if self.current is not None and element is not self.current:
            return None  # ids inside a heading have become the heading's own
        return self._ids.get(element) if tag in ID_TAGS else None

    def target(self, href: str) -> str | None:
        """`#id` as it is called in the output; None if the link would lead nowhere."""
        identity = self._targets.get(unquote(href[1:]))
        return f"#{identity}" if identity else None


def _is_local(href: str | None) -> bool:
    return bool(href) and str(href).strip().startswith("#")


def _owner(element: Element) -> Element | None:
    """The element that will carry this id: itself, the heading around it, what it begins with or is in."""
    if element.tag in HEADINGS:
        return element
    above = element
    for _ in range(_NEAR):
        above = above.getparent()
        if above is None:
            break
        if above.tag in HEADINGS:
            return above
    if element.tag in ID_TAGS:
        return element
    inner = element
    for _ in range(_NEAR):
        inner = next(inner.iterchildren(), None)
        if inner is None:
            break
        if inner.tag in ID_TAGS:
            return inner
    return next((above for above in islice(element.iterancestors(), _NEAR) if above.tag in ID_TAGS), None)
