"""Asking to follow: the first half of a double opt-in. Nothing is followed until its mail is answered.

An address that is known, one that is new and one that must not be mailed get the same answer, by the same
work; whoever asks learns nothing about who follows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from publisher import config, mail, storage, tokens
from publisher.errors import FollowerError, RefusedError
from publisher.follow import limits
from publisher.follow.erasing import ERASED, barred
from publisher.follow.notices import notify
from publisher.follow.wishes import is_zone
from publisher.model import NoticeKind, Publication

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_LONGEST = 500  # characters of what is kept as evidence


@dataclass(frozen=True, slots=True)
class Wanted:
    """One publication that somebody asks for. No topics: all of them."""

    publication: str
    cadence: str
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """What a form says, and the evidence of it: where it stood (`page`), the sentence agreed to (`words`).

    `ip` counts against the limits, and is kept only if the owner says so.
    """

    address: str
    wanted: tuple[Wanted, ...]
    zone: str | None = None
    hour: int | None = None
    language: str | None = None
    page: str = ""
    words: str = ""
    ip: str | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """The owner's `[follow]`, and the keys that sign links."""

    settings: config.FollowTable
    keys: tokens.Keys


def ask(
    store: storage.Store,
    asking: Asking,
    publications: Sequence[Publication],
    cadences: Mapping[str, Sequence[str]],
    rules: Rules,
    now: datetime,
) -> bool:
    """Owe the address a mail that asks whether it was its owner. False: too many come from there just now.

    `cadences` are the names of the digests that tell of each publication. Raises FollowerError for what a
    form can get wrong; its `where` is the field: email, publication, cadence, topics, zone or hour.
    """
    endpoint, wanted = check_asking(asking, publications, cadences, rules)
    try:
        return _write(store, endpoint, asking, wanted, rules, now)
    except RefusedError:
        # On PostgreSQL two who are the first to ask from one network collide; the second finds the row.
        return _write(store, endpoint, asking, wanted, rules, now)


def check_asking(
    asking: Asking,
    publications: Sequence[Publication],
    cadences: Mapping[str, Sequence[str]],
    rules: Rules,
) -> tuple[str, list[tuple[Wanted, Publication]]]:
    """The address as we keep it, and what is wanted, each publication once. Raises FollowerError as `ask`."""
    endpoint = _endpoint(asking.address, rules.settings)
    wanted = _checked(asking.wanted, publications, cadences)
    _check_profile(asking)
    return endpoint, wanted


def _write(
    store: storage.Store,
    endpoint: str,
    asking: Asking,
    wanted: Sequence[tuple[Wanted, Publication]],
    rules: Rules,
    now: datetime,
) -> bool:
    with store.write() as db:
        slugs = [each.publication for each, _ in wanted]
        if not limits.take_from(db, asking.ip, slugs, now):
            return False
        mailbox = tokens.fingerprints(rules.keys, limits.mailbox_of(endpoint))[0]
        may = limits.take_to(db, mailbox, now)
        # Who was forgotten may come back by himself; every other bar is the owner's to lift. It costs the
        # same work, so that nobody reads it from the clock.
        suppressed = barred(db, endpoint, rules.keys) not in (None, ERASED)
        if may:
            follower = storage.meet_follower(db, "mail", endpoint, now)
            known = any(each.state == "active" for each in storage.follows_of(db, follower))
            data = _data(asking, wanted, known=known, keep_ip=rules.settings.keep_ip)
            expires = now + rules.settings.expires
            notify(db, follower, NoticeKind.CONFIRM, data, now, expires, suppressed=suppressed)
    return True


def _data(
    asking: Asking, wanted: Sequence[tuple[Wanted, Publication]], *, known: bool, keep_ip: bool
) -> dict[str, object]:
    """What the notice keeps: its mail is made of it, and it is the evidence when the mail is answered."""
    return {
        "publications": [
            {
                "slug": publication.slug,
                "title": publication.title,
                "cadence": each.cadence,
                "topics": sorted(set(each.topics)),
            }
            for each, publication in wanted
        ],
        "zone": asking.zone,
        "hour": asking.hour,
        "language": asking.language,
        "page": _one_line(asking.page),
        "words": _one_line(asking.words),
        "ip": asking.ip if keep_ip else None,
        "known": known,
    }


def _endpoint(address: str, settings: config.FollowTable) -> str:
    """The address as we keep it. Raises FollowerError for none, and for a kind that the owner refuses."""
    try:
        endpoint = mail.normal_address(address)
    except FollowerError as error:
        raise FollowerError(error.what, where="email", advice=error.advice) from None
    kind = mail.unusual(endpoint)
    if kind == "role" and settings.roles == "refuse":
        what = "this address belongs to a role, not to a person"
        raise FollowerError(what, where="email", advice="Use an address of your own.")
    if kind == "disposable" and settings.disposable == "refuse":
        what = "this address is a throw-away one"
        raise FollowerError(what, where="email", advice="Use an address that you will keep.")
    return endpoint


def _checked(
    wanted: Sequence[Wanted], publications: Sequence[Publication], cadences: Mapping[str, Sequence[str]]
) -> list[tuple[Wanted, Publication]]:
    """Each publication once. Raises FollowerError for what is not there."""
    known = {each.slug: each for each in publications}
    found = {each.publication: each for each in wanted}
    if not found:
        raise FollowerError("nothing was chosen", where="publication", advice="Choose what to follow.")
    for slug, each in found.items():
        if slug not in known:
            raise FollowerError("there is no such publication", where="publication")
        if each.cadence not in cadences.get(slug, ()):
            raise FollowerError(f"{slug} has no such mail", where="cadence")
        # Without a list of topics an owner may use any tag; strangers may not make up their own.
        if set(each.topics) - set(known[slug].topics):
            raise FollowerError(f"{slug} has no such topic", where="topics")
    return [(each, known[slug]) for slug, each in found.items()]


def _check_profile(asking: Asking) -> None:
    if asking.zone is not None and not is_zone(asking.zone):
        raise FollowerError("there is no such time zone", where="zone")
    if asking.hour is not None and not 0 <= asking.hour <= 23:
        raise FollowerError("an hour is 0 to 23", where="hour")
    if asking.language is not None and not _LANGUAGE.fullmatch(asking.language):
        raise FollowerError("this is no language tag", where="language")


def _one_line(text: str) -> str:
    """What somebody else wrote, fit to be kept: one line, and not for ever long."""
    bad = ("Cc", "Cs", "Cn", "Zl", "Zp")
    return "".join(each for each in text[:_LONGEST] if unicodedata.category(each) not in bad)
