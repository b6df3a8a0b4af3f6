"""What a mail is made of, before it is a mail: content for a variant, and the few bytes of one follower."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from publisher.model import Image


@dataclass(frozen=True, slots=True)
class MailChanges:
    """What became of a guide since the text that the follower had.

    `html` is XHTML as `publisher.text.diff_mail` writes it; all else is plain text. Empty: not known.
    """

    notes: tuple[str, ...] = ()  # the owner's, oldest first
    formerly: str = ""  # the title that it had, if it has another one now
    line: str = ""  # "2 sections changed, 1 added"
    html: str = ""
    text: str = ""  # the same for the plain text, in lines
    url: str = ""  # where all of its changes are; absolute


@dataclass(frozen=True, slots=True)
class MailGuide:
    """One guide in the mail. All texts are plain text; `url` is absolute.

    `sharp` is the same picture as `image` with more pixels, for screens that have them.
    """

    title: str
    url: str
    summary: str
    publication: str  # the publication's title
    new: bool  # False: an update of something that the follower had
    changes: MailChanges = MailChanges()  # of updated ones
    image: Image | None = None  # its url absolute, or relative to the mail's home_url
    sharp: Image | None = None
    minutes: int = 1  # reading time
    date: datetime | None = None  # released or updated, aware
    language: str = ""  # BCP 47; the mail's when empty


@dataclass(frozen=True, slots=True)
class MailContent:
    """Everything that a variant says; nothing personal. Equal contents make equal bytes."""

    title: str  # "Living with arthritis: weekly"
    publication: str
    home_url: str
    language: str  # BCP 47: of its content, which need not be the language of the words around it
    accent: str  # #rgb or #rrggbb
    occurrence: datetime  # aware, in the schedule's zone: the Date header, and the day shown
    sender: str  # "Example Guides <news@guides.example>"
    reply_to: str | None
    postal_address: str | None  # may have several lines
    list_id: str  # "weekly.living-with-arthritis.guides.example", RFC 2919
    guides: tuple[MailGuide, ...]
    digest_name: str  # "weekly": "You get this weekly mail because …"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One follower's part of the message. `message_id` with its angle brackets; the URLs are http(s)."""

    address: str
    message_id: str
    unsubscribe_url: str  # goes into List-Unsubscribe and into the link that people see
    preferences_url: str  # what the follower follows, and how
    why_url: str  # why this very mail came
