"""What a follower changes about his own following, on the page behind the link in every mail.

The page is a form that lay open for a while: each part of it says what it showed, and only what differs from
that is a wish. So two open pages, or a link pressed in a mail meanwhile, undo nothing of each other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from publisher import storage
from publisher.follow.erasing import is_erased
from publisher.follow.leaving import part
from publisher.follow.pausing import end_of_pause, midnight_again, paused_until
from publisher.follow.wishes import Chosen, Desired, Offer, Slip, check, differs, is_zone
from publisher.storage import Connection, FollowRow, FollowState, Person

HOW = "preferences page"
_STAMP = 12  # hexadecimal digits: enough to tell two lists of topics apart


@dataclass(frozen=True, slots=True)
class Preferences:
    """A follower and what he follows or followed (slug -> row). `barred`: why he must not be mailed."""

    person: Person
    follows: Mapping[str, FollowRow]
    paused_until: datetime | None = None
    barred: str | None = None

    @property
    def active(self) -> dict[str, FollowRow]:
        return {slug: row for slug, row in self.follows.items() if row.state == "active"}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was saved.

    `what`: "added", "returned", "left", "cadence", "topics", "zone", "hour", "language", "paused", "resumed"
    or "feeds". `publication` is a slug, or "". `now` is the new value, topics joined by ", ".
    """

    what: str
    publication: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it is now, and what was saved or why nothing was. `last`: nothing is followed any more."""

    preferences: Preferences
    changes: tuple[Change, ...] = ()
    slips: tuple[Slip, ...] = ()
    last: bool = False


@dataclass(slots=True)
class _Pen:
    """A change under way: the transaction, who changes what, and what has been written so far."""

    db: Connection
    have: Preferences
    now: datetime
    numbers: Mapping[str, int]
    done: list[Change] = field(default_factory=list)

    @property
    def follower(self) -> int:
        return self.have.person.id

    def note(self, kind: str, slug: str | None, evidence: Mapping[str, object]) -> None:
        pub = None if slug is None else self.numbers[slug]
        storage.add_event(self.db, self.follower, pub, kind, {"how": HOW, **evidence}, self.now)


def preferences(store: storage.Store, follower: int, now: datetime) -> Preferences | None:
    """What a follower follows, and how; None for one who is not there, or was forgotten."""
    with store.read() as db:
        return read_preferences(db, follower, now)


def read_preferences(db: Connection, follower: int, now: datetime) -> Preferences | None:
    """The same within a transaction."""
    person = present(storage.person(db, follower))
    if person is None:
        return None
    follows = {row.publication: row for row in storage.follows_of(db, follower)}
    barred = storage.suppressed(db, person.endpoint)
    return Preferences(person, follows, paused_until(follows.values(), now), barred)


def present(person: Person | None) -> Person | None:
    """The person, unless he was forgotten."""
    return None if person is None or is_erased(person.endpoint) else person


def stamp(cadence: str, topics: Sequence[str]) -> str:
    """What a form keeps of the state that it shows; "-" for not followed."""
    if not cadence:
        return "-"
    said = hashlib.sha256(",".join(sorted(topics)).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{cadence}.{said[:_STAMP]}"


def stamp_of(row: FollowRow | None) -> str:
    return stamp(row.cadence, row.topics) if row is not None and row.state == "active" else "-"


def prefer(
    store: storage.Store,
    follower: int,
    desired: Desired,
    offer: Offer,
    *,
    now: datetime,
    goodbye: bool = False,
) -> Outcome | None:
    """Do what the form asks for, all of it or (with `slips`) nothing; None for a follower who is not there.

    What is added is his own consent: the link came to his mailbox. `goodbye`: one mail when all has ended.
    """
    with store.write() as db:
        storage.hold_person(db, follower)
        have = read_preferences(db, follower, now)
        if have is None:
            return None
        chosen = tuple(each for each in desired.follows if _is_wish(have, each))
        profile = {name: value for name, value in desired.profile.items() if _is_said(have, desired, name)}
        slips = check(have.active, chosen, profile, offer, barred=have.barred is not None)
        if slips:
            return Outcome(have, slips=slips)
        pen = _Pen(db, have, now, {each.publication: _number(db, each.publication) for each in chosen})
        _set_profile(pen, profile, offer.zone)
        # Everybody goes through publications in one order, so that no two wait for each other.
        for each in sorted(chosen, key=lambda wish: pen.numbers[wish.publication]):
            _set_follow(pen, each)
        gone = [each.publication for each in pen.done if each.what == "left"]
        titles = offer.titles if goodbye else None
        last = not _starts(pen.done) and part(db, follower, have.active, gone, titles, now)
        after = read_preferences(db, follower, now)
        return Outcome(after or have, tuple(pen.done), last=last)


def pause(store: storage.Store, follower: int, day: str, *, zone: str, now: datetime) -> Outcome | None:
    """No mail until a day ("2026-12-01") begins where he lives; `zone` is for those who never said where."""
    with store.write() as db:
        storage.hold_person(db, follower)
        have = read_preferences(db, follower, now)
        if have is None:
            return None
        there = zone_of(have.person, zone)
        until = end_of_pause(day, now, there)
        if until is None:
            return Outcome(have, slips=(Slip("pause", value=day),))
        if not have.active or until == have.paused_until:
            return Outcome(have)
        storage.set_pause(db, follower, until)
        _Pen(db, have, now, {}).note("paused", None, {"until": until.isoformat(), "zone": there})
        return Outcome(read_preferences(db, follower, now) or have, (Change("paused"),))


def resume(store: storage.Store, follower: int, now: datetime) -> Outcome | None:
    """End a pause now."""
    with store.write() as db:
        storage.hold_person(db, follower)
        have = read_preferences(db, follower, now)
        if have is None or have.paused_until is None:
            return None if have is None else Outcome(have)
        storage.set_pause(db, follower, None)
        _Pen(db, have, now, {}).note("resumed", None, {"until": have.paused_until.isoformat()})
        return Outcome(read_preferences(db, follower, now) or have, (Change("resumed"),))


def zone_of(person: Person, zone: str) -> str:
    """Where he lives, else `zone`."""
    return person.zone if person.zone and is_zone(person.zone) else zone


def renew_feeds(store: storage.Store, follower: int, now: datetime) -> Outcome | None:
    """New addresses for his private feeds; the old ones are void."""
    with store.write() as db:
        have = read_preferences(db, follower, now)
        if have is None:
            return None
        storage.renew_links(db, follower)
        _Pen(db, have, now, {}).note("preferences", None, {"feeds": "a new private address"})
        return Outcome(read_preferences(db, follower, now) or have, (Change("feeds"),))


def _is_wish(have: Preferences, each: Chosen) -> bool:
    """Whether the form asks for something else than it showed, which is not the case already."""
    wanted = stamp(each.cadence, each.topics)
    return wanted not in (each.shown, stamp_of(have.follows.get(each.publication)))


def _is_said(have: Preferences, desired: Desired, name: str) -> bool:
    said = desired.profile[name]
    return said != desired.shown.get(name) and differs(have.person, name, said)


def _number(db: Connection, slug: str) -> int:
    return storage.publication_id(db, slug)


def _starts(changes: Sequence[Change]) -> bool:
    return any(each.what in ("added", "returned") for each in changes)


def _set_profile(pen: _Pen, said: Mapping[str, str], zone: str) -> None:
    values: dict[str, str | int | None] = {name: value or None for name, value in said.items()}
    if said.get("hour"):
        values["hour"] = int(said["hour"])
    if not values:
        return
    before = {name: getattr(pen.have.person, name) for name in values}
    storage.set_profile(pen.db, pen.follower, **values)
    pen.note("preferences", None, {**values, "before": before})
    pen.done += [Change(name, now=said[name]) for name in said]
    until = pen.have.paused_until
    if "zone" in values and until is not None:  # the day that he named begins elsewhere now
        there = midnight_again(until, zone_of(pen.have.person, zone), said["zone"] or zone)
        storage.set_pause(pen.db, pen.follower, there)


def _set_follow(pen: _Pen, wish: Chosen) -> None:
    slug, row = wish.publication, pen.have.active.get(wish.publication)
    if not wish.cadence:
        storage.end_follows(pen.db, pen.follower, [pen.numbers[slug]], None)
        pen.note("left", slug, {})
        pen.done.append(Change("left", slug))
        return
    before = storage.set_follow(
        pen.db,
        pen.follower,
        pen.numbers[slug],
        cadence=wish.cadence,
        topics=",".join(sorted(wish.topics)),
        state=FollowState.ACTIVE,
        now=pen.now,
    )
    said: dict[str, object] = {"cadence": wish.cadence, "topics": sorted(wish.topics)}
    if row is None:
        kind = "returned" if before == "ended" else "added"
        pen.note(kind, slug, said)
        pen.done.append(Change(kind, slug, wish.cadence))
        if pen.have.paused_until is not None:  # a pause is his, whatever he follows
            storage.set_pause(pen.db, pen.follower, pen.have.paused_until)
        return
    pen.note("changed", slug, {**said, "before": {"cadence": row.cadence, "topics": list(row.topics)}})
    if row.cadence != wish.cadence:
        pen.done.append(Change("cadence", slug, wish.cadence))
    if set(row.topics) != set(wish.topics):
        pen.done.append(Change("topics", slug, ", ".join(sorted(wish.topics))))
