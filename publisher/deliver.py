"""Carry out one batch: claim it, send what may still be sent, and write down what became of each message.

    claim          consent and suppression are looked at here, last
    for each       ask whether the edition still runs, personalise, hand to the channel
      intent       written before the byte that could make the other side keep the message
      result       written when its reply is in; an address that is dead is mailed no more
    close          what was claimed but not begun goes back

Knows no engine: a batch can be run by a worker, by a test, or in a simulation.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from publisher import mail, storage
from publisher.errors import ChannelError, FollowerError
from publisher.model import Channel, DeliveryState, EditionState, Envelope, Outcome

Clock = Callable[[], datetime]

_EVERYBODY = (
    20  # refused in a row: it is the mail server's trouble, or ours, and says nothing about addresses
)
_IN_A_ROW = 3  # editions that an address refused for whatever reason, and is mailed no more
_FORGOTTEN = "erased:"  # how what stands in place of a forgotten address begins
_NOTE = 300  # characters of a server's words


class Personal(Protocol):
    """Makes the one message of one follower. FollowerError: there is nobody (any more) to write to."""

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
    desk = _Desk(store, edition, BatchReport(edition, number), clock)
    report = desk.report
    envelopes = desk.envelopes(rows, personal, keep_going)
    try:
        for outcome in channel.send(envelopes, LedgerJournal(store, clock)):
            desk.record(outcome)
    except ChannelError as error:
        report.problem = error.sentence()
    finally:
        envelopes.close()
        with store.write() as db:
            storage.close_batch(db, edition, number, clock())
    return report


@dataclass(slots=True)
class _Desk:
    """The caller's side of one batch: what goes out, and what is written down about it."""

    store: storage.Store
    edition: int
    report: BatchReport
    clock: Clock
    addresses: dict[int, str] = field(default_factory=dict)  # where each follower's message went

    def envelopes(
        self, rows: Sequence[storage.ClaimedRow], personal: Personal, keep_going: Callable[[], bool]
    ) -> Generator[Envelope]:
        """One message at a time, as long as the edition runs: pause and cancel are seen between two."""
        for row in rows:
            with self.store.read() as db:
                current = storage.edition_row(db, self.edition)
                late = current is not None and _is_late(db, current, self.clock())
                endpoint = storage.endpoint_of(db, row.follower) or row.address
            if current is None or current.state is not EditionState.RUNNING or not keep_going():
                return
            self.addresses[row.follower] = row.address
            if endpoint.startswith(_FORGOTTEN):
                self.addresses[row.follower] = endpoint
                self._leave_out(row, DeliveryState.SUPPRESSED, "this person was forgotten before it left")
                continue
            if late:
                self._leave_out(row, DeliveryState.EXPIRED, "its link had ended before it could be sent")
                continue
            try:
                envelope = personal(self.edition, row)
            except FollowerError as error:  # one person's trouble, not the others'
                self._leave_out(row, DeliveryState.SUPPRESSED, error.sentence())
                continue
            self.addresses[row.follower] = envelope.recipient
            yield envelope

    def record(self, outcome: Outcome) -> None:
        now = self.clock()
        with self.store.write() as db:
            endpoint = storage.endpoint_of(db, outcome.follower) or ""
            if endpoint.startswith(_FORGOTTEN):  # while it left: nothing may say again who it was
                self.addresses[outcome.follower] = endpoint
                outcome = replace(outcome, reply="")
            result = _result(outcome, storage.attempts_of(db, outcome.edition, outcome.follower), now)
            storage.record_results(db, outcome.edition, [result], now)
            _judge(db, outcome, self.addresses[outcome.follower], now)
        self._count(result)

    def _leave_out(self, row: storage.ClaimedRow, state: DeliveryState, why: str) -> None:
        result = storage.Result(row.follower, state, why)
        with self.store.write() as db:
            storage.record_results(db, self.edition, [result], self.clock())
        self._count(result)

    def _count(self, result: storage.Result) -> None:
        counts = self.report.counts
        counts[result.state] = counts.get(result.state, 0) + 1
        if result.state is not DeliveryState.SENT:
            self.report.notes.append((self.addresses[result.follower], result.state, result.reply))


def _is_late(db: storage.Connection, edition: storage.EditionRow, now: datetime) -> bool:
    """Whether it is a notice with a link that works no more."""
    if edition.kind != storage.NOTICE or not edition.cell.isdecimal():
        return False
    notice = storage.notice_row(db, int(edition.cell))
    return notice is not None and notice.expires_at is not None and notice.expires_at <= now


def _judge(db: storage.Connection, outcome: Outcome, address: str, now: datetime) -> None:
    """Mail an address no more that is dead, or has refused whatever came.

    Of a server that refuses everybody we learn nothing about anybody: what it said is taken back.
    """
    if outcome.state not in (DeliveryState.SENT, DeliveryState.BOUNCED):
        return
    run = storage.bounce_run(db)
    if outcome.state is DeliveryState.SENT:
        if run.count:
            storage.keep_bounce_run(db, storage.BounceRun())
        return
    run = storage.BounceRun(run.count + 1, run.since if run.count else now)
    storage.keep_bounce_run(db, run)
    if run.count == _EVERYBODY:
        storage.lift_bounces(db, run.since)
    if run.count >= _EVERYBODY:
        return
    if address.startswith(_FORGOTTEN):
        return
    if mail.is_dead(outcome.reply) or storage.bounced_in_a_row(
        db, outcome.edition, outcome.follower, _IN_A_ROW
    ):
        storage.suppress(db, address, storage.BOUNCE, outcome.reply[:_NOTE], now)


def _result(outcome: Outcome, attempts: int, now: datetime) -> storage.Result:
    """The ledger's line for an outcome; a deferred one comes again, until patience ends."""
    if outcome.state is not DeliveryState.DEFERRED:
        return storage.Result(outcome.follower, outcome.state, outcome.reply)
    wait = mail.retry_delay(max(attempts, 1), outcome.edition * 1_000_003 + outcome.follower)
    if wait is None:
        reply = f"given up after {attempts} tries; the last answer was: {outcome.reply}"
        return storage.Result(outcome.follower, DeliveryState.FAILED, reply)
    return storage.Result(outcome.follower, outcome.state, outcome.reply, now + wait)
