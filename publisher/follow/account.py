"""What only the owner of a mailbox may do: see all that we know of him, and move to another address.

Mails get forwarded, and with them the link to the preferences. So the way in is a fresh mail to his own
address, whose link works for an hour, and no more once the address is not his, or he was forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from publisher import mail, storage, tokens
from publisher.errors import FollowerError, TokenError
from publisher.follow import limits
from publisher.follow.asking import Rules
from publisher.follow.erasing import ERASED, barred
from publisher.follow.notices import notify
from publisher.follow.preferring import present
from publisher.model import NoticeKind

LIFETIME = timedelta(hours=1)  # of the link to the account
MOVING = timedelta(days=1)  # of the link that a new address is asked with
_EVERY, _BURST = timedelta(hours=1), 3
_TO = "sent_to"

# What the file says of itself: every key, in a sentence.
KEYS = {
    "made_at": "When this file was made. All times are in UTC.",
    "profile": "Your address, and what you told us of your language, zone and preferred hour.",
    "tags": "Words that the owner of the site has put to your address.",
    "follows": "What you follow or have followed: how often (cadence), which topics (none: all), since when.",
    "events": "Everything that happened to it, the oldest first; `evidence` is what we know of how.",
    "mails": "Every mail to you: which edition, of which date, what became of it and when. "
    "`problems` are the words of your mail server when it did not take one.",
    "notices": "The mails about your following itself, what they were about, and whether you answered.",
    "suppression": "Why nothing may be mailed to your address; null if it may.",
}


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account a link opens, and which notice (its number) brought the link."""

    notice: int
    person: storage.Person


@dataclass(frozen=True, slots=True)
class Moving:
    """What became of the wish for another address. `state`: "asked" (look into that mailbox), or why not:
    "address" (it is none), "own", "role", "disposable" (the owner refuses those), or "often".
    """

    state: str
    address: str


def ask_account(store: storage.Store, follower: int, now: datetime) -> bool:
    """Mail the follower the link to his account. False only if there is nobody; whether a mail leaves is
    not told: three at once, then one an hour.
    """
    with store.write() as db:
        person = present(storage.hold_person(db, follower))
        if person is None:
            return False
        if storage.take(db, f"account:{follower}", _EVERY, _BURST, now):
            notify(db, follower, NoticeKind.ACCOUNT, {_TO: person.endpoint}, now, now + LIFETIME)
        return True


def open_account(store: storage.Store, notice: int) -> Account | None:
    """Whose account the notice of this number opens; None where nothing is left.

    Raises TokenError when it was mailed to an address that has been given up since.
    """
    with store.read() as db:
        row = storage.notice_row(db, notice)
        person = present(storage.person(db, row.follower)) if row is not None else None
    if row is None or person is None or row.kind is not NoticeKind.ACCOUNT:
        return None
    if row.data.get(_TO) != person.endpoint:
        raise TokenError("This link was mailed to another address", advice="Please ask for a new one.")
    return Account(notice, person)


def ask_address(store: storage.Store, account: Account, written: str, rules: Rules, now: datetime) -> Moving:
    """Mail a new address the question whether it is his. Nothing changes before it is answered there.

    Whether that address belongs to a follower, or must not be mailed, is not told.
    """
    problem, new = _checked(written, rules)
    if not problem and new == account.person.endpoint:
        problem = "own"
    if problem:
        return Moving(problem, written)
    follower = account.person.id
    with store.write() as db:
        if not storage.take(db, f"moving:{follower}", _EVERY, _BURST, now):
            return Moving("often", written)
        may = limits.take_to(db, tokens.fingerprints(rules.keys, limits.mailbox_of(new))[0], now)
        if may and barred(db, new, rules.keys) in (None, ERASED):  # as for whoever follows anew
            data = {"address": new, "old": account.person.endpoint, "language": account.person.language}
            notify(db, follower, NoticeKind.ADDRESS, data, now, now + MOVING)
    return Moving("asked", new)


def _checked(written: str, rules: Rules) -> tuple[str, str]:
    """(what is wrong with an address or "", its normal form)."""
    try:
        new = mail.normal_address(written)
    except FollowerError:
        return "address", written
    kind = mail.unusual(new)
    refused = {"role": rules.settings.roles, "disposable": rules.settings.disposable}
    return (kind, new) if kind and refused[kind] == "refuse" else ("", new)


def data_of(
    store: storage.Store, person: storage.Person, keys: tokens.Keys, now: datetime
) -> dict[str, object]:
    """All that we know of a follower, as JSON can hold it; `about` describes every key."""
    with store.read() as db:
        endpoints = (person.endpoint, *tokens.fingerprints(keys, person.endpoint))
        barred_by = next(iter(storage.suppressions_of(db, endpoints)), None)
        return {
            "about": KEYS,
            "made_at": _iso(now),
            "profile": _profile(person),
            "tags": storage.tags_of(db, person.id),
            "follows": [_follow(row) for row in storage.follows_of(db, person.id)],
            "events": [_event(row) for row in storage.events_of(db, person.id)],
            "mails": _mails(db, person.id),
            "notices": _notices(db, person.id),
            "suppression": barred_by
            and {"reason": barred_by.reason, "at": _iso(barred_by.at), "note": barred_by.note},
        }


def _profile(person: storage.Person) -> dict[str, object]:
    return {
        "number": person.id,
        "channel": person.channel,
        "address": person.endpoint,
        "name": person.name,
        "language": person.language,
        "zone": person.zone,
        "hour": person.hour,
        "known_since": _iso(person.created_at),
    }


def _follow(row: storage.FollowRow) -> dict[str, object]:
    return {
        "publication": row.publication,
        "cadence": row.cadence,
        "topics": list(row.topics),
        "state": row.state,
        "since": _iso(row.since),
        "paused_until": _iso(row.paused_until),
    }


def _event(row: storage.EventRow) -> dict[str, object]:
    return {
        "at": _iso(row.at),
        "publication": row.publication,
        "kind": row.kind,
        "evidence": dict(row.evidence),
    }


def _mails(db: storage.Connection, follower: int) -> list[dict[str, object]]:
    mailings = {each.id: each for each in storage.mailings(db)}
    tries = storage.attempts_to(db, follower, mailings)
    return [
        {
            "edition": row.edition,
            "kind": mailings[row.edition].kind,
            "digest": mailings[row.edition].digest,
            "date": _iso(mailings[row.edition].occurrence),
            **_became(row, tries),
        }
        for row in storage.deliveries_to(db, follower, mailings)
    ]


def _notices(db: storage.Connection, follower: int) -> list[dict[str, object]]:
    rows = storage.notice_mails(db, follower)
    words = storage.notice_words(db, follower)
    tries = storage.attempts_to(db, follower, [row.delivery.edition for row in rows if row.delivery])
    return [
        {
            "kind": row.kind,
            "date": _iso(row.at),
            "about": words.get(row.id, {}),
            "link_until": _iso(row.expires_at),
            "answered_at": _iso(row.used_at),
            **(_became(row.delivery, tries) if row.delivery else {"state": "not mailed"}),
        }
        for row in rows
    ]


def _became(row: storage.DeliveryRow, tries: Mapping[int, list[storage.AttemptRow]]) -> dict[str, object]:
    problems = [
        {"at": _iso(each.at), "state": each.state.name.lower(), "reply": each.reply}
        for each in tries.get(row.edition, ())
    ]
    return {"state": row.state.name.lower(), "at": _iso(row.at), "problems": problems}


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
