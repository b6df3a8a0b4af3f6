"""Lines that say when a page was touched: nobody needs to hear that their figures changed."""

from __future__ import annotations

import re

from publisher.text.grading.changes import Change
from publisher.text.grading.lexicon import Lexicon
from publisher.text.grading.tokens import Token, tokenise

_LONGEST = 20  # words behind a copyright sign
_YEAR = re.compile(r"#(?:19|20)\d\d")


def is_stamp(change: Change, lexicon: Lexicon) -> bool:
    """Is it only the date of the last look, or the year of a copyright, that changed, came or went?"""
    if change.place != "text":
        return False
    old, new = ([_words(text.strip(), lexicon) for text in side] for side in (change.old, change.new))
    if any(words is None for words in (*old, *new)):
        return False
    return not old or not new or old == new


def _words(text: str, lexicon: Lexicon) -> list[str] | None:
    """What a stamp says besides its dates; None for what is no stamp."""
    if found := lexicon.stamps.match(text):
        rest = tokenise(text[found.end() :], lexicon)
        return [found[0].casefold()] if rest and all(map(_is_date, rest)) else None
    if found := lexicon.copyright.match(text):
        rest = tokenise(text[found.end() :], lexicon)
        words = [token.key for token in rest if not _is_date(token)]
        return words if len(rest) <= _LONGEST and not any(map(_is_figure, words)) else None
    return None


def _is_date(token: Token) -> bool:
    return token.key.startswith("@") or bool(_YEAR.fullmatch(token.key))


def _is_figure(key: str) -> bool:
    return key.startswith(("#", "@", "u:"))
