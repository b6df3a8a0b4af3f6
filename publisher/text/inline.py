"""Text-level HTML out of a hostile tree: what is inside a paragraph, a heading or a cell."""

from __future__ import annotations

import re
from collections.abc import Container
from html import escape

from publisher.text.anchors import Anchors
from publisher.text.embeds import watchable
from publisher.text.guard import MAX_DEPTH, legal, too_deep
from publisher.text.links import is_pixel, picture_url, safe_url
from publisher.text.parse import Element, nodes
from publisher.text.rules import (
    ATTRIBUTES,
    BLOCKS,
    CONTAINERS,
    DROPPED,
    INLINE,
    MEDIA,
    NUMBERS,
    RENAMED,
    VOID,
)

STRUCTURE = BLOCKS | CONTAINERS | {"li", "dt", "dd", "tr", "td", "th", "figcaption", "summary"} | MEDIA
BREAK = "<br/>"
_LANG = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,7}")
_DIGITS = re.compile(r"-?\d{1,5}")
_SPANS = range(1, 1001)  # columns or rows of one cell: what browsers allow
_SIDES = range(2, 10_000)  # pixels of a picture
_SANE = dict.fromkeys(("span", "colspan", "rowspan"), _SPANS) | dict.fromkeys(("width", "height"), _SIDES)
_FRAME_SOURCES = ("data-src", "data-lazy-src", "data-cmplz-src", "data-cookieblock-src", "src")
_PERMALINK = frozenset({"#", "¶", "§", "🔗", "🔗︎", ""})


