"""One tick does all that is due, in order; a loop in this process.

lock ─ recover ─ collect ─ withdraw ─ release ─ freeze ─ send (batch by batch) ─ close
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime

from publisher import (
    alerts,
    channels,
    collect,
    deliver,
    editions,
    follow,
    life,
    mail,
    release,
    storage,
)
from publisher.errors import ConfigError, FollowerError, RefusedError, SourceError, TemplateError
from publisher.model import Channel, DeliveryState, Publication, Skipped
from publisher.site import Site

Clock = Callable[[], datetime]

_SCOPES = ("site:", "source:", "edition:", "guide:", "hold:", "gone:", "stale:")  # alerts of every tick


@dataclass(slots=True)
class TickReport:
    """What one tick did."""

    collected: list[collect.CollectReport] = field(default_factory=list)
    withdrawn: list[life.Withdrawn] = field(default_factory=list)
    released: list[release.ReleasedGuide] = field(default_factory=list)
    frozen: list[editions.Frozen] = field(default_factory=list)
    batches: list[deliver.BatchReport] = field(default_factory=list)
    uncertain: list[tuple[int, int]] = field(default_factory=list)  # found at start: (edition, follower)
    done: list[int] = field(default_factory=list)
    trouble: dict[str, str] = field(default_factory=dict)  # what the owner must know, by the alert's key

    @property
    def problems(self) -> list[str]:
        """What the owner must know, as sentences."""
        return list(self.trouble.values())

    def sent(self) -> dict[DeliveryState, int]:
        """state -> how many deliveries ended a batch in it."""
        total: dict[DeliveryState, int] = {}
        for batch in self.batches:
            for state, count in batch.counts.items():
                total[state] = total.get(state, 0) + count
        return total


def collect_all(site: Site, now: datetime, only: str | None = None) -> list[collect.CollectReport]:
    """Read the sources of every publication (or of one). Raises ConfigError for an unknown one."""
    chosen = [site.publication(only)] if only else site.publications
    editions.prepare(site.store, site.digests, now, site.publications)
    with storage.collector_lock(site.store, site.var):
        return [_collect_one(site, publication, now) for publication in chosen]


def _collect_one(site: Site, publication: Publication, now: datetime) -> collect.CollectReport:
    authority = site.settings.id_authority
    try:
        opened = site.sources(publication)
        _read_afresh(site, publication)
    except SourceError as error:
        reason = f"{error.what}. {error.advice or ''}".strip()
        failed = Skipped(error.where or f"feeds/{publication.slug}/feed.toml", reason)
        return collect.CollectReport(publication.slug, failed=[failed])
    try:
        return collect.collect(site.store, publication, opened, authority=authority, now=now)
    except RefusedError as error:  # one publication's trouble; a database that is away is everybody's
        failed = Skipped(f"feeds/{publication.slug}", f"{error.what}. Please report this.")
        return collect.CollectReport(publication.slug, failed=[failed])


def _read_afresh(site: Site, publication: Publication) -> None:
    """The owner's rules about boilerplate have changed: plain texts are opened again."""
    texts = site.boilerplate(publication)
    rules = hashlib.sha256(repr(texts).encode()).hexdigest() if texts else ""
    mark = f"boilerplate:{publication.slug}"
    with site.store.write() as db:
        if (storage.get_mark(db, mark) or "") != rules:
            storage.forget_kind(db, storage.publication_id(db, publication.slug), ".txt")
            storage.set_mark(db, mark, rules)


def tick(site: Site, clock: Clock) -> TickReport:
    """Do all that is due at `clock()`, once. Raises LockedError when another process of the site does."""
    with storage.sender_lock(site.store, site.var), open_smtp(site) as channel:
        return work(site, clock, channel)


def work(
    site: Site, clock: Clock, channel: Channel, *, keep_going: Callable[[], bool] = lambda: True
) -> TickReport:
    """The same for a caller who holds the sender's lock. Between two messages `keep_going` is asked."""
    report = TickReport(trouble={f"site:{problem}": problem for problem in site.problems})
    report.trouble |= _orphans(site)
    with site.store.write() as db:
        report.uncertain += storage.recover(db, clock())
    report.collected += collect_all(site, clock())
    report.withdrawn += life.withdraw_due(site.store, site.publications, clock())
    report.released += release.release_due(site.store, site.publications, clock())
    report.frozen += editions.freeze_due(site.store, site.digests, site.publications, clock())
    with site.store.write() as db:
        storage.requeue(db, clock())
    _send(site, clock, channel, report, keep_going)
    with site.store.write() as db:
        report.done += storage.finish_editions(db, clock())
    follow.tidy(site.store, clock())
    _remember(site, channel, report, clock())
    return report


def send_waiting(
    site: Site, clock: Clock, channel: Channel, *, keep_going: Callable[[], bool] = lambda: True
) -> TickReport:
    """Only send what waits, such as a confirmation that somebody looks out for; no source is read for it."""
    report = TickReport()
    _send(site, clock, channel, report, keep_going)
    with site.store.write() as db:
        report.done += storage.finish_editions(db, clock())
    return report


