"""The smtp channel when the server misbehaves, and when processes die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections import Counter
from pathlib import Path

import pytest

from publisher.channels import open_channel
from publisher.errors import ChannelError
from publisher.model import DeliveryState, Outcome
from tests.channels.rigs import Notes
from tests.servers.envelopes import envelope, message_name
from tests.servers.process import ROOT, read_log, server_process
from tests.servers.smtp import EXTENSIONS, Fault, Server

SENT, DEFERRED, UNCERTAIN = DeliveryState.SENT, DeliveryState.DEFERRED, DeliveryState.UNCERTAIN


def channel_to(port: int, **options: object):
    return open_channel(
        "smtp", {"host": "127.0.0.1", "port": port, "timeout": 2, "final_timeout": 2, **options}
    )


def states(outcomes: list[Outcome]) -> Counter[DeliveryState]:
    return Counter(outcome.state for outcome in outcomes)


def test_several_connections_each_with_one_message_under_way():
    with Server(delay=0.01) as server:
        outcomes = list(channel_to(server.port, connections=5).send(map(envelope, range(60)), Notes()))
        assert states(outcomes) == {SENT: 60}
        assert server.connections == 5
        assert {message.connection for message in server.accepted} == {1, 2, 3, 4, 5}
        assert server.violations == []


def test_one_message_opens_at_most_one_more_connection():
    with Server() as server:
        list(channel_to(server.port, connections=20).send([envelope(1)], Notes()))
        assert server.connections <= 2


def test_no_server_is_one_sentence_and_draws_nothing():
    with Server() as server:
        port = server.port
    drawn = []
    supply = (drawn.append(number) or envelope(number) for number in range(5))
    with pytest.raises(ChannelError, match=f"mail server 127.0.0.1:{port}: nothing answers there"):
        list(channel_to(port).send(supply, Notes()))
    assert drawn == []


def test_a_server_that_goes_away_for_good_ends_in_one_sentence_after_all_outcomes():
    notes, drawn, outcomes = Notes(), [], []
    supply = (drawn.append(number) or envelope(number) for number in range(1000))
    with Server() as server, pytest.raises(ChannelError, match="mail server"):
        for outcome in channel_to(server.port).send(supply, notes):
            outcomes.append(outcome)
            if len(outcomes) == 10:
                server.stop()
    assert [outcome.follower for outcome in outcomes if outcome.state is SENT]
    assert sorted(outcome.follower for outcome in outcomes) == drawn  # taken and answered
    assert set(states(outcomes)) <= {SENT, DEFERRED, UNCERTAIN}
    unsure = {outcome.follower for outcome in outcomes if outcome.state is not DEFERRED}
    assert unsure <= set(notes.intents)


def test_a_server_that_takes_fewer_connections_than_we_want_gets_them_all_on_these():
    faults = [Fault("connect", "421 4.7.0 Too many connections", number) for number in ("2", "3", "4")]
    with Server(faults=faults) as server:
        outcomes = list(channel_to(server.port, connections=4).send(map(envelope, range(30)), Notes()))
        assert states(outcomes) == {SENT: 30}
        assert {message.connection for message in server.accepted} == {1}


@pytest.mark.parametrize("extensions", [EXTENSIONS, EXTENSIONS[1:]], ids=["pipelining", "one by one"])
def test_a_bad_day_at_the_server(extensions):
    """Every fault at once: each follower gets the one outcome that is his, and nobody gets two mails."""
    faults = [
        Fault("rcpt", "550 5.1.1 No such user", "f?1@*"),
        Fault("rcpt", "450 4.2.0 Greylisted", "f?2@*"),
        Fault("dot", "accept+drop", "f?3@*"),
        Fault("dot", "drop", "f?4@*"),
        Fault("dot", "accept+raw ????\\r\\n", "f?5@*"),
        Fault("dot", "554 5.6.0 Spam", "f?6@*"),
        Fault("rcpt", "421 4.3.2 Closing", "f?7@*"),
        Fault("data", "drop", "f?8@*"),
        Fault("dot", "slow 0.05", "f?9@*"),
    ]
    wanted = {
        1: DeliveryState.BOUNCED,
        2: DEFERRED,
        3: UNCERTAIN,
        4: UNCERTAIN,
        5: UNCERTAIN,
        6: DeliveryState.FAILED,
        7: DEFERRED,
        8: DEFERRED,
    }
    with Server(faults=faults, extensions=extensions) as server:
        notes = Notes()
        followers = range(10, 100)
        outcomes = list(channel_to(server.port, connections=4).send(map(envelope, followers), notes))
        assert {o.follower: o.state for o in outcomes} == {f: wanted.get(f % 10, SENT) for f in followers}
        assert len(outcomes) == len(followers)
        arrived = [message_name(f) for f in followers if f % 10 in (0, 3, 5, 9)]
        assert sorted(server.ids()) == sorted(arrived)
        assert sorted(notes.intents) == [f for f in followers if f % 10 in (0, 3, 4, 5, 6, 9)]
        assert server.violations == []


def test_a_journal_that_fails_lets_messages_under_way_finish_and_withholds_the_other_dots():
    with Server(delay=0.05) as server:
        notes, outcomes = Notes(fail_at=3), []
        with pytest.raises(OSError, match="No space left"):
            for outcome in channel_to(server.port, connections=4).send(map(envelope, range(100)), notes):
                outcomes.append(outcome)  # noqa: PERF402  (what came before the error is kept)
        assert states(outcomes)[SENT] == 3
        assert set(states(outcomes)) == {SENT, DEFERRED}
        assert "sending was stopped" in next(o.reply for o in outcomes if o.state is DEFERRED)
        assert len(outcomes) <= 3 + 4
    assert len(server.ids()) == 3
    assert server.unfinished >= 1


def test_a_caller_who_leaves_does_not_wait_for_a_silent_server():
    with Server(faults=[Fault("dot", "silent", "f2@*")]) as server:
        sending = channel_to(server.port, connections=2, final_timeout=300).send(
            map(envelope, (1, 2)), Notes()
        )
        assert next(sending).follower == 1
        closing = threading.Thread(target=sending.close)
        closing.start()
        closing.join(4)
        assert not closing.is_alive()
        assert server.ids() == [message_name(1)]


SENDER = """
import sys
from pathlib import Path
from publisher.channels import open_channel
from tests.servers.envelopes import envelope

