"""Rules about what turns, binds or bounds a sentence: not, must, if, always, left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from publisher.text.grading.evidence import Evidence, evidence, kept, raw, says
from publisher.text.grading.facts import Facts
from publisher.text.grading.lexicon import Group, Lexicon
from publisher.text.grading.meaning import NOT, Meaning

_PLACE_RUN = 3  # words; in longer replaced runs nobody can say which word stands for which

Negated = tuple[str, str]  # the key of the word that a negation belongs to, and both as they were written


def negation(facts: Facts) -> Evidence | None:
    """One negation more or less, or one that belongs to another word now."""
    old, new = _negated(facts.old, facts), _negated(facts.new, facts)
    if len(old) != len(new) or _belongs_elsewhere(old, new, facts):
        return evidence(_phrases(old, new), _phrases(new, old)) or ("", NOT)
    return _idiom_undone(facts)


def _belongs_elsewhere(old: Sequence[Negated], new: Sequence[Negated], facts: Facts) -> bool:
    """Does one negation less and one more stand before words that both sides have without one?"""
    gone, come = Counter(word for word, _ in old), Counter(word for word, _ in new)
    bare_old, bare_new = _bare(facts.old, old, facts), _bare(facts.new, new, facts)
    lost = {word for word in gone - come if bare_new[word]}
    gained = {word for word in come - gone if bare_old[word]}
    if not lost or not gained:
        return False
    acts, is_wording = facts.lexicon.acts, facts.lexicon.is_wording
    return any(word in acts or not is_wording(word) for word in lost) or not all(map(is_wording, gained))


def _idiom_undone(facts: Facts) -> Evidence | None:
    """`There is no doubt`, where the `no` counts for nothing, against `there is doubt`."""
    old, new = ([token.key for token in side] for side in (facts.old_tokens, facts.new_tokens))
    if facts.lexicon.negations.isdisjoint((*old, *new)):
        return None
    for side, other in ((old, new), (new, old)):
        for idiom in sorted(_negating_idioms(side, facts.lexicon)):
            rest = tuple(word for word in idiom if word not in facts.lexicon.negations)
            if rest and _count(idiom, side) > _count(idiom, other) and _count(rest, other):
                words = [" ".join(idiom)]
                return evidence(words, ()) if side is old else evidence((), words)
    return None


def _negating_idioms(words: Sequence[str], lexicon: Lexicon) -> Iterator[tuple[str, ...]]:
    """The idioms in a text that hold a negation, each once."""
    for first in lexicon.phrases.keys() & set(words):
        for phrase, meaning in lexicon.phrases[first]:
            if not meaning and not lexicon.negations.isdisjoint(phrase) and _count(phrase, words):
                yield phrase


def _count(phrase: Sequence[str], words: Sequence[str]) -> int:
    return sum(
        tuple(words[n : n + len(phrase)]) == phrase for n, word in enumerate(words) if word == phrase[0]
    )


def _negated(side: Sequence[Meaning], facts: Facts) -> list[Negated]:
    """For each negation, the next word that says something, and both as they were written."""
    found = []
    for n, meaning in enumerate(side):
        if meaning.key == NOT:
            following = next((m for m in side[n + 1 : n + 5] if says(m, facts)), None)
            raw = [meaning.token.raw, following.token.raw if following else ""]
            found.append((following.key if following else "", " ".join(dict.fromkeys(filter(None, raw)))))
    return found


def _phrases(one: Sequence[Negated], other: Sequence[Negated]) -> Iterator[str]:
    left = Counter(key for key, _ in one) - Counter(key for key, _ in other)
    return (raw for key, raw in one if left[key])


def _bare(side: Sequence[Meaning], negated: Sequence[Negated], facts: Facts) -> Counter[str]:
    """Words that no negation in front of them belongs to."""
    return Counter(m.key for m in side if says(m, facts)) - Counter(key for key, _ in negated)


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
