"""The grade of a pair of texts, and the rule that decided.

texts ──find_changes──▶ changes, shifts, marks ──rules──▶ the first that makes it material, else minor or typo
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from urllib.parse import urlsplit

from publisher.model import Grade
from publisher.text.comparing.units import Section, read
from publisher.text.fold import fold_marks
from publisher.text.grading.changes import Changes, Marks, Shift, find_changes
from publisher.text.grading.deeds import is_instruction
from publisher.text.grading.evidence import Evidence
from publisher.text.grading.facts import CommonWords, Facts, understand
from publisher.text.grading.languages import detect
from publisher.text.grading.lexicon import Lexicon
from publisher.text.grading.rules import MATERIAL
from publisher.text.grading.stamps import is_stamp
from publisher.text.grading.tokens import tokenise

MUCH_SHARE = 0.4  # of all words, from which on a text counts as rewritten
MUCH_WORDS = 80  # changed words below which a text is not rewritten, however short it is
MUCH_NEW = 60  # words of whole sentences that came or went
TOO_MUCH = 100_000  # characters of changes that nobody needs rules for
_LOOK = 600  # characters of what changed, and of either text, that tell the language
_SHOWN = 120  # characters of a detail


@dataclass(frozen=True, slots=True)
class Graded:
    """A grade, the rule that decided, and what it saw in the text's own words: `5 mg → 50 mg`.

    Without a change the rule is `same` and the detail empty.
    """

    grade: Grade
    rule: str
    detail: str


@dataclass(frozen=True, slots=True)
class _Finding:
    grade: Grade
    rule: str
    evidence: Evidence

    def graded(self, *, reverse: bool) -> Graded:
        old, new = (_short(text) for text in (reversed(self.evidence) if reverse else self.evidence))
        if old == new:
            detail = f"moved: {new}"
        elif old and new:
            detail = f"{old} → {new}"
        else:
            detail = f"added: {new}" if new else f"removed: {old}"
        return Graded(self.grade, self.rule, detail)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1].rstrip() + "…"


def grade(old_title: str, old_html: str, new_title: str, new_html: str) -> Graded:
    """How much a guide changed from one text to another: titles as plain text, bodies as sanitised XHTML.

    Deterministic, and the same for a pair in either order but for the detail's direction. Takes milliseconds,
    and bounded time whatever it is given. Raises ContentError for HTML that was not sanitised and cannot be.
    """
    reverse = (new_title, new_html) < (old_title, old_html)  # one order, so that both get one answer
    if reverse:
        old_title, old_html, new_title, new_html = new_title, new_html, old_title, old_html
    old, new = read(old_html), read(new_html)
    found = find_changes(old_title, old, new_title, new)
    decided = _judge(found, _text(old_title, old), _text(new_title, new)) if found else None
    return decided.graded(reverse=reverse) if decided else Graded(Grade.NONE, "same", "")


def _text(title: str, sections: Iterable[Section]) -> str:
    blocks = (b for s in sections for b in ([s.heading] if s.heading else []) + list(s.blocks))
    return "\n".join([title, *(block.text for block in blocks)])


def _judge(found: Changes, old: str, new: str) -> _Finding | None:
    """The first finding of the highest grade."""
    if fold_marks(old) == fold_marks(new):
        found = Changes(marks=found.marks)  # the same words, however they are laid out
    if sum(change.size for change in found.changes) > TOO_MUCH:
        return _Finding(Grade.MATERIAL, "much changed", ("", f"more than {TOO_MUCH:,} characters"))
    lexicon = detect(f"{_sample(found)}\n{old[:_LOOK]}\n{new[:_LOOK]}")
    common = CommonWords(old, new)
    facts = [understand(change, lexicon, common) for change in found.changes if not is_stamp(change, lexicon)]
    findings = chain(
        _by_rules(facts),
        _shifts(found.shifts, lexicon),
        _marks(found.marks),
        _volume(facts, old, new),
        _wording(facts),
    )
    best = None
    for finding in findings:
        if finding.grade is Grade.MATERIAL:
            return finding
        if best is None or finding.grade > best.grade:
            best = finding
    return best or next(_footer(found), None)


def _sample(found: Changes) -> str:
    """Some of what changed."""
    return "\n".join(text for change in found.changes[:50] for text in (*change.old, *change.new))[:_LOOK]


def _footer(found: Changes) -> Iterator[_Finding]:
    for change in found.changes:
        yield _Finding(Grade.TYPO, "page stamp", ("".join(change.old), "".join(change.new)))


def _by_rules(facts: Sequence[Facts]) -> Iterator[_Finding]:
    """What the first of the material rules sees that sees anything."""
    for name, rule in MATERIAL:
        for one in facts:
            if not one.is_spelling and (evidence := rule(one)):
                yield _Finding(Grade.MATERIAL, name, evidence)
                return


def _shifts(shifts: Iterable[Shift], lexicon: Lexicon) -> Iterator[_Finding]:
    """Whole sections, steps, items, rows that came or went, or moved; and sentences that moved."""
    for shift in shifts:
        minor = shift.is_move and (
            shift.kind in ("item", "row") or (shift.kind == "sentence" and not _has_place(shift.new, lexicon))
        )
        name = f"{shift.kind} moved" if shift.is_move else shift.kind
        yield _Finding(Grade.MINOR if minor else Grade.MATERIAL, name, (shift.old, shift.new))


def _has_place(sentence: str, lexicon: Lexicon) -> bool:
    """Does it tell a step, or say when: so that it may not stand just anywhere? Unknown languages may."""
    tokens = tokenise(sentence, lexicon)
    ordered = any(token.key in lexicon.sequence for token in tokens[:3])
    return not lexicon.code or ordered or is_instruction(tokens, lexicon)


def _marks(marks: Iterable[Marks]) -> Iterator[_Finding]:
    """Links to other sites, other code, words struck out."""
    for mark in marks:
        for kind in ("code", "struck out"):
            old, new = _only(
                [words for what, words in mark.old_words if what == kind],
                [words for what, words in mark.new_words if what == kind],
            )
            if (old and new) or (kind == "struck out" and (old or new)):
                yield _Finding(Grade.MATERIAL, kind, (", ".join(old), ", ".join(new)))
        old, new = _only([url for _, url in mark.old_links], [url for _, url in mark.new_links])
        old_sites, new_sites = _only([_site(url) for url in old], [_site(url) for url in new])
        if old_sites and new_sites:
            yield _Finding(Grade.MATERIAL, "link", (", ".join(old_sites), ", ".join(new_sites)))
        elif old or new:
            yield _Finding(Grade.MINOR, "link", (", ".join(old), ", ".join(new)))


def _only(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[str]]:
    """What only one side has."""
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    return list(gone.elements()), list(come.elements())


def _site(url: str) -> str:
    """The host; of an address without one, all of it."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    return (host or url).casefold().removeprefix("www.")


def _volume(facts: Sequence[Facts], old: str, new: str) -> Iterator[_Finding]:
    """More than a few new sentences, or a large share of all words changed."""
    for one in facts:
        words = sum(len(text.split()) for text in (*one.change.old, *one.change.new))
        if one.is_whole and words > MUCH_NEW:
            yield _Finding(Grade.MATERIAL, "much changed", one.texts)
    changed = sum(one.changed_words for one in facts)
    total = len(old.split()) + len(new.split())
    if changed >= MUCH_WORDS and changed >= MUCH_SHARE * total:
        yield _Finding(Grade.MATERIAL, "much changed", ("", f"{100 * changed // total} % of the words"))


def _wording(facts: Iterable[Facts]) -> Iterator[_Finding]:
    """What no material rule applies to: other words, another form of a date, or spelling."""
    for one in facts:
        if not one.is_spelling:
            yield _Finding(Grade.MINOR, "wording", one.words)
        elif one.is_date_form:
            yield _Finding(Grade.MINOR, "date format", one.words)
        else:
            yield _Finding(Grade.TYPO, "spelling", one.words)
