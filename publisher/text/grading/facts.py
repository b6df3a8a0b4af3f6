"""One change as rules see it: what of its meaning went and what came.

sentences ──tokenise──▶ tokens ──unify (spelling)──▶ the same tokens ──meanings──▶ what went, what came
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from publisher.text.comparing.align import align
from publisher.text.fold import fold
from publisher.text.grading.changes import Change
from publisher.text.grading.lexicon import Lexicon
from publisher.text.grading.spelling import unify
from publisher.text.grading.tokens import Token, tokenise

NOT = "!"  # the key of everything that negates
_WORDS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Meaning:
    """A word by what it means: `key` is the same for synonyms and for all forms of a word.

    `token` is how it was written. An idiom, and a negation that another one takes back, has no meaning at all.
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


@dataclass(frozen=True)
class CommonWords:
    """The words that both texts have somewhere; read from them when a rule asks."""

    old: str
    new: str

    def __contains__(self, word: str) -> bool:
        return word in self.words

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(_WORDS.findall(self.old.casefold())) & frozenset(_WORDS.findall(self.new.casefold()))


@dataclass(frozen=True)
class Facts:
    """A change with its words understood."""

    change: Change
    lexicon: Lexicon
    old_sentences: tuple[tuple[Token, ...], ...]
    new_sentences: tuple[tuple[Token, ...], ...]
    common: CommonWords

    @property
    def place(self) -> str:
        return self.change.place

    @property
    def is_whole(self) -> bool:
        """Did whole sentences come or go, and nothing else?"""
        return not self.change.old or not self.change.new

    @cached_property
    def _unified(self) -> tuple[list[Token], list[Token]]:
        return unify(_flat(self.old_sentences), _flat(self.new_sentences), self.lexicon)

    @property
    def old_tokens(self) -> list[Token]:
        """The old words, spelled as the new ones where they are the same."""
        return self._unified[0]

    @property
    def new_tokens(self) -> list[Token]:
        return self._unified[1]

    @cached_property
    def is_spelling(self) -> bool:
        """Do the texts differ in letters and punctuation only?"""
        return [token.key for token in self.old_tokens] == [token.key for token in self.new_tokens]

    @cached_property
    def is_date_form(self) -> bool:
        """Is a date or time written in another form?"""
        old, new = (
            {fold(token.raw) for sentence in side for token in sentence if token.key.startswith("@")}
            for side in (self.old_sentences, self.new_sentences)
        )
        return old != new

    @property
    def texts(self) -> tuple[str, str]:
        """Both sides as they are."""
        return "".join(self.change.old).strip(), "".join(self.change.new).strip()

    @property
    def words(self) -> tuple[str, str]:
        """The words that are written otherwise; of another order or punctuation, both sides as they are."""
        old, new = (
            [token.raw for token in _flat(side)] for side in (self.old_sentences, self.new_sentences)
        )
        gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
        found = " ".join(gone.elements()), " ".join(come.elements())
        return found if any(found) else self.texts

    @cached_property
    def old(self) -> list[Meaning]:
        return meanings(self.old_tokens, self.lexicon)

    @cached_property
    def new(self) -> list[Meaning]:
        return meanings(self.new_tokens, self.lexicon)

    @cached_property
    def lost(self) -> list[Meaning]:
        """What is in the old text more often than in the new one."""
        return _more(self.old, self.new)

    @cached_property
    def gained(self) -> list[Meaning]:
        return _more(self.new, self.old)

    @cached_property
    def replaced(self) -> list[tuple[list[Meaning], list[Meaning]]]:
        """Runs of words with other words in their place, everything around them being as it was."""
        pairs = align([m.key for m in self.old], [m.key for m in self.new])
        runs = []
        i = j = 0
        for a, b in [*pairs, (len(self.old), len(self.new))]:
            if i < a and j < b:
                runs.append((self.old[i:a], self.new[j:b]))
            i, j = a + 1, b + 1
        return runs

    @cached_property
    def changed_words(self) -> int:
        """Words on both sides that are not on the other one."""
        return len(self.lost) + len(self.gained)


def understand(change: Change, lexicon: Lexicon, common: CommonWords) -> Facts:
    """The facts of a change."""
    old, new = (tuple(tuple(tokenise(text, lexicon)) for text in side) for side in (change.old, change.new))
    return Facts(change, lexicon, old, new, common)


def _flat(sentences: Iterable[Iterable[Token]]) -> list[Token]:
    return [token for sentence in sentences for token in sentence]


def _more(side: Sequence[Meaning], other: Sequence[Meaning]) -> list[Meaning]:
    left = Counter(meaning.key for meaning in side) - Counter(meaning.key for meaning in other)
    found = []
    for meaning in reversed(side):
        if left[meaning.key] > 0:
            left[meaning.key] -= 1
            found.append(meaning)
    return found[::-1]
