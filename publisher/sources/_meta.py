"""Front matter understood: every key with its type, and a sentence with a line for each that is wrong.

A known key with a value that cannot be used holds the guide back. An unknown key is ignored, and told.

Keys:

    id            the guide's permanent name; its path without suffix when absent
    title         what it is called; the text's own title or the file's name when absent
    slug          the end of its address; made from the file's name when absent. Later changes are ignored
    authors       names, or tables with `name`, `url` and `email`; the publication's author when absent
    tags          words, as a list or with commas between
    image         a picture: a path seen from the file, a web address, or a table with `src` and `alt`
    published     when it first came out
    updated       when its text was last changed
    release       when this text may become public, or `hold`: not before you take the word away
    change        what is different now, in a sentence for followers
    significance  how much that is, in your word: `material`, `minor` or `typo`; judged by rules when absent
    review_by     when somebody should read it again
    summary       a few lines; the beginning of the text when absent
    language      the language of the text (BCP 47), if it is not the publication's
    canonical     the address of the original, if it first stood elsewhere
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from urllib.parse import urlsplit

from publisher.model import Author, Grade
from publisher.sources._matter import Matter, Unusable, Value
from publisher.sources._moment import EXAMPLE, read_moment

KEYS = (
    *("id", "title", "slug", "authors", "tags", "image", "published", "updated", "release", "change"),
    *("significance", "review_by", "summary", "language", "canonical"),
)
# What the same thing is called elsewhere.
_ELSEWHERE = {
    "author": "authors",
    "byline": "authors",
    "categories": "tags",
    "category": "tags",
    "cover": "image",
    "date": "published",
    "description": "summary",
    "excerpt": "summary",
    "keywords": "tags",
    "lang": "language",
    "last_modified_at": "updated",
    "lastmod": "updated",
    "permalink": "slug",
    "publish_date": "release",
    "topics": "tags",
    "url": "canonical",
}
_GRADES = {"typo": Grade.TYPO, "minor": Grade.MINOR, "material": Grade.MATERIAL}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_URL = re.compile(r"https?://[^\s/?#\"<>\\]+[^\s\"<>\\]*")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # never in XML
_LONGEST = {"id": 200, "slug": 100, "title": 300}


@dataclass(frozen=True, slots=True)
class Picture:
    """The image key as written; `src` is relative to the guide's file, or a web address."""

    src: str
    alt: str
    line: int


@dataclass(frozen=True, slots=True)
class Meta:
    """What the front matter says. `remarks` are (line, sentence) of what was ignored."""

    id: str | None = None
    title: str | None = None
    slug: str | None = None
    authors: tuple[Author, ...] = ()
    tags: tuple[str, ...] = ()
    image: Picture | None = None
    published: datetime | None = None
    updated: datetime | None = None
    release: datetime | None = None
    hold: bool = False
    change: str | None = None
    significance: Grade | None = None
    review_by: datetime | None = None
    summary: str | None = None
    language: str | None = None
    canonical: str | None = None
    remarks: tuple[tuple[int, str], ...] = field(default=())


def read_meta(matter: Matter, zone: tzinfo) -> Meta:
    """Raises Unusable for a known key with a value that cannot be used."""
    reader = _Reader(matter, zone)
    release, hold = reader.release()
    remarks, draft = _unknown(matter)
    return Meta(
        id=reader.line("id"),
        title=reader.line("title"),
        slug=reader.line("slug"),
        authors=reader.authors(),
        tags=reader.tags(),
        image=reader.image(),
        published=reader.moment("published"),
        updated=reader.moment("updated"),
        release=release,
        hold=hold or draft,
        change=reader.line("change"),
        significance=reader.significance(),
        review_by=reader.moment("review_by"),
        summary=reader.line("summary"),
        language=reader.matching("language", _LANGUAGE.fullmatch, "a language code like en or pt-BR"),
        canonical=reader.matching("canonical", is_url, "a web address like https://example.org/guide"),
        remarks=remarks,
    )


def is_url(value: str) -> bool:
    """Whether this is a web address that every part of the program can take apart."""
    try:
        return _URL.fullmatch(value) is not None and urlsplit(value).hostname is not None
    except ValueError:  # "http://[x/"
        return False


def clean_line(value: str) -> str:
    """One line that XML and a mail header can carry: no control characters, single spaces."""
    return " ".join(_UNWRITABLE.sub(" ", unicodedata.normalize("NFC", value)).split())


