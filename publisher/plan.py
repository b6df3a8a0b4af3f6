"""Decide what is due and what goes in. Pure: data and `now` in, data out; nothing is read or written here.

    bar            why a guide may not be told of, and since when
    releases_due   which waiting revisions become public, and when they should have
    due            the edition of a digest that is due now, if one is
    edition        what the edition of one window says to which groups
    forecast       the editions to come, by the same functions, assuming that deliveries succeed

Whoever paused, or had another cadence before, is owed what was public since: for him the window of a
publication begins there (`Group.owed`). What he had is in the ledger, so that nothing comes twice.

A digest's windows partition time: each begins where the last one ended and ends at `schedule.next(begin)`,
begin included, end excluded. If several ends have passed (the service was off), they are one window up to the
latest of them: followers get one mail that holds everything, not three at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from publisher.model import (
    Bar,
    Candidate,
    DigestView,
    Exclusion,
    Grade,
    Group,
    Pair,
    PlannedEdition,
    PlannedVariant,
    Released,
    Schedule,
    Standing,
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A revision that is not public yet. Without `wanted_at` and `held` it waits for a release slot."""

    article: int
    number: int
    wanted_at: datetime | None
    held: bool
    committed_at: datetime


def releases_due(
    waiting: Sequence[Waiting], slots: Schedule | None, last_slot: datetime | None, now: datetime
) -> list[tuple[Waiting, datetime]]:
    """The waiting revisions whose time has come by `now`, each with that time, earliest first.

    Those that wait for a slot take the slots in the order of the queue, one each; a slot that passed before
    a guide was waiting, or that `last_slot` already used, is not given.
    """
    due = [(each, each.wanted_at) for each in waiting if each.wanted_at is not None and not each.held]
    taken = last_slot
    for each in waiting:
        if each.held or each.wanted_at is not None:
            continue
        if slots is None:  # the owner took the release schedule away: nothing to wait for
            due.append((each, each.committed_at))
            continue
        after = each.committed_at if taken is None else max(taken, each.committed_at)
        slot = slots.next(after)
        if slot is None or slot > now:
            break
        taken = slot
        due.append((each, slot))
    return sorted(((each, at) for each, at in due if at <= now), key=lambda pair: (pair[1], pair[0].article))


def review_due(standing: Standing, period: timedelta | None) -> datetime | None:
    """When a guide must be looked at again: as its owner said when he looked, else as the guide says.

    A date that it names counts until it was looked at after it. Without one, `period` after it was published,
    changed or looked at. None: never.
    """
    looked = standing.reviewed_at
    if standing.review_until is not None:
        return standing.review_until
    if standing.review_by is not None and (looked is None or standing.review_by > looked):
        return standing.review_by
    touched = [each for each in (looked, standing.updated_at, standing.published_at) if each is not None]
    return max(touched) + period if period is not None and touched else None


def bar(standing: Standing, period: timedelta | None) -> Bar | None:
    """Why no edition may tell of a guide, and since when; None if nothing speaks against it."""
    if standing.withdrawn_at is not None:
        return Bar(standing.withdrawn_at, "it was withdrawn")
    if standing.missing_since is not None:
        return Bar(standing.missing_since, "its file is gone")
    due_at = review_due(standing, period)
    return Bar(due_at, f"its review was due on {due_at:%Y-%m-%d}") if due_at is not None else None


def due(view: DigestView, now: datetime) -> PlannedEdition | None:
    """The edition whose window has ended by `now`; None while the present window is open."""
    end = None
    following = view.digest.schedule.next(view.covered_until)
    while following is not None and following <= now:
        end = following
        following = view.digest.schedule.next(end)
    return None if end is None else edition(view, end, now)


def edition(view: DigestView, end: datetime, now: datetime) -> PlannedEdition:
    """What the window [covered_until, end) says, to whom. Groups that get the same pairs share a variant.

    `now` is when it is said: the window's end, or later when the service was off. What is barred by then is
    left out.
    """
    told: dict[tuple[Pair, ...], list[Group]] = {}
    unaddressed, paused = 0, 0
    moment = max(end, now)
    found = [each for candidate in view.candidates if (each := _news(candidate, view.covered_until, end))]
    barred = [each for each in found if _is_barred(each.candidate, moment)]
    news = [each for each in found if not _is_barred(each.candidate, moment)]
    for group in view.groups:
        if group.paused_until is not None and group.paused_until > moment:
            paused += group.size
            continue
        pairs = _pairs(_of_group(view, group, news, end, moment), group)
        if pairs:
            told.setdefault(pairs, []).append(group)
        else:
            unaddressed += group.size
    variants = tuple(PlannedVariant(pairs, tuple(groups)) for pairs, groups in told.items())
    return PlannedEdition(
        digest=view.digest.key,
        cell=view.cell,
        occurrence=end,
        window_start=view.covered_until,
        window_end=end,
        variants=variants,
        unaddressed=unaddressed,
        paused=paused,
        excluded=(*_barred(barred), *_excluded(news, variants)),
    )


