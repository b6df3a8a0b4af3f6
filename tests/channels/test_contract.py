"""What every kind of channel keeps to: a new kind needs a rig in rigs.py, and is tested here."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from publisher.channels import KINDS, open_channel
from publisher.errors import ConfigError
from publisher.model import DeliveryState, Envelope
from tests.channels.rigs import RIGS, Notes, Rig
from tests.servers.envelopes import envelope


@pytest.fixture(params=sorted(KINDS))
def rig(request: pytest.FixtureRequest, tmp_path) -> Iterator[Rig]:
    assert request.param in RIGS, f"tests/channels/rigs.py has no rig for the kind {request.param!r}"
    with RIGS[request.param](tmp_path / "rig") as opened:
        yield opened


def test_every_envelope_has_one_outcome_and_arrives_once(rig):
    mails = [envelope(number) for number in range(40)]
    notes = Notes()
    outcomes = list(rig.channel.send(iter(mails), notes))
    assert sorted(outcome.follower for outcome in outcomes) == list(range(40))
    assert {(outcome.edition, outcome.state) for outcome in outcomes} == {(7, DeliveryState.SENT)}
    assert sorted(notes.intents) == list(range(40))
    assert sorted(rig.arrived()) == sorted(mail.data for mail in mails)


def test_nothing_in_nothing_out(rig):
    assert list(rig.channel.send([], Notes())) == []
    assert rig.arrived() == []


def test_a_channel_can_send_again(rig):
    for number in range(3):
        (outcome,) = rig.channel.send([envelope(number)], Notes())
        assert outcome.state is DeliveryState.SENT
    assert len(rig.arrived()) == 3


def test_nothing_happens_before_the_first_outcome_is_asked_for(rig):
    notes = Notes()
    drawn: list[int] = []
    rig.channel.send(_drawn(drawn, 5), notes)
    assert (drawn, notes.intents, rig.arrived()) == ([], [], [])


def test_envelopes_are_drawn_one_by_one_as_they_can_be_sent(rig):
    notes, drawn = Notes(), []
    for done, _ in enumerate(rig.channel.send(_drawn(drawn, 30), notes), 1):
        assert len(drawn) <= done + rig.lanes
        assert len(notes.intents) <= done + rig.lanes


def test_ending_the_supply_ends_the_sending(rig):
    """Pause and cancel are seen between two messages: what is not drawn does not leave."""
    stop = threading.Event()
    notes = Notes()

    def until_stopped() -> Iterator[Envelope]:
        for number in range(1000):
            if stop.is_set():
                return
            yield envelope(number)

    outcomes = []
    for outcome in rig.channel.send(until_stopped(), notes):
        outcomes.append(outcome)
        if len(outcomes) == 5:
            stop.set()
    assert 5 <= len(outcomes) <= 5 + rig.lanes
    assert len(rig.arrived()) == len(notes.intents) == len(outcomes)


def test_all_that_is_the_callers_runs_in_the_callers_thread(rig):
    here = threading.get_ident()

    class Threads:
        def intent(self, envelope: Envelope) -> None:
            assert threading.get_ident() == here

    def supply() -> Iterator[Envelope]:
        for number in range(10):
            assert threading.get_ident() == here
            yield envelope(number)

    assert len(list(rig.channel.send(supply(), Threads()))) == 10


def test_a_journal_that_fails_stops_everything_before_its_message_leaves(rig):
    notes, drawn = Notes(fail_at=4), []
    outcomes = []
    with pytest.raises(OSError, match="No space left"):
        for outcome in rig.channel.send(_drawn(drawn, 1000), notes):
            outcomes.append(outcome)  # noqa: PERF402  (what came before the error is kept)
    sent = [outcome.follower for outcome in outcomes if outcome.state is DeliveryState.SENT]
    assert sorted(sent) == sorted(notes.intents)
    assert len(notes.intents) == 4
    assert len(rig.arrived()) == 4
    assert len(drawn) <= 4 + rig.lanes


def test_a_supply_that_fails_stops_everything(rig):
    def broken() -> Iterator[Envelope]:
        yield from (envelope(number) for number in range(6))
        raise RuntimeError("the template is gone")

    notes, outcomes = Notes(), []
    with pytest.raises(RuntimeError, match="the template is gone"):
        for outcome in rig.channel.send(broken(), notes):
            outcomes.append(outcome)  # noqa: PERF402  (what came before the error is kept)
    assert sorted(outcome.follower for outcome in outcomes) == list(range(6))
    sent = [outcome.follower for outcome in outcomes if outcome.state is DeliveryState.SENT]
    assert sorted(sent) == sorted(notes.intents)
    assert len(rig.arrived()) == len(sent) >= 6 - rig.lanes


def test_a_caller_who_leaves_stops_everything(rig):
    before = threading.active_count()
    notes, drawn = Notes(), []
    sending = rig.channel.send(_drawn(drawn, 1000), notes)
    for _ in range(3):
        next(sending)
    sending.close()
    drawn_then, intents_then = len(drawn), len(notes.intents)
    assert intents_then <= 3 + rig.lanes
    assert len(rig.arrived()) <= intents_then
    assert (len(drawn), len(notes.intents)) == (drawn_then, intents_then)
    assert threading.active_count() <= before + rig.lanes  # the test server's own


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_unknown_option_is_told(kind):
    with pytest.raises(ConfigError):
        open_channel(kind, {"folder": "x", "host": "localhost", "nonsense": 1})


def test_an_unknown_kind_is_told():
    with pytest.raises(ConfigError, match="Did you mean 'smtp'"):
        open_channel("smpt", {})


def _drawn(drawn: list[int], count: int) -> Iterator[Envelope]:
    for number in range(count):
        drawn.append(number)
        yield envelope(number)
