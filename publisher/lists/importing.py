"""Taking a list in, chunk by chunk: each is one short transaction, which also moves the import's position.

    read ─▶ clean (no lock held) ─▶ [ what is known ─▶ decide ─▶ write ─▶ position ] commit ─▶ next

So a kill at any moment loses nothing and repeats nothing: the same command goes on where the last one was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from publisher import mail, storage, tokens
from publisher.errors import FollowerError, RefusedError
from publisher.lists.deciding import Changes, Here, Terms, addresses, decide, known_here
from publisher.lists.entries import reader
from publisher.lists.opening import Opened, Placed, fingerprint, records
from publisher.lists.rehearsing import Rehearsal
from publisher.lists.reporting import Report
from publisher.lists.words import Entry, Problem, Record, Target

CHUNK = 2000  # rows in one transaction: well under 0.3 s on either database
_WEIGHTS = ("owner", "complaint", "bounce", "erased")
_UNUSUAL = {"role": "belongs to a role, not to a person", "disposable": "is a throw-away mailbox"}
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the owner asks for. `to`: the publications of rows that name none; `refuse`: unusual kinds."""

    consent: str
    to: tuple[str, ...]
    targets: Mapping[str, Target]
    cadence: str | None = None
    tags: tuple[str, ...] = ()
    refuse: frozenset[str] = frozenset()
    report: Path | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """How far an import is. `share` is from 0 to 1; `counts` are those of all rows until now."""

    position: int
    share: float
    counts: Mapping[str, int]
    problems: Sequence[Problem] = ()
    resumed_at: int = 0


@dataclass(slots=True)
class _Chunk:
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    done: int = 0


@dataclass(frozen=True, slots=True)
class _Work:
    """What every chunk needs; `keys` make the fingerprints under which forgotten addresses are kept away."""

    store: storage.Store
    opened: Opened
    terms: Terms
    keys: tokens.Keys
    report: Report


def import_list(
    store: storage.Store,
    opened: Opened,
    wishes: Wishes,
    keys: tokens.Keys,
    now: datetime,
    *,
    chunk: int = CHUNK,
) -> Iterator[Step]:
    """Take a list in; a Step after each chunk. An import that was cut off goes on where it was.

    Raises FollowerError for an import without consent, or when another process takes the same list in.
    """
    _terms(opened, wishes, now)  # refuses an import without consent
    _check_report(opened, wishes)
    with store.write() as db:
        run = storage.start_import(db, fingerprint(opened, _asked(wishes)), str(opened.path), now)
    terms = _terms(opened, wishes, run.started_at)
    counts = Counter(run.counts)
    position = run.position
    with Report(wishes.report, counts["report"]) as report:
        work = _Work(store, opened, terms, keys, report)
        for part in _chunks(opened, wishes, position, chunk):
            changes, counts = _settle(work, run.id, position, part, counts)
            position += part.rows
            problems = _in_order(part, changes, opened)
            yield Step(position, _share(part, opened), _told(counts), problems, run.position)
        with store.write() as db:
            storage.finish_import(db, run.id, now)
        report.add(opened.others)
    yield Step(position, 1.0, _told(counts), opened.others, run.position)


def rehearse_list(
    store: storage.Store,
    opened: Opened,
    wishes: Wishes,
    keys: tokens.Keys,
    now: datetime,
    *,
    chunk: int = CHUNK,
) -> Iterator[Step]:
    """The Steps that `import_list` would yield for a list that comes for the first time; changes nothing."""
    terms = _terms(opened, wishes, now)
    _check_report(opened, wishes)
    counts: Counter[str] = Counter()
    position = 0
    with Report(wishes.report, 0) as report, Rehearsal() as rehearsal:
        for part in _chunks(opened, wishes, 0, chunk):
            with store.read() as db:
                here = _here(db, part.entries, terms, keys)
            rehearsal.recall(here)
            changes = decide(part.entries, here, terms)
            rehearsal.remember(here)
            position += part.rows
            counts.update(part.counts + changes.counts)
            problems = _in_order(part, changes, opened)
            report.add(problems)
            yield Step(position, _share(part, opened), _told(counts), problems)
        report.add(opened.others)
    yield Step(position, 1.0, _told(counts), opened.others)


