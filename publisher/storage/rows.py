"""What queries give back: frozen rows, and how lists and pictures are kept in a text column."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urljoin

from publisher.model import Author, DeliveryState, EditionState, Grade, Image, Standing

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """A guide as collect needs it: its newest revision, public or not."""

    id: int
    foreign_id: str
    slug: str
    number: int
    hash: bytes
    public_number: int | None
    path: str | None = None
    missing: bool = False
    stop: str | None = None  # why its newest revision is stopped: see releases.py


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """What the planner and the owner's lists must know of a guide beside its revisions."""

    tags: tuple[str, ...]
    standing: Standing
    withdrawn_why: str | None


@dataclass(frozen=True, slots=True)
class StoredText:
    """One text of a guide, with how much it differs from the one before and what decided that."""

    number: int
    hash: bytes
    title: str
    html: str
    step: Grade
    rule: str
    change: str | None = None


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """A guide with the text of one revision."""

    id: int
    publication: str
    public_id: str
    slug: str
    number: int
    title: str
    summary: str
    html: str
    minutes: int
    authors: tuple[Author, ...]
    tags: tuple[str, ...]
    image: Image | None
    language: str | None
    canonical: str | None
    published_at: datetime
    updated_at: datetime
    change: str | None


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """A guide in the owner's list; the times are None while nothing of it is public."""

    id: int
    publication: str
    source: str
    foreign_id: str
    public_id: str
    slug: str
    title: str
    path: str | None
    tags: tuple[str, ...]
    public_number: int | None
    published_at: datetime | None
    updated_at: datetime | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class RevisionFacts:
    """One revision without its text."""

    article: int
    number: int
    hash: bytes
    step: Grade
    change: str | None
    title: str
    seen_at: datetime
    released_at: datetime | None
    eligible_at: datetime | None
    wanted_at: datetime | None
    held: bool
    rule: str = ""
    stop: str | None = None


@dataclass(frozen=True, slots=True)
class PendingRow:
    """A revision that is stopped: while its collect is not through, or until the owner speaks."""

    article: int
    number: int
    wanted_at: datetime | None
    held: bool
    stop: str
    title: str
    committed_at: datetime
    public_number: int | None
    stated_published: datetime | None
    stated_updated: datetime | None
    step: Grade
    same: bool  # its text is the public one


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A revision that is not public yet."""

    article: int
    number: int
    wanted_at: datetime | None
    held: bool
    committed_at: datetime


@dataclass(frozen=True, slots=True)
class EditionRow:
    id: int
    kind: str
    digest: str
    cell: str
    occurrence: datetime
    window_start: datetime
    window_end: datetime
    state: EditionState
    audience: int
    unaddressed: int


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One line of a variant, with the text of the revision that it tells of."""

    new: bool
    had: int | None
    article: StoredArticle


@dataclass(frozen=True, slots=True)
class AlertRow:
    """Something that the owner must know; `mailed_at` is when he was told by mail."""

    key: str
    sentence: str
    since: datetime
    mailed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClaimedRow:
    follower: int
    variant: int
    address: str
    language: str | None = None  # that he chose


@dataclass(frozen=True, slots=True)
class FollowerRow:
    id: int
    channel: str
    endpoint: str
    publication: str
    cadence: str
    topics: tuple[str, ...]
    state: str
    since: datetime
    suppressed: str | None
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What the ledger is told of one delivery."""

    follower: int
    state: DeliveryState
    reply: str
    retry_at: datetime | None = None


def dump_authors(authors: Sequence[Author]) -> str:
    return _dump([asdict(author) for author in authors])


def load_authors(value: str) -> tuple[Author, ...]:
    return tuple(Author(**item) for item in json.loads(value))


def dump_image(image: Image | None) -> str | None:
    return None if image is None else _dump(asdict(image))


def load_image(value: str | None) -> Image | None:
    return None if value is None else Image(**json.loads(value))


def absolute_image(image: Image, base: str) -> Image:
    """The picture with its URL joined to `base`."""
    return replace(image, url=urljoin(base, image.url))


def dump_list(values: Sequence[str]) -> str:
    return _dump(list(values))


def load_list(value: str) -> tuple[str, ...]:
    return tuple(json.loads(value))


def chunks(items: list[_Item], size: int) -> Iterator[list[_Item]]:
    """The items, `size` at a time: a statement can name only so many."""
    return (items[start : start + size] for start in range(0, len(items), size))


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
