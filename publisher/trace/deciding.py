"""Why an edition told one follower of a guide, or did not: the planner is asked again, for him alone.

Nothing of its rules is repeated here. Each reason is found by a question of the kind "what if": with all
topics chosen it would have told him, so it was the topic; if every change were material it would have, so it
was the grade.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from publisher import plan, storage
from publisher.model import (
    HAD_STATES,
    Candidate,
    DigestSpec,
    DigestView,
    Grade,
    Group,
    Pair,
    Released,
    Standing,
)
from publisher.trace.kinds import Fate, Rules, Verdict
from publisher.trace.looking import Look


@dataclass(frozen=True, slots=True)
class Telling:
    """An edition that was to tell this follower of the guide: from revision `had` to `now`."""

    mailing: storage.MailingRow
    delivery: storage.DeliveryRow
    had: int | None
    now: int
    new: bool


@dataclass(frozen=True, slots=True)
class Guide:
    """All that must be known of a guide to ask the planner about it, and what one follower had of it."""

    article: int
    publication: str
    slug: str
    facts: tuple[storage.RevisionFacts, ...]  # by number
    grades: Mapping[tuple[int, int], Grade]
    texts: Mapping[int, storage.TextRow]
    tags: tuple[str, ...]  # as they are now
    standing: Standing
    tellings: tuple[Telling, ...] = ()  # in the order of their editions


class _Never:
    """The planner is asked about windows that have ended: no schedule is needed."""

    def next(self, after: datetime) -> datetime | None:  # noqa: ARG002
        return None


def guides_of(
    db: storage.Connection,
    articles: Iterable[int],
    rules: Rules,
    tellings: Mapping[int, Sequence[Telling]],
) -> dict[int, Guide]:
    """guide -> what is known of it, with what one follower was told."""
    places = storage.places_of(db, articles)
    numbers = sorted(places)
    facts: dict[int, list[storage.RevisionFacts]] = {}
    for fact in storage.revision_facts(db, numbers):
        facts.setdefault(fact.article, []).append(fact)
    direct = storage.pair_grades(db, numbers)
    texts = storage.texts_about(db, numbers)
    about = storage.article_facts(db, numbers)
    return {
        number: Guide(
            article=number,
            publication=places[number][0],
            slug=places[number][1],
            facts=tuple(facts[number]),
            grades=rules.pair_grades(facts[number], direct.get(number, {})),
            texts={each.number: texts[number, each.number] for each in facts[number]},
            tags=about[number].tags,
            standing=about[number].standing,
            tellings=tuple(tellings.get(number, ())),
        )
        for number in numbers
        if number in facts
    }


def decide(guide: Guide, look: Look, rules: Rules, *, owed_since: int | None = None) -> Verdict | None:
    """Why this look did not tell of the guide; None: by the rules it does.

    `owed_since`: an earlier edition could not tell of this revision, so that it stayed news.
    """
    candidate, group = _asked(guide, look, rules, owed_since)
    if look.is_paused:
        return Verdict(Fate.PAUSED, look.mailing, look.paused_until)
    if candidate.bar is not None and candidate.bar.since <= look.moment:
        return Verdict(Fate.BARRED, look.mailing, candidate.bar.since, detail=candidate.bar.reason)
    return None if _pair(candidate, group, look) else _reason(candidate, group, look)


def told(guide: Guide, look: Look, rules: Rules, *, owed_since: int | None = None) -> Pair | None:
    """What this look tells of the guide; None: nothing."""
    return _pair(*_asked(guide, look, rules, owed_since), look)


def _asked(guide: Guide, look: Look, rules: Rules, owed_since: int | None) -> tuple[Candidate, Group]:
    """The guide and its only reader, in the planner's words."""
    group = Group(
        rule=(),
        follows=((guide.publication, look.topics),),
        had=_had(guide, look.mailing),
        size=1,
        paused_until=look.paused_until,
        owed={guide.publication: look.start} if look.start < look.mailing.window_start else {},
    )
    return _candidate(guide, look, rules, owed_since), group