class Inline:
    """Writes text-level content; knows the anchors, the base of relative URLs, and what to leave out."""

    def __init__(self, anchors: Anchors, base_url: str | None, skip: Container[Element]) -> None:
        self.anchors, self.base_url, self.skip = anchors, base_url, skip
        self.depth = self.deepest = 0
        self.last_picture: str | None = None
        self.last_media: str | None = None

    def _deeper(self) -> None:
        self.depth += 1
        self.deepest = max(self.deepest, self.depth)
        if self.depth > MAX_DEPTH + 3:  # html, body and our own div do not count
            raise too_deep()

    def _gone(self, element: Element, tag: str) -> bool:
        return (
            (tag in DROPPED and element.get("type", "").lower() != "checkbox")
            or element in self.skip
            or element.get("hidden") is not None
            or (tag != "img" and "display:none" in (element.get("style") or "").replace(" ", "").lower())
        )

    def _phrasing(self, element: Element, block_break: str = " ") -> str:
        self._deeper()
        parts: list[str] = []
        for child, tail in nodes(element):
            if child is not None:
                tag = tag_of(child)
                if tag in STRUCTURE and tag not in MEDIA:
                    parts.append(block_break)
                    parts.append("" if self._gone(child, tag) else self._phrasing(child, block_break))
                    parts.append(block_break)
                else:
                    parts.append(self._inline(child, block_break))
            parts.append(text(tail))
        self.depth -= 1
        return "".join(parts)

    def _inline(self, element: Element, block_break: str = " ") -> str:
        tag = tag_of(element)
        if tag == "input" and element.get("type", "").lower() == "checkbox":
            return "☑ " if element.get("checked") is not None else "☐ "
        if self._gone(element, tag):
            return ""
        if tag == "br" and self.anchors.current is not None:
            return " "  # a heading is one line in every table of contents
        if tag in ("br", "wbr"):  # the parser puts what follows a wbr into it
            return f"<{tag}/>{self._phrasing(element, block_break)}"
        if tag == "img":
            return self._image(element)
        if tag in MEDIA:
            return self._media(element)
        if tag == "noscript" and element.find(".//img") is None:
            return ""
        inner = self._phrasing(element, block_break)
        if tag == "a" and self.anchors.current is not None and inner.strip() in _PERMALINK:
            return ""
        if self._is_transparent(element, tag):
            return inner
        return self._element(element, tag, inner)

    def _is_transparent(self, element: Element, tag: str) -> bool:
        """Whether a text-level element says nothing but its content."""
        if tag in VOID or tag in MEDIA or tag == "input":
            return False
        if tag == "a" and holds_link(element):
            return True
        return tag not in INLINE or (tag in ("a", "span") and not self._attributes(element, tag))

    def _element(self, element: Element, tag: str, inner: str) -> str:
        """The element with what it may carry; nothing if it is empty, its content if it says nothing."""
        attributes = self._attributes(element, tag)
        if not inner.strip() and not (tag == "a" and "id=" in attributes):
            return "" if tag not in INLINE else inner
        if tag in ("a", "div") and not attributes:
            return inner
        return f"<{tag}{attributes}>{inner}</{tag}>"

    def _attributes(self, element: Element, tag: str) -> str:
        if not element.attrib:  # most elements; a heading may have been given an id
            identity = self.anchors.id_of(element, tag)
            return f' id="{identity}"' if identity else ""
        own = ATTRIBUTES.get(tag, ())
        values = {name: _value(name, element.get(name)) for name in own if name != "href"}
        if tag == "a":
            values["href"] = self._href(element.get("href"))
        parts = [f' {name}="{escape(value)}"' for name, value in sorted(values.items()) if value is not None]
        return "".join(parts) + self._common(element, tag)

    def _common(self, element: Element, tag: str = "div") -> str:
        lang = (element.get("lang") or element.get("xml:lang") or "").strip()
        direction = (element.get("dir") or "").strip().lower()
        parts = f' lang="{lang}"' if _LANG.fullmatch(lang) else ""
        parts += f' dir="{direction}"' if direction in ("ltr", "rtl", "auto") else ""
        identity = self.anchors.id_of(element, tag)
        return parts + (f' id="{identity}"' if identity else "")

    def _href(self, value: str | None) -> str | None:
        if value and value.strip().startswith("#"):
            return self.anchors.target(value.strip())
        return safe_url(value, self.base_url)

    def _image(self, element: Element) -> str:
        url = None if is_pixel(element) else picture_url(element, self.base_url)
        twin = url == self.last_picture and element.getparent().tag == "noscript"
        if url is None or twin:
            return ""
        self.last_picture = url
        sizes = {side: _value(side, element.get(side)) for side in ("width", "height")}
        attributes = "".join(f' {side}="{size}"' for side, size in sizes.items() if size)
        alt = " ".join(legal(element.get("alt") or "").split())
        return f'<img src="{escape(url)}" alt="{escape(alt)}"{attributes}/>'

    def _media(self, element: Element) -> str:
        """A player or an embedded page as a link: mail and feeds can only point there."""
        sources = [element, *element.iter("source")]
        found = (source.get(name) for source in sources for name in _FRAME_SOURCES)
        url = next((url for value in found if (url := safe_url(value, self.base_url))), None)
        if not url or not url.lower().startswith(("http://", "https://")):
            return ""
        url = watchable(url)
        if url == self.last_media and element.getparent().tag == "noscript":
            return ""
        self.last_media = url
        label = " ".join(legal(element.get("title") or "").split()) or url.split("/")[2]
        return f'<a href="{escape(url)}">{escape(label, quote=False)}</a>'


def holds_link(element: Element) -> bool:
    """Whether an `a` holds another one: an anchor that nobody closed. The inner one counts."""
    return tag_of(element) == "a" and element.find(".//a") is not None


def tag_of(element: Element) -> str:
    tag: str = element.tag.lower()
    return RENAMED.get(tag, tag)


def text(text: str) -> str:
    return escape(legal(text), quote=False) if not text.isspace() else text


def _value(name: str, value: str | None) -> str | None:
    if value is None:
        return None
    value = legal(value).strip()
    if name in NUMBERS:
        number = _DIGITS.fullmatch(value.removesuffix("px"))
        sane = _SANE.get(name)
        return number[0] if number and (sane is None or int(number[0]) in sane) else None
    if name in ("open", "reversed"):
        return name
    return value or None
