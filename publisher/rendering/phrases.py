"""What several kinds of notice say, and what of what strangers wrote may be shown to anybody."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from publisher import storage
from publisher.digest import NoticeItem, NoticeLink
from publisher.tokens import Links
from publisher.words import Words

_HOST = frozenset(string.ascii_lowercase + string.digits + ".-")
_PATH = frozenset(string.ascii_letters + string.digits + "/-")
_PAGE_LIMIT = 80  # characters of an address that people shall read
_TOPICS = 20


@dataclass(frozen=True, slots=True)
class Told:
    """What the sentences are about."""

    words: Words
    notice: storage.NoticeRow
    title: str  # of the only publication, or of the site
    site: str  # the site's title
    base_url: str
    address: str  # who reads it
    zone: str  # his; a name that there is
    links: Links
    generation: int  # of his private feeds

    @property
    def data(self) -> Mapping[str, Any]:
        return self.notice.data

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.zone))

    def moment(self, moment: datetime) -> str:
        return self.words.moment(moment, self.zone)


def asked(told: Told) -> str:
    """Who asked, when and where. Only our own pages are shown in full: others could say anything there."""
    words = told.words
    day = words.day(told.local(told.notice.at))
    if page := shown_page(str(told.data.get("page") or ""), told.base_url):
        return words.gettext(
            "On %(day)s somebody, most likely you, asked on the page %(page)s that we write to this address.",
            day=day,
            page=page,
        )
    return words.gettext(
        "On %(day)s somebody, most likely you, asked that we write to this address.", day=day
    )


def until(told: Told) -> tuple[str, ...]:
    end = told.notice.expires_at
    return (told.words.gettext("The link works until %(moment)s.", moment=told.moment(end)),) if end else ()


def upcoming(told: Told) -> tuple[str, ...]:
    moment = _moment(told.data.get("next"))
    if moment is None:
        return ()
    told_of = told.moment(moment)
    return (
        told.words.gettext("If there is news by then, your first mail leaves on %(moment)s.", moment=told_of),
    )


def stop(words: Words) -> str:
    return words.gettext("You can stop whenever you like: one click, at the foot of every mail.")


def because_following(told: Told, what: str) -> str:
    return told.words.gettext(
        "This mail went to %(address)s because you follow %(title)s.", address=told.address, title=what
    )


def confirm_link(told: Told, label: str) -> NoticeLink:
    return NoticeLink(label, told.links.confirm(told.notice.id, told.notice.expires_at))


def preferences(told: Told, label: str) -> NoticeLink:
    return NoticeLink(label, told.links.preferences(told.notice.follower))


def items(told: Told) -> tuple[NoticeItem, ...]:
    return tuple(
        item(told, each, _coming(told.words, each), link=False) for each in told.data["publications"]
    )


def item(told: Told, each: Mapping[str, Any], detail: str, *, link: bool = True) -> NoticeItem:
    url = f"{told.base_url}/-/follow/{each['slug']}" if link else ""
    return NoticeItem(str(each.get("title") or each["slug"]), detail, url)


def _coming(words: Words, each: Mapping[str, Any]) -> str:
    """What comes of a publication, and how often."""
    often = _often(words, str(each["cadence"]))
    topics = [str(topic) for topic in each.get("topics") or ()][:_TOPICS]
    if not topics:
        return often
    only = words.gettext("Only about: %(topics)s.", topics=words.listed(topics))
    return f"{often} {only}"


def _often(words: Words, cadence: str) -> str:
    match cadence:
        case "each":
            return words.gettext("A mail for each new guide, and for each that changes in earnest.")
        case "daily":
            return words.gettext("New and changed guides, in at most one mail a day.")
        case "weekly":
            return words.gettext("New and changed guides, in at most one mail a week.")
        case "monthly":
            return words.gettext("New and changed guides, in at most one mail a month.")
    return words.gettext("New and changed guides, in the mail called “%(mail)s”.", mail=cadence)


# ------------------------------------------------------------------------------------------- safe to show


def shown_page(page: str, base_url: str) -> str:
    """The page of a form as people read it: one of ours without "https://", of another site its host; or "".

    Whoever fills in a form somewhere can make this address up, and with it put words into a mail of ours.
    """
    try:
        parts, ours = urlsplit(page), urlsplit(base_url)
        host = (parts.hostname or "").encode("idna").decode("ascii").lower()
    except ValueError:  # UnicodeError, too
        return ""
    if parts.scheme not in ("http", "https"):
        return ""
    if parts.netloc.lower() == ours.netloc.lower():
        path = parts.path.rstrip("/")
        return ours.netloc + (path if set(path) <= _PATH and len(path) <= _PAGE_LIMIT else "")
    return host if set(host) <= _HOST and "." in host and len(host) <= _PAGE_LIMIT else ""


def masked(address: str) -> str:
    """ "a•••@example.org": enough for its owner, of no use for anybody else."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"


def _moment(value: object) -> datetime | None:
    """An aware ISO moment, or None."""
    try:
        found = datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None
