"""The grade of a pair of texts, and the rule that decided.

texts ──find_changes──▶ changes, shifts, marks, pictures ──by_…──▶ findings ──▶ the first of the highest grade
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from publisher.model import Grade
from publisher.text.comparing.units import Section, read
from publisher.text.fold import fold_marks
from publisher.text.grading.changes import Change, Changes, find_changes
from publisher.text.grading.context import Context, Whole, changed_part, unadorned
from publisher.text.grading.facts import Facts, understand
from publisher.text.grading.findings import (
    by_amount,
    by_marks,
    by_pictures,
    by_rules,
    by_shifts,
    by_stamps,
    by_wording,
)
from publisher.text.grading.graded import SAME, Finding, Graded
from publisher.text.grading.languages import detect
from publisher.text.grading.lexicon import Lexicon
from publisher.text.grading.pictures import Pictures, compare_pictures
from publisher.text.grading.stamps import is_stamp
from publisher.text.prose import words_of

MAX_CHANGED = 100_000  # characters of changes, above which nobody needs rules
MAX_TAGS = 20_000  # of either text, opened and closed, above which only its words are compared
_TARGETS = re.compile(r"""\b(?:href|src)=(?:"[^"]*"|'[^']*')""")
_AT_ONCE = 20  # changes, of which the first rule decides that sees anything in any of them
_LOOK = 600  # characters of what changed, and of either text, that tell the language


def grade(old_title: str, old_html: str, new_title: str, new_html: str) -> Graded:
    """How much a guide changed from one text to another: titles as plain text, bodies as sanitised XHTML.

    Deterministic, and the same for a pair in either order but for the detail's direction. Takes milliseconds,
    and time linear in length for whatever it is given. Raises ContentError for HTML that was not sanitised
    and cannot be.
    """
    if (old_title, old_html) == (new_title, new_html):
        return SAME
    reverse = (new_title, new_html) < (old_title, old_html)  # one order, so that both get one answer
    if reverse:
        old_title, old_html, new_title, new_html = new_title, new_html, old_title, old_html
    large = max(old_html.count("<"), new_html.count("<")) > MAX_TAGS
    compare = _compare_at_large if large else _compare
    decided = compare(old_title, old_html, new_title, new_html)
    return decided.graded(reverse=reverse) if decided else SAME


def _compare_at_large(old_title: str, old_html: str, new_title: str, new_html: str) -> Finding | None:
    """The finding for what is hardly a guide: any other word, link or picture is material."""
    old, new = (
        (fold_marks(f"{title}\n{words_of(html)}"), _TARGETS.findall(html))
        for title, html in ((old_title, old_html), (new_title, new_html))
    )
    return Finding(Grade.MATERIAL, "too large", note=f"more than {MAX_TAGS:,} tags") if old != new else None


def _compare(old_title: str, old_html: str, new_title: str, new_html: str) -> Finding | None:
    old, new = map(read, changed_part(unadorned(old_html), unadorned(new_html)))
    found = find_changes(old_title, old, new_title, new)
    pictures = compare_pictures(old_html, new_html)
    found.changes += pictures.alts
    if not found and not pictures:
        return None
    if fold_marks(_text(old_title, old)) == fold_marks(_text(new_title, new)):
        found = found.without_layout()
    return _judge(found, pictures, Context(Whole(old_title, old_html), Whole(new_title, new_html)))


def _text(title: str, sections: Iterable[Section]) -> str:
    blocks = (b for s in sections for b in ([s.heading] if s.heading else []) + list(s.blocks))
    return "\n".join([title, *(block.text for block in blocks)])


def _judge(found: Changes, pictures: Pictures, context: Context) -> Finding | None:
    """The first finding of the highest grade."""
    if sum(change.size for change in found.changes) > MAX_CHANGED:
        return Finding(Grade.MATERIAL, "too large", note=f"more than {MAX_CHANGED:,} characters changed")
    lexicon = _language(found, context)
    stamps: list[Change] = []
    real: list[Change] = []
    for change in found.changes:
        (stamps if is_stamp(change, lexicon) else real).append(change)
    facts: list[Facts] = []
    for start in range(0, len(real), _AT_ONCE):
        some = [understand(change, lexicon, context) for change in real[start : start + _AT_ONCE]]
        if material := by_rules(some):
            return material
        facts += some
    return _highest(
        chain(
            by_shifts(found.shifts, lexicon),
            by_marks(found.marks),
            by_amount(facts, context),
            by_wording(facts),
            by_pictures(pictures),
            by_stamps(stamps),
        )
    )


def _language(found: Changes, context: Context) -> Lexicon:
    """The language of what changed, and of either text's beginning."""
    texts = [text for change in found.changes[:50] for text in (*change.old, *change.new)]
    changed = "\n".join(text[:_LOOK] for text in texts)[:_LOOK]
    return detect(f"{changed}\n{context.old.beginning(_LOOK)}\n{context.new.beginning(_LOOK)}")


def _highest(findings: Iterator[Finding]) -> Finding | None:
    best = None
    for finding in findings:
        if finding.grade is Grade.MATERIAL:
            return finding
        if best is None or finding.grade > best.grade:
            best = finding
    return best
