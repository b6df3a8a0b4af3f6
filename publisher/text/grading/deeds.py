"""Rules about what a text tells to do, and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from publisher.text.grading.evidence import Evidence, evidence, raw, says
from publisher.text.grading.facts import Facts
from publisher.text.grading.lexicon import Lexicon
from publisher.text.grading.meaning import Meaning
from publisher.text.grading.tokens import Token


def order(facts: Facts) -> Evidence | None:
    """The same words in another order, where the text says that it counts: back up, then update."""
    ordering, binding = facts.lexicon.ordering, facts.lexicon.binding
    if facts.lost or facts.gained:
        return None
    if any(m.token.key in binding for m in facts.new):
        old, new = (list(_bound(side, facts)) for side in (facts.old, facts.new))
        if Counter(m.key for m in old) != Counter(m.key for m in new):
            return evidence(raw(old), raw(new))
    if not any(m.token.key in ordering for m in facts.new):
        return None
    old, new = (
        [m for m in side if says(m, facts) and m.token.key not in ordering] for side in (facts.old, facts.new)
    )
    return evidence(raw(old), raw(new)) if [m.key for m in old] != [m.key for m in new] else None


def _bound(side: Sequence[Meaning], facts: Facts) -> Iterator[Meaning]:
    """What stands behind the words that tie it to its place: before heating, than wood, from the jar."""
    is_bound = False
    for meaning in side:
        if meaning.token.key in facts.lexicon.binding:
            is_bound = True
        elif is_bound and says(meaning, facts):
            yield meaning
            is_bound = False


def instruction(facts: Facts) -> Evidence | None:
    """A sentence more or less that tells what to do, or one that tells to do something else."""
    for one, there, lost in (
        (facts.old_sentences, facts.new, True),
        (facts.new_sentences, facts.old, False),
    ):
        for sentence in one:
            if is_instruction(sentence, facts.lexicon) and _is_new(sentence, there, facts):
                text = " ".join(token.raw for token in sentence)
                return (text, "") if lost else ("", text)
    return None


def is_instruction(sentence: Sequence[Token], lexicon: Lexicon) -> bool:
    """Does it begin with what to do, perhaps behind `then` or `now`?"""
    words = [token.key for token in sentence[:5]]
    while len(words) > 1 and words[0] in lexicon.sequence:
        words.pop(0)
    if not words or words[0] not in lexicon.acts:
        return False
    is_noun = words[0] in lexicon.things  # `Water the plants`, but `Water bowls stand there`
    return not is_noun or (len(words) > 1 and (words[1] in lexicon.stop or not words[1][0].isalpha()))


def _is_new(sentence: Sequence[Token], there: Sequence[Meaning], facts: Facts) -> bool:
    """Does the other text say little of it, or not what is to be done?"""
    lexicon = facts.lexicon
    elsewhere = {meaning.key for meaning in there}
    said = [lexicon.meaning(token.key) for token in sentence if token.key not in lexicon.stop]
    if 2 * sum(word in elsewhere for word in said) < len(said):
        return True
    act = next(lexicon.meaning(token.key) for token in sentence if token.key in lexicon.acts)
    return (
        act not in lexicon.mild
        and act not in elsewhere
        and not any(lexicon.are_near(act, m) for m in elsewhere)
    )