def forecast(
    views: Iterable[DigestView], now: datetime, *, limit: int | None = None, until: datetime | None = None
) -> list[PlannedEdition]:
    """The next `limit` editions, or those up to `until`, over all digests, in the order of their moments.

    What is due already comes first, as the worker would plan it at `now`.
    """
    found: list[PlannedEdition] = []
    open_views = []
    for view in sorted(views, key=lambda view: view.digest.key):
        if planned := due(view, now):
            found.append(planned)
            view = _after(view, planned)  # noqa: PLW2901  the same digest, one edition later
        open_views.append(view)
    found.sort(key=lambda planned: (planned.occurrence, planned.digest))
    while limit is None or len(found) < limit:
        moments = [
            (moment, place)
            for place, view in enumerate(open_views)
            if (moment := view.digest.schedule.next(view.covered_until)) is not None
        ]
        if not moments or (until is not None and min(moments)[0] > until):
            break
        moment, place = min(moments)
        planned = edition(open_views[place], moment, moment)
        found.append(planned)
        open_views[place] = _after(open_views[place], planned)
    return found[:limit]


@dataclass(frozen=True, slots=True)
class _News:
    """A guide with something new in the window: its newest revision, and what was public before."""

    candidate: Candidate
    before: int | None
    first: int
    now: int
    eligible_at: datetime


def _news(candidate: Candidate, start: datetime, end: datetime) -> _News | None:
    inside = [each for each in candidate.releases if _inside(each, start, end)]
    if not inside:
        return None
    first, last = inside[0], inside[-1]
    earlier = [each.number for each in candidate.releases if each.number < first.number]
    assert last.eligible_at is not None  # noqa: S101  for the type checker: _inside said so
    return _News(candidate, max(earlier, default=None), first.number, last.number, last.eligible_at)


def _of_group(
    view: DigestView, group: Group, news: Sequence[_News], end: datetime, moment: datetime
) -> Sequence[_News]:
    """The news of a window for one group: of a publication that it is owed, since then."""
    if not group.owed:
        return news
    own = [each for each in news if each.candidate.publication not in group.owed]
    for candidate in view.candidates:
        if candidate.publication in group.owed and not _is_barred(candidate, moment):
            since = min(group.owed[candidate.publication], view.covered_until)
            if each := _news(candidate, since, end):
                own.append(each)
    return own


def _is_barred(candidate: Candidate, at: datetime) -> bool:
    return candidate.bar is not None and candidate.bar.since <= at


def _barred(news: Sequence[_News]) -> Iterable[Exclusion]:
    """What must not be told now stays news: the next window looks at it again."""
    for each in news:
        if each.candidate.bar is not None:
            reason = each.candidate.bar.reason
            yield Exclusion(each.candidate.article, reason, postponed=True, number=each.first)


def _inside(each: Released, start: datetime, end: datetime) -> bool:
    return each.eligible_at is not None and start <= each.eligible_at < end


def _pairs(news: Sequence[_News], group: Group) -> tuple[Pair, ...]:
    """What this group hears: new guides first, then updated ones, the latest first in each."""
    chosen = [(each, pair) for each in news if (pair := _pair(each, group))]
    chosen.sort(key=lambda both: both[1].article)
    chosen.sort(key=lambda both: both[0].eligible_at, reverse=True)
    chosen.sort(key=lambda both: not both[1].new)
    return tuple(pair for _, pair in chosen)


def _pair(news: _News, group: Group) -> Pair | None:
    if not _follows(news.candidate, group):
        return None
    had = group.had.get(news.candidate.article, news.before)
    if had is None:
        return Pair(news.candidate.article, None, news.now, new=True)
    if had >= news.now or news.candidate.grades[had, news.now] < Grade.MATERIAL:
        return None
    return Pair(news.candidate.article, had, news.now, new=news.before is None)


def _follows(candidate: Candidate, group: Group) -> bool:
    return any(
        publication == candidate.publication and (not topics or topics & candidate.tags)
        for publication, topics in group.follows
    )


def _excluded(news: Sequence[_News], variants: Sequence[PlannedVariant]) -> tuple[Exclusion, ...]:
    """The guides of the window that no variant tells of, with the reason."""
    told = {pair.article for variant in variants for pair in variant.pairs}
    return tuple(
        Exclusion(each.candidate.article, _reason(each))
        for each in news
        if each.candidate.article not in told
    )


def _reason(news: _News) -> str:
    if news.before is not None and news.candidate.grades[news.before, news.now] < Grade.MATERIAL:
        grade = news.candidate.grades[news.before, news.now]
        return f"its change is {grade.name.lower()}, not material"
    return "nobody in the audience follows it, or everyone had this revision"


def _after(view: DigestView, planned: PlannedEdition) -> DigestView:
    """The view once this edition has been delivered to everyone."""
    had = {
        group.rule: {pair.article: pair.now for pair in variant.pairs}
        for variant in planned.variants
        for group in variant.groups
    }
    groups = tuple(
        replace(group, had={**group.had, **had.get(group.rule, {})}, owed=_still_owed(group, planned))
        for group in view.groups
    )
    late = {each.article for each in planned.excluded if each.postponed}
    candidates = tuple(
        _postponed(each, planned) if each.article in late else each for each in view.candidates
    )
    return replace(view, covered_until=planned.window_end, groups=groups, candidates=candidates)


def _still_owed(group: Group, planned: PlannedEdition) -> Mapping[str, datetime]:
    """A window that passes while somebody pauses is owed to him."""
    if group.paused_until is None or group.paused_until <= planned.window_end:
        return {}
    start = planned.window_start
    return {slug: min(start, group.owed.get(slug, start)) for slug, _ in group.follows}


def _postponed(candidate: Candidate, planned: PlannedEdition) -> Candidate:
    releases = tuple(
        replace(each, eligible_at=planned.window_end)
        if _inside(each, planned.window_start, planned.window_end)
        else each
        for each in candidate.releases
    )
    return replace(candidate, releases=releases)
