"""What sources find: guides, their texts, and how much two of them differ."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Grade(enum.IntEnum):
    """How much a pair of revisions differs. Material is mailed; minor moves `updated`; typo only bytes."""

    NONE = 0
    TYPO = 1
    MINOR = 2
    MATERIAL = 3


@dataclass(frozen=True, slots=True)
class Author:
    name: str
    url: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A guide's picture. `url` is absolute, or relative to the publication's own URL."""

    url: str
    alt: str = ""
    mime: str | None = None
    length: int | None = None  # bytes
    width: int | None = None  # pixels
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """What a reader of one format makes of a file: a title if it has one, and sanitised, closed XHTML."""

    title: str | None
    html: str


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What the file system says of a file: equal fingerprints mean that it need not be opened."""

    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Found:
    """One text of one guide, as a source found it. `past` marks a text from the guide's history."""

    foreign_id: str
    where: str  # file or URL, for messages
    title: str
    html: str
    summary: str
    slug: str
    authors: tuple[Author, ...] = ()
    tags: tuple[str, ...] = ()
    image: Image | None = None
    language: str | None = None
    canonical: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    release: datetime | None = None
    hold: bool = False
    change: str | None = None
    significance: Grade | None = None
    review_by: datetime | None = None
    past: bool = False
    own_id: bool = False  # the guide names its id; otherwise that is where it was found
    path: str | None = None
    fingerprint: Fingerprint | None = None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A file that the source did not open, because its fingerprint is the known one."""

    path: str
    past: bool = False  # a text from a guide's history


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that a source could not use, and the sentence for its owner."""

    where: str
    reason: str
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Every path that is there now, told before anything else: a known one that is not in it is gone.

    `opened` are those that are not as they are known: another text may be in them. A source that cannot know
    this (a feed shows only its newest) tells none, and nothing of it ever is gone.
    """

    paths: frozenset[str]
    opened: frozenset[str] = frozenset()


Known = Mapping[str, Fingerprint]  # path -> what the file system said when it was last read


Item = Listing | Found | Unchanged | Skipped


class Source(Protocol):
    """Where a publication's guides come from."""

    def read(self, known: Known) -> Iterator[Item]:
        """Yield every guide that is there. Raises SourceError when nothing can be read at all."""
        ...
