"""The rules by which a change is material, the first that applies deciding.

Each rule gets the facts of one change and answers with what went and what came, in the text's own words, or
with None. Rules look at both sides alike: a change and its reverse get one grade.
"""

from __future__ import annotations

from publisher.text.grading.deeds import instruction, order
from publisher.text.grading.evidence import Evidence, Rule, evidence, raw, says
from publisher.text.grading.facts import Facts
from publisher.text.grading.figures import figure, figures_moved, sign, unit
from publisher.text.grading.sense import condition, negation, obligation, opposite, warning
from publisher.text.grading.things import in_place, term, thing


def _unjudged(facts: Facts) -> Evidence | None:
    """A language that the rules do not know: whatever is more than spelling."""
    if facts.lexicon.code:
        return None
    return evidence(raw(facts.lost), raw(facts.gained)) or _whole(facts)


def _whole(facts: Facts) -> Evidence:
    return " ".join(facts.change.old).strip(), " ".join(facts.change.new).strip()


def _code(facts: Facts) -> Evidence | None:
    return _whole(facts) if facts.place == "code" else None


def _another(facts: Facts) -> Evidence | None:
    """A heading, an item or a cell that shares no word with what stood there before."""
    if facts.place not in ("heading", "title", "item", "step", "cell") or facts.is_whole:
        return None
    said = [{m.key for m in side if says(m, facts)} for side in (facts.old, facts.new)]
    return _whole(facts) if not said[0] & said[1] else None


# What makes a change material: the rule's name in RULES of graded.py, and the rule.
MATERIAL: tuple[tuple[str, Rule], ...] = (
    ("code", _code),
    ("unit", unit),
    ("number", figure("number")),
    ("date", figure("date")),
    ("time", figure("time")),
    ("telephone", figure("telephone")),
    ("figures swapped", figures_moved),
    ("sign", sign),
    ("language", _unjudged),
    ("negation", negation),
    ("obligation", obligation),
    ("warning", warning),
    ("condition", condition),
    ("opposite", opposite),
    ("term", term),
    ("thing", thing),
    ("order", order),
    ("word", in_place),
    ("instruction", instruction),
    ("replaced", _another),
)
