"""What makes the grade of a pair: from the rules for words, from what moved, from markup, from the amount."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from publisher.model import Grade
from publisher.text.evidence import address
from publisher.text.grading.changes import Change, Marks, Shift
from publisher.text.grading.context import Context
from publisher.text.grading.deeds import is_instruction
from publisher.text.grading.facts import Facts
from publisher.text.grading.graded import Finding, joined
from publisher.text.grading.lexicon import Lexicon
from publisher.text.grading.pictures import Pictures
from publisher.text.grading.rules import MATERIAL
from publisher.text.grading.tokens import tokenise

MUCH_SHARE = 0.4  # of all words, from which on a text counts as rewritten
MUCH_WORDS = 80  # changed words below which a text is not rewritten, however short it is
MUCH_NEW = 60  # words of whole sentences that came or went
_HOST = re.compile(r"//([^/?#]+)")
_MINOR_MOVES = frozenset({"item", "row"})  # their order seldom tells anything


def by_rules(facts: Sequence[Facts]) -> Finding | None:
    """What the first of the material rules sees that sees anything."""
    for name, rule in MATERIAL:
        for one in facts:
            if (one.place == "code" or not one.is_spelling) and (evidence := rule(one)):
                return Finding(Grade.MATERIAL, name, *evidence)
    return None


def by_shifts(shifts: Iterable[Shift], lexicon: Lexicon) -> Iterator[Finding]:
    """Whole sections, steps, items, rows that came or went, or moved; and sentences that moved."""
    for shift in shifts:
        free = shift.kind in _MINOR_MOVES or (shift.kind == "sentence" and not _has_place(shift.new, lexicon))
        grade = Grade.MINOR if shift.is_move and free else Grade.MATERIAL
        yield Finding(grade, shift.kind, shift.old, shift.new)


def _has_place(sentence: str, lexicon: Lexicon) -> bool:
    """Does it tell a step, or say when: so that it may not stand just anywhere? Unknown languages may."""
    tokens = tokenise(sentence, lexicon)
    ordered = any(token.key in lexicon.sequence for token in tokens[:3])
    return not lexicon.code or ordered or is_instruction(tokens, lexicon)


def by_marks(marks: Iterable[Marks]) -> Iterator[Finding]:
    """Links to other sites, other code, words struck out."""
    for mark in marks:
        for kind in ("code", "struck out"):
            old, new = _only(
                [words for what, words in mark.old_words if what == kind],
                [words for what, words in mark.new_words if what == kind],
            )
            if (old and new) or (kind == "struck out" and (old or new)):
                yield Finding(Grade.MATERIAL, kind, joined(old), joined(new))
        yield from _links(mark)


def _links(mark: Marks) -> Iterator[Finding]:
    """However an address is written: http or https, with tracking parameters or without."""
    old, new = _only([address(url) for _, url in mark.old_links], [address(url) for _, url in mark.new_links])
    old_sites, new_sites = _only(list(_sites(old)), list(_sites(new)))
    if old_sites and new_sites:
        yield Finding(Grade.MATERIAL, "link", joined(old_sites), joined(new_sites))
    elif old or new:
        yield Finding(
            Grade.MINOR, "link", *(joined(url.removeprefix("//") for url in side) for side in (old, new))
        )


def _sites(addresses: Iterable[str]) -> Iterator[str]:
    """Hosts, and whole mail addresses. A relative address leads to no other site."""
    for url in addresses:
        if host := _HOST.match(url):
            yield host[1].removeprefix("www.")
        elif url.startswith("mailto:"):
            yield url


def _only(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[str]]:
    """What only one side has."""
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    return list(gone.elements()), list(come.elements())


def by_pictures(pictures: Pictures) -> Iterator[Finding]:
    """Other pictures: nobody here can see what is in them."""
    if pictures.old or pictures.new:
        yield Finding(Grade.MINOR, "picture", joined(pictures.old), joined(pictures.new))


def by_amount(facts: Sequence[Facts], context: Context) -> Iterator[Finding]:
    """More than a few new sentences, or a large share of all words changed."""
    for one in facts:
        words = sum(len(text.split()) for text in (*one.change.old, *one.change.new))
        if one.is_whole and words > MUCH_NEW:
            yield Finding(Grade.MATERIAL, "much changed", *one.texts)
    changed = sum(one.changed_words for one in facts)
    if changed >= MUCH_WORDS and changed >= MUCH_SHARE * (total := context.count()):
        yield Finding(Grade.MATERIAL, "much changed", note=f"{100 * changed // total} % of the words")


def by_wording(facts: Iterable[Facts]) -> Iterator[Finding]:
    """What no material rule applies to: other words, another form of a date, or spelling."""
    for one in facts:
        if not one.is_spelling:
            yield Finding(Grade.MINOR, "wording", *one.words)
        elif one.is_date_form:
            yield Finding(Grade.MINOR, "date format", *one.words)
        else:
            yield Finding(Grade.TYPO, "spelling", *one.words)


def by_stamps(stamps: Iterable[Change]) -> Iterator[Finding]:
    """Lines that say when the page was touched."""
    for change in stamps:
        yield Finding(Grade.TYPO, "page stamp", "".join(change.old), "".join(change.new))
