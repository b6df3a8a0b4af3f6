"""Words by what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from publisher.text.grading.lexicon import Lexicon
from publisher.text.grading.tokens import Token

NOT = "!"  # the key of everything that negates


class Meaning(NamedTuple):
    """A word by what it means: `key` is the same for synonyms and for all forms of a word.

    `token` is how it was written. An idiom, and a negation that is taken back, have no meaning at all.
    """

    key: str
    token: Token

    @property
    def is_word(self) -> bool:
        return self.key != NOT and self.token.is_word


def meanings(tokens: Sequence[Token], lexicon: Lexicon) -> list[Meaning]:
    """What the tokens mean: phrases and synonyms as one, `unsafe` as not safe, `not uncommon` as common."""
    found: list[Meaning] = []
    position = 0
    while position < len(tokens):
        token = tokens[position]
        phrase, meaning = _phrase(tokens, position, lexicon)
        if phrase:
            found += [Meaning(word if word == NOT else lexicon.stem(word), token) for word in meaning]
            position += phrase
            continue
        found += _meaning(token, lexicon, twice=bool(found) and found[-1].key == NOT)
        if len(found) > 2 and found[-2].key == NOT == found[-3].key:
            del found[-3:-1]  # taken back
        position += 1
    return found


def _phrase(tokens: Sequence[Token], position: int, lexicon: Lexicon) -> tuple[int, tuple[str, ...]]:
    for phrase, meaning in lexicon.phrases.get(tokens[position].key, ()):
        end = position + len(phrase)
        if tuple(token.key for token in tokens[position:end]) == phrase:
            return len(phrase), meaning
    return 0, ()


def _meaning(token: Token, lexicon: Lexicon, *, twice: bool) -> list[Meaning]:
    word = token.key
    if not token.is_word:
        return [Meaning(word, token)]
    if word in lexicon.negations:
        return [Meaning(NOT, token)]
    if word not in lexicon.listed or twice:
        for prefix in lexicon.prefixes:
            rest = word.removeprefix(prefix)
            if rest != word and len(rest) > 2 and lexicon.knows(rest) and rest not in lexicon.stop:
                return [Meaning(NOT, token), Meaning(lexicon.meaning(rest), token)]
    return [Meaning(lexicon.meaning(word), token)]
