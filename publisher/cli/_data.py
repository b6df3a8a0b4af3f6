"""What `--json` prints: plain data with times as ISO 8601 with offset."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from publisher.audit import Audit
    from publisher.model import PlannedEdition
    from publisher.storage import ListedArticle, RevisionFacts


def by_article(facts: Sequence[RevisionFacts]) -> dict[int, list[RevisionFacts]]:
    found: dict[int, list[RevisionFacts]] = defaultdict(list)
    for fact in facts:
        found[fact.article].append(fact)
    return found


def state(article: ListedArticle, history: Sequence[RevisionFacts]) -> tuple[str, str]:
    """What a guide is, and since when, in words."""
    newest = history[-1]
    standing = article.standing
    updated = standing.updated_at.strftime("%-d %b %Y") if standing.updated_at else ""
    if standing.withdrawn_at:
        return f"withdrawn {standing.withdrawn_at:%-d %b %Y}", updated
    if article.public_number == newest.number:
        return "public", updated
    waits = "held" if newest.held or newest.stop == "owner" else "waits for its slot"
    if newest.stop in ("collect", "past"):
        waits = "waits for the end of a collect"
    elif newest.stop == "changes":
        waits = "held: many changed at once"
    elif newest.wanted_at and waits != "held":
        waits = f"waits until {newest.wanted_at:%-d %b %Y, %H:%M} UTC"
    return (f"public; revision {newest.number} {waits}" if article.public_number else waits), updated


def article_data(article: ListedArticle, history: Sequence[RevisionFacts], base_url: str) -> dict[str, Any]:
    return {
        "id": article.public_id,
        "publication": article.publication,
        "source": article.source,
        "key": article.foreign_id,
        "slug": article.slug,
        "url": f"{base_url}/{article.publication}/{article.slug}",
        "title": article.title,
        "path": article.path,
        "tags": article.tags,
        "published": article.standing.published_at,
        "updated": article.standing.updated_at,
        "review_by": article.standing.review_by,
        "reviewed": article.standing.reviewed_at,
        "file_gone_since": article.standing.missing_since,
        "withdrawn": article.standing.withdrawn_at,
        "public_revision": article.public_number,
        "revisions": [
            {
                "number": fact.number,
                "title": fact.title,
                "hash": fact.hash.hex(),
                "grade": None if fact.number == 1 else fact.step.name.lower(),
                "rule": fact.rule or None,
                "change": fact.change,
                "seen": fact.seen_at,
                "released": fact.released_at,
                "eligible": fact.eligible_at,
                "wanted": fact.wanted_at,
                "held": fact.held or fact.stop in ("changes", "owner"),
            }
            for fact in history
        ],
    }


def edition_data(planned: PlannedEdition, zone: str, titles: Mapping[int, str]) -> dict[str, Any]:
    local = ZoneInfo(zone)
    return {
        "digest": planned.digest,
        "cell": planned.cell,
        "occurrence": planned.occurrence.astimezone(local),
        "window": [planned.window_start.astimezone(local), planned.window_end.astimezone(local)],
        "audience": planned.audience,
        "nothing_for": planned.unaddressed,
        "pausing": planned.paused,
        "variants": [
            {
                "followers": variant.size,
                "guides": [
                    {
                        "title": titles[pair.article],
                        "kind": "new" if pair.new else "updated",
                        "had": pair.had,
                        "now": pair.now,
                    }
                    for pair in variant.pairs
                ],
            }
            for variant in planned.variants
        ],
        "left_out": [{"title": titles[each.article], "reason": each.reason} for each in planned.excluded],
    }


def audit_data(result: Audit) -> dict[str, Any]:
    return {
        "holds": result.holds,
        "editions": [
            {
                "edition": each.edition.id,
                "digest": each.edition.digest,
                "occurrence": each.edition.occurrence,
                "state": each.edition.state.name.lower(),
                "audience": each.edition.audience,
                "ledger": {key.name.lower(): number for key, number in sorted(each.counts.items())},
                "problems": each.problems,
            }
            for each in result.editions
        ],
        "notices": {key.name.lower(): number for key, number in sorted(result.notices.items())},
        "problems": result.problems,
        "uncertain": [
            {"edition": edition, "follower": follower, "address": address}
            for edition, follower, address in result.uncertain
        ],
    }
