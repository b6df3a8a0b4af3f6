"""Is one word another one, written wrong or otherwise? Doubtful words are two words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from publisher.text.comparing.align import align
from publisher.text.grading.lexicon import Lexicon
from publisher.text.grading.tokens import Token

_LONGEST = 40  # letters; longer ones are compared by their letters only
# Regular differences between British and American spelling: pattern, replacement, letters that a word needs.
_BRITISH = (
    (re.compile(r"our(?=$|s$|ed$|ing|ful|abl|ite|less|hood|er|i)"), "or", 5),
    (re.compile(r"is(?=e$|es$|ed$|ing$|er$|ers$|ation)"), "iz", 6),
    (re.compile(r"ys(?=e$|es$|ed$|ing$)"), "yz", 6),
    (re.compile(r"(?<=[bt])re(?=$|s$|d$)"), "er", 5),
    (re.compile(r"(?:ae|oe)"), "e", 6),
    (re.compile(r"ogue(?=$|s$)"), "og", 6),
    (re.compile(r"ll(?=ed$|ing$|er$|ers$|ery$)"), "l", 8),
    (re.compile(r"^sulph"), "sulf", 6),
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_DOUBLED = re.compile(r"(.)\1")


def unify(old: Sequence[Token], new: Sequence[Token], lexicon: Lexicon) -> tuple[list[Token], list[Token]]:
    """The old tokens with those spelled as in `new` that are only spelled otherwise, and the new ones.

    Words written twice in a row are taken off on both sides. Numbers, dates and signs are left alone.
    """
    before, after = _without_stutter(old, new), _without_stutter(new, old)
    result = list(before)
    shift = 0
    i = j = 0
    pairs = align([token.key for token in before], [token.key for token in after])
    for a, b in [*pairs, (len(before), len(after))]:
        if i < a and j < b:
            spelled = _respelled(before[i:a], after[j:b], lexicon)
            result[i + shift : a + shift] = spelled
            shift += len(spelled) - (a - i)
        i, j = a + 1, b + 1
    return result, after


def _without_stutter(tokens: Sequence[Token], other: Sequence[Token]) -> list[Token]:
    """`the the` as `the`, unless the other side says it twice, too."""
    twice = {b.key for a, b in pairwise(other) if a.key == b.key}
    return [
        token
        for n, token in enumerate(tokens)
        if not (
            n
            and token.key == tokens[n - 1].key
            and token.is_word
            and token.key not in twice
            and not token.apart
        )
    ]


def _respelled(old: Sequence[Token], new: Sequence[Token], lexicon: Lexicon) -> list[Token]:
    """What stands for the old words of one gap: a new word for each that is the same one."""
    if all(token.is_word for token in (*old, *new)) and _are_joined(old, new, lexicon):
        return list(new)
    if len(old) == len(new):
        return [b if is_same_word(a.key, b.key, lexicon) else a for a, b in zip(old, new, strict=True)]
    waiting = list(new[:_LONGEST])
    result = []
    for token in old:
        found = next((b for b in waiting if is_same_word(token.key, b.key, lexicon)), None)
        if found:
            del waiting[: waiting.index(found) + 1]
        result.append(found or token)
    return result


def _are_joined(old: Sequence[Token], new: Sequence[Token], lexicon: Lexicon) -> bool:
    """Are they the same letters: `every day` and `everyday`, `its` and the short form of `it is`?"""
    one, other = ("".join(token.key for token in side).replace("'", "") for side in (old, new))
    if _variant(one, lexicon) == _variant(other, lexicon):
        return True
    one, other = ("".join(t.raw for t in side if not t.part).replace("'", "") for side in (old, new))
    return one.casefold() == other.casefold() and not lexicon.negations & {t.key for t in (*old, *new)}


def is_same_word(one: str, other: str, lexicon: Lexicon) -> bool:
    """Two spellings of one word, a slip of the pen, or forms that grammar asks for. Symmetric."""
    if not (one[0].isalpha() and other[0].isalpha()) or ":" in one or ":" in other:
        return one == other
    if frozenset((one, other)) in lexicon.confused or _variant(one, lexicon) == _variant(other, lexicon):
        return True
    if not lexicon.code or max(len(one), len(other)) > _LONGEST:
        return False
    return _is_slip(one, other, lexicon)


def _variant(word: str, lexicon: Lexicon) -> str:
    """One form for the spellings of a word: accents off, umlauts written out, British as American."""
    word = word.replace("'", "")
    if lexicon.code == "de":
        return word.translate(_UMLAUTS)
    plain = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    if lexicon.code == "en":
        for pattern, replacement, letters in _BRITISH:
            if len(plain) >= letters:
                plain = pattern.sub(replacement, plain)
    return plain


def _is_slip(one: str, other: str, lexicon: Lexicon) -> bool:
    """A misspelt word beside a word that is known, or two unknown ones with letters doubled or swapped."""
    knows, knows_other = lexicon.knows(one), lexicon.knows(other)
    if knows and knows_other:
        return False
    shortest = min(len(one), len(other))
    if shortest >= 3 and _swapped_or_doubled(one, other):
        return True
    if not (knows or knows_other) or one[0] != other[0]:
        return False
    known = one if knows else other
    if lexicon.is_wording(known):
        return (shortest >= 5 and distance(one, other, 1) <= 1) or (
            shortest >= 8 and distance(one, other, 2) <= 2
        )
    return shortest >= 8 and distance(one, other, 1) <= 1


def _swapped_or_doubled(one: str, other: str) -> bool:
    """Two neighbouring letters changed places, or a letter stands twice: hardly ever another word."""
    if _DOUBLED.sub(r"\1", one) == _DOUBLED.sub(r"\1", other):
        return True
    if len(one) != len(other):
        return False
    places = [n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(places) != 2 or places[1] != places[0] + 1:
        return False
    n = places[0]
    return one[n] == other[n + 1] and one[n + 1] == other[n]


def distance(one: str, other: str, most: int) -> int:
    """Levenshtein's distance; anything above `most` is `most + 1`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    line = list(range(len(other) + 1))
    for n, a in enumerate(one, 1):
        diagonal, line[0] = line[0], n
        for m, b in enumerate(other, 1):
            diagonal, line[m] = line[m], min(line[m] + 1, line[m - 1] + 1, diagonal + (a != b))
        if min(line) > most:
            return most + 1
    return min(line[-1], most + 1)
