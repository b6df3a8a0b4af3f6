from __future__ import annotations

import dataclasses

import pytest

from publisher.channels import open_channel
from publisher.errors import ChannelError, ConfigError
from publisher.model import DeliveryState
from tests.channels.rigs import Notes
from tests.servers.envelopes import envelope


def test_the_same_message_twice_is_one_file_and_sent(tmp_path):
    channel = open_channel("file", {"folder": str(tmp_path / "deep" / "outbox")})
    for _ in range(2):
        (outcome,) = channel.send([envelope(17)], Notes())
        assert (outcome.state, outcome.reply) == (DeliveryState.SENT, "e000007.f00000017.eml")
    (path,) = (tmp_path / "deep" / "outbox").iterdir()
    assert path.read_bytes() == envelope(17).data


def test_another_text_under_the_same_name_is_not_overwritten(tmp_path):
    channel = open_channel("file", {"folder": tmp_path})
    list(channel.send([envelope(1)], Notes()))
    other = dataclasses.replace(envelope(1), data=b"Subject: other\r\n\r\n")
    notes = Notes()
    states = [outcome.state for outcome in channel.send([other, envelope(2)], notes)]
    assert states == [DeliveryState.FAILED, DeliveryState.SENT]
    assert notes.intents == [2]
    assert (tmp_path / "e000007.f00000001.eml").read_bytes() == envelope(1).data


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    notes = Notes()
    with pytest.raises(ChannelError, match="mails cannot be written there"):
        list(open_channel("file", {"folder": tmp_path / "file"}).send([envelope(1)], notes))
    assert notes.intents == []


def test_a_file_that_cannot_get_its_name_is_deferred_then_told(tmp_path):
    class Saboteur:
        def intent(self, envelope):
            (tmp_path / "e000007.f00000001.eml").mkdir()

    sending = open_channel("file", {"folder": tmp_path}).send([envelope(1)], Saboteur())
    assert next(sending).state is DeliveryState.DEFERRED
    with pytest.raises(ChannelError, match="mails cannot be written there"):
        next(sending)


def test_a_journal_that_fails_leaves_no_file(tmp_path):
    with pytest.raises(OSError, match="No space left"):
        list(open_channel("file", {"folder": tmp_path}).send([envelope(1)], Notes(fail_at=0)))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("options", [{}, {"folder": 7}])
def test_options_that_cannot_be(options):
    with pytest.raises(ConfigError, match="`folder`"):
        open_channel("file", options)
