"""A record becomes an entry: cleaned, with one standing, or a problem with its line."""

from __future__ import annotations

import functools
import json
import re
import zoneinfo
from collections.abc import Callable
from datetime import UTC, datetime

from publisher.errors import FollowerError
from publisher.lists.addresses import normal_address
from publisher.lists.cells import as_it_was, clean, split_values
from publisher.lists.columns import Reading, is_ours
from publisher.lists.words import Entry, Past, Problem, Record, Standing

_YES = frozenset(("true", "yes", "y", "1", "t", "on", "ja", "oui", "sí", "si"))
_NO = frozenset(("false", "no", "n", "0", "f", "off", "nein", "non", ""))
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_PROOF = ("opted_in", "ip", "confirmed", "confirmed_ip", "created", "left_at")
_FOLLOW_STATES = ("active", "pending", "ended", "")
_FINGERPRINT = re.compile(r"hmac:[0-9a-f]{64}")

Read = Callable[[Record], Entry | Problem]


class _Unusable(Exception):
    """A row cannot be taken in; the argument says why."""


def reader(reading: Reading) -> Read:
    """A function that reads the records of one file."""
    places = reading.places()
    ours = is_ours(reading)
    width = len(reading.columns)
    told = max(
        (places[field] for field in ("state", "subscribed", "unsubscribed") if field in places), default=-1
    )

    def read(record: Record) -> Entry | Problem:
        cells = record.cells
        try:
            if len(cells) < width:
                if len(cells) <= told:
                    raise _Unusable("the row ends before it says whether they are subscribed")
                cells = cells + [""] * (width - len(cells))
            elif len(cells) > width and any(cells[width:]):
                raise _Unusable(f"the row has {len(cells)} cells, and there are {width} columns")
            if ours:
                cells = [as_it_was(cell) for cell in cells]
            found = {field: cells[place] for field, place in places.items()}
            return _entry(record, found, reading, ours)
        except (_Unusable, FollowerError) as error:
            said = error.what if isinstance(error, FollowerError) else str(error)
            shown = clean(cells[places["address"]], 100) if len(cells) > places["address"] else ""
            return Problem(record.file, record.line, shown, "invalid", said)

    return read


def _entry(record: Record, found: dict[str, str], reading: Reading, ours: bool) -> Entry:
    said = found["address"]
    if not said.strip():
        raise _Unusable("there is no address")
    kept = ours and _FINGERPRINT.fullmatch(said) and not found.get("follow_state")
    endpoint = said if kept else normal_address(said)
    name = found.get("name") or f"{found.get('first', '')} {found.get('last', '')}"
    get = found.get
    return Entry(
        file=record.file,
        line=record.line,
        endpoint=endpoint,
        standing=_standing(found, reading),
        name=clean(name) or None,
        language=_language(value) if (value := get("language")) else None,
        zone=_zones().get(value.strip().casefold()) if (value := get("zone")) else None,
        hour=_hour(value) if (value := get("hour")) else None,
        tags=split_values(value) if (value := get("tags")) else (),
        publication=get("publication", "").strip() or None,
        cadence=get("cadence", "").strip() or None,
        topics=tuple(sorted(split_values(value))) if (value := get("topics")) else (),
        proof={field: clean(value, 100) for field in _PROOF if (value := get(field))},
        past=_past(found) if ours else None,
    )


def _standing(found: dict[str, str], reading: Reading) -> Standing:
    """The gravest of what the file's name, the words and the dates in a row say."""
    best = reading.standing or Standing.SUBSCRIBED
    if "state" in found:
        word = found["state"].strip().casefold()
        if word not in reading.vendor.states:
            raise _Unusable(f"we do not know the status {clean(word, 40)!r}" if word else "it has no status")
        best = max(best, reading.vendor.states[word])
    if "subscribed" in found and not _yes(found["subscribed"]):
        best = max(best, Standing.UNSUBSCRIBED)
    if "unsubscribed" in found and _yes(found["unsubscribed"]):
        best = max(best, Standing.UNSUBSCRIBED)
    if found.get("left_at", "").strip() or found.get("gone_at", "").strip():
        best = max(best, Standing.UNSUBSCRIBED)
    if found.get("bounced_at", "").strip():
        best = max(best, Standing.BOUNCED)
    return best


def _yes(cell: str) -> bool:
    word = cell.strip().casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise _Unusable(f"{clean(cell, 40)!r} is neither yes nor no")


def _language(cell: str) -> str | None:
    word = cell.strip()
    return word.replace("_", "-") if _LANGUAGE.fullmatch(word) else None


def _hour(cell: str) -> int | None:
    word = cell.strip()
    return int(word) if word.isdecimal() and len(word) <= 2 and int(word) < 24 else None


@functools.cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in zoneinfo.available_timezones()}


# ------------------------------------------------------------------------------------ an export of ours


def _past(found: dict[str, str]) -> Past:
    state = found.get("follow_state", "")
    if state not in _FOLLOW_STATES:
        raise _Unusable(f"we do not know the state {clean(state, 40)!r}")
    reason = found.get("suppression", "")
    if reason not in ("", "bounce", "complaint", "owner", "erased"):
        raise _Unusable(f"we do not know the reason {clean(reason, 40)!r}")
    return Past(
        state=state,
        since=_moment(found.get("since", "")),
        paused_until=_moment(found.get("paused_until", "")),
        created=_moment(found.get("known_since", "")),
        suppression=reason,
        suppressed_at=_moment(found.get("suppressed_at", "")),
        note=clean(found.get("suppression_note", ""), 1000),
        history=_history(found.get("history", "")),
    )


def _moment(cell: str) -> datetime | None:
    if not cell:
        return None
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        raise _Unusable(f"{clean(cell, 40)!r} is no time") from None
    if not 1970 <= moment.year < 2200:
        raise _Unusable(f"{clean(cell, 40)!r} is no time that can be")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _history(cell: str) -> tuple[tuple[str | None, datetime, str, str], ...]:
    if not cell:
        return ()
    try:
        cell.encode("utf-8")
        events = json.loads(cell)
        return tuple(_event(event) for event in events)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise _Unusable("its evidence is not what we export") from None


def _event(event: dict[str, object]) -> tuple[str | None, datetime, str, str]:
    kind, at, publication = event["kind"], event["at"], event.get("publication")
    if not isinstance(kind, str) or not isinstance(at, str) or not re.fullmatch(r"[a-z_-]{1,40}", kind):
        raise ValueError(kind)
    if not isinstance(publication, str | None) or not isinstance(event["evidence"], dict):
        raise TypeError(publication)
    moment = _moment(at)
    if moment is None:
        raise ValueError(at)
    said = json.dumps(event["evidence"], ensure_ascii=False, sort_keys=True)
    said.encode("utf-8")  # a lone surrogate in it could not be stored
    return publication, moment, kind, said
