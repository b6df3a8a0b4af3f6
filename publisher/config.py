"""The owner's files: publisher.toml and feeds/<slug>/feed.toml, checked key by key.

    load_site(folder)         publisher.toml -> SiteFile
    load_feed(path)           one feed.toml  -> FeedFile
    secret(name, environ)     a secret from NAME or the file that NAME_FILE names

Everything that cannot be used is a ConfigError naming file, key and, for unknown keys, the nearest known one.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from publisher.errors import ConfigError

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
RESERVED_SLUGS = frozenset({"tag", "author", "archive", "feed", "updates", "-"})
_BEGINNER = "`publisher init DIR` makes a folder that works."


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _http_url(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", value):
        raise ValueError("is not a web address like https://guides.example")
    return value.rstrip("/")


def _colour(value: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValueError("is not a colour like #1f5f8b")
    return value.lower()


def _digest_name(value: str) -> str:
    if not SLUG.fullmatch(value) or value in ("each", "paused"):
        raise ValueError("is no name for a digest: use a-z, 0-9 and '-', but not 'each' or 'paused'")
    return value


def _one_line(value: str) -> str:
    if any(ord(char) < 32 or ord(char) == 127 for char in value):
        raise ValueError("must be one line without control characters")
    return value


Line = Annotated[str, AfterValidator(_one_line), Field(max_length=500)]
Url = Annotated[str, AfterValidator(_http_url)]
ScheduleTable = dict[str, str | int | float | bool | datetime | date | list[Any]]


class SmtpTable(_Table):
    host: Line = "localhost"
    port: Annotated[int, Field(ge=1, le=65535)] = 25
    security: Literal["none", "starttls", "tls"] = "none"
    username: Line | None = None
    connections: Annotated[int, Field(ge=1, le=50)] = 2
    timeout: Annotated[int, Field(ge=1, le=600)] = 60


class DigestTable(_Table):
    name: Annotated[str, AfterValidator(_digest_name)]
    schedule: ScheduleTable
    title: Line | None = None
    template: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")] = "digest"


class SiteFile(_Table):
    """publisher.toml."""

    title: Line
    base_url: Url = "http://127.0.0.1:8000"
    id_authority: Annotated[str, Field(pattern=r"^[a-z0-9.@-]+,\d{4}(-\d\d){0,2}$")] = (
        "publisher.invalid,2026"
    )
    database: str = "sqlite:///var/publisher.db"
    sender: Line = "Publisher <publisher@localhost>"
    reply_to: Line | None = None
    bounce_address: Line | None = None
    owner: Line | None = None
    postal_address: Line | None = None
    smtp: SmtpTable | None = None
    digest: list[DigestTable] = []


class AuthorTable(_Table):
    name: Line
    url: Url | None = None
    email: Line | None = None


class SourceTable(BaseModel):
    """Keys that a kind of source adds are checked by that kind."""

    model_config = ConfigDict(extra="allow", frozen=True)
    kind: str = "folder"
    name: Line | None = None
    backfill: Literal["archive", "announce"] = "archive"


class ReleaseTable(_Table):
    schedule: ScheduleTable


class FeedFile(_Table):
    """A feed.toml."""

    title: Line | None = None
    description: Line = ""
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    author: AuthorTable | None = None
    formats: list[str] = ["rss", "atom", "jsonfeed"]
    topics: list[Line] = []
    accent: Annotated[str, AfterValidator(_colour)] = "#1f5f8b"
    rights: Line | None = None
    timezone: Line = "UTC"
    entries: Annotated[int, Field(ge=1, le=1000)] = 30
    source: list[SourceTable] = []
    release: ReleaseTable | None = None
    digest: list[DigestTable] = []


_File = TypeVar("_File", SiteFile, FeedFile)


def load_site(folder: Path) -> SiteFile:
    """publisher.toml of a site's folder. Raises ConfigError."""
    path = folder / "publisher.toml"
    if not path.is_file():
        raise ConfigError("there is no publisher.toml here", where=str(folder), advice=_BEGINNER)
    return _load(path, SiteFile, "publisher.toml")


def load_feed(path: Path) -> FeedFile:
    """One feed.toml. Raises ConfigError."""
    return _load(path, FeedFile, f"feeds/{path.parent.name}/feed.toml")


def secret(name: str, environ: Mapping[str, str]) -> str | None:
    """The secret `name` from the environment, or from the file that `<name>_FILE` names; else None."""
    if value := environ.get(name):
        return value
    if not (path := environ.get(f"{name}_FILE")):
        return None
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigError(
            f"the file {path} cannot be read ({error.strerror})", where=f"{name}_FILE"
        ) from None


def _load(path: Path, kind: type[_File], where: str) -> _File:
    try:
        text = path.read_text(encoding="utf-8")
        return kind.model_validate(tomllib.loads(text))
    except OSError as error:
        advice = "Check its owner and permissions."
        raise ConfigError(f"it cannot be read ({error.strerror})", where=where, advice=advice) from None
    except UnicodeDecodeError:
        raise ConfigError("it is not UTF-8 text", where=where, advice="Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"it is not TOML: {error}", where=where, advice="Mend that place.") from None
    except ValidationError as error:
        raise _first(error.errors(), kind, text, where) from None


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
        return ConfigError(f"the key `{key}` is missing", where=place, advice=advice)
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
