"""Bring the planner what it may know, and write down what it decided.

`freeze_due` and `forecast` build the same views and call the same pure functions of `plan`: for the same
state and instant they are equal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from publisher import plan, storage
from publisher.model import (
    Candidate,
    DigestSpec,
    DigestView,
    Grade,
    Group,
    PlannedEdition,
    Publication,
    Released,
)


@dataclass(frozen=True, slots=True)
class Frozen:
    """An edition that was just written; `id` is its number."""

    id: int
    digest: DigestSpec
    planned: PlannedEdition


def covered_publications(digest: DigestSpec, publications: Sequence[Publication]) -> list[Publication]:
    """Those that a digest tells of: its own, or for the site's all that have none of that name."""
    if digest.publication is not None:
        return [each for each in publications if each.slug == digest.publication]
    return [each for each in publications if digest.name not in {own.name for own in each.digests}]


def prepare(
    store: storage.Store,
    digests: Sequence[DigestSpec],
    now: datetime,
    publications: Sequence[Publication] = (),
) -> None:
    """The windows of digests that are new begin now, or where the digest whose place they take has ended."""
    with store.planning() as db:
        for digest in digests:
            for publication in covered_publications(digest, publications):
                _hand_over(db, digest, publication, now)
            storage.ensure_cell(db, digest.key, "", now)


def _hand_over(db: Connection, digest: DigestSpec, publication: Publication, now: datetime) -> None:
    """A publication's own digest came or went: what the one has not told yet, the other one tells.

    A digest that is new begins where the old one ended. One that is further already gets what is in
    between moved into its open window; nobody hears twice, for what he had is in the ledger.
    """
    mark = f"digest:{publication.slug}:{digest.name}"
    before = storage.get_mark(db, mark)
    if before == digest.key:
        return
    storage.set_mark(db, mark, digest.key)
    ended = storage.covered_until(db, before, "") if before else None
    if ended is not None:
        begins = storage.ensure_cell(db, digest.key, "", min(ended, now))
        if ended < begins:
            pubs = [storage.publication_id(db, publication.slug)]
            storage.owe_window(db, digest.key, "", pubs, ended, begins)


def freeze_due(
    store: storage.Store, digests: Sequence[DigestSpec], publications: Sequence[Publication], now: datetime
) -> list[Frozen]:
    """Freeze every edition that is due, each in a transaction of its own under the planner lock."""
    frozen = []
    for digest in sorted(digests, key=lambda digest: digest.key):
        with store.planning() as db:
            covered = storage.ensure_cell(db, digest.key, "", now)
            following = digest.schedule.next(covered)
            if following is None or following > now:
                continue
            view = _view(db, digest, publications, covered, now, for_freezing=True)
            if planned := plan.due(view, now):
                pubs = _numbers(db, covered_publications(digest, publications))
                number = storage.freeze(db, planned, now, pubs=pubs, cadence=digest.name)
                frozen.append(Frozen(number, digest, planned))
                looked_at = [each.article for each in view.candidates]
                again = {each.article: each.number for each in planned.excluded if each.postponed}
                storage.settle_owed(db, digest.key, "", looked_at, again)
                _spare(db, planned, publications)
    return sorted(frozen, key=lambda each: (each.planned.occurrence, each.digest.key))


def _numbers(db: Connection, publications: Sequence[Publication]) -> list[int]:
    known = storage.publication_ids(db)
    return [known[each.slug] for each in publications if each.slug in known]


def _spare(db: Connection, planned: PlannedEdition, publications: Sequence[Publication]) -> None:
    """What a publication had to tell while its feed.toml could not be used is told when it is back."""
    present = {each.slug for each in publications}
    absent = [number for slug, number in storage.publication_ids(db).items() if slug not in present]
    storage.owe_window(db, planned.digest, planned.cell, absent, planned.window_start, planned.window_end)


def forecast(
    store: storage.Store,
    digests: Sequence[DigestSpec],
    publications: Sequence[Publication],
    now: datetime,
    *,
    limit: int | None = None,
    until: datetime | None = None,
) -> list[PlannedEdition]:
    """The editions to come, if nothing is written, followed or left until then."""
    with store.read() as db:
        views = [
            _view(
                db,
                digest,
                publications,
                storage.covered_until(db, digest.key, "") or now,
                until or _horizon(digest, now, limit or 1),
            )
            for digest in digests
        ]
    return plan.forecast(views, now, limit=limit, until=until)


def _horizon(digest: DigestSpec, now: datetime, count: int) -> datetime:
    """The end of the `count`-th window from now: nothing after it can matter."""
    moment = now
    for _ in range(count):
        following = digest.schedule.next(moment)
        if following is None:
            break
        moment = following
    return moment


