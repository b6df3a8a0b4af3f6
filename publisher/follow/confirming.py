"""The other half: somebody presses the button behind the link in a mail, and it counts once.

ask ─▶ confirmed        he follows from now on; pressing again shows the same
    ─▶ moved            the mails go to his new address from now on
expired, nothing, left, taken, blocked, outdated, gone       why it cannot be, or is no more
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from publisher import storage
from publisher.follow.asking import Rules, Wanted
from publisher.follow.coming import digests_of, next_mail
from publisher.follow.erasing import ERASED, barred, readmit
from publisher.follow.notices import notify
from publisher.follow.pausing import paused_until
from publisher.model import DigestSpec, NoticeKind, Publication

_NEW = ("added", "returned")


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a link is about, and how it stands.

    `state`: "ask" (the button is still to be pressed), "confirmed", "moved"; "expired"; "nothing" (all that
    was asked for is gone), "left" (confirmed, and stopped since), "taken" (the new address is another
    follower's), "blocked" (the address must not be mailed), "outdated" (he has another address by now) or
    "gone" (we know nothing of it any more). `follows` are what is asked for or followed, as far as it is
    still there. `address` is whose mailbox it is about, `old` the one before.
    """

    state: str
    kind: NoticeKind = NoticeKind.CONFIRM
    follower: int = 0
    follows: tuple[Wanted, ...] = ()
    address: str = ""
    old: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def confirmation(
    store: storage.Store,
    number: int,
    publications: Sequence[Publication],
    digests: Sequence[DigestSpec],
    now: datetime,
) -> Confirmed:
    """How the notice of this number stands. Changes nothing."""
    with store.read() as db:
        return _look(db, number, publications, digests, now)


def confirm(
    store: storage.Store,
    number: int,
    publications: Sequence[Publication],
    digests: Sequence[DigestSpec],
    rules: Rules,
    now: datetime,
) -> Confirmed:
    """Act on the notice of this number, once; then, and ever after, how it stands.

    Following is written down with its evidence and welcomed; another address is told to the old one.
    """
    with store.write() as db:
        found = _look(db, number, publications, digests, now)
        if found.state != "ask":
            return found
        if barred(db, found.address, rules.keys) not in (None, ERASED):
            return replace(found, state="blocked")
        if found.kind is NoticeKind.ADDRESS and not _is_free(db, found):
            return replace(found, state="taken")
        storage.hold_person(db, found.follower)
        if storage.use_notice(db, number, now):
            readmit(db, found.address, rules.keys)
            if found.kind is NoticeKind.ADDRESS:
                _move(db, number, found, now)
            else:
                _follow(db, number, found, publications, digests, rules, now)
        return _look(db, number, publications, digests, now)


def _look(
    db: storage.Connection,
    number: int,
    publications: Sequence[Publication],
    digests: Sequence[DigestSpec],
    now: datetime,
) -> Confirmed:
    notice = storage.notice_row(db, number)
    if notice is None or not notice.data or notice.kind not in (NoticeKind.CONFIRM, NoticeKind.ADDRESS):
        return Confirmed("gone")
    endpoint = storage.endpoint_of(db, notice.follower) or ""
    over = notice.expires_at is not None and notice.expires_at <= now
    if notice.kind is NoticeKind.ADDRESS:
        return _address_stands(notice, endpoint, over=over)
    wanted = _available(notice.data, publications, digests)
    found = Confirmed("ask", notice.kind, notice.follower, wanted, endpoint, data=notice.data)
    if notice.used_at is not None:
        slugs = {each.publication for each in wanted}
        active = [each for each in storage.follows_of(db, notice.follower) if each.state == "active"]
        still = tuple(
            Wanted(each.publication, each.cadence, each.topics)
            for each in active
            if each.publication in slugs
        )
        return replace(found, state="confirmed" if still else "left", follows=still or wanted)
    if _moved_since(db, notice):  # it came to a mailbox that was given up, which must not learn the new one
        return replace(found, state="outdated", address="")
    if over:
        return replace(found, state="expired")
    return found if wanted else replace(found, state="nothing")


def _moved_since(db: storage.Connection, notice: storage.NoticeRow) -> bool:
    """Whether his mails have come to another address since the notice was written."""
    events = storage.events_of(db, notice.follower)
    return any(each.kind == "address" and each.at >= notice.at for each in events)


