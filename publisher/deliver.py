"""Carry out one batch: claim it, send what may still be sent, and write down what became of each message.

    claim          consent and suppression are looked at here, last
    for each       ask whether the edition still runs, personalise, hand to the channel
      intent       written before the byte that could make the other side keep the message
      result       written when its reply is in
    close          what was claimed but not begun goes back

Knows no engine: a batch can be run by a worker, by a test, or in a simulation.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from publisher import mail, storage
from publisher.errors import ChannelError
from publisher.model import Channel, DeliveryState, EditionState, Envelope, Outcome

Clock = Callable[[], datetime]


class Personal(Protocol):
    """Makes the one message of one follower."""

    def __call__(self, edition: int, row: storage.ClaimedRow) -> Envelope: ...


@dataclass(slots=True)
class BatchReport:
    """What became of a batch. `problem` is set when the channel could not be used at all."""

    edition: int
    number: int
    counts: dict[DeliveryState, int] = field(default_factory=dict)
    notes: list[tuple[str, DeliveryState, str]] = field(default_factory=list)  # address, state, reply
    problem: str | None = None


class LedgerJournal:
    """A commit per intent: durable before the final dot."""

    def __init__(self, store: storage.Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def intent(self, envelope: Envelope) -> None:
        with self._store.write() as db:
            storage.record_intent(db, envelope.edition, envelope.follower, self._clock())


def run_batch(
    store: storage.Store,
    edition: int,
    number: int,
    *,
    pubs: Sequence[str],
    cadence: str | None,
    channel: Channel,
    personal: Personal,
    node: str,
    clock: Clock,
    keep_going: Callable[[], bool] = lambda: True,
) -> BatchReport | None:
    """Send one batch; None if another node has it. Raises StorageError, after which nothing more leaves.

    Without a `cadence` the edition is a notice: only suppression is looked at.

    When `keep_going` says no, the messages under way are finished and the others go back.
    """
    with store.write() as db:
        numbers = storage.publication_ids(db)
        known = [numbers[slug] for slug in pubs if slug in numbers]
        rows = storage.claim_batch(db, edition, number, node=node, pubs=known, cadence=cadence, now=clock())
    if rows is None:
        return None
    report = BatchReport(edition, number)
    addresses = {row.follower: row.address for row in rows}
    envelopes = _envelopes(store, edition, rows, personal, keep_going)
    try:
        for outcome in channel.send(envelopes, LedgerJournal(store, clock)):
            _record(store, outcome, addresses[outcome.follower], report, clock())
    except ChannelError as error:
        report.problem = error.sentence()
    finally:
        envelopes.close()
        with store.write() as db:
            storage.close_batch(db, edition, number, clock())
    return report


def _envelopes(
    store: storage.Store,
    edition: int,
    rows: Sequence[storage.ClaimedRow],
    personal: Personal,
    keep_going: Callable[[], bool],
) -> Generator[Envelope]:
    """One message at a time, as long as the edition runs: pause and cancel are seen between two of them."""
    for row in rows:
        with store.read() as db:
            current = storage.edition_row(db, edition)
        if current is None or current.state is not EditionState.RUNNING or not keep_going():
            return
        yield personal(edition, row)


def _record(store: storage.Store, outcome: Outcome, address: str, report: BatchReport, now: datetime) -> None:
    with store.write() as db:
        result = _result(outcome, storage.attempts_of(db, outcome.edition, outcome.follower), now)
        storage.record_results(db, outcome.edition, [result], now)
    report.counts[result.state] = report.counts.get(result.state, 0) + 1
    if result.state is not DeliveryState.SENT:
        report.notes.append((address, result.state, result.reply))


def _result(outcome: Outcome, attempts: int, now: datetime) -> storage.Result:
    """The ledger's line for an outcome; a deferred one comes again, until patience ends."""
    if outcome.state is not DeliveryState.DEFERRED:
        return storage.Result(outcome.follower, outcome.state, outcome.reply)
    wait = mail.retry_delay(max(attempts, 1), outcome.edition * 1_000_003 + outcome.follower)
    if wait is None:
        reply = f"given up after {attempts} tries; the last answer was: {outcome.reply}"
        return storage.Result(outcome.follower, DeliveryState.FAILED, reply)
    return storage.Result(outcome.follower, outcome.state, outcome.reply, now + wait)