class Paper:
    def intent(self, envelope):
        journal.write(f"intent {envelope.follower}\\n")

port, connections, path, *followers = sys.argv[1:]
journal = open(path, "a", buffering=1)
channel = open_channel("smtp", {"host": "127.0.0.1", "port": int(port), "connections": int(connections)})
for outcome in channel.send((envelope(int(number)) for number in followers), Paper()):
    journal.write(f"{outcome.state.name} {outcome.follower}\\n")
"""


@pytest.mark.parametrize("kills", [1, 4])
def test_kill_9_in_the_middle_leaves_at_most_one_unknown_per_connection(tmp_path: Path, kills: int):
    log, journal = tmp_path / "account", tmp_path / "journal"
    everyone = [str(number) for number in range(200)]
    unknown: set[str] = set()
    with server_process(log, "--delay", "0.004") as port:
        for round in range(kills + 1):
            told = [line.split() for line in journal.read_text().splitlines()] if journal.exists() else []
            intended = {follower for word, follower in told if word == "intent"}
            answered = {follower for word, follower in told if word != "intent"}
            assert len(intended - answered - unknown) <= 3
            unknown |= intended - answered
            rest = [follower for follower in everyone if follower not in intended]
            command = [sys.executable, "-c", textwrap.dedent(SENDER), str(port), "3", str(journal), *rest]
            with subprocess.Popen(command, cwd=ROOT) as process:
                if round < kills:
                    goal = len(answered) + 120 // (kills + 1)
                    while len(read_log(log)) < goal and process.poll() is None:
                        threading.Event().wait(0.005)
                    os.kill(process.pid, signal.SIGKILL)
                process.wait(20)
            assert process.returncode == (-signal.SIGKILL if round < kills else 0)
    received = Counter(entry["message_id"] for entry in read_log(log))
    names = {follower: message_name(int(follower)) for follower in everyone}
    assert not [name for name, times in received.items() if times > 1]
    lost = {follower for follower, name in names.items() if name not in received}
    assert lost <= unknown
    assert len(unknown) <= 3 * kills
