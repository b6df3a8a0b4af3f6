"""Sources in, revisions out: read what is there, keep every text once, and say when it may become public.

source ──reading──▶ guides and texts, with grades ──settling──▶ public, waiting, or held for the owner
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from publisher import storage
from publisher.collect.reading import Reading
from publisher.collect.renewal import renew
from publisher.collect.report import CollectReport, Renamed, Seen
from publisher.errors import SourceError
from publisher.model import Publication, Skipped, Source, SourceSpec

__all__ = ["CollectReport", "Renamed", "Seen", "collect"]


def collect(
    store: storage.Store,
    publication: Publication,
    sources: Sequence[tuple[SourceSpec, Source]],
    *,
    authority: str,
    now: datetime,
) -> CollectReport:
    """Read every source of a publication. What fails is in the report, with a sentence; the rest is kept.

    Raises StorageError.
    """
    report = CollectReport(publication.slug)
    renew(store, publication)
    for spec, source in sources:
        try:
            Reading(store, publication, spec, authority, now, report).read(source)
        except SourceError as error:
            where = error.where or f"feeds/{publication.slug}"
            report.failed.append(Skipped(where, f"{error.what}. {error.advice or ''}".strip()))
    return report
