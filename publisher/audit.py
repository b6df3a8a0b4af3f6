"""Prove it: who was frozen into an edition is the sum of what became of them, always."""

from __future__ import annotations

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
    editions: tuple[EditionAudit, ...]
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
        rows = {number: storage.edition_row(db, number) for number, *_ in sizes}
        strays = storage.stray_deliveries(db)
        broken = storage.broken_windows(db)
        uncertain = storage.uncertain_deliveries(db, edition)
    audits = []
    for number, audience, variants, placed in sizes:
        row = rows[number]
        if row is not None:
            found = counts.get(number, {})
            audits.append(EditionAudit(row, found, tuple(_problems(row, found, audience, variants, placed))))
    problems = [
        f"edition {first} and edition {second} do not join: their windows overlap or leave a gap"
        for first, second in broken
    ]
    problems += [
        f"delivery {number}/{person} belongs to no edition, variant or follower" for number, person in strays
    ]
    return Audit(tuple(audits), tuple(problems), tuple(uncertain), now)


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