def _orphans(site: Site) -> dict[str, str]:
    """Followers who wait for a digest that no file has (any more): a name was changed, or a folder's."""
    with site.store.read() as db:
        known = {(each.slug, name) for each in site.publications for name in site.cadences(each)}
        # Only theirs are counted: a tick does not walk over a million followers.
        lost = sorted(each for each in storage.cadences_in_use(db) - known if each[1] != "paused")
        counts = {(slug, cadence): storage.cadence_size(db, slug, cadence) for slug, cadence in lost}
    return {
        f"site:follows:{slug}:{cadence}": (
            f"{size} of the followers of {slug!r} wait for its digest {cadence!r}, which is in no"
            " feed.toml or publisher.toml. Give it back its name, or let them follow something else."
        )
        for (slug, cadence), size in counts.items()
        if not any(f"feeds/{slug}/" in problem for problem in site.problems)
    }


def _remember(site: Site, channel: Channel, report: TickReport, now: datetime) -> None:
    """Keep what the owner must know, and tell him when it lasts."""
    guides = {}
    for one in report.collected:
        for each in one.failed:
            report.trouble[f"source:{one.publication}:{each.where}"] = f"{each.where}: {each.reason}"
        for each in one.skipped:
            guides[f"guide:{one.publication}:{each.where}"] = f"{each.where}: {each.reason}"
    guides |= life.warnings(site.store, site.publications, now)
    looked_at = (*_SCOPES, *(("relay",) if report.batches else ()))
    present = {**report.trouble, **guides}
    settings = site.settings
    owner = mail.split_address(settings.owner or settings.reply_to or settings.sender)[1]
    with site.store.read() as db:
        lasted = {each.key for each in storage.lasting_alerts(db) if each.key.startswith(looked_at)}
    alerts.tell_owner(
        site.store,
        channel,
        site=settings.title,
        sender=settings.sender,
        owner=owner,
        over=lasted - set(present),
        now=now,
    )
    with site.store.write() as db:
        storage.record_alerts(db, present, looked_at, now)


def _send(
    site: Site, clock: Clock, channel: Channel, report: TickReport, keep_going: Callable[[], bool]
) -> None:
    """Run the open batches until none is left. An edition that cannot be rendered waits; the others go on."""
    personal = site.renderer().personal
    waiting: set[int] = set()
    while keep_going() and (found := _next_batch(site, waiting)):
        edition, number, key = found
        is_notice = key.startswith(f"{storage.NOTICE}:")
        try:
            batch = deliver.run_batch(
                site.store,
                edition,
                number,
                pubs=[] if is_notice else _covered(site, key),
                cadence=None if is_notice else key.partition(":")[2],
                channel=channel,
                personal=personal,
                node=str(os.getpid()),
                clock=clock,
                keep_going=keep_going,
            )
        except (TemplateError, ConfigError) as error:
            waiting.add(edition)
            report.trouble[f"edition:{edition}"] = f"Edition {edition} waits. {error.sentence()}"
            continue
        if batch is not None:
            report.batches.append(batch)
            if batch.problem:
                report.trouble["relay"] = batch.problem
                return


def _covered(site: Site, key: str) -> list[str]:
    """The publications of an edition's digest. Raises ConfigError when the digest is configured no more."""
    digest = next((each for each in site.digests if each.key == key), None)
    if digest is None:
        advice = "Put it back, or cancel the edition."
        raise ConfigError(f"its digest {key!r} is in no feed.toml or publisher.toml any more", advice=advice)
    with site.store.read() as db:
        known = storage.publication_ids(db)
    # Whoever follows one that is left out because of its feed.toml has not left: the edition is frozen.
    left_out = set(known) - {each.slug for each in site.publications}
    return [*left_out, *(each.slug for each in editions.covered_publications(digest, site.publications))]


def _next_batch(site: Site, waiting: Collection[int]) -> tuple[int, int, str] | None:
    with site.store.read() as db:
        found = storage.open_batch(db, waiting)
        row = storage.edition_row(db, found[0]) if found else None
    return (found[0], found[1], row.digest) if found and row else None


@contextmanager
def open_smtp(site: Site) -> Iterator[Channel]:
    """The site's mail server; without one, the built-in inbox on a free loopback port.

    Raises ConfigError when publisher.toml names a server or addresses that cannot be used.
    """
    if site.smtp_error is not None:
        raise site.smtp_error
    for key in ("sender", "reply_to", "bounce_address", "owner"):
        _check_address(key, getattr(site.settings, key))
    if site.smtp is not None:
        yield channels.open_channel("smtp", asdict(site.smtp))
        return
    with mail.open_inbox(site.var / "inbox") as inbox:
        yield channels.open_channel("smtp", {"host": inbox.host, "port": inbox.port})


def _check_address(key: str, written: str | None) -> None:
    try:
        mail.split_address(written or "publisher@localhost")
    except FollowerError as error:
        raise ConfigError(error.what, where=f"publisher.toml: {key}", advice=error.advice) from None
