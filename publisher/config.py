"""The owner's files: publisher.toml and feeds/<slug>/feed.toml, checked key by key.

    load_site(folder)         publisher.toml -> SiteFile
    load_feed(path)           one feed.toml  -> FeedFile
    secret(name, environ)     a secret from NAME or the file that NAME_FILE names

The environment:

    PUBLISHER_SITE            the site's folder, for every command that has `--site`
    PUBLISHER_SMTP_PASSWORD   the password of `[smtp]`'s `username`
    PUBLISHER_SECRET_KEY      the keys that sign unsubscribe links, in place of the file `var/secret.key`
    PUBLISHER_COMMAND         how `publisher demo` names itself when it says what to type next
    XDG_DATA_HOME             where an installed `publisher demo` keeps its site; `~/.local/share` when absent

Everything that cannot be used is a ConfigError naming file, key and, for unknown keys, the nearest known one.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from publisher.errors import ConfigError

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
RESERVED_SLUGS = frozenset({"tag", "author", "archive", "feed", "updates", "-"})
_HOURS = {"hour": 1, "day": 24, "week": 7 * 24, "month": 30 * 24, "year": 365 * 24}
_BEGINNER = "`publisher init DIR` makes a folder that works."


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _http_url(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", value) or not _has_host(value):
        raise ValueError("is not a web address like https://guides.example")
    return value.rstrip("/")


def _exact_url(value: str) -> str:
    """A web address that is somebody else's to write: kept to the letter, with its query and last slash."""
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s#]*", value) or not _has_host(value):
        raise ValueError("is not a web address like https://hub.example/")
    return value


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0  # reading the port checks it
    except ValueError:
        return False


