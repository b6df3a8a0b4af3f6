"""Rules about what turns, binds or bounds a sentence: not, must, if, always, left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from publisher.text.grading.evidence import Evidence, evidence, kept, raw, says
from publisher.text.grading.facts import Facts
from publisher.text.grading.lexicon import Group, Lexicon
from publisher.text.grading.meaning import NOT, Meaning
from publisher.text.grading.tokens import Token

_IDIOM = 6  # words of the longest idiom
_PLACE_RUN = 3  # words; in longer replaced runs nobody can say which word stands for which


def negation(facts: Facts) -> Evidence | None:
    """One negation more or less, or one that belongs to another word now."""
    old, new = _negated(facts.old, facts), _negated(facts.new, facts)
    if len(old) != len(new):
        return evidence(_phrases(old, new), _phrases(new, old)) or ("", NOT)
    gone, come = Counter(k for k, _ in old), Counter(k for k, _ in new)
    acts = facts.lexicon.acts
    for word in gone - come:
        for other in come - gone:
            told = not (facts.lexicon.is_wording(word) and facts.lexicon.is_wording(other)) or word in acts
            if told and _bare(facts.new, facts)[word] and _bare(facts.old, facts)[other]:
                return evidence(_phrases(old, new), _phrases(new, old))
    return _idiom_undone(facts)


def _idiom_undone(facts: Facts) -> Evidence | None:
    """`There is no doubt`, where the `no` counts for nothing, against `there is doubt`."""
    old, new = facts.old_tokens, facts.new_tokens
    for side, other in ((old, new), (new, old)):
        for n, token in enumerate(side):
            if token.key not in facts.lexicon.negations:
                continue
            for phrase in _idioms_around(side, n, facts.lexicon):
                rest = tuple(word for word in phrase if word not in facts.lexicon.negations)
                if rest and _count(phrase, side) > _count(phrase, other) and _count(rest, other):
                    return evidence([token.raw], []) if side is old else evidence([], [token.raw])
    return None


def _idioms_around(side: Sequence[Token], place: int, lexicon: Lexicon) -> Iterator[tuple[str, ...]]:
    for start in range(max(0, place - _IDIOM), place + 1):
        for phrase, meaning in lexicon.phrases.get(side[start].key, ()):
            found = tuple(token.key for token in side[start : start + len(phrase)])
            if not meaning and found == phrase and start + len(phrase) > place:
                yield phrase


def _count(phrase: tuple[str, ...], side: Sequence[Token]) -> int:
    keys = tuple(token.key for token in side)
    return sum(keys[n : n + len(phrase)] == phrase for n in range(len(keys) - len(phrase) + 1))


def _negated(side: Sequence[Meaning], facts: Facts) -> list[tuple[str, str]]:
    """For each negation, the next word that says something, and both as they were written."""
    found = []
    for n, meaning in enumerate(side):
        if meaning.key == NOT:
            following = next((m for m in side[n + 1 : n + 5] if says(m, facts)), None)
            raw = [meaning.token.raw, following.token.raw if following else ""]
            found.append((following.key if following else "", " ".join(dict.fromkeys(filter(None, raw)))))
    return found


def _phrases(one: Sequence[tuple[str, str]], other: Sequence[tuple[str, str]]) -> Iterator[str]:
    left = Counter(key for key, _ in one) - Counter(key for key, _ in other)
    return (raw for key, raw in one if left[key])


def _bare(side: Sequence[Meaning], facts: Facts) -> Counter[str]:
    """Words that no negation in front of them belongs to."""
    words = Counter(m.key for m in side if says(m, facts))
    return words - Counter(key for key, _ in _negated(side, facts))


def obligation(facts: Facts) -> Evidence | None:
    """Another degree of must, should, may. A mere `can` more or less is wording."""
    modals = facts.lexicon.modals

    def strength(meaning: Meaning) -> str:
        return modals.get(meaning.token.key) or modals.get(meaning.key) or ""

    lost, gained = kept(facts, lambda m: m.is_word and bool(strength(m)))
    gone, come = Counter(map(strength, lost)), Counter(map(strength, gained))
    same = gone & come
    gone, come = gone - same, come - same
    for one, other in ((gone, come), (come, gone)):
        if one["may"] and other["can"]:
            one["may"] -= 1
            other["can"] -= 1
    if any(count > 0 for strength, count in (*gone.items(), *come.items()) if strength != "can"):
        return evidence(raw(lost), raw(gained))
    return None


def warning(facts: Facts) -> Evidence | None:
    """A word that warns came or went; or a whole sentence that says whom to ask."""
    lexicon = facts.lexicon

    def warns(meaning: Meaning) -> bool:
        words = (meaning.key, meaning.token.key)
        return any(word in lexicon.warnings or (facts.is_whole and word in lexicon.help) for word in words)

    lost, gained = kept(facts, warns)
    return evidence(raw(lost), raw(gained))


def condition(facts: Facts) -> Evidence | None:
    """An `if` more or less in a sentence that stays."""
    if facts.is_whole:
        return None
    lost, gained = kept(facts, lambda m: m.token.key in facts.lexicon.conditions)
    return evidence(raw(lost), raw(gained))


def opposite(facts: Facts) -> Evidence | None:
    """One word of a group for another one: left for right, before for after, always for never."""
    groups = facts.lexicon.groups
    changed = {m.key for m in (*facts.lost, *facts.gained)}
    for kind in (groups.never, groups.inside):
        for group in kind:
            if changed.isdisjoint(group):
                continue
            lost, gained = kept(facts, partial(_is_in, group))
            if _are_opposite(lost, gained, group) or (kind is groups.inside and not facts.is_whole):
                return evidence(raw(lost), raw(gained))
    for old, new in facts.replaced:
        if len(old) <= _PLACE_RUN and len(new) <= _PLACE_RUN:
            for group in groups.place:
                gone, come = [m for m in old if m.key in group], [m for m in new if m.key in group]
                if _are_opposite(gone, come, group):
                    return evidence(raw(gone), raw(come))
    return None


def _is_in(group: Group, meaning: Meaning) -> bool:
    return meaning.key in group


def _are_opposite(lost: Sequence[Meaning], gained: Sequence[Meaning], group: Group) -> bool:
    """Did one side of a contrast go and another one come?"""
    gone, come = {group[m.key] for m in lost}, {group[m.key] for m in gained}
    return bool(gone - come and come - gone)
