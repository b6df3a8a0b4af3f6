"""Words in URLs and ids."""

from __future__ import annotations

import re
import unicodedata

MAX_LENGTH = 80  # characters; cut at a hyphen

_APOSTROPHES = re.compile("(?<=\\w)['’ʼ＇`](?=\\w)")


def slugify(text: str) -> str:
    """A lower-case, hyphenated form for URLs, at most 80 characters.

    ASCII where the characters decompose to it (NFKD: é is e, ﬁ is fi), otherwise the Unicode letters and
    their marks stay. Empty only when the text has neither letters nor digits.
    """
    text = _APOSTROPHES.sub("", unicodedata.normalize("NFC", text))
    words: list[str] = []
    word: list[str] = []
    for char in text:
        piece = _piece(char, after_letter=bool(word))
        if piece:
            word.append(piece)
        elif word:
            words.append("".join(word))
            word = []
    words.append("".join(word))
    slug = "-".join(part for part in "".join(f"{w}-" for w in words).split("-") if part)
    return _cut(unicodedata.normalize("NFC", slug))


def _piece(char: str, *, after_letter: bool) -> str:
    """What stays of one character; a hyphen stands for a break inside it (½ is 1-2)."""
    if char.isascii():
        return char.lower() if char.isalnum() else ""
    bare = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
    if any(c.isascii() and c.isalnum() for c in bare):
        piece = "".join(c.lower() if c.isascii() and c.isalnum() else "-" for c in bare)
        return f"-{piece}" if "-" in piece else piece
    if char.isalnum():
        return char.casefold() if char.casefold().isalnum() else char
    return char if after_letter and unicodedata.category(char).startswith("M") else ""


def _cut(slug: str) -> str:
    if len(slug) <= MAX_LENGTH:
        return slug
    head = slug[: MAX_LENGTH + 1]
    return head.rsplit("-", 1)[0] if "-" in head else slug[:MAX_LENGTH]
