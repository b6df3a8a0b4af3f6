"""The test mail server as a process: others' kill -9 tests rely on its account and its manners."""

from __future__ import annotations

import signal
import smtplib
import subprocess
import sys

import pytest

from tests.servers.process import ROOT, read_log, server_process


def send(port: int, recipient: str) -> None:
    with smtplib.SMTP("127.0.0.1", port, "localhost") as client:
        client.sendmail("a@b.example", [recipient], b"Message-ID: <1@b.example>\r\n\r\nx")


def test_it_accounts_what_it_accepts_and_ends_with_its_standard_input(tmp_path):
    with server_process(tmp_path / "log", "--fault", "rcpt|550 5.1.1 No|gone@*", "--no-pipelining") as port:
        send(port, "ada@d.example")
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(port, "gone@d.example")
        (entry,) = read_log(tmp_path / "log")
    assert (entry["message_id"], entry["recipient"]) == ("<1@b.example>", "ada@d.example")


def test_it_accounts_before_it_answers(tmp_path):
    with server_process(tmp_path / "log", "--fault", "dot|accept+drop") as port:
        with pytest.raises(smtplib.SMTPServerDisconnected):
            send(port, "ada@d.example")
        assert len(read_log(tmp_path / "log")) == 1


def test_it_ends_on_sigterm(tmp_path):
    command = [sys.executable, "-m", "tests.servers.smtp", "--log", str(tmp_path / "log"), "--ignore-stdin"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        send(port, "ada@d.example")
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert len(read_log(tmp_path / "log")) == 1
