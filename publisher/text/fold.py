"""Texts made comparable: one form per quote, dash, space and letter case."""

from __future__ import annotations

import re
import unicodedata

_TABLE = str.maketrans(
    dict.fromkeys("‘’‚‛′´`ʼ＇", "'")
    | dict.fromkeys("“”„‟″«»＂", '"')
    | dict.fromkeys("‐‑‒–—―−﹘﹣－", "-")
    | {"…": "..."}
    | dict.fromkeys("\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufe0e\ufe0f\ufeff", "")
)
_NO_WORD = re.compile(r"[\W_]+")
_DASHES = re.compile("-{2,}")


def fold_marks(text: str) -> str:
    """NFC; quotes, dashes, ellipses in ASCII; invisible characters gone; whitespace collapsed."""
    folded = unicodedata.normalize("NFC", text).translate(_TABLE)
    return " ".join(_DASHES.sub("-", folded).split())


def fold(text: str) -> str:
    """Letters and digits only, case-folded: equal for texts that say the same words."""
    return _NO_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())
