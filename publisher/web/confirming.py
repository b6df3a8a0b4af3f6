"""The link in a mail that asks: opening it shows a button, pressing that button counts, once.

Mail programs and scanners open links; what they open changes nothing. A link that we did not sign is refused
before the database is asked anything. One that is too old leads to the form again, filled in.
"""

from __future__ import annotations

from datetime import UTC, datetime

from publisher import follow, tokens
from publisher.model import NoticeKind
from publisher.pages import FollowPages, Standing
from publisher.web import readers
from publisher.web.answers import Answer, Asked, private
from publisher.web.door import Door
from publisher.web.following import WITH_SCRIPT, offering, rules_of

_ALWAYS = datetime.fromtimestamp(0, UTC)  # no link has expired by then: the notice says whether it has
_STATUS = {"expired": 410, "gone": 410, "nothing": 410, "taken": 409, "blocked": 409, "outdated": 409}


def show(door: Door, asked: Asked) -> Answer:
    """The page with the button, or how it stands. Changes nothing."""
    number = _number(door, asked)
    now, site = door.clock(), door.site
    found = follow.confirmation(site.store, number, site.publications, site.digests, now)
    return _page(door, asked, found)


def act(door: Door, asked: Asked) -> Answer:
    """The button was pressed: follow, or use the new address. However often, it counts once."""
    number = _number(door, asked)
    now, site, rules = door.clock(), door.site, rules_of(door)
    found = follow.confirm(site.store, number, site.publications, site.digests, rules, now)
    return _page(door, asked, found)


def _number(door: Door, asked: Asked) -> int:
    """The notice that a link is about. Raises TokenError; asks no database."""
    return door.site.links.number(asked.given["token"], tokens.CONFIRM, _ALWAYS)


def _page(door: Door, asked: Asked, found: follow.Confirmed) -> Answer:
    site, has = door.site, offering(door)
    follows = [(each.publication, each.cadence, each.topics) for each in found.follows]
    # Whoever has a link to a new address that was never used may be a stranger: somebody mistyped his own.
    known = found.state in ("confirmed", "left", "moved")
    standing = Standing(
        state=found.state,
        what="address" if found.kind is NoticeKind.ADDRESS else "follow",
        follows=follows,
        address=found.address,
        old=readers.masked(found.old),
        zone=str(found.data.get("zone") or ""),
        hour=str(found.data.get("hour") if found.data.get("hour") is not None else ""),
        next=follow.next_mail(
            [(slug, cadence) for slug, cadence, _ in follows], site.publications, site.digests, has.now
        ),
        preferences=site.links.preferences(found.follower) if known and found.follower else "",
        contact=readers.contact(door),
    )
    pages = FollowPages(door.pages, has, str(found.data.get("language") or ""))
    text = pages.confirm(asked.root, asked.given["token"], standing)
    answer = private(text, _STATUS.get(found.state, 200))
    return answer.with_headers(content_security_policy=WITH_SCRIPT) if found.state == "expired" else answer
