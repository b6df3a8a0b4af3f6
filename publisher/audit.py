"""Prove it: who was frozen into an edition is the sum of what became of them, always."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from publisher import storage
from publisher.model import DeliveryState, EditionState


@dataclass(frozen=True, slots=True)
class EditionAudit:
    """One edition's sum. `problems` is empty when it holds."""

    edition: storage.EditionRow
    counts: dict[DeliveryState, int]
    problems: tuple[str, ...]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Audit:
    """`editions` has notices only where something is wrong with them; `notices` counts all of them."""

    editions: tuple[EditionAudit, ...]
    notices: Mapping[DeliveryState, int]
    problems: tuple[str, ...]  # of the ledger as a whole
    uncertain: tuple[tuple[int, int, str], ...]  # (edition, follower, address)
    at: datetime

    @property
    def holds(self) -> bool:
        return not self.problems and not any(each.problems for each in self.editions)


def audit(store: storage.Store, now: datetime, edition: int | None = None) -> Audit:
    """Check one edition, or all. That nobody has two rows is the primary key's promise; here are the sums."""
    with store.read() as db:
        counts = storage.state_counts(db, edition)
        sizes = storage.frozen_sizes(db, edition)
        rows = _rows(db, edition)
        strays = storage.stray_deliveries(db)
        broken = storage.broken_windows(db)
        kept = storage.kept_counts(db)
        uncertain = storage.uncertain_deliveries(db, edition)
    audits, notices = [], Counter[DeliveryState]()
    for number, audience, variants, placed in sizes:
        row, found = rows[number], counts.get(number, {})
        seen = EditionAudit(row, found, tuple(_problems(row, found, audience, variants, placed)))
        if row.kind == storage.NOTICE and edition is None:
            notices.update(found)
        if row.kind != storage.NOTICE or seen.problems or edition is not None:
            audits.append(seen)
    return Audit(tuple(audits), notices, tuple(_of_all(broken, strays, kept)), tuple(uncertain), now)


def _rows(db: storage.Connection, edition: int | None) -> dict[int, storage.EditionRow]:
    if edition is None:
        return {row.id: row for row in storage.all_editions(db)}
    row = storage.edition_row(db, edition)
    return {} if row is None else {edition: row}


def _of_all(
    broken: Sequence[tuple[int, int]],
    strays: Sequence[tuple[int, int]],
    kept: Sequence[tuple[str, int, int]],
) -> Iterator[str]:
    """What is wrong with the whole."""
    for first, second in broken:
        yield f"edition {first} and edition {second} do not join: their windows overlap or leave a gap"
    for number, person in strays:
        yield f"delivery {number}/{person} belongs to no edition, variant or follower"
    for slug, written, counted in kept:
        if written != counted:
            yield f"{slug} is said to have {written:,} followers, but {counted:,} follow it"


def _problems(
    row: storage.EditionRow, counts: dict[DeliveryState, int], audience: int, variants: int, placed: int
) -> list[str]:
    total = sum(counts.values())
    found = []
    if total != audience:
        found.append(f"{audience} followers were frozen into it, but the ledger has {total}")
    if variants != audience:
        found.append(f"{audience} followers were frozen into it, but its variants are for {variants}")
    if placed != total:
        found.append(f"{total - placed} of its deliveries stand in no batch, so nobody would send them")
    open_states = (
        DeliveryState.PLANNED,
        DeliveryState.CLAIMED,
        DeliveryState.SENDING,
        DeliveryState.DEFERRED,
    )
    left = sum(counts.get(state, 0) for state in open_states)
    if row.state is EditionState.DONE and left:
        found.append(f"it is marked as done, but {left} deliveries are still open")
    return found
