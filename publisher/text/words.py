"""What a guide says, apart from its markup: its hash, its summary, how long it takes to read."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable

from publisher.text.evidence import evidence
from publisher.text.fold import fold_marks
from publisher.text.prose import running, texts, words_in, words_of
from publisher.text.stamps import MAX_STAMP, is_stamp
from publisher.text.tree import closed, fragment

WORDS_PER_MINUTE = 220
_CJK_PER_MINUTE = 500  # characters of Chinese, Japanese and Korean
_LETTERS_PER_WORD = 6  # in scripts that put no spaces between words
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_SENTENCE_END = re.compile(r"""[.!?…]["'”’»)\]]*(?=\s)|[。！？][」』”）]*""")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]|Dr|Mr|Mrs|Ms|St|No|vs|approx|ca|etc|e\.g|i\.e|z\.B|d\.h|bzw|Nr)|\d)\.$"
)
_STAMP_SIGN = re.compile(r"[\d©]")  # no stamp is without
_MIN_PARAGRAPH = 40  # characters; what is shorter is a label rather than an introduction


def normalise(title: str, html: str) -> str:
    """What a guide says, in one form: its words in order, however they are marked up.

    NFC, whitespace collapsed, quotes, dashes and ellipses folded, soft hyphens and other invisible characters
    gone; tags, attributes, list markers and pictures left out, and so are lines that are nothing but stamps
    (`Updated: 3 March 2026`, `5 min read`, `© 2026 Example`).
    """
    return _normalised(title, words_of(html))


def _normalised(title: str, words: str) -> str:
    said = [line for line in words.split("\n") if not _may_be_stamp(line) or not is_stamp(fold_marks(line))]
    return fold_marks("\n".join((title, *said)))


def _may_be_stamp(line: str) -> bool:
    return len(line) <= MAX_STAMP and _STAMP_SIGN.search(line) is not None


def content_hash(title: str, html: str) -> str:
    """SHA-256 over what makes one text of a guide another, 64 hexadecimal digits.

    That is the normalised text (see `normalise`), and besides the words: where links lead (not in-page ones;
    without tracking parameters), which pictures are shown (without query string), and code, letter by letter.
    http and https count as one. So a new template, a new date in the footer or curly quotes make no revision.

    A change of these rules changes the hashes of all guides: `collect` then finds every guide of an existing
    database changed, once.
    """
    root, html = closed(html)
    text = _normalised(title, words_in(root, html))
    return hashlib.sha256("\x1e".join((text, *evidence(root))).encode("utf-8", "replace")).hexdigest()


def minutes(html: str) -> int:
    """Reading time in whole minutes, at least 1: 220 words a minute, or 500 CJK characters."""
    text = words_of(html)
    cjk = unspaced = 0
    if not text.isascii():
        text, cjk = _CJK.subn(" ", text)
        text, unspaced = _UNSPACED.subn(" ", text)
    words = len(text.split()) + unspaced / _LETTERS_PER_WORD
    return max(1, math.ceil(words / WORDS_PER_MINUTE + cjk / _CJK_PER_MINUTE - 0.25))


def summarise(html: str, limit: int = 200) -> str:
    """The first real paragraph(s) in at most `limit` characters, cut at a sentence or else at a word.

    Plain text; `…` at the end if it was cut inside a sentence. Empty for an empty guide.
    """
    root = fragment(html)
    real = (text for text in running(root) if len(text) >= _MIN_PARAGRAPH)
    return _cut(_first(real, limit) or _first(running(root), limit) or _first(texts(root), limit), limit)


def _first(paragraphs: Iterable[str], limit: int) -> str:
    text = ""
    for paragraph in paragraphs:
        text = f"{text} {' '.join(paragraph.split())}".strip()
        if len(text) >= limit * 0.6:
            break
    return text


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
