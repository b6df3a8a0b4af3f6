"""Which editions looked at what, for one follower of one publication.

A follower's history (asked, confirmed, another cadence, paused, left) and the editions of its digests, told
in the order in which they happened, give his *looks*: each is an edition that he was in the audience of, and
the window that it had for him. A window begins earlier for who paused or changed the cadence: he was owed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from publisher import storage
from publisher.trace.kinds import Rules

_ENDS = ("left", "removed", "erased")
_ASIDE = ("paused", "resumed", "address", "confirmed", "preferences")


@dataclass(frozen=True, slots=True)
class Point:
    """From `at` on somebody follows like this. `state` is "pending", "active" or "ended"."""

    at: datetime
    state: str
    cadence: str
    topics: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pause:
    """From `at` on he wants no mail until then; None: he wants it again."""

    at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class History:
    """What one follower did about one publication, in order."""

    slug: str
    points: tuple[Point, ...]
    pauses: tuple[Pause, ...]

    @property
    def cadences(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.cadence for each in self.points))

    def at(self, moment: datetime) -> Point | None:
        """How he followed then; None before he was known to."""
        return next((each for each in reversed(self.points) if each.at <= moment), None)

    def paused_until(self, moment: datetime) -> datetime | None:
        """Until when he had paused, as things stood then."""
        last = next((each for each in reversed(self.pauses) if each.at <= moment), None)
        return last.until if last else None


@dataclass(frozen=True, slots=True)
class Look:
    """An edition whose audience he was in, and the window that it had for him: [start, its end)."""

    mailing: storage.MailingRow
    start: datetime
    topics: frozenset[str]
    paused_until: datetime | None

    @property
    def moment(self) -> datetime:
        return max(self.mailing.window_end, self.mailing.frozen_at)

    @property
    def is_paused(self) -> bool:
        return self.paused_until is not None and self.paused_until > self.moment


@dataclass(slots=True)
class Attention:
    """A follower's looks at a publication, and since when he is owed what comes next."""

    looks: list[Look] = field(default_factory=list)
    mailings: list[storage.MailingRow] = field(default_factory=list)  # of his digests, whether his or not
    owed: datetime | None = None


def history(slug: str, follow: storage.FollowRow | None, events: Iterable[storage.EventRow]) -> History:
    """A follower's history with a publication, as far as its events and its present state tell it."""
    mine = [each for each in events if each.publication in (slug, None)]
    points: list[Point] = []
    cadence, topics = (follow.cadence, frozenset(follow.topics)) if follow else ("", frozenset())
    for event in mine:
        if (event.publication is None and event.kind not in _ENDS) or event.kind in _ASIDE:
            continue
        before = points[-1] if points else None
        if event.kind in _ENDS or event.evidence.get("state") == "unsubscribed":  # as a list says it
            if before:
                points.append(Point(event.at, "ended", before.cadence, before.topics))
            continue
        said = event.evidence.get("cadence")
        told = event.evidence.get("topics")
        points.append(
            Point(
                event.at,
                "active",
                said if isinstance(said, str) else before.cadence if before else cadence,
                _topics(told) if told is not None else before.topics if before else topics,
            )
        )
    return History(slug, tuple(_settled(points, follow)), tuple(_pauses(mine, follow)))


def _topics(said: object) -> frozenset[str]:
    if isinstance(said, str):
        return frozenset(filter(None, said.split(",")))
    return frozenset(map(str, said)) if isinstance(said, list | tuple) else frozenset()


def _settled(points: list[Point], follow: storage.FollowRow | None) -> list[Point]:
    """The present state is what counts: where no event tells of it, it began with the follow itself."""
    if follow is None:
        return points
    now = Point(follow.since, follow.state, follow.cadence, frozenset(follow.topics))
    if not points:
        return [now]
    last = points[-1]
    if (last.state, last.cadence, last.topics) == (now.state, now.cadence, now.topics):
        return points
    return [*points, Point(max(last.at, follow.since), now.state, now.cadence, now.topics)]


def _pauses(events: Iterable[storage.EventRow], follow: storage.FollowRow | None) -> list[Pause]:
    found = []
    for event in events:
        if event.kind == "paused":
            found.append(Pause(event.at, _moment(event.evidence.get("until"))))
        elif event.kind in ("resumed", "returned"):
            found.append(Pause(event.at, None))
    until = follow.paused_until if follow else None
    if follow and until and (not found or found[-1].until != until):
        found.append(Pause(found[-1].at if found else follow.since, until))
    return found


def _moment(said: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return found if found.tzinfo else None


def attention(
    past: History, mailings: Sequence[storage.MailingRow], told: Collection[int], rules: Rules
) -> Attention:
    """The looks of a follower. `told` are editions that told him of the publication: he was in those."""
    found = Attention(mailings=_of_digests(past, mailings, told, rules))
    done, before = 0, None
    for mailing in found.mailings:
        while done < len(past.points) and past.points[done].at <= mailing.frozen_at:
            found.owed = _owed(found, before, past.points[done], rules, past.slug)
            before = past.points[done]
            done += 1
        name = mailing.digest.partition(":")[2]
        there = before is not None and before.state == "active" and before.cadence == name
        if not there and mailing.id not in told:
            continue
        start = min(filter(None, (mailing.window_start, found.owed)))
        topics = before.topics if before else frozenset()
        look = Look(mailing, start, topics, past.paused_until(mailing.frozen_at))
        found.looks.append(look)
        found.owed = start if look.is_paused else None
    for point in past.points[done:]:
        found.owed = _owed(found, before, point, rules, past.slug)
        before = point
    return found


def _owed(found: Attention, before: Point | None, point: Point, rules: Rules, slug: str) -> datetime | None:
    """Since when he is owed, once this has happened: who takes another cadence takes what is open along."""
    if before is None or before.state != "active" or point.state != "active":
        return None
    if point.cadence == before.cadence:
        return found.owed
    spec = rules.digest(slug, before.cadence)
    key = spec.key if spec else ""
    its = [each for each in found.mailings if each.digest == key]
    ended = [each.window_end for each in its if each.frozen_at <= point.at]
    begun = [each.window_start for each in its]
    told = max(ended) if ended else min(begun, default=None)
    return min(filter(None, (found.owed, told)), default=None)


def _of_digests(
    past: History, mailings: Sequence[storage.MailingRow], told: Collection[int], rules: Rules
) -> list[storage.MailingRow]:
    """The editions that could tell him of the publication, in the order in which they were frozen.

    Where a publication has a digest of its own now, the site's of that name counts for what was before; an
    edition that told him counts anyhow.
    """
    found = []
    for cadence in past.cadences:
        keys = (f"{past.slug}:{cadence}", f"-:{cadence}")
        its = [each for each in mailings if each.digest in keys]
        spec = rules.digest(past.slug, cadence)
        key = spec.key if spec else None
        begins = min((each.window_start for each in its if each.digest == key), default=None)
        found += [
            each
            for each in its
            if each.digest == key or each.id in told or begins is None or each.window_end <= begins
        ]
    return sorted(found, key=lambda each: each.id)
