"""What surrounds a change: both texts, read only as far as a rule asks; and where they differ at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from html import unescape

_INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|cite|code|del|dfn|em|i|ins|kbd|mark|q|s|samp|small|span|strong|u|var)\b[^>]*>"
)
_TAG = re.compile(r"<[^>]*>?")
_ADORNED = re.compile(
    r"<(?!(?:a|img|li|ol)\b)([a-z][a-z0-9]*)\s[^<>]*?(/?)>"
)  # with attributes that say nothing
_ODD = re.compile(r"""=\s*(?:"[^"<>]*[<>]|'[^'<>]*[<>])""")  # a bracket within an attribute
_HEADING = re.compile(r"<h[1-6][\s>]")
_WORDS = re.compile(r"[^\W\d_]+")
_MARKUP = 6  # times the characters of a text that hold it with its tags


@dataclass(frozen=True)
class Whole:
    """One text, from its first word to its last."""

    title: str
    html: str

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(_WORDS.findall(f"{self.title}\n{_without_tags(self.html)}".casefold()))

    def count(self) -> int:
        """Words of any kind."""
        return len(self.title.split()) + len(_without_tags(self.html).split())

    def beginning(self, characters: int) -> str:
        text = f"{self.title}\n{_without_tags(self.html[: _MARKUP * characters])}"
        return " ".join(text.split())[:characters]


def _without_tags(html: str) -> str:
    return unescape(_TAG.sub(" ", _INLINE.sub("", html)))


@dataclass(frozen=True, slots=True)
class Context:
    """Both whole texts."""

    old: Whole
    new: Whole

    def have_both(self, word: str) -> bool:
        """Do both texts say that word somewhere?"""
        return word in self.old.words and word in self.new.words

    def count(self) -> int:
        """The words of both."""
        return self.old.count() + self.new.count()


def unadorned(html: str) -> str:
    """The XHTML without attributes that no reader notices: languages, sizes, whatever a theme adds."""
    return html if _ODD.search(html) else _ADORNED.sub(r"<\1\2>", html)


def changed_part(old: str, new: str) -> tuple[str, str]:
    """Both XHTML texts without the sections that they share at the beginning and at the end.

    A section is never cut, and what is left has every element closed, or else all of both is returned: most
    edits leave most of a guide as it was, and reading it takes most of the time.
    """
    same = _shared(old, new)
    start = max((found.start() for found in _HEADING.finditer(old, 0, same)), default=0)
    behind = _shared(old[start:][::-1], new[start:][::-1])
    stop = _HEADING.search(old, max(len(old) - behind, start + 1))
    kept = len(old) - stop.start() if stop else 0
    parts = old[start : len(old) - kept], new[start : len(new) - kept]
    return parts if len(parts[0]) < len(old) and all(map(_is_closed, parts)) else (old, new)


def _shared(one: str, other: str) -> int:
    """The length of the beginning that both share."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _is_closed(html: str) -> bool:
    """Does every element end that begins here, and begin that ends?"""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        etree.fromstring(f"<div>{html}</div>", parser)
    except (etree.XMLSyntaxError, ValueError):
        return False
    return True
