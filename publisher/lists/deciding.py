"""What a chunk of a list changes: a pure function of its entries and of what is known here.

The rules, from the strongest:

1. Who must not be mailed here (blocked, complained, bounced, erased) stays so.
2. Who has left here himself is not brought back by a list. Only he can come back, or the owner by name.
3. A list's own "bounced", "complained" or "blocked" is taken over as a suppression, and its "unsubscribed"
   ends what is followed here; who is not known here and not subscribed there is not kept.
4. Who follows already keeps what he chose. A list adds tags, and fills in what nobody has said yet.

Entries are looked at in the order of the file, and what one does the next one sees: how a file is cut into
chunks changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from json.encoder import encode_basestring as _quoted
from typing import Any

from publisher.lists.words import REASONS, Entry, Past, Problem, Standing, Target
from publisher.storage import FollowState, KnownPerson

_SUPPRESSED = {
    "owner": "it is blocked here",
    "complaint": "its owner has complained here",
    "bounce": "mail to it has bounced here",
    "erased": "its owner asked to be forgotten",
}
_LEFT = "has left here, and is not brought back by a list"
_ORDER = (
    "added",
    "returned",
    "changed",
    "duplicate",
    "left",
    "unchanged",
)  # of several, the first is counted


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for a whole import. `targets` by slug; `to`: where rows go that name no publication."""

    consent: str
    vendor_of: Mapping[str, str]  # file -> vendor
    targets: Mapping[str, Target]
    to: tuple[str, ...]
    started_at: datetime
    cadence: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(slots=True)
class Here:
    """One address while a chunk is decided; `id` is None for who is new. `mine`: made by this import."""

    id: int | None = None
    profile: dict[str, Any] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    follows: dict[int, tuple[FollowState, str | None, bool]] = field(default_factory=dict)
    reason: str | None = None  # why it must not be mailed
    forgotten: bool = False  # it is kept away under a fingerprint


@dataclass(slots=True)
class Changes:
    """What is to be written. People are named by endpoint: who is new has no number yet."""

    people: dict[str, tuple[Any, ...]] = field(default_factory=dict)  # name, language, zone, hour, created_at
    follows: dict[tuple[str, int], tuple[Any, ...]] = field(default_factory=dict)
    revived: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)  # cadence, topics
    ended: list[tuple[str, int]] = field(default_factory=list)
    fills: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    tags: list[tuple[str, str]] = field(default_factory=list)
    events: list[tuple[str, int | None, datetime, str, str]] = field(default_factory=list)
    suppressions: list[tuple[str, str, datetime, str]] = field(default_factory=list)
    more: Counter[int] = field(default_factory=Counter)  # publication -> active follows more
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)


def known_here(person: KnownPerson, started_at: datetime) -> Here:
    """A follower as storage knows him. What began at the very moment of this import was made by it."""
    follows = {
        pub: (each.state, each.last, each.since == started_at and each.state == FollowState.ACTIVE)
        for pub, each in person.follows.items()
    }
    profile = {name: getattr(person, name) for name in ("name", "language", "zone", "hour")}
    return Here(person.id, profile, set(person.tags), follows)


def decide(entries: Sequence[Entry], here: dict[str, Here], terms: Terms) -> Changes:
    """What these entries change. `here` holds who is known of their addresses, and is brought up to date."""
    changes = Changes()
    for entry in entries:
        at = here.setdefault(entry.endpoint, Here())
        outcome = _one(entry, at, terms, changes)
        changes.counts[outcome] += 1
    return changes


