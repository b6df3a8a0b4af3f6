"""Which mails tell of a publication, and when the next of them is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from publisher.model import DigestSpec, Publication


def digests_of(publication: Publication, digests: Iterable[DigestSpec]) -> dict[str, DigestSpec]:
    """name -> digest, of all that tell of a publication: its own come before the site's of the same name.

    `digests` are the site's and every publication's own.
    """
    own = {each.name: each for each in publication.digests}
    return own | {each.name: each for each in digests if each.publication is None and each.name not in own}


def next_mail(
    follows: Iterable[tuple[str, str]],
    publications: Sequence[Publication],
    digests: Sequence[DigestSpec],
    now: datetime,
) -> tuple[datetime, DigestSpec] | None:
    """The first mail that is due after `now` for who follows these (slug, cadence); None if there is none."""
    known: Mapping[str, Publication] = {each.slug: each for each in publications}
    found = []
    for slug, cadence in follows:
        digest = digests_of(known[slug], digests).get(cadence) if slug in known else None
        moment = digest.schedule.next(now) if digest else None
        if digest is not None and moment is not None:
            found.append((moment, digest))
    return min(found, key=lambda each: (each[0], each[1].key), default=None)