def _terms(opened: Opened, wishes: Wishes, started_at: datetime) -> Terms:
    if not wishes.consent.strip():
        advice = 'Say how these people agreed, for example --consent "signed up on our old site".'
        raise FollowerError("an import needs consent", advice=advice)
    vendors = {source.sheet.name: source.reading.vendor.name for source in opened.sources}
    return Terms(
        consent=wishes.consent.strip(),
        vendor_of=vendors,
        targets=wishes.targets,
        to=wishes.to,
        started_at=started_at,
        cadence=wishes.cadence,
        tags=wishes.tags,
    )


def _check_report(opened: Opened, wishes: Wishes) -> None:
    """Raises FollowerError for a report that would be written over the list itself."""
    report = wishes.report
    if report is not None and report.exists() and report.samefile(opened.path):
        advice = "Choose another name for the report."
        raise FollowerError("the report would be written over the list", where=str(report), advice=advice)


def _asked(wishes: Wishes) -> dict[str, object]:
    return {
        "consent": wishes.consent.strip(),
        "to": wishes.to,
        "cadence": wishes.cadence,
        "tags": wishes.tags,
        "refuse": sorted(wishes.refuse),
        "targets": sorted(wishes.targets),
    }


def _told(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: number for name, number in counts.items() if name != "report" and number}


def _in_order(part: _Chunk, changes: Changes, opened: Opened) -> list[Problem]:
    """The problems of a chunk as the rows stand in the files."""
    files = {source.sheet.name: place for place, source in enumerate(opened.sources)}
    problems = (*part.problems, *changes.problems)
    return sorted(problems, key=lambda each: (files.get(each.file, 0), each.line))


def _share(part: _Chunk, opened: Opened) -> float:
    return min(part.done / opened.size, 1.0) if opened.size else 1.0


# --------------------------------------------------------------------------------- reading and cleaning


def _chunks(opened: Opened, wishes: Wishes, start: int, size: int) -> Iterator[_Chunk]:
    readers = [reader(source.reading) for source in opened.sources]
    unusual = mail.unusual  # looked up once: the room loads its names on demand
    placed = records(opened, start)
    while some := list(islice(placed, size)):
        part = _Chunk(rows=len(some), done=some[-1].done)
        for each in some:
            found = _read(each, readers)
            problem = found if isinstance(found, Problem) else _looked_at(found, wishes.refuse, unusual, part)
            if problem is not None:
                part.problems.append(problem)
                part.counts[problem.kind] += 1
        yield part


def _read(placed: Placed, readers: Sequence[Callable[[Record], Entry | Problem]]) -> Entry | Problem:
    if placed.wrong:
        return Problem(placed.record.file, placed.record.line, "", "invalid", placed.wrong)
    return readers[placed.source](placed.record)


def _looked_at(
    entry: Entry, refuse: Collection[str], unusual: Callable[[str], str | None], part: _Chunk
) -> Problem | None:
    """Put an entry into the chunk; a Problem instead if its address is of a kind that the owner refuses."""
    kind = unusual(entry.endpoint)
    if kind is not None and kind in refuse:
        return Problem(entry.file, entry.line, entry.endpoint, "unusual", f"it {_UNUSUAL[kind]}")
    if kind is not None:
        part.problems.append(Problem(entry.file, entry.line, entry.endpoint, kind, f"it {_UNUSUAL[kind]}"))
        part.counts[kind] += 1
    part.entries.append(entry)
    return None


# -------------------------------------------------------------------------------- deciding and writing


