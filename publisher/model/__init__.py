"""The words of the house, as frozen dataclasses. Standard library only; everything else imports this.

Data is named by its stage:

    Found ──collect──▶ Revision ──release──▶ Released ──plan──▶ PlannedEdition ──freeze──▶ rows
                            │                                                        │
                            └──▶ Entry ──format──▶ feeds, pages        Envelope ──channel──▶ Outcome

Times are aware datetimes in UTC unless a name says otherwise.
"""

from __future__ import annotations

from publisher.model.feeds import (
    Change,
    Enclosure,
    Entry,
    Feed,
    Format,
    Outline,
    Paging,
    Tombstone,
)
from publisher.model.guides import (
    Author,
    Fingerprint,
    Found,
    Grade,
    Image,
    Item,
    Known,
    Listing,
    Skipped,
    Source,
    Text,
    Unchanged,
)
from publisher.model.mailing import (
    HAD_STATES,
    Channel,
    DeliveryState,
    EditionState,
    Envelope,
    Journal,
    NoticeKind,
    Outcome,
)
from publisher.model.owners import (
    DigestSpec,
    Publication,
    Schedule,
    SourceSpec,
)
from publisher.model.planning import (
    Bar,
    Candidate,
    DigestView,
    Exclusion,
    Group,
    Pair,
    PlannedEdition,
    PlannedVariant,
    Released,
    Standing,
)

__all__ = [
    "HAD_STATES",
    "Author",
    "Bar",
    "Candidate",
    "Change",
    "Channel",
    "DeliveryState",
    "DigestSpec",
    "DigestView",
    "EditionState",
    "Enclosure",
    "Entry",
    "Envelope",
    "Exclusion",
    "Feed",
    "Fingerprint",
    "Format",
    "Found",
    "Grade",
    "Group",
    "Image",
    "Item",
    "Journal",
    "Known",
    "Listing",
    "NoticeKind",
    "Outcome",
    "Outline",
    "Paging",
    "Pair",
    "PlannedEdition",
    "PlannedVariant",
    "Publication",
    "Released",
    "Schedule",
    "Skipped",
    "Source",
    "SourceSpec",
    "Standing",
    "Text",
    "Tombstone",
    "Unchanged",
]
