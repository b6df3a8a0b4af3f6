"""One change as rules see it: what of its meaning went and what came.

sentences ──tokenise──▶ tokens ──unify (spelling)──▶ the same tokens ──meanings──▶ what went, what came
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from publisher.text.comparing.align import align
from publisher.text.fold import fold
from publisher.text.grading.changes import Change
from publisher.text.grading.context import Context
from publisher.text.grading.lexicon import Lexicon
from publisher.text.grading.meaning import Meaning, meanings
from publisher.text.grading.quantities import Quantity, left_over, quantities
from publisher.text.grading.spelling import unify
from publisher.text.grading.tokens import Token, tokenise


@dataclass(frozen=True)
class Facts:
    """A change with its words understood."""

    change: Change
    lexicon: Lexicon
    old_sentences: tuple[tuple[Token, ...], ...]
    new_sentences: tuple[tuple[Token, ...], ...]
    context: Context

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
            [token.raw for token in _flat(side) if not token.part]
            for side in (self.old_sentences, self.new_sentences)
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
    def quantities(self) -> tuple[list[Quantity], list[Quantity]]:
        """Those of the old text, those of the new one."""
        return quantities(self.old), quantities(self.new)

    @cached_property
    def changed_quantities(self) -> tuple[list[Quantity], list[Quantity]]:
        """Those that went, those that came."""
        old, new = self.quantities
        return left_over(old, new), left_over(new, old)

    @cached_property
    def lost(self) -> list[Meaning]:
        """What is in the old text more often than in the new one."""
        return _more(self.old, self.new)

    @cached_property
    def gained(self) -> list[Meaning]:
        return _more(self.new, self.old)

    @cached_property
    def _pairs(self) -> list[tuple[int, int]]:
        return align([m.key for m in self.old], [m.key for m in self.new])

    @property
    def kept(self) -> int:
        """Words that stayed where they were."""
        return len(self._pairs)

    @cached_property
    def replaced(self) -> list[tuple[list[Meaning], list[Meaning]]]:
        """Runs of words with other words in their place, everything around them being as it was."""
        runs = []
        i = j = 0
        for a, b in [*self._pairs, (len(self.old), len(self.new))]:
            if i < a and j < b:
                runs.append((self.old[i:a], self.new[j:b]))
            i, j = a + 1, b + 1
        return runs

    @cached_property
    def changed_words(self) -> int:
        """Words on both sides that are not on the other one."""
        return len(self.lost) + len(self.gained)


def understand(change: Change, lexicon: Lexicon, context: Context) -> Facts:
    """The facts of a change."""
    old, new = (tuple(tuple(tokenise(text, lexicon)) for text in side) for side in (change.old, change.new))
    return Facts(change, lexicon, old, new, context)


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