def _view(
    db: Connection,
    digest: DigestSpec,
    publications: Sequence[Publication],
    covered: datetime,
    horizon: datetime,
    *,
    for_freezing: bool = False,
) -> DigestView:
    told_of = covered_publications(digest, publications)
    numbers = storage.publication_ids(db)
    slugs = {numbers[each.slug]: each.slug for each in told_of if each.slug in numbers}
    owed = storage.owed_articles(db, digest.key, "")
    since = min(filter(None, (covered, storage.earliest_owed(db, list(slugs), digest.name))))
    articles = dict(storage.candidate_articles(db, list(slugs), since, list(owed)))
    coming = _coming(db, told_of, numbers, covered, horizon)
    told = storage.told_variants(db, list(articles))
    read = storage.gather_audience if for_freezing else storage.audience_groups
    groups = read(db, list(slugs), digest.name, sorted(told), covered)
    facts = defaultdict(list)
    for fact in storage.revision_facts(db, list(articles)):
        facts[fact.article].append(fact)
    direct = storage.pair_grades(db, list(articles))
    periods = {each.slug: each.review_after for each in told_of}
    about = _standings(db, list(articles), coming)
    candidates = (
        Candidate(
            article,
            slugs[pub],
            frozenset(about[article].tags),
            tuple(_releases(article, facts[article], coming, covered, owed.get(article))),
            pair_grades(facts[article], direct.get(article, {})),
            plan.bar(about[article].standing, periods[slugs[pub]]),
        )
        for article, pub in sorted(articles.items())
    )
    return DigestView(
        digest=digest,
        covered_until=covered,
        candidates=tuple(candidates),
        groups=tuple(_group(group, slugs, told) for group in groups),
    )


def _coming(
    db: Connection,
    publications: Iterable[Publication],
    numbers: Mapping[str, int],
    covered: datetime,
    horizon: datetime,
) -> dict[tuple[int, int], datetime]:
    """(guide, revision) -> when it will be eligible, for what waits now and is released by `horizon`."""
    coming = {}
    for each in publications:
        if (pub := numbers.get(each.slug)) is None:
            continue
        queue = [
            plan.Waiting(row.article, row.number, row.wanted_at, row.held, row.committed_at)
            for row in storage.waiting_releases(db, pub)
        ]
        last = storage.last_slot(db, pub)
        for waiting, at in plan.releases_due(queue, each.release, last, horizon):
            coming[waiting.article, waiting.number] = max(at, waiting.committed_at, covered)
    return coming


def _standings(
    db: Connection, articles: Sequence[int], coming: Mapping[tuple[int, int], datetime]
) -> dict[int, storage.ArticleFacts]:
    """What is known of guides; of those whose next text comes by then, with what that text says."""
    about = storage.article_facts(db, articles)
    for (article, number), at in sorted(coming.items()):
        if article in about:
            facts = about[article]
            named = storage.review_named(db, article, number)
            until = facts.standing.review_until if named == facts.standing.review_by else None
            standing = replace(facts.standing, review_by=named, review_until=until, updated_at=at)
            about[article] = replace(facts, standing=standing)
    return about


def _releases(
    article: int,
    facts: Sequence[storage.RevisionFacts],
    coming: Mapping[tuple[int, int], datetime],
    covered: datetime,
    owed: int | None,
) -> Iterable[Released]:
    """What is public, or will be. What an earlier window owes is news since the present one began."""
    for fact in facts:
        if fact.released_at is None and (article, fact.number) not in coming:
            continue
        eligible_at = coming.get((article, fact.number), fact.eligible_at)
        if owed is not None and fact.number >= owed and eligible_at is not None:
            eligible_at = max(eligible_at, covered)
        yield Released(fact.number, eligible_at)


def pair_grades(
    facts: Sequence[storage.RevisionFacts], direct: Mapping[tuple[int, int], Grade]
) -> dict[tuple[int, int], Grade]:
    """The grade of every (had, now) pair: none if the texts are equal, else the highest step between.

    `direct` holds the pairs that differ by more than any step between: small changes that added up.
    """
    grades = {}
    for first, had in enumerate(facts):
        highest = Grade.NONE
        for now in facts[first + 1 :]:
            highest = max(highest, now.step)
            pair = had.number, now.number
            grades[pair] = Grade.NONE if had.hash == now.hash else max(highest, direct.get(pair, highest))
    return grades


def _group(
    group: storage.AudienceGroup, slugs: Mapping[int, str], told: Mapping[int, Mapping[int, int]]
) -> Group:
    """Storage's strings in the planner's words: see storage/planning.py."""
    follows, pauses, debts = [], [], {}
    for part in group.follows.split(";"):
        followed, _, topics = part.partition("=")
        followed, _, debt = followed.partition("<")
        publication, _, pause = followed.partition("@")
        slug = slugs[int(publication)]
        follows.append((slug, frozenset(filter(None, topics.split(",")))))
        pauses.append(int(pause) if pause else 0)
        if debt:
            debts[slug] = storage.EPOCH + timedelta(microseconds=int(debt))
    had: dict[int, int] = {}
    for variant in filter(None, group.had.split(";")):
        for article, number in told[int(variant)].items():
            had[article] = max(number, had.get(article, 0))
    ordered = tuple(sorted(follows, key=lambda pair: pair[0]))
    # A pause is of all that somebody follows; what he added since is no reason to write to him.
    until = storage.EPOCH + timedelta(microseconds=max(pauses)) if any(pauses) else None
    return Group((group.follows, group.had), ordered, had, group.size, until, debts)