def _colour(value: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValueError("is not a colour like #1f5f8b")
    return value.lower()


def _digest_name(value: str) -> str:
    if not SLUG.fullmatch(value) or len(value) > 60 or value in ("each", "paused"):
        raise ValueError("is no name for a digest: use a-z, 0-9 and '-', at most 60, not 'each' or 'paused'")
    return value


def _one_line(value: str) -> str:
    if any(ord(char) < 32 or ord(char) == 127 for char in value):
        raise ValueError("must be one line without control characters")
    return value


def _mailbox(value: str) -> str:
    """Catches slips when the site is opened; what an address may be exactly is known where mail is sent."""
    if not re.fullmatch(r"([^<>]*<)?[^\s<>@,;]+@[^\s<>@,;]+(?(1)>)", _one_line(value).strip()):
        raise ValueError("is not a mail address like Example Guides <news@guides.example>")
    return value


def _period(value: object) -> object:
    """ "36 hours", "1 day", "2 weeks", "1 year" -> timedelta."""
    match = re.fullmatch(r"(\d{1,5})\s*(hour|day|week|month|year)s?", str(value).strip())
    if match is None or int(match[1]) == 0:
        raise ValueError('is no period like "36 hours", "30 days" or "1 year"')
    return timedelta(hours=int(match[1]) * _HOURS[match[2]])


def _topic(value: str) -> str:
    if not value.strip() or set(value) & set(",;="):
        raise ValueError("is no topic: it is empty, or has one of , ; = in it")
    return value


Line = Annotated[str, AfterValidator(_one_line), Field(max_length=500)]
Mailbox = Annotated[str, AfterValidator(_mailbox), Field(max_length=500)]
Topic = Annotated[Line, AfterValidator(_topic)]
Url = Annotated[str, AfterValidator(_http_url)]
Hub = Annotated[str, AfterValidator(_exact_url)]
Period = Annotated[timedelta, BeforeValidator(_period)]
ScheduleTable = dict[str, str | int | float | bool | datetime | date | list[Any]]


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
    name: Annotated[str, AfterValidator(_digest_name)]
    """What followers choose as their cadence: `weekly`, `daily`. It should not change: windows, follows and
    unsubscribe links hold it."""
    schedule: ScheduleTable
    """When the mail leaves."""
    title: Line | None = None
    """The mail's title; when absent, made from the publication's or the site's title and the name."""
    template: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")] = "digest"
    """The pair of files in `templates/email/` that the mail is made with."""


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
    """The slots."""


class FeedFile(_Table):
    """A feed.toml."""

    title: Line | None = None
    """What the publication is called; made from the folder's name when absent."""
    description: Line = ""
    """A sentence about it, on its page and in its feeds."""
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    """The language of its guides (BCP 47)."""
    author: AuthorTable | None = None
    """Who wrote the guides that name no author."""
    formats: list[str] = ["rss", "atom", "jsonfeed"]
    """The feeds that there are."""
    topics: list[Topic] = []
    """Tags that followers may choose as topics. Without a list, `followers add --topic` takes any tag."""
    accent: Annotated[str, AfterValidator(_colour)] = "#1f5f8b"
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


_File = TypeVar("_File", SiteFile, FeedFile)


def load_site(folder: Path) -> SiteFile:
    """publisher.toml of a site's folder. Raises ConfigError."""
    path = folder / "publisher.toml"
    try:
        if not path.is_file():
            raise ConfigError("there is no publisher.toml here", where=str(folder), advice=_BEGINNER)
    except OSError as error:
        raise _unreadable(error, str(folder)) from None
    return _load(path, SiteFile, "publisher.toml")


def load_feed(path: Path) -> FeedFile:
    """One feed.toml. Raises ConfigError."""
    return _load(path, FeedFile, f"feeds/{path.parent.name}/feed.toml")


def secret(name: str, environ: Mapping[str, str]) -> str | None:
    """The secret `name` from the environment, or from the file that `<name>_FILE` names; else None.

    Raises ConfigError when that file cannot be read or is empty.
    """
    if value := environ.get(name):
        return value
    if not (path := environ.get(f"{name}_FILE")):
        return None
    advice = f"Put the secret into that file, or set {name} instead."
    try:
        text = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is not text"
        what = f"the file {path} cannot be read ({why})"
        raise ConfigError(what, where=f"{name}_FILE", advice=advice) from None
    if not text:
        raise ConfigError(f"the file {path} is empty", where=f"{name}_FILE", advice=advice)
    return text


def _load(path: Path, kind: type[_File], where: str) -> _File:
    try:
        text = path.read_text(encoding="utf-8")
        return kind.model_validate(tomllib.loads(text))
    except OSError as error:
        raise _unreadable(error, where) from None
    except UnicodeDecodeError:
        raise ConfigError("it is not UTF-8 text", where=where, advice="Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(str(error), where) from None
    except ValidationError as error:
        raise _first(error.errors(), kind, text, where) from None
    except (RecursionError, ValueError):  # "[[[[…", a number of 5,000 digits
        what, advice = "it holds a value that is too deep or too long to be read", "Shorten it."
        raise ConfigError(what, where=where, advice=advice) from None


def _unreadable(error: OSError, where: str) -> ConfigError:
    advice = "Check its owner and permissions."
    return ConfigError(f"it cannot be read ({error.strerror})", where=where, advice=advice)


def _not_toml(said: str, where: str) -> ConfigError:
    """With the line in `where`, as everywhere; tomllib puts it at the end: "… (at line 9, column 7)"."""
    match = re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", said, re.DOTALL)
    what, place = (match[1], f"{where}:{match[2]}") if match else (said, where)
    advice = f"Look at column {match[3]}." if match else "Something is missing there."
    return ConfigError(f"it is not TOML: {what}", where=place, advice=advice)


def _first(errors: list[ErrorDetails], kind: type[BaseModel], text: str, where: str) -> ConfigError:
    """The first of pydantic's errors as a sentence, with the number of those that wait behind it."""
    error = errors[0]
    location, what = error["loc"], error["msg"].removeprefix("Value error, ")
    key = _key(location)
    line = _line(text, str(location[-1])) if location else None
    place = f"{where}:{line}" if line else where
    advice = f"({len(errors) - 1} more like this.)" if len(errors) > 1 else None
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(location[-1]), _names(kind, location[:-1]), n=1)
        hint = f"Did you mean `{near[0]}`?" if near else "The reference lists the keys that there are."
        return ConfigError(
            f"there is no key `{key}`", where=place, advice=" ".join(filter(None, (hint, advice)))
        )
    if error["type"] == "missing":
        hint = f"Write `{location[-1]} = …`."
        return ConfigError(
            f"the key `{key}` is missing", where=place, advice=" ".join(filter(None, (hint, advice)))
        )
    joined = what if what.startswith(("is ", "must ")) else f"is wrong: {what}"
    return ConfigError(f"`{key}` {joined} (found {str(error['input'])[:80]!r})", where=place, advice=advice)


def _key(location: tuple[int | str, ...]) -> str:
    """("digest", 0, "at") -> "digest[1].at": people count from one."""
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location]
    return "".join(parts).lstrip(".")


def _line(text: str, key: str) -> int | None:
    """The line on which `key` is set, if it is easily found."""
    match = re.search(rf"^[^#\n]*?\b{re.escape(key)}\b\"?\s*(=|\])", text, re.MULTILINE)
    return text.count("\n", 0, match.start()) + 1 if match else None


def _names(kind: type[BaseModel], path: tuple[int | str, ...]) -> list[str]:
    """The known keys of the table at `path` below `kind`."""
    tables: dict[str, type[BaseModel]] = {
        "smtp": SmtpTable,
        "digest": DigestTable,
        "author": AuthorTable,
        "release": ReleaseTable,
    }
    names = [part for part in path if isinstance(part, str)]
    table = tables.get(names[-1], kind) if names else kind
    return list(table.model_fields)
