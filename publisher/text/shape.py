"""What a single line looks like: a heading, a list item, a sentence."""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from publisher.text.lines import Line
from publisher.text.phrases import CAPTION, NOT_TERMS, QUESTION, TALK

MAX_HEADING = 110  # characters
MAX_HEADING_WORDS = 16
MAX_SENTENCE_HEADING_WORDS = 10  # without title case
MAX_CJK_HEADING = 30  # characters
MAX_COLON_WORDS = 8
MIN_CAPTION_WORDS = 6
MAX_ITEM = 160
MAX_TERM_ITEM = 260

_BULLET = re.compile(r"(?:[-–—*+→➔]|o(?=\s)|[·])\s+(?=\S)|[•▪◦‣●○■□➤➢✓✔✅・]\s*(?=\S)")
_NUMBER = re.compile(r"\(?(\d{1,3})(?:[.)]\s+|\.[-–]\s*|(?:\s[-–]|/)\s+(?=[^\W\d])|\s?//\s*|[．、]\s*)(?=\S)")
_LETTER = re.compile(r"\(?([a-h])[.)]\s+(?=\S)")
_ROMAN = re.compile(r"([IVX]{1,5})[.)]\s+(?=\S)")
_NESTED_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,3})\.?\s+(?=\S)")
_HASHES = re.compile(r"(#{1,6})\s+(?=\S)")
_H_PREFIX = re.compile(r"[Hh]([1-6])\s*[:–-]\s+(?=\S)")
_BOLD = re.compile(r"(\*\*|__)(?=\S)([^*]+?)\1:?$")
_BREAK = re.compile(r"(?:[-–—*_=~•]\s*){3,}$")
_SENTENCE_END = re.compile(r"""[.!?…。！？][)"'”’»\]]*$""")
_NO_HEADING_END = re.compile(r"""[.,;:…。、；：，＞>|/&][)"'”’»\]]*$""")
_INNER_END = re.compile(
    r"(?<![A-Z])(?<!\bvs)(?<!\bDr)(?<!\bSt)(?<!\bMr)(?<!\bMs)(?<!\bNo)(?<!\d)[.!?]\s+[^\W\d_]"
)
_TERM = re.compile(r"(?P<term>[^\s:.!?][^:.!?]{0,60}):\s+(?P<rest>\S.*)")
_QUANTITY = re.compile(
    r"[\d½¼¾⅓⅔][\d.,/½¼¾ –-]*\s?"
    r"(?:g|kg|mg|ml|cl|l|cups?|tbsp|tsp|oz|lbs?|pounds?|cm|mm|m|x|×|EL|TL|Stück|%)(?=\s)"
)
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ALPHA = re.compile(r"[^\W\d_]+")


class Marker(enum.Enum):
    """What stands in front of a line."""

    NONE = enum.auto()
    BULLET = enum.auto()
    NUMBER = enum.auto()
    LETTER = enum.auto()
    ROMAN = enum.auto()
    NESTED = enum.auto()  # 1.2


class Style(enum.Enum):
    """How a heading is set."""

    CAPS = enum.auto()
    TITLE = enum.auto()
    SENTENCE = enum.auto()