class _Reader:
    """Reads one key at a time; each method returns None or () when the key is absent or empty."""

    def __init__(self, matter: Matter, zone: tzinfo) -> None:
        self._matter, self._zone = matter, zone

    def wrong(self, key: str, reason: str) -> Unusable:
        return Unusable(reason, self._matter.lines.get(key))

    def line(self, key: str) -> str | None:
        value = self._matter.values.get(key, "")
        if not isinstance(value, str):
            raise self.wrong(key, f"`{key}` must be one line of text, not a {_kind(value)}.")
        text = clean_line(value)
        if len(text) > (most := _LONGEST.get(key, 2000)):
            raise self.wrong(key, f"`{key}` is {len(text)} characters long: keep it under {most}.")
        return text or None

    def matching(self, key: str, fits: Callable[[str], object], what: str) -> str | None:
        value = self.line(key)
        if value is not None and not fits(value):
            raise self.wrong(key, f"`{key}` is {value[:60]!r}: write {what}.")
        return value

    def moment(self, key: str) -> datetime | None:
        value = self.line(key)
        try:
            return read_moment(value, self._zone) if value else None
        except ValueError as error:
            raise self.wrong(key, f"`{key}`: {error}") from None

    def release(self) -> tuple[datetime | None, bool]:
        value = self.line("release")
        if value and value.lower() == "hold":
            return None, True
        if value and not value[0].isdigit():
            reason = f"`release` is {value[:60]!r}: write `hold`, or a date. {EXAMPLE}"
            raise self.wrong("release", reason)
        return self.moment("release"), False

    def significance(self) -> Grade | None:
        value = self.line("significance")
        if value and value.lower() not in _GRADES:
            near = difflib.get_close_matches(value.lower(), _GRADES, n=1)
            hint = f"did you mean `{near[0]}`?" if near else "write typo, minor or material."
            raise self.wrong("significance", f"`significance` is {value[:60]!r}: {hint}")
        return _GRADES[value.lower()] if value else None

    def tags(self) -> tuple[str, ...]:
        value = self._matter.values.get("tags", "")
        items = value.split(",") if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise self.wrong("tags", "`tags` must be a list of words, like [hands, morning].")
        names = [clean_line(item)[:100] for item in items if isinstance(item, str)]
        return tuple(dict.fromkeys(filter(None, names)))

    def authors(self) -> tuple[Author, ...]:
        value = self._matter.values.get("authors", "")
        items = value if isinstance(value, list) else [value]
        return tuple(author for item in items if (author := self._author(item)) is not None)

    def _author(self, value: Value) -> Author | None:
        table = {"name": value} if isinstance(value, str) else value
        if not isinstance(table, dict) or not all(isinstance(item, str) for item in table.values()):
            raise self.wrong(
                "authors", "`authors` must be names, or tables like {name: …, url: …, email: …}."
            )
        if unknown := sorted(set(table) - {"name", "url", "email"}):
            raise self.wrong("authors", f"An author has name, url and email, but no `{unknown[0]}`.")
        parts = {key: clean_line(str(item)) or None for key, item in table.items()}
        if (url := parts.get("url")) and not is_url(url):
            raise self.wrong("authors", f"The author's url {url[:60]!r} is not a web address (https://…).")
        if (email := parts.get("email")) and not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", email):
            raise self.wrong("authors", f"The author's email {email[:60]!r} is not an e-mail address.")
        if not (name := parts.get("name")):
            if any(parts.values()):
                raise self.wrong("authors", "An author needs a name.")
            return None
        return Author(name, parts.get("url"), parts.get("email"))

    def image(self) -> Picture | None:
        value = self._matter.values.get("image", "")
        table: Mapping[str, Value] = value if isinstance(value, dict) else {"src": value}
        src, alt = table.get("src", ""), table.get("alt", "")
        if not isinstance(src, str) or not isinstance(alt, str) or set(table) - {"src", "alt"}:
            raise self.wrong("image", "`image` must be a file's path, or a table like {src: …, alt: …}.")
        if not src.strip():
            return None
        return Picture(src.strip(), clean_line(alt), self._matter.lines["image"])


def _unknown(matter: Matter) -> tuple[tuple[tuple[int, str], ...], bool]:
    """Remarks on keys that we do not know, and whether one of them says that this is a draft."""
    remarks, draft = [], False
    for key, value in matter.values.items():
        if key in KEYS:
            continue
        name = clean_line(key)[:60]
        if key == "draft" and isinstance(value, str) and value.lower() in ("true", "yes", "on", "1"):
            # Ignoring this one would publish what the owner holds back.
            draft, hint = True, "The guide is held; the key for that is `release: hold`."
        else:
            near = difflib.get_close_matches(key.lower(), KEYS, n=1)
            known = _ELSEWHERE.get(key.lower()) or (near[0] if near else None)
            hint = f"It was ignored; did you mean `{known}`?" if known else "It was ignored."
        remarks.append((matter.lines[key], f"There is no key `{name}`. {hint}"))
    return tuple(remarks), draft


def _kind(value: Value) -> str:
    return "list" if isinstance(value, list) else "table"