def _reason(candidate: Candidate, group: Group, look: Look) -> Verdict:
    """What would have to be otherwise for the planner to tell of it."""
    everything = replace(group, follows=((candidate.publication, frozenset()),))
    material = replace(candidate, grades=dict.fromkeys(candidate.grades, Grade.MATERIAL))
    chosen = ", ".join(sorted(look.topics))
    if _pair(candidate, everything, look):
        return Verdict(Fate.TOPIC, look.mailing, detail=chosen)
    if pair := _pair(material, group, look):
        grade = None if pair.had is None else candidate.grades[pair.had, pair.now]
        return Verdict(Fate.GRADE, look.mailing, had=pair.had, now=pair.now, grade=grade)
    if _pair(material, everything, look):
        return Verdict(Fate.TOPIC, look.mailing, detail=chosen)
    return Verdict(Fate.HAD, look.mailing, had=group.had.get(candidate.article))


def _pair(candidate: Candidate, group: Group, look: Look) -> Pair | None:
    """What the planner would tell this one group of this one guide in the look's window."""
    mailing = look.mailing
    spec = DigestSpec(mailing.digest, mailing.digest.partition(":")[2], None, _Never(), "")
    view = DigestView(spec, mailing.window_start, (candidate,), (group,))
    planned = plan.edition(view, mailing.window_end, mailing.frozen_at)
    return next((pair for variant in planned.variants for pair in variant.pairs), None)


def _candidate(guide: Guide, look: Look, rules: Rules, owed_since: int | None) -> Candidate:
    """The guide as it was when the edition was frozen, as far as that is still known."""
    mailing = look.mailing
    public = [fact for fact in guide.facts if _is_public(fact, mailing.frozen_at)]
    releases = tuple(Released(fact.number, _eligible(fact, mailing, owed_since)) for fact in public)
    newest = public[-1].number if public else 0
    last = max((fact.number for fact in guide.facts if fact.released_at is not None), default=0)
    tags = guide.tags if newest in (0, last) else guide.texts[newest].tags
    publication = rules.publication(guide.publication)
    period = publication.review_after if publication else None
    return Candidate(
        guide.article,
        guide.publication,
        frozenset(tags),
        releases,
        guide.grades,
        plan.bar(_standing_then(guide.standing, mailing.frozen_at), period),
    )


def _is_public(fact: storage.RevisionFacts, moment: datetime) -> bool:
    return fact.released_at is not None and fact.released_at <= moment


def _eligible(
    fact: storage.RevisionFacts, mailing: storage.MailingRow, owed_since: int | None
) -> datetime | None:
    if owed_since is not None and fact.number >= owed_since and fact.eligible_at is not None:
        return max(fact.eligible_at, mailing.window_start)
    return fact.eligible_at


def _standing_then(standing: Standing, moment: datetime) -> Standing:
    """Without what its owner said only later when he looked at it."""
    if standing.reviewed_at is not None and standing.reviewed_at > moment:
        return replace(standing, reviewed_at=None, review_until=None)
    return standing


def _had(guide: Guide, mailing: storage.MailingRow) -> dict[int, int]:
    """What he had when the edition was frozen: what was still on its way counted, whatever became of it."""
    numbers = [
        each.now
        for each in guide.tellings
        if each.mailing.id < mailing.id
        and (each.delivery.state in HAD_STATES or each.delivery.at >= mailing.frozen_at)
    ]
    return {guide.article: max(numbers)} if numbers else {}


def best(tellings: Sequence[Telling]) -> Telling:
    """Of several editions that were to tell of the same revision, the one that counts: it arrived, or may."""
    return max(tellings, key=lambda each: (_WEIGHT.get(each.delivery.state, 0), each.mailing.id))


_WEIGHT = {state: 2 if state.name == "SENT" else 1 for state in HAD_STATES}