def _address_stands(notice: storage.NoticeRow, endpoint: str, *, over: bool) -> Confirmed:
    new, old = str(notice.data.get("address", "")), str(notice.data.get("old", ""))
    found = Confirmed("ask", notice.kind, notice.follower, (), new, old, notice.data)
    if notice.used_at is not None and endpoint == new:
        return replace(found, state="moved")
    if over:
        return replace(found, state="expired")
    return found if endpoint == old else replace(found, state="outdated")


def _available(
    data: Mapping[str, Any], publications: Sequence[Publication], digests: Sequence[DigestSpec]
) -> tuple[Wanted, ...]:
    """What was asked for, without what is no more: nobody agreed to another mail in its place."""
    known = {each.slug: each for each in publications}
    return tuple(
        Wanted(each["slug"], each["cadence"], tuple(each["topics"]))
        for each in data.get("publications", ())
        if each["slug"] in known and each["cadence"] in digests_of(known[each["slug"]], digests)
    )


def _follow(
    db: storage.Connection,
    number: int,
    found: Confirmed,
    publications: Sequence[Publication],
    digests: Sequence[DigestSpec],
    rules: Rules,
    now: datetime,
) -> None:
    data = found.data
    evidence = {key: data[key] for key in ("words", "page", "ip") if data.get(key)}
    storage.add_event(db, found.follower, None, "confirmed", {**evidence, "notice": number}, now)
    profile = {key: data.get(key) for key in ("zone", "hour", "language")}
    told = {key: value for key, value in profile.items() if value is not None}
    storage.set_profile(db, found.follower, **told)
    before = {each.publication: each for each in storage.follows_of(db, found.follower)}
    pause = paused_until(before.values(), now)
    # Everybody goes through publications in one order, so that no two wait for each other.
    wanted = sorted(found.follows, key=lambda each: storage.publication_id(db, each.publication))
    fresh = [
        each
        for each in wanted
        if _follow_one(db, number, found.follower, each, before.get(each.publication), now) in _NEW
    ]
    if fresh and pause is not None:  # a pause is of the person, whatever he follows
        storage.set_pause(db, found.follower, pause)
    if fresh and rules.settings.welcome:
        welcome = _welcome(fresh, publications, digests, now)
        extra = {"zone": data.get("zone") or welcome["zone"], "language": data.get("language")}
        notify(db, found.follower, NoticeKind.WELCOME, {**welcome, **extra}, now)


def _follow_one(
    db: storage.Connection,
    number: int,
    follower: int,
    wanted: Wanted,
    before: storage.FollowRow | None,
    now: datetime,
) -> str:
    """Make it so, and write it down: "added", "returned" (had left), "changed" or "unchanged"."""
    topics = tuple(sorted(wanted.topics))
    if before and before.state == "active" and (before.cadence, before.topics) == (wanted.cadence, topics):
        return "unchanged"
    pub = storage.publication_id(db, wanted.publication)
    state = storage.FollowState.ACTIVE
    storage.set_follow(
        db, follower, pub, cadence=wanted.cadence, topics=",".join(topics), state=state, now=now
    )
    outcome = {"active": "changed", "ended": "returned"}.get(before.state if before else "", "added")
    evidence = {"notice": number, "cadence": wanted.cadence, "topics": list(topics)}
    storage.add_event(db, follower, pub, outcome, evidence, now)
    return outcome


def _welcome(
    fresh: Sequence[Wanted],
    publications: Sequence[Publication],
    digests: Sequence[DigestSpec],
    now: datetime,
) -> dict[str, object]:
    titles = {each.slug: each.title for each in publications}
    coming = next_mail([(each.publication, each.cadence) for each in fresh], publications, digests, now)
    return {
        "publications": [
            {"slug": each.publication, "title": titles[each.publication], "cadence": each.cadence}
            for each in fresh
        ],
        "next": coming[0].isoformat() if coming else None,
        "zone": coming[1].zone if coming else None,
    }


def _is_free(db: storage.Connection, found: Confirmed) -> bool:
    """Whether nobody else has the new address. One who only asked and never confirmed makes room."""
    other = storage.find_follower(db, "mail", found.address)
    if other is None or other == found.follower:
        return True
    if storage.follows_of(db, other) or storage.events_of(db, other):
        return False
    storage.forget(db, other)
    return True


def _move(db: storage.Connection, number: int, found: Confirmed, now: datetime) -> None:
    storage.change_endpoint(db, found.follower, found.address)
    evidence = {"from": found.old, "to": found.address, "notice": number}
    storage.add_event(db, found.follower, None, "address", evidence, now)
    data = {"address": found.old, "new": found.address, "language": found.data.get("language")}
    notify(db, found.follower, NoticeKind.MOVED, data, now)
