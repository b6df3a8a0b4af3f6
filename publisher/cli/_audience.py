"""Who an edition of the forecast goes to: by what they follow, and by the owner's segments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from publisher.cli._common import count
from publisher.errors import FollowerError

if TYPE_CHECKING:
    from publisher.model import DigestSpec, PlannedEdition
    from publisher.site import Site
    from publisher.storage import Connection, Segment

_SHOWN = 6  # kinds of followers, in the terminal

_Follows = tuple[tuple[str, frozenset[str]], ...]
_Rule = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Audience:
    """The followers of one planned edition: by what they follow, the largest first; and of each segment."""

    follows: tuple[tuple[_Follows, int], ...]
    segments: Mapping[str, int]


def audiences(site: Site, planned: Sequence[PlannedEdition], now: datetime) -> list[Audience]:
    """One for each planned edition. Without segments in publisher.toml nothing is asked of the database."""
    found = _segments(site)
    digests = {each.key: each for each in site.digests}
    members: dict[tuple[str, str], Mapping[_Rule, int]] = {}
    if found:
        with site.store.read() as db:
            for key in {each.digest for each in planned}:
                for name, segment in found.items():
                    members[key, name] = _members(db, site, digests[key], segment, now)
    return [
        Audience(_by_follows(each), {name: _of(each, members[each.digest, name]) for name in found})
        for each in planned
    ]


def _segments(site: Site) -> dict[str, Segment]:
    """Those that can be understood: the others are among the site's problems."""
    from publisher import follow

    found = {}
    for each in site.settings.segment:
        with suppress(FollowerError):
            found[each.name] = follow.parse_segment(each.who)
    return found


def _members(
    db: Connection, site: Site, digest: DigestSpec, segment: Segment, now: datetime
) -> dict[_Rule, int]:
    """The planner's groups, by their rules, with how many of each belong to the segment."""
    from publisher import editions, storage

    numbers = storage.publication_ids(db)
    covered = editions.covered_publications(digest, site.publications)
    pubs = [numbers[each.slug] for each in covered if each.slug in numbers]
    until = storage.covered_until(db, digest.key, "") or now
    since = min(filter(None, (until, storage.earliest_owed(db, pubs, digest.name))))
    owed = storage.owed_articles(db, digest.key, "")
    articles = dict(storage.candidate_articles(db, pubs, since, list(owed)))
    told = sorted(storage.told_variants(db, list(articles)))
    groups = storage.segment_groups(db, segment, pubs, digest.name, told, until)
    return {(each.follows, each.had): each.size for each in groups}


def _of(planned: PlannedEdition, members: Mapping[_Rule, int]) -> int:
    return sum(members.get(group.rule, 0) for variant in planned.variants for group in variant.groups)


def _by_follows(planned: PlannedEdition) -> tuple[tuple[_Follows, int], ...]:
    sizes: Counter[_Follows] = Counter()
    for variant in planned.variants:
        for group in variant.groups:
            sizes[group.follows] += group.size
    return tuple(sorted(sizes.items(), key=lambda item: (-item[1], _words(item[0]))))


def _words(follows: _Follows) -> str:
    """ "knees (stairs, walking), hands": topics where some were chosen."""
    return ", ".join(f"{slug} ({', '.join(sorted(topics))})" if topics else slug for slug, topics in follows)


def audience_lines(audience: Audience) -> list[str]:
    """What the terminal says of it: nothing where all follow the same and there is no segment."""
    lines = []
    if len(audience.follows) > 1:
        shown, left = audience.follows[:_SHOWN], audience.follows[_SHOWN:]
        width = len(f"{shown[0][1]:,}")
        lines += [f"{size:>{width},} follow {_words(follows)}" for follows, size in shown]
        if left:
            others = sum(size for _, size in left)
            lines.append(f"{others:>{width},} follow one of {count(len(left), 'other choice')}")
    if audience.segments and audience.follows:
        parts = ", ".join(f"{size:,} in {name}" for name, size in audience.segments.items())
        lines.append(f"of them {parts}")
    return lines


def audience_data(audience: Audience) -> dict[str, Any]:
    return {
        "groups": [
            {
                "followers": size,
                "follows": [{"publication": slug, "topics": sorted(topics)} for slug, topics in follows],
            }
            for follows, size in audience.follows
        ],
        "segments": dict(audience.segments),
    }