def _settle(
    work: _Work, run: int, position: int, part: _Chunk, counts: Counter[str]
) -> tuple[Changes, Counter[str]]:
    """One chunk, in one transaction; all counts until now. What somebody else overtakes is done again."""
    size = work.report.size
    for _ in range(_TRIES):
        try:
            with work.store.write() as db:
                storage.one_import_at_a_time(db)
                here = _here(db, part.entries, work.terms, work.keys, lock=True)
                changes = decide(part.entries, here, work.terms)
                _write(db, changes, here, work.terms.started_at)
                work.report.add(_in_order(part, changes, work.opened))
                total = counts + part.counts + changes.counts
                total["report"] = work.report.size
                if not storage.advance_import(db, run, position, position + part.rows, total):
                    raise FollowerError("another process takes the same list in at this moment")
            return changes, total
        except RefusedError as error:
            work.report.cut_back(size)
            if not storage.may_try_again(error):
                raise
    raise FollowerError("too much changes here at the same time", advice="Run the same command again.")


def _here(
    db: storage.Connection, entries: Sequence[Entry], terms: Terms, keys: tokens.Keys, *, lock: bool = False
) -> dict[str, Here]:
    """What is known of everybody in a chunk."""
    endpoints = list(addresses(entries))
    known = storage.known_people(db, endpoints, lock=lock)
    names = {endpoint: (endpoint, *tokens.fingerprints(keys, endpoint)) for endpoint in endpoints}
    reasons = storage.suppression_reasons(db, [name for each in names.values() for name in each])
    here = {}
    for endpoint in endpoints:
        each = known_here(known[endpoint], terms.started_at) if endpoint in known else Here()
        if reasons and (found := [reasons[name] for name in names[endpoint] if name in reasons]):
            each.reason = min(found, key=lambda reason: _WEIGHTS.index(reason) if reason in _WEIGHTS else 0)
            each.forgotten = any(name in reasons for name in names[endpoint][1:])
        here[endpoint] = each
    return here


def _write(db: storage.Connection, changes: Changes, here: Mapping[str, Here], at: datetime) -> None:
    ids = _meet(db, changes, here)
    follows = [
        (ids[endpoint], pub, cadence, topics, int(state), since, paused)
        for (endpoint, pub), (cadence, topics, state, since, paused) in changes.follows.items()
    ]
    columns = ("follower_id", "publication_id", "cadence", "topics", "state", "since", "paused_until")
    storage.add_rows(db, "follow", columns, follows)
    revived = [
        {"person": ids[endpoint], "pub": pub, "cadence_": cadence, "topics_": topics, "since_": at}
        for (endpoint, pub), (cadence, topics) in changes.revived.items()
    ]
    storage.revive_follows(db, revived)
    storage.end_list_follows(db, [(ids[endpoint], pub) for endpoint, pub in changes.ended])
    empty = dict.fromkeys(("name_", "language_", "zone_", "hour_"))
    fills = [
        {**empty, "person": ids[endpoint], **{f"{name}_": value for name, value in fill.items()}}
        for endpoint, fill in changes.fills
    ]
    storage.fill_profiles(db, fills)
    tags = [(tag, ids[endpoint]) for endpoint, tag in changes.tags]
    storage.add_rows(db, "follower_tag", ("tag", "follower_id"), tags)
    events = [(ids[endpoint], *event) for endpoint, *event in changes.events]
    storage.add_rows(db, "follow_event", ("follower_id", "publication_id", "at", "kind", "evidence"), events)
    storage.add_rows(db, "suppression", ("endpoint", "reason", "at", "note"), changes.suppressions)
    storage.count_followers(db, dict(sorted(changes.more.items())))


def _meet(db: storage.Connection, changes: Changes, here: Mapping[str, Here]) -> dict[str, int]:
    """endpoint -> number, of everybody whom the changes name; who is new gets one."""
    ids = {endpoint: each.id for endpoint, each in here.items() if each.id is not None}
    numbers = storage.new_numbers(db, len(changes.people)) if changes.people else []
    rows = []
    for number, (endpoint, person) in zip(numbers, changes.people.items(), strict=True):
        ids[endpoint] = number
        rows.append((number, "mail", endpoint, *person[:-1], 0, person[-1]))
    columns = (
        "id",
        "channel",
        "endpoint",
        "name",
        "language",
        "zone",
        "hour",
        "token_generation",
        "created_at",
    )
    storage.add_rows(db, "follower", columns, rows)
    return ids
