"""The owner's files read and checked; what cannot be used is a ConfigError with file, line and key."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from publisher.config.tables import (
    AuthorTable,
    DigestTable,
    FeedFile,
    FollowTable,
    ReleaseTable,
    SegmentTable,
    SiteFile,
    SmtpTable,
)
from publisher.errors import ConfigError

_BEGINNER = "`publisher init DIR` makes a folder that works."
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
        "follow": FollowTable,
        "segment": SegmentTable,
    }
    names = [part for part in path if isinstance(part, str)]
    table = tables.get(names[-1], kind) if names else kind
    return list(table.model_fields)
