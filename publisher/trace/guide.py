"""One guide, one follower: what became of each revision. Exactly one answer for every one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from publisher import storage
from publisher.model import EditionState
from publisher.trace.deciding import Guide, Telling, best, decide
from publisher.trace.kinds import Fate, RevisionStory, Rules, Verdict
from publisher.trace.looking import Attention, History, Look, Point


@dataclass(frozen=True, slots=True)
class Open:
    """The present window of a digest: [begin, end); `end` is None when nothing is planned.

    `after` is the end of the window behind it: what is due now may not be frozen yet.
    """

    key: str
    begin: datetime
    end: datetime | None
    after: datetime | None = None

    def at(self, moment: datetime) -> tuple[datetime, datetime | None]:
        """The window that looks at what became news at this moment."""
        late = self.end is not None and moment >= self.end
        return (self.end or self.begin, self.after) if late else (self.begin, self.end)


@dataclass(frozen=True, slots=True)
class Case:
    """All that the verdicts on one guide are found from."""

    guide: Guide
    history: History
    attention: Attention
    rules: Rules
    windows: Mapping[str, Open]  # by digest
    now: datetime
    owed: Mapping[str, int] = field(default_factory=dict)  # digest -> the first revision that it owes


def tell(case: Case) -> tuple[RevisionStory, ...]:
    """Every revision of the guide with its verdict, the newest first."""
    told = []
    for fact in case.guide.facts:
        verdict = _verdict(case, fact)
        told.append(
            RevisionStory(
                number=fact.number,
                title=fact.title,
                step=fact.step,
                change=fact.change,
                released_at=fact.released_at,
                verdict=verdict,
                reached=None if verdict.fate in (Fate.TOLD, Fate.FOLDED) else _reached(case, fact.number),
            )
        )
    return tuple(reversed(told))


def _verdict(case: Case, fact: storage.RevisionFacts) -> Verdict:
    if tellings := [each for each in case.guide.tellings if each.now == fact.number]:
        return _told(best(tellings), Fate.TOLD)
    if fact.released_at is None:
        return _waiting(case, fact)
    if fact.eligible_at is None:
        fate = Fate.ARCHIVED if case.guide.texts[fact.number].archived else Fate.QUIET
        return Verdict(fate, at=fact.released_at)
    if not case.history.points:
        return Verdict(Fate.NEVER)
    return _looked_at(case, fact, fact.eligible_at) or _missed(case, fact, fact.eligible_at)


def _told(telling: Telling, fate: Fate) -> Verdict:
    return Verdict(
        fate,
        telling.mailing,
        telling.delivery.at,
        state=telling.delivery.state,
        had=telling.had,
        now=telling.now,
        grade=None,
    )


def _waiting(case: Case, fact: storage.RevisionFacts) -> Verdict:
    text = case.guide.texts[fact.number]
    if not text.waits:
        newer = [each.number for each in case.guide.facts if each.number > fact.number]
        return Verdict(Fate.REPLACED, now=min(newer, default=None))
    return Verdict(Fate.WAITING, at=None if text.held else text.wanted_at, detail=text.stop or "")


def _reached(case: Case, number: int) -> storage.MailingRow | None:
    """The first edition that brought a newer revision to him, and this one's text with it."""
    sent = [
        each.mailing
        for each in case.guide.tellings
        if each.now > number
        and (each.had is None or each.had < number)
        and each.delivery.state.name == "SENT"
    ]
    return sent[0] if sent else None


def _looked_at(case: Case, fact: storage.RevisionFacts, eligible_at: datetime) -> Verdict | None:
    """The verdict of the editions that he was in; None if none of them looked at this revision."""
    looks = [each for each in case.attention.looks if eligible_at < each.mailing.window_end]
    held: Verdict | None = None
    owed: int | None = None
    for look in looks:
        if look.start > eligible_at and not (owed and held and _same_digest(held, look)):
            if held is None:
                return None  # it was told, or was to be, before he came
            continue
        if folded := _folded(case, look, fact.number):
            return folded
        verdict = decide(case.guide, look, case.rules, owed_since=owed)
        if verdict is not None and verdict.fate is Fate.PAUSED:
            held = held or verdict
        elif verdict is None or verdict.fate is Fate.BARRED:
            # By the rules it was to be told, and was not: something kept the guide back then.
            held = held or verdict or Verdict(Fate.POSTPONED, look.mailing, look.mailing.frozen_at)
            owed = fact.number
        else:
            return verdict
    return _coming(case, fact, held) if held else None


def _same_digest(held: Verdict, look: Look) -> bool:
    return held.mailing is not None and held.mailing.digest == look.mailing.digest


