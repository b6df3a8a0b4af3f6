"""Texts made comparable: one form per quote, dash, space and letter case."""

from __future__ import annotations

import re
import unicodedata

_FORMS = (
    dict.fromkeys("‘’‚‛′´`ʼ＇", "'")
    | dict.fromkeys("“”„‟″«»＂", '"')
    | dict.fromkeys("‐‑‒–—―−﹘﹣－", "-")
    | {"…": "..."}
    | dict.fromkeys(
        "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufe0e\ufe0f\ufeff",
        "",
    )
)
_FORM = re.compile(f"[{''.join(_FORMS)}]+")
_NO_WORD = re.compile(r"[\W_]+")
_DASHES = re.compile("-{2,}")


def fold_marks(text: str) -> str:
    """NFC; quotes, dashes, ellipses in ASCII; invisible characters gone; whitespace collapsed."""
    if not text.isascii() or "`" in text:
        text = _FORM.sub(_folded, unicodedata.normalize("NFC", text))
    return " ".join((_DASHES.sub("-", text) if "--" in text else text).split())


def _folded(run: re.Match[str]) -> str:
    return "".join(map(_FORMS.__getitem__, run[0]))


def fold(text: str) -> str:
    """Letters and digits only, case-folded: equal for texts that say the same words."""
    if text.isascii():
        return _NO_WORD.sub("", text.lower())
    return _NO_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())
