"""What may stand in publisher.toml and in a feed.toml. The line under a key describes it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from publisher.config.values import (
    LANGUAGE,
    Hub,
    Line,
    Mailbox,
    Network,
    Period,
    Topic,
    Url,
    colour_value,
    digest_name,
    in_words,
)

_Schedule = dict[str, str | int | float | bool | datetime | date | list[Any]]
ScheduleTable = Annotated[_Schedule, BeforeValidator(in_words)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SmtpTable(_Table):
    host: Line = "localhost"
    """The server that takes your mail: its name or address."""
    port: Annotated[int, Field(ge=1, le=65535)] = 25
    """Its port: often 587 with `starttls`, 465 with `tls`."""
    security: Literal["none", "starttls", "tls"] = "none"
    """`starttls` is required once it is written, not merely tried; `tls` speaks it from the start."""
    username: Line | None = None
    """Who logs in. The password comes from PUBLISHER_SMTP_PASSWORD, never from this file."""
    connections: Annotated[int, Field(ge=1, le=50)] = 2
    """How many connections send at the same time."""
    timeout: Annotated[int, Field(ge=1, le=600)] = 60
    """Seconds to wait for the server's answers, save the last one of each mail."""
    helo: Line | None = None
    """The name by which we greet the server; our address when absent."""
    ca_file: Line | None = None
    """Certificates (PEM) to trust besides the system's, for a server with one of its own."""


class DigestTable(_Table):
    name: Annotated[str, AfterValidator(digest_name)]
    """What followers choose as their cadence: `weekly`, `daily`. It should not change: windows, follows and
    unsubscribe links hold it."""
    schedule: ScheduleTable
    """When the mail leaves: a table, or in words: `"fridays at 8:00 Europe/Berlin"`."""
    title: Line | None = None
    """The mail's title; when absent, made from the publication's or the site's title and the name."""
    template: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")] = "digest"
    """The pair of files in `templates/email/` that the mail is made with."""


class FollowTable(_Table):
    welcome: bool = True
    """Whoever has confirmed gets a mail that says what comes when."""
    goodbye: bool = True
    """Whoever has stopped the last mail gets one more, with the way back."""
    expires: Period = timedelta(days=3)
    """How long the link in a confirmation mail works."""
    keep_ip: bool = False
    """Whether the network address of who asks to follow is kept with the evidence of his consent."""
    roles: Literal["allow", "refuse"] = "allow"
    """Addresses that belong to a role (`postmaster@`, `abuse@`, `noreply@`): may they follow?"""
    disposable: Literal["allow", "refuse"] = "allow"
    """Addresses at domains that give out throw-away mailboxes: may they follow?"""


class SegmentTable(_Table):
    name: Line
    """What the forecast and lists call it."""
    who: Annotated[Line, Field(min_length=1)]
    """Who belongs to it, in the words of `publisher followers list --who`."""


class SiteFile(_Table):
    """publisher.toml."""

    title: Line
    """The site's name, on pages and in mails."""
    base_url: Url = "http://127.0.0.1:8000"
    """Where readers find the site. Every link in feeds and mails begins with it."""
    id_authority: Annotated[str, Field(pattern=r"^[a-z0-9.@-]+,\d{4}(-\d\d){0,2}$")] = (
        "publisher.invalid,2026"
    )
    """A name that you own, and a date when you owned it. It goes into the permanent id of every guide (a tag
    URI, RFC 4151), so choose once: feed readers take a new id for a new guide."""
    database: str = "sqlite:///var/publisher.db"
    """SQLite (a relative path begins at the site's folder; `?timeout=5` waits 5 seconds instead of 30 for
    another program that writes to it), or `postgresql://user@host/name`."""
    sender: Mailbox = "Publisher <publisher@localhost>"
    """Who writes: the `From` of every mail."""
    reply_to: Mailbox | None = None
    """Where answers go; to the sender when absent."""
    bounce_address: Mailbox | None = None
    """Where the mail servers of others report failures (`MAIL FROM`); to the sender when absent."""
    owner: Mailbox | None = None
    """Who is told when something lasts that needs a person; `reply_to`, else the sender, when absent."""
    language: Annotated[str, Field(pattern=LANGUAGE)] = "en"
    """The language of the site's own pages and mails (BCP 47)."""
    trusted_proxies: list[Network] = []
    """Addresses or networks of proxies in front of us, whose `X-Forwarded-For` is believed."""
    follow: FollowTable = FollowTable()
    """How people come to follow and leave."""
    segment: list[SegmentTable] = []
    """Named parts of the followers: the forecast counts each."""
    postal_address: Line | None = None
    """Stands at the foot of every mail. In many countries the law wants it there."""
    smtp: SmtpTable | None = None
    """Your mail server. Without this table, mail goes to the built-in inbox."""
    digest: list[DigestTable] = []
    """A recurring mail over all publications that a reader follows at this cadence."""


