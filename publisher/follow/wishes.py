"""What a follower may ask for on his page of preferences, and what of it cannot be. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from publisher.model import Publication
from publisher.storage import FollowRow, Person

_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}", re.ASCII)
_NO_ZONES = ("Factory", "localtime", "posixrules", "posix", "right")  # of the machine, not of a person
_HOURS = frozenset(str(hour) for hour in range(24))


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a form says of one publication: a cadence, or "" to follow it no more; topics, or none for all.

    `shown` is the stamp of what the form showed; "" where that is not known.
    """

    publication: str
    cadence: str
    topics: tuple[str, ...] = ()
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Desired:
    """All that a form says. `profile`: "zone", "hour", "language" as they were written, "" for none."""

    follows: tuple[Chosen, ...] = ()
    profile: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offer:
    """What there is to choose from: publications, the cadences of each (slug -> names), languages.

    `zone` is where those live who never said where.
    """

    publications: Sequence[Publication]
    cadences: Mapping[str, Sequence[str]]
    languages: Sequence[str]
    zone: str = "UTC"

    @property
    def titles(self) -> dict[str, str]:
        return {each.slug: each.title for each in self.publications}

    def topics(self, slug: str) -> tuple[str, ...]:
        return next((each.topics for each in self.publications if each.slug == slug), ())


@dataclass(frozen=True, slots=True)
class Slip:
    """What cannot be. `field`: "publication", "cadence", "topic", "zone", "hour", "language", "pause", or
    "barred" (mail to this address was stopped for another reason). `value` is what was written.
    """

    field: str
    publication: str = ""
    value: str = ""


def check(
    active: Mapping[str, FollowRow],
    chosen: Sequence[Chosen],
    profile: Mapping[str, str],
    offer: Offer,
    *,
    barred: bool,
) -> tuple[Slip, ...]:
    """What of these wishes cannot be; what a follower has already he may keep, offered or not."""
    slips = [slip for each in chosen for slip in _check_follow(each, active.get(each.publication), offer)]
    if barred and any(each.cadence and each.publication not in active for each in chosen):
        slips.append(Slip("barred"))
    good = {
        "zone": is_zone(profile.get("zone", "")),
        "hour": profile.get("hour") in _HOURS,
        "language": profile.get("language") in offer.languages,
    }
    slips += [Slip(name, value=said) for name, said in profile.items() if said and not good.get(name)]
    return tuple(slips)


def _check_follow(wish: Chosen, has: FollowRow | None, offer: Offer) -> list[Slip]:
    slug = wish.publication
    if has is None and slug not in offer.cadences:
        return [Slip("publication", slug)]
    if not wish.cadence:
        return []
    cadences = {*offer.cadences.get(slug, ()), *([has.cadence] if has else ())}
    topics = {*offer.topics(slug), *(has.topics if has else ())}
    wrong = [Slip("topic", slug, topic) for topic in wish.topics if topic not in topics]
    return [*([] if wish.cadence in cadences else [Slip("cadence", slug, wish.cadence)]), *wrong]


def differs(person: Person, name: str, said: str) -> bool:
    """Whether what is said for a part of the profile is something else than what is known."""
    known = getattr(person, name)
    return said != ("" if known is None else str(known))


def is_zone(name: str) -> bool:
    """Whether this is a time zone that somebody lives in (IANA)."""
    if len(name) > 64 or not _ZONE.fullmatch(name) or name.partition("/")[0] in _NO_ZONES:
        return False
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
