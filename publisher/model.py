"""The words of the house, as frozen dataclasses. Standard library only; everything else imports this.

Data is named by its stage:

    Found ──collect──▶ Revision ──release──▶ Released ──plan──▶ PlannedEdition ──freeze──▶ rows
                            │                                                        │
                            └──▶ Entry ──format──▶ feeds, pages        Envelope ──channel──▶ Outcome

Times are aware datetimes in UTC unless a name says otherwise.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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


Known = Mapping[str, Fingerprint]  # path -> what the file system said when it was last read


class Source(Protocol):
    """Where a publication's guides come from."""

    def read(self, known: Known) -> Iterator[Found | Unchanged | Skipped]:
        """Yield every guide that is there. Raises SourceError when nothing can be read at all."""
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A released guide as formats and pages see it. URLs are absolute; `id` is a tag URI (RFC 4151)."""

    id: str
    slug: str
    url: str
    title: str
    html: str
    summary: str
    published: datetime
    updated: datetime
    authors: tuple[Author, ...] = ()
    tags: tuple[str, ...] = ()
    image: Image | None = None
    language: str | None = None
    canonical: str | None = None
    change: str | None = None  # the last change note
    revision: int = 1
    minutes: int = 1  # reading time


@dataclass(frozen=True, slots=True)
class Feed:
    """The head of a feed. `urls` maps a format's name to where that format of this feed lives."""

    id: str
    title: str
    home_url: str
    urls: Mapping[str, str]
    updated: datetime
    description: str = ""
    language: str = "en"
    authors: tuple[Author, ...] = ()
    image: Image | None = None
    rights: str | None = None
    hubs: tuple[str, ...] = ()


class Format(Protocol):
    """How a publication is written for machines. Same content, same bytes."""

    suffix: str  # file name ending, without the dot
    mime: str

    def write(self, feed: Feed, entries: Sequence[Entry]) -> bytes:
        """The whole document. `entries` come newest first."""
        ...


class Schedule(Protocol):
    """When something happens. Pure: time is an argument."""

    def next(self, after: datetime) -> datetime | None:
        """The first moment strictly after `after`, in UTC; None if there is none."""
        ...


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """One [[source]] table of a feed.toml."""

    kind: str
    name: str
    backfill: str = "archive"  # or "announce"
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DigestSpec:
    """One [[digest]] table. `key` is `<publication>:<name>`, or `-:<name>` for the site's own."""

    key: str
    name: str
    publication: str | None
    schedule: Schedule
    schedule_text: str
    zone: str = "UTC"
    title: str | None = None
    template: str = "digest"


@dataclass(frozen=True, slots=True)
class Publication:
    """What is followed: one folder in feeds/, its feed.toml understood."""

    slug: str
    folder: str
    title: str
    description: str = ""
    language: str = "en"
    author: Author | None = None
    formats: tuple[str, ...] = ("rss", "atom", "jsonfeed")
    topics: tuple[str, ...] = ()
    accent: str = "#1f5f8b"
    rights: str | None = None
    entries: int = 30  # window of the main feed
    sources: tuple[SourceSpec, ...] = ()
    digests: tuple[DigestSpec, ...] = ()
    release: Schedule | None = None


class EditionState(enum.IntEnum):
    PLANNED = 0
    HELD = 1
    RUNNING = 2
    PAUSED = 3
    DONE = 4
    CANCELLED = 5


class DeliveryState(enum.IntEnum):
    """A delivery's life. SENDING is a claimed row whose intent record is written: bytes may have left.

    PLANNED ─▶ CLAIMED ─▶ SENDING ─▶ SENT
       ▲          │          ├─────▶ DEFERRED ─▶ PLANNED (in a new batch, when due)
       └──────────┘          ├─────▶ BOUNCED, FAILED
      (died before           └─────▶ UNCERTAIN (died, or the line fell, after the final dot)
       the intent)
    PLANNED ─▶ SUPPRESSED, CANCELLED, EXPIRED
    """

    PLANNED = 0
    CLAIMED = 1
    SENDING = 2
    SENT = 3
    DEFERRED = 4
    BOUNCED = 5
    FAILED = 6
    SUPPRESSED = 7
    CANCELLED = 8
    EXPIRED = 9
    UNCERTAIN = 10


