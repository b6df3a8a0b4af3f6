"""What a guide says, apart from its markup: its hash, its summary, how long it takes to read."""

from __future__ import annotations

import hashlib
import math
import re

from publisher.text.fold import fold_marks
from publisher.text.prose import paragraphs, words_of

WORDS_PER_MINUTE = 220
_CJK_PER_MINUTE = 500  # characters of Chinese, Japanese and Korean
_LETTERS_PER_WORD = 6  # in scripts that put no spaces between words
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_WORD = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")
_SENTENCE_END = re.compile(r"""[.!?…]["'”’»)\]]*(?=\s)|[。！？][」』”）]*""")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]|Dr|Mr|Mrs|Ms|St|No|vs|approx|ca|etc|e\.g|i\.e|z\.B|d\.h|bzw|Nr)|\d)\.$"
)
_MIN_PARAGRAPH = 40  # characters; what is shorter is a label rather than an introduction


def normalise(title: str, html: str) -> str:
    """The text that decides whether a guide changed: its words in order, however they are marked up.

    NFC, whitespace collapsed, quotes and dashes folded; tags, attributes, list markers and pictures left out.
    """
    return fold_marks(f"{title}\n{words_of(html)}")


def content_hash(title: str, html: str) -> str:
    """SHA-256 of the normalised text, 64 hexadecimal digits."""
    return hashlib.sha256(normalise(title, html).encode()).hexdigest()


def minutes(html: str) -> int:
    """Reading time in whole minutes, at least 1: 220 words a minute, or 500 CJK characters."""
    text = words_of(html)
    cjk = len(_CJK.findall(text))
    unspaced = len(_UNSPACED.findall(text))
    rest = _UNSPACED.sub(" ", _CJK.sub(" ", text))
    words = sum(1 for _ in _WORD.finditer(rest)) + unspaced / _LETTERS_PER_WORD
    return max(1, math.ceil(words / WORDS_PER_MINUTE + cjk / _CJK_PER_MINUTE - 0.25))


def summarise(html: str, limit: int = 200) -> str:
    """The first real paragraph(s) in at most `limit` characters, cut at a sentence or else at a word.

    Plain text; `…` at the end if it was cut inside a sentence. Empty for an empty guide.
    """
    running, others = paragraphs(html)
    real = [text for text in running if len(text) >= _MIN_PARAGRAPH] or running or others
    text = ""
    for paragraph in real:
        text = f"{text} {' '.join(paragraph.split())}".strip()
        if len(text) >= limit * 0.6:
            break
    return _cut(text, limit)


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    ends = [end.end() for end in _SENTENCE_END.finditer(text, 0, limit + 2) if end.end() <= limit]
    ends = [end for end in ends if end >= limit * 0.5 and not _ABBREVIATION.search(text[:end])]
    if ends:
        return text[: ends[-1]]
    head = text[:limit]
    space = head.rfind(" ", int(limit * 0.4))
    return (head[:space] if space > 0 else head[: limit - 1]).rstrip(" ,;:–—-(") + "…"
