"""What may come in at all: size, binary, characters that XML forbids, tags that would choke a parser.

Everything here is linear in the length of the text, and runs before any parser sees it.
"""

from __future__ import annotations

import re

from publisher.errors import ContentError

MAX_BYTES = 5_000_000
MAX_DEPTH = 100
MAX_ATTRIBUTES = 1_000  # libxml2 appends attributes to a linked list: quadratic in their number

# Neither XML 1.0 (section 2.2) nor a reader has a use for these. Tab and line feed stay.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_BREAKS = re.compile("\r\n?|\x0b|\x0c|\u2028|\u2029")
_GARBAGE = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
_LOOK = 100_000  # characters looked at to tell text from binary

# HTML's own grammar of a tag (WHATWG 13.2.5), with possessive quantifiers so that nothing is tried twice.
_ATTRIBUTE = r"""[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s"'>][^\s>]*+))?+"""
_TAG = re.compile(
    rf"""<!--(?s:.*?)(?:--!?>|\Z)|<[A-Za-z][^\s/>]*+(?P<attributes>(?:[\s/]++|{_ATTRIBUTE})*+)""",
)
_ATTRIBUTES = re.compile(_ATTRIBUTE)


def admit(text: str) -> str:
    """The text with `\\n` line ends and without characters that XML forbids.

    Raises ContentError for more than 5 MB of UTF-8, for NUL and for what is no text.
    """
    return legal(admit_raw(text))


def admit_raw(text: str) -> str:
    """Like `admit`, but forbidden characters stay: they are clues to what went wrong with the encoding."""
    check_size(text)
    head = text[:_LOOK]
    if "\x00" in text or len(_GARBAGE.findall(head)) > max(8, len(head) // 20):
        raise ContentError(
            "this is not text but binary data", advice="Save it as UTF-8 text, Markdown or HTML."
        )
    return _BREAKS.sub("\n", text.removeprefix("\ufeff"))


def check_size(text: str) -> None:
    """Raises ContentError for more than 5 MB of UTF-8."""
    if len(text) > MAX_BYTES or (
        len(text) * 4 > MAX_BYTES and len(text.encode("utf-8", "replace")) > MAX_BYTES
    ):
        raise ContentError(
            "the text is larger than 5 MB",
            advice="Split it, or link to the long part instead of including it.",
        )


def legal(text: str) -> str:
    """The text without the characters that XML 1.0 forbids or discourages."""
    return text if text.isprintable() else _ILLEGAL.sub("", text)


def check_tags(html: str) -> None:
    """Raises ContentError if one tag has more attributes than a parser takes in reasonable time."""
    for tag in _TAG.finditer(html):
        attributes = tag["attributes"]
        if attributes and len(attributes) > 2 * MAX_ATTRIBUTES:
            count = sum(1 for _ in _ATTRIBUTES.finditer(attributes))
            if count > MAX_ATTRIBUTES:
                raise ContentError(
                    f"a tag has {count} attributes", advice="No real page needs that; remove the tag."
                )


def too_deep() -> ContentError:
    """The error for nesting beyond MAX_DEPTH."""
    return ContentError(
        f"the text is nested more than {MAX_DEPTH} levels deep",
        advice="Unclosed tags or quotes are the usual cause; close them or flatten the text.",
    )
