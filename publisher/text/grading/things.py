"""Rules about what a text speaks of: substances, names, things."""

from __future__ import annotations

from collections.abc import Sequence

from publisher.text.grading.evidence import Evidence, evidence, kept, raw, says
from publisher.text.grading.facts import Facts
from publisher.text.grading.meaning import Meaning

_STRETCH = 4  # words on both sides together


def _is_wording(meaning: Meaning, facts: Facts) -> bool:
    return facts.lexicon.is_wording(meaning.token.key) or facts.lexicon.is_wording(meaning.key)


def _is_thing(meaning: Meaning, facts: Facts) -> bool:
    """A known thing or act: neither wording nor a term."""
    if not meaning.is_word or _is_wording(meaning, facts) or meaning.token.name:
        return False
    return facts.lexicon.is_thing(meaning.token.key) or facts.lexicon.is_thing(meaning.key)


def _is_term(meaning: Meaning, facts: Facts) -> bool:
    """A word that is not known, or a name: a substance, a person, a part."""
    if not meaning.is_word or _is_wording(meaning, facts):
        return False
    known = facts.lexicon.is_thing(meaning.token.key) or facts.lexicon.is_thing(meaning.key)
    return not known or (meaning.token.name and not facts.lexicon.knows(meaning.token.key))


def term(facts: Facts) -> Evidence | None:
    """A term came or went; but a sentence more may speak of what the other text speaks of, too."""
    lost, gained = kept(facts, lambda m: _is_term(m, facts))
    if facts.is_whole:
        lost = [m for m in lost if not facts.context.have_both(m.token.key)]
        gained = [m for m in gained if not facts.context.have_both(m.token.key)]
    elif not (lost and gained) and _by_pronoun(lost or gained, facts):
        return None
    return evidence(raw(lost), raw(gained))


def _by_pronoun(terms: Sequence[Meaning], facts: Facts) -> bool:
    """Did a pronoun take the place of a term that the text still names?"""
    other = facts.gained if terms and terms[0] in facts.lost else facts.lost
    return (
        len(terms) == 1
        and any(m.token.key in facts.lexicon.pronouns for m in other)
        and facts.context.have_both(terms[0].token.key)
        and not _enumerated(terms, facts)
    )


def thing(facts: Facts) -> Evidence | None:
    """One thing for another; or one more or less in an enumeration."""
    lost, gained = kept(facts, lambda m: _is_thing(m, facts))
    if (lost and gained) or (not facts.is_whole and (_enumerated(lost, facts) or _enumerated(gained, facts))):
        return evidence(raw(lost), raw(gained))
    return None


def _enumerated(meanings: Sequence[Meaning], facts: Facts) -> bool:
    """Does one of these stand beside a comma, an `and`, an `or`?"""
    joints = facts.lexicon.joints
    wanted = {id(meaning) for meaning in meanings}
    for side in (facts.old, facts.new):
        for n, meaning in enumerate(side):
            if id(meaning) not in wanted:
                continue
            after = side[n + 1].token if n + 1 < len(side) else None
            if _word_before(side, n, facts) in joints or (after and after.key in joints):
                return True
            if not meaning.token.start and meaning.token.apart and after and after.apart:
                return True
    return False


def _word_before(side: Sequence[Meaning], n: int, facts: Facts) -> str:
    """The word in front, articles and the like skipped."""
    for meaning in reversed(side[max(0, n - 3) : n]):
        word = meaning.token.key
        if word not in facts.lexicon.stop or word in facts.lexicon.joints:
            return word
    return ""


def in_place(facts: Facts) -> Evidence | None:
    """Words in the very place of others.

    In a sentence that else stays as it is they must be near each other in meaning; in one that was rewritten
    only things are told.
    """
    stays = _stays(facts)
    for old, new in facts.replaced:
        gone, come = [m for m in old if says(m, facts)], [m for m in new if says(m, facts)]
        if stays:
            found = bool(_not_near(gone, come, facts) and _not_near(come, gone, facts))
        else:
            found = len(old) == len(new) == len(gone) == len(come) == 1 and _are_things(
                gone[0], come[0], facts
            )
        if found:
            return evidence(raw(gone), raw(come))
    return None


def _stays(facts: Facts) -> bool:
    """Does the sentence stay as it is, but for one short stretch or for single words?"""
    sizes = [(len(old), len(new)) for old, new in facts.replaced]
    others = len(facts.old) + len(facts.new) - 2 * facts.kept - sum(map(sum, sizes))
    return others <= 1 and (
        all(size == (1, 1) for size in sizes) or (len(sizes) == 1 and sum(sizes[0]) <= _STRETCH)
    )


def _not_near(some: Sequence[Meaning], others: Sequence[Meaning], facts: Facts) -> list[Meaning]:
    return [m for m in some if not any(facts.lexicon.are_near(m.key, other.key) for other in others)]


def _are_things(one: Meaning, other: Meaning, facts: Facts) -> bool:
    """Two things, or one that has a name of its own and some other word."""
    if tells(one, facts) and tells(other, facts):
        return not facts.lexicon.are_near(one.key, other.key)
    return _named(one, facts) or _named(other, facts)


def _named(meaning: Meaning, facts: Facts) -> bool:
    """Is it a listed thing, and no mere act, or a term?"""
    listed = meaning.key in facts.lexicon.things or meaning.token.key in facts.lexicon.things
    return _is_term(meaning, facts) or (_is_thing(meaning, facts) and listed)


def tells(meaning: Meaning, facts: Facts) -> bool:
    return _is_thing(meaning, facts) or _is_term(meaning, facts)