class AuthorTable(_Table):
    name: Line
    """The author's name."""
    url: Url | None = None
    """A page about the author."""
    email: Line | None = None
    """The author's address. It is public: Atom feeds carry it."""


class SourceTable(BaseModel):
    """Keys that a kind of source adds are checked by that kind."""

    model_config = ConfigDict(extra="allow", frozen=True)
    kind: str = "folder"
    """The kind of source."""
    name: Line | None = None
    """Part of the ids of the source's guides, so choose once; the kind when absent."""
    backfill: Literal["archive", "announce"] = "archive"
    """What the first collect finds: `archive` shows it in feeds and on pages and mails nobody about it;
    `announce` lets the next digest tell of it."""


class ReleaseTable(_Table):
    schedule: ScheduleTable
    """The slots: a table, or in words: `"weekdays at 9:00 Europe/Berlin"`."""


class FeedFile(_Table):
    """A feed.toml."""

    title: Line | None = None
    """What the publication is called; made from the folder's name when absent."""
    description: Line = ""
    """A sentence about it, on its page and in its feeds."""
    language: Annotated[str, Field(pattern=LANGUAGE)] = "en"
    """The language of its guides (BCP 47)."""
    author: AuthorTable | None = None
    """Who wrote the guides that name no author."""
    formats: list[str] = ["rss", "atom", "jsonfeed"]
    """The feeds that there are."""
    topics: list[Topic] = []
    """Tags that followers may choose as topics. Without a list, `followers add --topic` takes any tag."""
    show_followers: bool = True
    """Whether the follow page and the button's badge tell how many follow."""
    accent: Annotated[str, AfterValidator(colour_value)] = "#1f5f8b"
    """The colour of rules and links, `#rrggbb`; darkened or lightened where it could not be read."""
    rights: Line | None = None
    """Licence or copyright, at the foot of pages and in feeds."""
    timezone: Line = "UTC"
    """The zone (IANA) of dates in guides that name none, and of the dates that pages show."""
    entries: Annotated[int, Field(ge=1, le=1000)] = 30
    """How many of the newest guides a feed holds. Pages list all."""
    content: Literal["full", "summary"] = "full"
    """What feeds carry of each guide: all of it, or its summary with a link."""
    updates: Literal["apart", "folded"] = "apart"
    """Material changes stand in a feed of their own (`updates.atom` …), or folded into the main feed."""
    hubs: list[Hub] = []
    """WebSub hubs that are told of news; feeds name them."""
    review_after: Period | None = None
    """How long a guide holds without being looked at (`"1 year"`); a guide's own `review_by` comes first. One
    that is past it is in no digest until `publisher review`."""
    withdraw_after: Period = timedelta(days=1)
    """How long a guide's file must be gone before the guide is withdrawn."""
    hold_changes_above: Annotated[float, Field(ge=0, le=1)] = 0.25
    """Which share of the guides may change at one time. What is more (and more than 9) is held until
    `publisher release` says that it is meant; so are new guides (and more than 49)."""
    source: list[SourceTable] = []
    """Where guides come from; the folder `articles` when there is none."""
    release: ReleaseTable | None = None
    """Slots for new guides: each slot makes one waiting guide public, in the order in which they came. Guides
    with a `release` of their own keep it, and changed guides do not wait."""
    digest: list[DigestTable] = []
    """A mail of this publication's own, in place of the site's digest of the same name."""