def _one(entry: Entry, at: Here, terms: Terms, changes: Changes) -> str:
    past = entry.past
    if past is not None and past.suppression:
        _take_over(entry, at, past, terms, changes)
    if past is not None and not past.state:
        return "suppressed" if past.suppression else _refuse(entry, changes, "invalid", "it follows nothing")
    if entry.standing in REASONS:
        return _suppress(entry, at, terms, changes)
    if entry.standing == Standing.UNCONFIRMED:
        return _refuse(entry, changes, "unconfirmed", "never confirmed there")
    wanted = _wanted(entry, terms)
    if isinstance(wanted, str):
        return _refuse(entry, changes, "invalid", wanted)
    if entry.standing == Standing.UNSUBSCRIBED:
        return _end(entry, at, wanted, terms, changes)
    if at.forgotten or (at.reason is not None and (past is None or past.suppression != at.reason)):
        return _refuse(entry, changes, "barred", _SUPPRESSED.get(at.reason or "", "it must not be mailed"))
    return _follow(entry, at, wanted, terms, changes)


def _take_over(entry: Entry, at: Here, past: Past, terms: Terms, changes: Changes) -> None:
    """A suppression that an export of ours names, unless there is one here already."""
    if at.reason is None:
        moment = past.suppressed_at or terms.started_at
        changes.suppressions.append((entry.endpoint, past.suppression, moment, past.note))
        changes.counts["suppressions"] += 1
        at.reason = past.suppression


def _refuse(entry: Entry, changes: Changes, kind: str, why: str) -> str:
    changes.problems.append(Problem(entry.file, entry.line, entry.endpoint, kind, why))
    return kind


def _wanted(entry: Entry, terms: Terms) -> list[tuple[Target, str]] | str:
    """The publications that an entry is about, each with its cadence; or why it cannot be."""
    slugs = (entry.publication,) if entry.publication else terms.to
    wanted = []
    for slug in slugs:
        target = terms.targets.get(slug)
        if target is None:
            return f"there is no publication {slug!r} in this import"
        cadence = entry.cadence or terms.cadence or target.cadence
        if cadence not in target.cadences and entry.standing == Standing.SUBSCRIBED:
            if terms.cadence not in target.cadences:
                return f"{slug} has no digest {cadence!r}"
            cadence = str(terms.cadence)
        if target.topics and not set(entry.topics) <= set(target.topics):
            return f"{slug} has no topic {min(set(entry.topics) - set(target.topics))!r}"
        wanted.append((target, cadence))
    return wanted


def _suppress(entry: Entry, at: Here, terms: Terms, changes: Changes) -> str:
    reason = REASONS[entry.standing]
    if at.reason is not None:
        return "suppressed"
    note = f"{terms.vendor_of[entry.file]}: {entry.file}, line {entry.line}"
    changes.suppressions.append((entry.endpoint, reason, terms.started_at, note))
    changes.counts["suppressions"] += 1
    at.reason = reason
    return "suppressed"


def _end(entry: Entry, at: Here, wanted: Sequence[tuple[Target, str]], terms: Terms, changes: Changes) -> str:
    ended = False
    for target, _ in wanted:
        state, _, mine = at.follows.get(target.id, (FollowState.ENDED, None, False))
        if state == FollowState.ENDED:
            continue
        ended = True
        key = (entry.endpoint, target.id)
        if key in changes.follows:
            changes.follows[key] = (*changes.follows[key][:2], FollowState.ENDED, *changes.follows[key][3:])
        else:
            changes.revived.pop(key, None)
            changes.ended.append(key)
        changes.more[target.id] -= int(state == FollowState.ACTIVE)
        at.follows[target.id] = (FollowState.ENDED, "imported", mine)
        changes.events.append(_evidence(entry, target.id, terms, state="unsubscribed"))
    return "ended" if ended else "unsubscribed"


def _follow(
    entry: Entry, at: Here, wanted: Sequence[tuple[Target, str]], terms: Terms, changes: Changes
) -> str:
    outcomes = {_follow_one(entry, at, target, cadence, terms, changes) for target, cadence in wanted}
    if outcomes & {"added", "returned", "unchanged"} and _say_more(entry, at, terms, changes):
        outcomes.add("changed")
    outcome = next(each for each in _ORDER if each in outcomes)
    if outcome == "left":
        _refuse(entry, changes, "left", _LEFT)
    elif outcome == "duplicate":
        _refuse(entry, changes, "duplicate", "it is in the file before")
    return outcome


