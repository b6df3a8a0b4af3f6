"""Sentences and words of one text and another, as runs of equal, deleted and inserted words."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from publisher.text.comparing.align import Pairs, align, alike, match_similar
from publisher.text.fold import fold_marks

SENTENCE_ALIKE = 0.35  # two sentences that are one, reworded

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff\u0e00-\u0eff"
# Possessive, and never tried from inside a run of spaces or dots: linear for texts made of nothing else.
_TOKEN = re.compile(rf"(?<!\s)(\s*+)([{_CJK}]|[^\W{_CJK}]+(?:[.,'’:/@&+^-][^\W{_CJK}]+)*|\S)")
_END = re.compile(
    r"""(?:(?<![.!?…])[.!?…]++["'”’»)\]]*+(?=\s+(?![a-zß-öø-ÿ]))|[。！？]+[」』”）]*(?=.)|(?=\n))"""
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:\d{1,2}|[A-Za-z]|Dr|Mr|Mrs|Ms|Prof|St|No|Nr|vs|approx|ca|etc|e\.g|i\.e|z\.\s?B|d\.\s?h|bzw|usw)\.$"
)


class Op(enum.StrEnum):
    EQUAL = "equal"
    DELETE = "delete"
    INSERT = "insert"


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row with one fate. `text` holds the spaces between them, and those in front."""

    op: Op
    text: str


Runs = tuple[Run, ...]


class _Token(NamedTuple):
    text: str  # with the space in front
    key: tuple[bool, str]  # a space in front?, the word in folded marks


def sentences(text: str) -> list[str]:
    """The sentences, each with the whitespace in front of it; together they are the text."""
    found, start = [], 0
    for end in _END.finditer(text):
        if end.end() > start and not _ABBREVIATION.search(text, max(start, end.end() - 12), end.end()):
            found.append(text[start : end.end()])
            start = end.end()
    if text[start:]:
        found.append(text[start:])
    return found


def sentence_key(sentence: str) -> str:
    """Equal for sentences that differ in quote styles, dashes and whitespace at most."""
    return fold_marks(sentence)


def whole(text: str, op: Op) -> Runs:
    """A text that has one fate."""
    return (Run(op, text),) if text else ()


def compare_texts(old: str, new: str) -> Runs:
    """Sentence by sentence, and word by word in those that were reworded.

    EQUAL and INSERT runs together are the new text, EQUAL and DELETE the old one, but for marks that
    `fold_marks` folds and a space in front.
    """
    if old == new or fold_marks(old) == fold_marks(new):
        return whole(new, Op.EQUAL)
    before, after = sentences(f" {old}"), sentences(f" {new}")  # so that no word lacks a space in front
    pieces: list[tuple[Op, str]] = []
    done, done_new = 0, 0
    for i, j in [*pair_texts(before, after), (len(before), len(after))]:
        pieces += [(Op.DELETE, sentence) for sentence in before[done:i]]
        pieces += [(Op.INSERT, sentence) for sentence in after[done_new:j]]
        if i < len(before):
            pieces += _words(before[i], after[j])
        done, done_new = i + 1, j + 1
    return tuple(_joined(pieces))


def pair_texts(before: Sequence[str], after: Sequence[str]) -> Pairs:
    """Positions of sentences, or cells, that became each other: equal ones, and alike ones between them."""
    keys, new_keys = [sentence_key(s) for s in before], [sentence_key(s) for s in after]
    equal = align(keys, new_keys)
    bags = [frozenset(_bag(key)) for key in keys]
    new_bags = [frozenset(_bag(key)) for key in new_keys]
    similar: Pairs = []
    i = j = 0
    for a, b in [*equal, (len(before), len(after))]:
        similar += match_similar(
            range(i, a), range(j, b), lambda x, y: alike(bags[x], new_bags[y]), SENTENCE_ALIKE
        )
        i, j = a + 1, b + 1
    return sorted(equal + similar)


def _bag(key: str) -> Iterator[str]:
    return (match[2].casefold() for match in _TOKEN.finditer(key))


def _tokens(text: str) -> list[_Token]:
    folded: dict[str, str] = {}
    found = []
    for match in _TOKEN.finditer(text):
        word = match[2]
        if word not in folded:
            folded[word] = word if word.isascii() and word.isalnum() else fold_marks(word)
        found.append(_Token(match[0], (bool(match[1]), folded[word])))
    return found


def _words(old: str, new: str) -> Iterator[tuple[Op, str]]:
    before, after = _tokens(old), _tokens(new)
    pairs = align([token.key for token in before], [token.key for token in after])
    pairs = _without_islands(pairs, len(before), len(after), after)
    if _is_salad(pairs, before, after):
        pairs = []
    i = j = 0
    for a, b in [*pairs, (len(before), len(after))]:
        if a > i:
            yield Op.DELETE, "".join(token.text for token in before[i:a])
        if b > j:
            yield Op.INSERT, "".join(token.text for token in after[j:b])
        if b < len(after):
            yield Op.EQUAL, after[b].text
        i, j = a + 1, b + 1


def _without_islands(pairs: Pairs, old: int, new: int, after: list[_Token]) -> Pairs:
    """The pairs without short equal stretches between longer changed ones: a reader sees one change there."""
    if not pairs:
        return []
    blocks = [[pairs[0]]]
    for pair in pairs[1:]:
        i, j = blocks[-1][-1]
        if pair == (i + 1, j + 1):
            blocks[-1].append(pair)
        else:
            blocks.append([pair])
    edges = [(-1, -1), *(pair for block in blocks for pair in (block[0], block[-1])), (old, new)]
    kept: Pairs = []
    for n, block in enumerate(blocks):
        left, right = edges[2 * n], edges[2 * n + 3]
        before = max(block[0][0] - left[0], block[0][1] - left[1]) - 1
        behind = max(right[0] - block[-1][0], right[1] - block[-1][1]) - 1
        weight = sum(_is_word(after[j]) for _, j in block)
        if not before or not behind or 2 * weight > min(before, behind):
            kept += block
    return kept


def _is_salad(pairs: Pairs, before: list[_Token], after: list[_Token]) -> bool:
    """Did more than half of the sentence change? Then it reads better as a whole: the old one, then the new.

    A sentence that only gained words, or only lost some, can always be read.
    """
    old, new = (sum(map(_is_word, tokens)) for tokens in (before, after))
    kept = sum(_is_word(after[j]) for _, j in pairs)
    return kept < min(old, new) and 2 * kept < max(old, new)


def _is_word(token: _Token) -> bool:
    return token.text[-1].isalnum()  # a token is a word, or one character that is none


def _joined(pieces: list[tuple[Op, str]]) -> Iterator[Run]:
    """Pieces as runs: neighbours joined, and within one change what is deleted before what is inserted."""
    first = " "  # of the text: nothing stands in front of that space
    for equal, group in groupby(pieces, key=lambda piece: piece[0] is Op.EQUAL):
        texts: dict[Op, list[str]] = {op: [] for op in Op}
        for op, text in group:
            texts[op].append(text)
        for op in (Op.EQUAL,) if equal else (Op.DELETE, Op.INSERT):
            if text := "".join(texts[op]).removeprefix(first):
                yield Run(op, text)
                first = ""