@dataclass(frozen=True)
class Shape:
    """A line and what it looks like; everything is computed when first asked for."""

    line: Line

    @property
    def text(self) -> str:
        return self.line.text

    @cached_property
    def explicit(self) -> tuple[int, str] | None:
        """Level and words of a heading that says so: `## Words`, `H2: Words`."""
        match = _HASHES.match(self.text)
        if match:
            return len(match[1]), _unbold(self.text[match.end() :].rstrip("# "))
        match = _H_PREFIX.match(self.text)
        return (int(match[1]), _unbold(self.text[match.end() :])) if match else None

    @cached_property
    def bold(self) -> str | None:
        """The words of a line that is bold as a whole."""
        match = _BOLD.fullmatch(self.text)
        return match[2].strip() if match and not _SENTENCE_END.search(match[2]) else None

    @cached_property
    def words(self) -> str:
        """The text without the signs of a bold line."""
        return self.bold or self.text

    @cached_property
    def is_break(self) -> bool:
        return bool(_BREAK.fullmatch(self.text))

    @cached_property
    def _marked(self) -> tuple[Marker, str, int]:
        for marker, pattern in _MARKERS:
            match = pattern.match(self.text)
            if match:
                return marker, match[1] if pattern.groups else "", match.end()
        return Marker.NONE, "", 0

    @property
    def marker(self) -> Marker:
        return self._marked[0]

    @property
    def label(self) -> str:
        """`3` of `3. Rinse`, `b` of `b) Rinse`."""
        return self._marked[1]

    @property
    def number(self) -> int:
        return int(self.label) if self.marker is Marker.NUMBER else 0

    @property
    def unmarked(self) -> str:
        """The text behind the marker."""
        return self.text[self._marked[2] :].strip()

    @cached_property
    def ends_sentence(self) -> bool:
        return bool(_SENTENCE_END.search(self.text[-20:]))

    @cached_property
    def opens_list(self) -> bool:
        return self.text.rstrip("*_ ").endswith((":", "："))

    @cached_property
    def style(self) -> Style:
        words = _ALPHA.findall(self.words)
        if sum(map(len, words)) >= 4 and self.words == self.words.upper() != self.words.lower():
            return Style.CAPS
        long = [word for word in words if len(word) >= 4] or words
        upper = sum(word[0].isupper() for word in long)
        return Style.TITLE if long and upper >= 0.7 * len(long) else Style.SENTENCE

    @cached_property
    def heading_like(self) -> bool:
        """Short, starts like a heading, does not end or pause like a sentence."""
        if self.bold:
            return len(self.bold) <= MAX_HEADING
        if self.is_caption:
            return False
        text = self.unmarked if self.marker in (Marker.NUMBER, Marker.ROMAN, Marker.NESTED) else self.text
        if self.marker in (Marker.BULLET, Marker.LETTER) or not text or len(text) > MAX_HEADING:
            return False
        if _NO_HEADING_END.search(text) or _INNER_END.search(text) or "://" in text or not _starts_well(text):
            return False
        if text.count("|") > 1 or text.count("•") > 1 or _QUANTITY.match(text):
            return False
        return self._short_enough(text)

    def _short_enough(self, text: str) -> bool:
        words = text.split()
        if _CJK.search(text):
            return len(text) <= MAX_CJK_HEADING and not text.endswith(("！", "!"))
        if not _ALPHA.search(text) or len(words) > MAX_HEADING_WORDS:
            return False
        if text.endswith(("!", "!”", '!"')):
            return self.style is not Style.SENTENCE and 3 <= len(words) <= 10
        if text.endswith("?"):
            return self.style is not Style.SENTENCE or bool(QUESTION.match(text)) or self._asks(words)
        return self.style is not Style.SENTENCE or len(words) <= MAX_SENTENCE_HEADING_WORDS

    @staticmethod
    def _asks(words: Sequence[str]) -> bool:
        """Whether a question of whatever language may be a heading. `Sounds easy?` and its kin are talk."""
        return 2 <= len(words) <= MAX_SENTENCE_HEADING_WORDS and words[0].casefold() not in TALK

    @cached_property
    def is_caption(self) -> bool:
        """`A tent on a green hillside`: what a picture shows. Headings rarely begin with `A` and run on."""
        return bool(
            self.style is Style.SENTENCE
            and CAPTION.match(self.text)
            and len(self.text.split()) >= MIN_CAPTION_WORDS
            and not self.text.endswith("?")
            and not self.bold
        )

    @cached_property
    def colon_heading(self) -> bool:
        """`Introduction:`, `How to Build It:`: a heading with a colon behind it, if it stands alone."""
        words = self.text.rstrip("*_ ").rstrip(":：").rstrip("*_ ").lstrip("*_ ")
        if not self.opens_list or self.explicit or words.casefold() in NOT_TERMS:
            return False
        bare = Shape(replace(self.line, text=words)) if words else None
        return (
            bare is not None
            and bare.marker is Marker.NONE
            and bare.heading_like
            and bare.style is not Style.SENTENCE
            and len(words.split()) <= MAX_COLON_WORDS
        )

    @cached_property
    def item_like(self) -> bool:
        """Could be an item of a list that has lost its markers."""
        return (
            len(self.text) <= MAX_ITEM
            and self.marker is Marker.NONE
            and not self.is_break
            and not self.explicit
            and not self.opens_list
            and not self.bold
        )

    @cached_property
    def term(self) -> str | None:
        """`Term` of a line like `Term: one sentence.`"""
        match = _TERM.fullmatch(self.text.replace("**", "")) if len(self.text) <= MAX_TERM_ITEM else None
        if not match or len(match["term"].split()) > 7 or "//" in match["rest"][:2]:
            return None
        term = match["term"].strip()
        return None if term.casefold() in NOT_TERMS or not _starts_well(term) else term

    @cached_property
    def is_prose(self) -> bool:
        """A real paragraph: a sentence, or too long for anything else."""
        return (
            self.marker is Marker.NONE and not self.explicit and not self.is_break and not self.heading_like
        )


_MARKERS = (
    (Marker.NESTED, _NESTED_NUMBER),
    (Marker.NUMBER, _NUMBER),
    (Marker.LETTER, _LETTER),
    (Marker.ROMAN, _ROMAN),
    (Marker.BULLET, _BULLET),
)


def _unbold(text: str) -> str:
    match = _BOLD.fullmatch(text.strip())
    return match[2] if match else text.strip()


def _starts_well(text: str) -> bool:
    first = next((char for char in text if char.isalnum()), "")
    if not first or (text[0] in "([{#@" and not first.isupper()):
        return False
    return not first.islower() or text[:2].strip()[1:2].isupper()