def _follow_one(entry: Entry, at: Here, target: Target, cadence: str, terms: Terms, changes: Changes) -> str:
    before = at.follows.get(target.id)
    past = entry.past or Past()
    key = (entry.endpoint, target.id)
    if before is not None:
        state, last, mine = before
        if state == FollowState.ACTIVE:
            return "duplicate" if mine else "unchanged"
        if past.state != "active":
            return "unchanged"
        if state == FollowState.ENDED and last != "removed":
            return "left"
        changes.revived[key] = (cadence, ",".join(entry.topics))
        changes.events.append(_evidence(entry, target.id, terms))
        changes.more[target.id] += 1
        at.follows[target.id] = (FollowState.ACTIVE, None, True)
        return "returned" if state == FollowState.ENDED else "added"
    if at.id is None and entry.endpoint not in changes.people:
        _meet(entry, at, past, terms, changes)
    state = FollowState[past.state.upper()]
    since = past.since or terms.started_at
    topics = ",".join(entry.topics)
    changes.follows[key] = (cadence, topics, state, since, past.paused_until)
    changes.more[target.id] += int(state == FollowState.ACTIVE)
    at.follows[target.id] = (state, None, entry.past is None)
    changes.events += _history(entry, target.id, terms) or [_evidence(entry, target.id, terms)]
    return "added"


def _meet(entry: Entry, at: Here, past: Past, terms: Terms, changes: Changes) -> None:
    at.profile = {"name": entry.name, "language": entry.language, "zone": entry.zone, "hour": entry.hour}
    changes.people[entry.endpoint] = (*at.profile.values(), past.created or terms.started_at)


def _say_more(entry: Entry, at: Here, terms: Terms, changes: Changes) -> bool:
    """Add tags, and what nobody has said yet; whether there was anything to add."""
    new = [tag for tag in dict.fromkeys((*entry.tags, *terms.tags)) if tag not in at.tags]
    at.tags.update(new)
    changes.tags += [(entry.endpoint, tag) for tag in new]
    said = {"name": entry.name, "language": entry.language, "zone": entry.zone, "hour": entry.hour}
    fills = {key: value for key, value in said.items() if value is not None and at.profile.get(key) is None}
    if fills:
        at.profile.update(fills)
        if entry.endpoint in changes.people:
            created = changes.people[entry.endpoint][-1]
            changes.people[entry.endpoint] = (*at.profile.values(), created)
        else:
            changes.fills.append((entry.endpoint, fills))
    return bool(new or fills)


def _evidence(
    entry: Entry, pub: int, terms: Terms, **more: str
) -> tuple[str, int | None, datetime, str, str]:
    """The line of history that says where a follow comes from. What the list does not tell is null."""
    said = {
        "consent": terms.consent,
        "file": entry.file,
        "vendor": terms.vendor_of[entry.file],
        "opted_in": None,
        "ip": None,
        **entry.proof,
        **more,
    }
    parts = [f'"{key}": {"null" if text is None else _quoted(text)}' for key, text in said.items()]
    parts.append(f'"line": {entry.line}')
    parts.sort()
    return entry.endpoint, pub, terms.started_at, "imported", f"{{{', '.join(parts)}}}"


def _history(entry: Entry, pub: int, terms: Terms) -> list[tuple[str, int | None, datetime, str, str]]:
    """The lines that an export of ours brings along. Lines about publications that are not here are left."""
    found: list[tuple[str, int | None, datetime, str, str]] = []
    for slug, moment, kind, said in entry.past.history if entry.past else ():
        if slug is None:
            found.append((entry.endpoint, pub, moment, kind, said))
        elif slug == "":
            found.append((entry.endpoint, None, moment, kind, said))
        elif slug in terms.targets:
            found.append((entry.endpoint, terms.targets[slug].id, moment, kind, said))
    return found


def addresses(entries: Sequence[Entry]) -> Collection[str]:
    """Whom a chunk is about, each once, in order."""
    return dict.fromkeys(entry.endpoint for entry in entries)