def _folded(case: Case, look: Look, number: int) -> Verdict | None:
    its = [each for each in case.guide.tellings if each.mailing.id == look.mailing.id and each.now > number]
    return _told(its[0], Fate.FOLDED) if its else None


def _coming(case: Case, fact: storage.RevisionFacts, held: Verdict | None) -> Verdict | None:
    """What the next edition will say of it, as things stand; what holds it back if it still does.

    None: it looks at this revision no more.
    """
    look = next_look(case, fact.eligible_at)
    owed = case.owed.get(look.mailing.digest) if look else None
    if look is None or not (_covers(look, fact) or (owed is not None and owed <= fact.number)):
        return held
    verdict = decide(case.guide, look, case.rules, owed_since=owed)
    if verdict is not None:
        return held if held and held.fate is verdict.fate else replace(verdict, mailing=None)
    if held is not None and held.fate is not Fate.PAUSED:
        return replace(held, at=look.mailing.window_end)
    return Verdict(Fate.NEXT, at=look.mailing.window_end)


def _covers(look: Look, fact: storage.RevisionFacts) -> bool:
    return fact.eligible_at is not None and look.start <= fact.eligible_at


def next_look(case: Case, moment: datetime | None = None) -> Look | None:
    """The edition to come as this follower's look; None when nothing is planned for him.

    With a `moment` the one that looks at what became news then.
    """
    point = case.history.points[-1] if case.history.points else None
    if point is None or point.state != "active":
        return None
    spec = case.rules.digest(case.history.slug, point.cadence)
    window = case.windows.get(spec.key) if spec else None
    if window is None:
        return None
    begin, end = window.at(moment) if moment is not None else (window.begin, window.end)
    if end is None:
        return None
    coming = storage.MailingRow(
        id=1 << 62,
        kind="digest",
        digest=window.key,
        occurrence=end,
        window_start=begin,
        window_end=end,
        frozen_at=max(end, case.now),
        state=EditionState.PLANNED,
    )
    start = min(filter(None, (begin, case.attention.owed)))
    return Look(coming, start, point.topics, case.history.paused_until(case.now))


def _no_mail(case: Case) -> Verdict:
    """Why nothing is to come to him at all."""
    point = case.history.points[-1]
    if point.state == "ended":
        return Verdict(Fate.LEFT, at=point.at)
    if point.state == "pending":
        return Verdict(Fate.PENDING, at=point.at)
    return Verdict(Fate.NO_DIGEST, detail=point.cadence)


def _missed(case: Case, fact: storage.RevisionFacts, eligible_at: datetime) -> Verdict:
    """No edition that he was in looked at it: it is yet to come, or it was told when he was not there."""
    if coming := _coming(case, fact, None):
        return coming
    look = next_look(case)
    closed = [each for each in case.attention.mailings if _is_inside(each, eligible_at)]
    if closed:
        return _absent(case, closed)
    began = case.history.points[0]
    if began.at > eligible_at:
        return Verdict(Fate.LATER, at=began.at)
    if look is not None and eligible_at < look.start:
        return Verdict(Fate.EARLY, at=look.start)
    return _no_mail(case)


def _is_inside(mailing: storage.MailingRow, moment: datetime) -> bool:
    return mailing.window_start <= moment < mailing.window_end


def _absent(case: Case, closed: Sequence[storage.MailingRow]) -> Verdict:
    """How he followed when it was told: the edition of the cadence that he had then, else the first."""
    mailing = _his(case, closed) or closed[0]
    point = case.history.at(mailing.frozen_at)
    if point is None:
        return Verdict(Fate.LATER, mailing, case.history.points[0].at)
    if point.state == "ended":
        return Verdict(Fate.LEFT, mailing, point.at)
    if point.state == "pending":
        return Verdict(Fate.PENDING, mailing, point.at)
    began = _began(case.history, mailing.frozen_at)
    if began.at > mailing.window_end:
        return Verdict(Fate.LATER, mailing, began.at)
    return Verdict(Fate.CADENCE, mailing, point.at, detail=point.cadence)


def _his(case: Case, closed: Iterable[storage.MailingRow]) -> storage.MailingRow | None:
    for mailing in closed:
        point = case.history.at(mailing.frozen_at)
        if point is not None and mailing.digest.partition(":")[2] == point.cadence:
            return mailing
    return None


def _began(history: History, moment: datetime) -> Point:
    """Since when he followed without a break, at that moment."""
    began = history.points[0]
    for before, point in zip((None, *history.points), history.points, strict=False):
        if point.at > moment:
            break
        if before is None or (before.state != "active" and point.state == "active"):
            began = point
    return began
