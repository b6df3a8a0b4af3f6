"""What a story is made of. Times are UTC; who follows is always one person."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from publisher import storage
from publisher.model import DeliveryState, DigestSpec, Grade, NoticeKind, Publication

PairGrades = Callable[
    [Sequence[storage.RevisionFacts], Mapping[tuple[int, int], Grade]], Mapping[tuple[int, int], Grade]
]


@dataclass(frozen=True, slots=True)
class Rules:
    """What the site says now: what is published, when it is mailed, and how pairs of revisions are graded.

    `pair_grades` is the planner's own (`editions.pair_grades`). `domain` and `instance` make Message-IDs.
    """

    publications: Sequence[Publication]
    digests: Sequence[DigestSpec]
    pair_grades: PairGrades
    domain: str
    instance: str

    def publication(self, slug: str) -> Publication | None:
        return next((each for each in self.publications if each.slug == slug), None)

    def title(self, slug: str) -> str:
        found = self.publication(slug)
        return found.title if found else slug

    def digest(self, slug: str, cadence: str) -> DigestSpec | None:
        """The digest that tells of a publication at this cadence: its own, else the site's."""
        found = self.publication(slug)
        own = found.digests if found else ()
        of_site = (each for each in self.digests if each.publication is None)
        return next((each for each in (*own, *of_site) if each.name == cadence), None)


class Fate(enum.Enum):
    """Why a follower was told of a revision, or was not: each has exactly one."""

    # In the ledger: an edition was to tell him. What became of that is `Verdict.state`.
    TOLD = "told"
    FOLDED = "folded"  # the same edition had a newer revision of the guide
    # Not public.
    WAITING = "waiting"
    REPLACED = "replaced"  # by a newer text, before it was public
    # Public, and in no edition for anybody.
    ARCHIVED = "archived"  # it was there before anybody was to be told
    QUIET = "quiet"  # its owner let it out without telling anyone
    # Nobody who follows at his cadence was told, or not he.
    NEVER = "never"  # he never followed the publication
    LATER = "later"  # he followed only after it
    LEFT = "left"  # he followed no more
    PENDING = "pending"  # he had asked, and not confirmed
    CADENCE = "cadence"  # it was told at another cadence
    EARLY = "early"  # it came out before his digest began
    NO_DIGEST = "no digest"  # nothing is mailed at his cadence
    PAUSED = "paused"
    BARRED = "barred"  # withdrawn, its file gone, or its review due
    POSTPONED = "postponed"  # the same at that time, or its publication could not be used
    TOPIC = "topic"
    GRADE = "grade"  # too small a change since what he had
    HAD = "had"  # he had this revision, or a newer one
    NEXT = "next"  # it comes with the next mail


@dataclass(frozen=True, slots=True)
class Verdict:
    """A fate with its circumstances; which of them are set depends on the fate.

    `mailing` is the edition that told or would have told him, `at` when that was settled (or will be), `had`
    and `now` the pair that was graded, `detail` the planner's words, the topics or the cadence.
    """

    fate: Fate
    mailing: storage.MailingRow | None = None
    at: datetime | None = None
    state: DeliveryState | None = None
    had: int | None = None
    now: int | None = None
    grade: Grade | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RevisionStory:
    """One revision of a guide and what this follower heard of it.

    `step` is its grade against the revision before. `reached` is the edition in which its text came to him
    as part of a newer revision.
    """

    number: int
    title: str
    step: Grade
    change: str | None
    released_at: datetime | None
    verdict: Verdict
    reached: storage.MailingRow | None = None


@dataclass(frozen=True, slots=True)
class GuideStory:
    article: int
    publication: str
    slug: str
    title: str
    revisions: tuple[RevisionStory, ...]  # newest first


@dataclass(frozen=True, slots=True)
class Line:
    """A guide in a mail, and how much it had changed for this reader (None: it was new to him)."""

    row: storage.LineRow
    grade: Grade | None


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one follower, as the ledger has it."""

    mailing: storage.MailingRow
    state: DeliveryState
    tries: int
    at: datetime
    message_id: str
    attempts: tuple[storage.AttemptRow, ...] = ()
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticeMail:
    """A notice. Without a `state` it was never mailed."""

    kind: NoticeKind
    at: datetime
    used_at: datetime | None
    edition: int | None = None
    state: DeliveryState | None = None
    settled_at: datetime | None = None
    message_id: str = ""
    attempts: tuple[storage.AttemptRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Coming:
    """The next mail of one digest for him: when, of what, and what it would tell by now.

    `reason` says why it will not come to him: `Fate.PAUSED`, `Fate.NO_DIGEST`, or "suppressed" as None with
    the story's suppression. `until` is the end of a pause.
    """

    cadence: str
    publications: tuple[str, ...]
    digest: DigestSpec | None
    at: datetime | None
    lines: tuple[Line, ...] = ()
    reason: Fate | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """All that is known of one address. Mails, notices and events come newest first.

    `person` is None for an address that nobody here has; `suppressions` may still name it. `more` tells how
    many older mails are left out.
    """

    address: str
    person: storage.Person | None
    erased: bool = False
    suppressions: tuple[storage.Suppression, ...] = ()
    tags: tuple[str, ...] = ()
    follows: tuple[storage.FollowRow, ...] = ()
    events: tuple[storage.EventRow, ...] = ()
    mails: tuple[Mail, ...] = ()
    notices: tuple[NoticeMail, ...] = ()
    coming: tuple[Coming, ...] = ()
    guide: GuideStory | None = None
    more: int = 0


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A guide that was news when an edition was made, and is not in this reader's copy."""

    article: int
    publication: str
    slug: str
    title: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class DeliveryStory:
    """Why one mail came. `follows` are those that brought it, as far as they are known."""

    mail: Mail
    digest: DigestSpec | None
    person: storage.Person | None
    erased: bool
    follows: tuple[storage.FollowRow, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    notice: NoticeMail | None = None
