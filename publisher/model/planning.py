"""What the planner is given, and what it decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from publisher.model.guides import Grade
from publisher.model.owners import DigestSpec


@dataclass(frozen=True, slots=True)
class Released:
    """One public revision. `eligible_at` is None for what was archived: in feeds, never in editions."""

    number: int
    eligible_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a guide's life says about whether it may be told of."""

    published_at: datetime | None = None
    updated_at: datetime | None = None
    review_by: datetime | None = None  # as the guide says
    reviewed_at: datetime | None = None  # when its owner looked at it
    review_until: datetime | None = None  # as he said then
    missing_since: datetime | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """Why no edition may tell of a guide, and since when (that may be a moment to come)."""

    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A guide that an edition may tell of. `grades` holds every (had, now) pair that can come up."""

    article: int
    publication: str
    tags: frozenset[str]
    releases: tuple[Released, ...]  # by number
    grades: Mapping[tuple[int, int], Grade]
    bar: Bar | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Followers who are alike to the planner: how many, what they follow, and which revisions they had.

    `rule` is how storage finds them again; the planner only hands it back.
    """

    rule: tuple[str, ...]
    follows: tuple[tuple[str, frozenset[str]], ...]  # (publication, topics; none = all)
    had: Mapping[int, int]  # article -> revision number
    size: int
    paused_until: datetime | None = None
    owed: Mapping[str, datetime] = field(default_factory=dict)  # publication -> not told of it since then


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
    """Why a guide released in the window is not in an edition. `postponed`: a later one looks at it again."""

    article: int
    reason: str
    postponed: bool = False
    number: int = 0  # the first revision that was to be told


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
    paused: int = 0  # followers who want no mail at that time
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