# Deliveries in these states count as "the follower had it" (or will have): DESIGN, promise 1 and 2.
HAD_STATES = (
    DeliveryState.PLANNED,
    DeliveryState.CLAIMED,
    DeliveryState.SENDING,
    DeliveryState.SENT,
    DeliveryState.DEFERRED,
    DeliveryState.UNCERTAIN,
)


@dataclass(frozen=True, slots=True)
class Released:
    """One public revision. `eligible_at` is None for what was archived: in feeds, never in editions."""

    number: int
    eligible_at: datetime | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A guide that an edition may tell of. `grades` holds every (had, now) pair that can come up."""

    article: int
    publication: str
    tags: frozenset[str]
    releases: tuple[Released, ...]  # by number
    grades: Mapping[tuple[int, int], Grade]


@dataclass(frozen=True, slots=True)
class Group:
    """Followers who are alike to the planner: how many, what they follow, and which revisions they had.

    `rule` is how storage finds them again; the planner only hands it back.
    """

    rule: tuple[str, ...]
    follows: tuple[tuple[str, frozenset[str]], ...]  # (publication, topics; none = all)
    had: Mapping[int, int]  # article -> revision number
    size: int


@dataclass(frozen=True, slots=True)
class Pair:
    """What one follower hears about one guide: he had revision `had` (None: nothing), now it is `now`."""

    article: int
    had: int | None
    now: int
    new: bool


@dataclass(frozen=True, slots=True)
class PlannedVariant:
    pairs: tuple[Pair, ...]
    groups: tuple[Group, ...]

    @property
    def size(self) -> int:
        return sum(group.size for group in self.groups)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why a guide released in the window is not in an edition."""

    article: int
    reason: str


@dataclass(frozen=True, slots=True)
class PlannedEdition:
    """One mailing, decided. An edition without variants has nothing to say to anyone: no mail."""

    digest: str
    cell: str
    occurrence: datetime
    window_start: datetime
    window_end: datetime
    variants: tuple[PlannedVariant, ...]
    unaddressed: int = 0  # followers for whom there is nothing to say
    excluded: tuple[Exclusion, ...] = ()

    @property
    def audience(self) -> int:
        return sum(variant.size for variant in self.variants)

    @property
    def articles(self) -> tuple[int, ...]:
        """Every guide in the edition, each once, in the order of the mail."""
        return tuple(dict.fromkeys(pair.article for variant in self.variants for pair in variant.pairs))


@dataclass(frozen=True, slots=True)
class DigestView:
    """All that the planner may know of one cell of one digest."""

    digest: DigestSpec
    covered_until: datetime
    candidates: tuple[Candidate, ...]
    groups: tuple[Group, ...]
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message on its way. `data` is the whole message, CRLF line ends, not dot-stuffed."""

    edition: int
    follower: int
    sender: str  # MAIL FROM
    recipient: str  # RCPT TO
    data: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one envelope. `reply` is the other side's own words, for the ledger."""

    edition: int
    follower: int
    state: DeliveryState
    reply: str = ""


class Journal(Protocol):
    """Written between the last byte of a message and its final dot; durable when it returns."""

    def intent(self, envelope: Envelope) -> None: ...


class Channel(Protocol):
    """How a delivery travels."""

    def send(self, envelopes: Iterable[Envelope], journal: Journal) -> Iterator[Outcome]:
        """Send what `envelopes` yields, one outcome each, in any order.

        `journal.intent` is called once per envelope, before the byte that could make the other side keep
        it. An envelope whose intent was not called did not leave. Raises ChannelError when nothing can be
        sent at all; the envelopes taken but not answered by then did not leave.
        """
        ...
