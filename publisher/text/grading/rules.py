"""The rules by which a change is material, the first that applies deciding; and those for what is left.

Each rule gets the facts of one change and answers with what went and what came, in the text's own words, or
with None. Rules look at both sides alike: a change and its reverse get one grade.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from publisher.text.grading.facts import NOT, Facts, Meaning
from publisher.text.grading.lexicon import Group, Lexicon
from publisher.text.grading.quantities import Quantity, quantities
from publisher.text.grading.tokens import Token

Evidence = tuple[str, str]  # what went, what came
Rule = Callable[[Facts], Evidence | None]

_PLACE_RUN = 3  # words; in longer replaced runs nobody can say which word stands for which


def _evidence(lost: Iterable[str], gained: Iterable[str]) -> Evidence | None:
    old, new = ", ".join(dict.fromkeys(lost)), ", ".join(dict.fromkeys(gained))
    return (old, new) if old or new else None


def _raw(meanings: Iterable[Meaning]) -> list[str]:
    return [meaning.token.raw for meaning in meanings]


def _kept(facts: Facts, keep: Callable[[Meaning], bool]) -> tuple[list[Meaning], list[Meaning]]:
    return [m for m in facts.lost if keep(m)], [m for m in facts.gained if keep(m)]


# ------------------------------------------------------------------------------------------- figures


def _figure(kind: str) -> Rule:
    """Quantities of one kind that differ."""

    def rule(facts: Facts) -> Evidence | None:
        old, new = quantities(facts.old), quantities(facts.new)
        lost, gained = _left(old, new), _left(new, old)
        if _written_out(lost, facts.gained) or _written_out(gained, facts.lost):
            lost = [quantity for quantity in lost if quantity.value != "#1"]
            gained = [quantity for quantity in gained if quantity.value != "#1"]
        if any(quantity.kind == kind for quantity in (*lost, *gained)):
            return _evidence((q.raw for q in lost), (q.raw for q in gained))
        return None

    return rule


def _unit(facts: Facts) -> Evidence | None:
    """The same numbers of something else: 5 mg, 5 g."""
    old, new = quantities(facts.old), quantities(facts.new)
    if sorted(q.value for q in old) == sorted(q.value for q in new):
        return _evidence((q.raw for q in _left(old, new)), (q.raw for q in _left(new, old)))
    return None


def _left(one: Sequence[Quantity], other: Sequence[Quantity]) -> list[Quantity]:
    left = Counter(q.key for q in one) - Counter(q.key for q in other)
    return [quantity for quantity in one if left[quantity.key]]


def _written_out(lost: Sequence[Quantity], words: Sequence[Meaning]) -> bool:
    """`1` and `one`, where the latter was not taken for a number."""
    return any(quantity.value == "#1" for quantity in lost) and any(m.key in ("one", "ein") for m in words)


def _figures_moved(facts: Facts) -> Evidence | None:
    """The same figures, but what one of them counted is counted by another now."""
    old, new = _counts(facts.old), _counts(facts.new)
    for word in sorted(old.keys() & new.keys()):
        if old[word].key != new[word].key:
            return f"{old[word].raw} {word}", f"{new[word].raw} {word}"
    return None


def _counts(side: Sequence[Meaning]) -> dict[str, Quantity]:
    """Words that stand behind one figure only, and that figure."""
    found: dict[str, list[Quantity]] = {}
    for quantity in quantities(side):
        for word in quantity.of:
            found.setdefault(word, []).append(quantity)
    return {word: counted[0] for word, counted in found.items() if len(counted) == 1}


def _sign(facts: Facts) -> Evidence | None:
    lost, gained = _kept(facts, lambda m: m.key.startswith("~"))
    return _evidence(_raw(lost), _raw(gained))


# ------------------------------------------------------------------------------------------- sense


def _negation(facts: Facts) -> Evidence | None:
    """One negation more or less, or one that belongs to another word now."""
    old, new = _negated(facts.old, facts), _negated(facts.new, facts)
    if len(old) != len(new):
        return _evidence(_phrases(old, new), _phrases(new, old)) or ("", NOT)
    gone, come = Counter(k for k, _ in old), Counter(k for k, _ in new)
    for word in gone - come:
        for other in come - gone:
            if _bare(facts.new, facts)[word] and _bare(facts.old, facts)[other]:
                return _evidence(_phrases(old, new), _phrases(new, old))
    return None


def _negated(side: Sequence[Meaning], facts: Facts) -> list[tuple[str, str]]:
    """For each negation, the next word that says something, and both as they were written."""
    found = []
    for n, meaning in enumerate(side):
        if meaning.key == NOT:
            following = next((m for m in side[n + 1 : n + 5] if _says(m, facts)), None)
            raw = [meaning.token.raw, following.token.raw if following else ""]
            found.append((following.key if following else "", " ".join(dict.fromkeys(filter(None, raw)))))
    return found


def _says(meaning: Meaning, facts: Facts) -> bool:
    return meaning.is_word and meaning.token.key not in facts.lexicon.stop


def _phrases(one: Sequence[tuple[str, str]], other: Sequence[tuple[str, str]]) -> Iterator[str]:
    left = Counter(key for key, _ in one) - Counter(key for key, _ in other)
    return (raw for key, raw in one if left[key])


def _bare(side: Sequence[Meaning], facts: Facts) -> Counter[str]:
    """Words that no negation in front of them belongs to."""
    words = Counter(m.key for m in side if _says(m, facts))
    return words - Counter(key for key, _ in _negated(side, facts))


def _modal(facts: Facts) -> Evidence | None:
    """Another degree of must, should, may. A mere `can` more or less is wording."""
    modals = facts.lexicon.modals

    def strength(meaning: Meaning) -> str:
        return modals.get(meaning.token.key) or modals.get(meaning.key) or ""

    lost, gained = _kept(facts, lambda m: m.is_word and bool(strength(m)))
    gone, come = Counter(map(strength, lost)), Counter(map(strength, gained))
    same = gone & come
    gone, come = gone - same, come - same
    for one, other in ((gone, come), (come, gone)):
        if one["may"] and other["can"]:
            one["may"] -= 1
            other["can"] -= 1
    if any(count > 0 for strength, count in (*gone.items(), *come.items()) if strength != "can"):
        return _evidence(_raw(lost), _raw(gained))
    return None


def _warning(facts: Facts) -> Evidence | None:
    """A word that warns came or went; or a whole sentence that says whom to ask."""
    lexicon = facts.lexicon

    def warns(meaning: Meaning) -> bool:
        words = (meaning.key, meaning.token.key)
        return any(word in lexicon.warnings or (facts.is_whole and word in lexicon.help) for word in words)

    lost, gained = _kept(facts, warns)
    return _evidence(_raw(lost), _raw(gained))


def _contrast(facts: Facts) -> Evidence | None:
    """One word of a group for another one: left for right, before for after, always for never."""
    groups = facts.lexicon.groups
    for group in (*groups.never, *groups.inside):
        lost, gained = [m for m in facts.lost if m.key in group], [m for m in facts.gained if m.key in group]
        alone = any(group is one for one in groups.inside) and not facts.is_whole and (lost or gained)
        if alone or _are_opposite(lost, gained, group):
            return _evidence(_raw(lost), _raw(gained))
    for old, new in facts.replaced:
        if len(old) <= _PLACE_RUN and len(new) <= _PLACE_RUN:
            for group in groups.place:
                gone, come = [m for m in old if m.key in group], [m for m in new if m.key in group]
                if _are_opposite(gone, come, group):
                    return _evidence(_raw(gone), _raw(come))
    return None


def _are_opposite(lost: Sequence[Meaning], gained: Sequence[Meaning], group: Group) -> bool:
    """Did one side of a contrast go and another one come?"""
    gone, come = {group[m.key] for m in lost}, {group[m.key] for m in gained}
    return bool(gone - come and come - gone)


# ------------------------------------------------------------------------------------------- things


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


def _term(facts: Facts) -> Evidence | None:
    """A term came or went; but a sentence more may speak of what the other text speaks of, too."""
    lost, gained = _kept(facts, lambda m: _is_term(m, facts))
    if facts.is_whole:
        lost = [m for m in lost if m.token.key not in facts.common]
        gained = [m for m in gained if m.token.key not in facts.common]
    elif not (lost and gained) and _by_pronoun(lost or gained, facts):
        return None
    return _evidence(_raw(lost), _raw(gained))


def _by_pronoun(terms: Sequence[Meaning], facts: Facts) -> bool:
    """Did a pronoun take the place of a term that the text still names?"""
    other = facts.gained if terms and terms[0] in facts.lost else facts.lost
    return (
        len(terms) == 1
        and any(m.token.key in facts.lexicon.pronouns for m in other)
        and terms[0].token.key in facts.common
        and not _enumerated(terms, facts)
    )


def _thing(facts: Facts) -> Evidence | None:
    """One thing for another; or one more or less in an enumeration."""
    lost, gained = _kept(facts, lambda m: _is_thing(m, facts))
    if (lost and gained) or (not facts.is_whole and (_enumerated(lost, facts) or _enumerated(gained, facts))):
        return _evidence(_raw(lost), _raw(gained))
    return None


def _enumerated(meanings: Sequence[Meaning], facts: Facts) -> bool:
    """Does one of these stand beside a comma, an `and`, an `or`?"""
    joints = facts.lexicon.joints
    for side in (facts.old, facts.new):
        for n, meaning in enumerate(side):
            if any(meaning is one for one in meanings):
                before = side[n - 1].token.key if n else ""
                after = side[n + 1] if n + 1 < len(side) else None
                if before in joints or (after and after.token.key in joints):
                    return True
                if not meaning.token.start and meaning.token.apart and after and after.token.apart:
                    return True
    return False


def _swap(facts: Facts) -> Evidence | None:
    """One word in the very place of another, and they are two things, or one a thing that has a name."""
    for old, new in facts.replaced:
        if len(old) == len(new) == 1:
            one, other = old[0], new[0]
            both = _tells(one, facts) and _tells(other, facts)
            if both or (_says(one, facts) and _says(other, facts) and (_named(one, facts) or _named(other, facts))):
                return _evidence(_raw(old), _raw(new))
    return None


def _named(meaning: Meaning, facts: Facts) -> bool:
    """Is it a listed thing, and no mere act, or a term?"""
    listed = meaning.key in facts.lexicon.things or meaning.token.key in facts.lexicon.things
    return _is_term(meaning, facts) or (_is_thing(meaning, facts) and listed)


def _tells(meaning: Meaning, facts: Facts) -> bool:
    return _is_thing(meaning, facts) or _is_term(meaning, facts)


def _instruction(facts: Facts) -> Evidence | None:
    """A sentence more or less that tells what to do."""
    for one, other, lost in (
        (facts.old_sentences, facts.new, True),
        (facts.new_sentences, facts.old, False),
    ):
        there = {meaning.key for meaning in other}
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


def _is_new(sentence: Sequence[Token], there: set[str], facts: Facts) -> bool:
    said = [facts.lexicon.meaning(token.key) for token in sentence if token.key not in facts.lexicon.stop]
    return 2 * sum(word in there for word in said) < len(said)


# ------------------------------------------------------------------------------------------- places


def _unjudged(facts: Facts) -> Evidence | None:
    """A language that the rules do not know: whatever is more than spelling."""
    if facts.lexicon.code:
        return None
    return _evidence(_raw(facts.lost), _raw(facts.gained)) or _whole(facts)


def _whole(facts: Facts) -> Evidence:
    return " ".join(facts.change.old).strip(), " ".join(facts.change.new).strip()


def _cell(facts: Facts) -> Evidence | None:
    return _whole(facts) if facts.place == "cell" else None


def _code(facts: Facts) -> Evidence | None:
    return _whole(facts) if facts.place == "code" else None


def _another(facts: Facts) -> Evidence | None:
    """A heading or an item that shares no word with what stood there before."""
    if facts.place not in ("heading", "title", "item", "step") or facts.is_whole:
        return None
    said = [{m.key for m in side if _says(m, facts)} for side in (facts.old, facts.new)]
    return _whole(facts) if not said[0] & said[1] else None


# What makes a change material. The name is shown to the owner; docs explain each.
MATERIAL: tuple[tuple[str, Rule], ...] = (
    ("unit", _unit),
    ("number", _figure("number")),
    ("date", _figure("date")),
    ("time", _figure("time")),
    ("telephone", _figure("telephone")),
    ("figures swapped", _figures_moved),
    ("sign", _sign),
    ("negation", _negation),
    ("obligation", _modal),
    ("warning", _warning),
    ("opposite", _contrast),
    ("term", _term),
    ("thing", _thing),
    ("in place", _swap),
    ("instruction", _instruction),
    ("table", _cell),
    ("code", _code),
    ("replaced", _another),
    ("language", _unjudged),
)
