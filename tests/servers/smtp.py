"""A mail server for tests that can do everything wrong, and keeps an account of what it accepted.

In a thread:    with Server(faults=[Fault("rcpt", "550 5.1.1 No such user", "gone@*")]) as server: server.port
As a process:   python -m tests.servers.smtp --port 0 --log FILE --delay 0.02 --fault 'dot|drop|ada@*|1'
                prints its port on the first line; ends on SIGTERM, or when its standard input closes.

The account (one JSON line per accepted message) is written before the 250, as a real server queues first.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import fnmatch
import json
import re
import signal
import socket
import ssl
import struct
import sys
import threading
from pathlib import Path
from typing import Self

from tests.servers.faults import Accepted, Fault

CERTIFICATE = Path(__file__).parent / "localhost.pem"
EXTENSIONS = ("PIPELINING", "SIZE 30000000", "8BITMIME", "SMTPUTF8")


class Hangup(Exception):
    """The connection is over."""


class Server:
    """The server; options are attributes, so that a test can change them while it runs."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        log: Path | None = None,
        faults: list[Fault] | None = None,
        delay: float = 0.0,
        extensions: tuple[str, ...] = EXTENSIONS,
        security: str = "none",
        login: tuple[str, str] | None = None,
        careless: bool = False,
        keep: bool = True,
    ) -> None:
        self.faults = faults or []
        self.delay, self.extensions, self.security, self.login = delay, extensions, security, login
        self.careless = careless  # 354 even without a receiver
        self.accepted: list[Accepted] = []
        self.violations: list[str] = []  # what a correct client does not do
        self.early = b""  # sent in clear behind the answer to STARTTLS
        self.unfinished = 0  # texts that ended without a dot
        self.connections = 0
        self.commands: list[str] = []
        self._fired: dict[Fault, int] = {}
        self._log, self._keep = log, keep
        self._lock = threading.Lock()
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server((host, port))
        self.host, self.port = self._listener.getsockname()[:2]

    def __enter__(self) -> Self:
        self._begin(self._listen)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Hang up everywhere, and wait for the threads."""
        self.stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()
        for thread in self._threads:
            thread.join(5)

    def hang_up(self) -> None:
        """Cut every open line."""
        with self._lock:
            lines = list(self._open)
        for line in lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def ids(self) -> list[str]:
        """The Message-IDs accepted so far, in order."""
        return [message.message_id for message in self.accepted]

    def fault(self, stage: str, subject: str) -> str | None:
        """The action due at this stage for this subject, counted."""
        with self._lock:
            for fault in self.faults:
                if fault.stage == stage and fnmatch.fnmatch(subject, fault.match):
                    fired = self._fired.get(fault, 0)
                    if fault.times is None or fired < fault.times:
                        self._fired[fault] = fired + 1
                        return fault.action
        return None

    def note(self, command: str) -> None:
        """Remember what a client said."""
        if self._keep:
            self.commands.append(command)

    def account(self, message: Accepted) -> None:
        """Accept a message: from here on it counts as delivered."""
        entry = {"message_id": message.message_id, "recipient": message.recipient, "sender": message.sender}
        line = json.dumps({**entry, "connection": message.connection, "size": len(message.data)})
        with self._lock:
            if self._log is not None:
                with self._log.open("a", encoding="utf-8") as file:
                    file.write(line + "\n")
            if self._keep:
                self.accepted.append(message)

    def _begin(self, target: object, *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        while not self.stopping.is_set():
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self.connections += 1
                self._open.add(line)
                number = self.connections
            self._begin(self._serve, line, number)

    def _serve(self, line: socket.socket, number: int) -> None:
        talk = _Talk(self, line, number)
        try:
            talk.run()
        except (Hangup, OSError):
            pass
        finally:
            with self._lock:
                self._open.discard(line)
            talk.line.close()
            line.close()


class _Talk:
    """One connection's dialogue."""

    def __init__(self, server: Server, line: socket.socket, number: int) -> None:
        self.server, self.line, self.number = server, line, number
        self.buffer = b""
        self.sender: str | None = None
        self.recipient: str | None = None
        self.encrypted = False

    def run(self) -> None:
        if self.server.security == "tls":
            self._encrypt()
        if self._goes_well("connect", str(self.number)):
            self.say("220 localhost ESMTP test")
        while True:
            command = self._line().decode("utf-8", "replace")
            self.server.note(command)
            verb, _, rest = command.partition(" ")
            action = getattr(self, f"_{verb.lower()}", None) if verb.isalpha() else None
            if action is None:
                self.say("500 5.5.2 Unknown command")
                continue
            action(rest)
            pipelined = verb.upper() in ("MAIL", "RCPT", "RSET") and "PIPELINING" in self.server.extensions
            if self.buffer and not pipelined:
                self.server.violations.append(f"did not wait for the answer to {verb}")

    def say(self, text: str) -> None:
        self.line.sendall(f"{text}\r\n".encode())

    # ------------------------------------------------------------------------------- the verbs of SMTP

    def _ehlo(self, name: str) -> None:
        if self._goes_well("ehlo", str(self.number)):
            offers = ["localhost", *self.server.extensions]
            if self.server.security == "starttls" and not self.encrypted:
                offers.append("STARTTLS")
            if self.server.login:
                offers.append("AUTH PLAIN LOGIN")
            self.say("\r\n".join([*(f"250-{offer}" for offer in offers[:-1]), f"250 {offers[-1]}"]))

    def _helo(self, name: str) -> None:
        self.say("250 localhost")

    def _starttls(self, _: str) -> None:
        self.line.sendall(b"220 2.0.0 Go ahead\r\n" + self.server.early)
        self._encrypt()

    def _auth(self, text: str) -> None:
        if not self._goes_well("auth", str(self.number)):
            return
        kind, _, given = text.partition(" ")
        if kind.upper() == "PLAIN":
            user, password = base64.b64decode(given).decode().split("\0")[1:]
        else:
            user = base64.b64decode(given or self._ask("334 VXNlcm5hbWU6")).decode()
            password = base64.b64decode(self._ask("334 UGFzc3dvcmQ6")).decode()
        good = (user, password) == self.server.login
        self.say("235 2.7.0 Welcome" if good else "535 5.7.8 Wrong user name or password")

    def _mail(self, text: str) -> None:
        self.sender = self.recipient = None
        sender = _path(text)
        if self._goes_well("mail", sender):
            if self.server.login and not any(c.upper().startswith("AUTH") for c in self.server.commands):
                self.say("530 5.7.0 Log in first")
                return
            self.sender = sender
            self.say("250 2.1.0 Ok")

    def _rcpt(self, text: str) -> None:
        recipient = _path(text)
        if self.sender is None:
            self.say("503 5.5.1 MAIL first")
        elif self._goes_well("rcpt", recipient):
            self.recipient = recipient
            self.say("250 2.1.5 Ok")

    def _data(self, _: str) -> None:
        recipient = self.recipient or ""
        if self.recipient is None and not self.server.careless:
            self.say("503 5.5.1 RCPT first")
            return
        if not self._goes_well("data", recipient):
            return
        if self.buffer:
            self.server.violations.append("sent the text before 354")
        self.say("354 Go ahead")
        if not self._goes_well("text", recipient):
            raise Hangup
        text = self._text()
        if self.buffer:
            self.server.violations.append("pipelined behind the final dot")
        self._take(text)

    def _take(self, text: bytes) -> None:
        found = re.search(rb"(?im)^message-id:\s*(\S+)", text)
        message_id = found[1].decode("ascii", "replace") if found else ""
        message = Accepted(message_id, self.recipient or "", self.sender or "", self.number, text)
        self.sender = self.recipient = None
        action = self.server.fault("dot", message.recipient)
        if action is not None and action.startswith("accept+"):
            self.server.account(message)
            self._do(action.removeprefix("accept+"))
        elif action is None or self._do(action):
            self.server.stopping.wait(self.server.delay)
            self.server.account(message)
            self.say(f"250 2.0.0 Ok: queued as {len(self.server.accepted)}")

    def _rset(self, _: str) -> None:
        if self._goes_well("rset", self.recipient or ""):
            self.sender = self.recipient = None
            self.say("250 2.0.0 Ok")

    def _noop(self, _: str) -> None:
        self.say("250 2.0.0 Ok")

    def _quit(self, _: str) -> None:
        if self._goes_well("quit", str(self.number)):
            self.say("221 2.0.0 Bye")
        raise Hangup

    # ---------------------------------------------------------------------------------------- faults

    def _goes_well(self, stage: str, subject: str) -> bool:
        """Whether the stage takes its usual course."""
        action = self.server.fault(stage, subject)
        return action is None or self._do(action)

    def _do(self, action: str) -> bool:
        """Do what a fault says; True if the usual course follows."""
        word, _, rest = action.partition(" ")
        match word:
            case "slow":
                self.server.stopping.wait(float(rest))
                return True
            case "raw":
                self.line.sendall(rest.encode().decode("unicode_escape").encode("latin-1"))
            case "drop":
                raise Hangup
            case "reset":
                self.line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                raise Hangup
            case "silent":
                while self.line.recv(65536):
                    pass
                raise Hangup
            case "drip" | "flood" | "long":
                self._pour(word)
            case _:
                self.say(action)
                if word == "421":
                    raise Hangup
        return False

    def _pour(self, how: str) -> None:
        data = {"drip": b"2", "flood": b"250-and so on\r\n" * 100, "long": b"250 " + b"x" * 5000}[how]
        while not self.server.stopping.wait(0.02 if how == "drip" else 0):
            self.line.sendall(data)
        raise Hangup

    # ------------------------------------------------------------------------------------------ bytes

    def _ask(self, text: str) -> str:
        self.say(text)
        return self._line().decode()

    def _encrypt(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        self.line = context.wrap_socket(self.line, server_side=True)
        self.encrypted = True

    def _line(self) -> bytes:
        while b"\n" not in self.buffer:
            self._receive()
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line.rstrip(b"\r")

    def _text(self) -> bytes:
        """The text up to its dot, unstuffed."""
        text, self.buffer = bytearray(b"\r\n" + self.buffer), b""
        while (end := text.find(b"\r\n.\r\n")) < 0:
            try:
                self._receive()
            except (Hangup, OSError):
                self.server.unfinished += 1
                raise
            text += self.buffer
            self.buffer = b""
        self.buffer = bytes(text[end + 5 :])
        body = bytes(text[: end + 2])
        if body.count(b"\n") != body.count(b"\r\n"):
            self.server.violations.append("a bare line feed")
        return body.replace(b"\r\n.", b"\r\n")[2:]

    def _receive(self) -> None:
        data = self.line.recv(262144)
        if not data:
            raise Hangup
        self.buffer += data


def _path(text: str) -> str:
    found = re.search(r"<([^>]*)>", text)
    return found[1] if found else ""


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description="A mail server for tests.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each final answer")
    parser.add_argument(
        "--fault", type=Fault.parse, action="append", default=[], help="stage|action|match|times"
    )
    parser.add_argument("--no-pipelining", action="store_true")
    parser.add_argument("--ignore-stdin", action="store_true", help="end on SIGTERM only")
    given = parser.parse_args()
    extensions = EXTENSIONS[1:] if given.no_pipelining else EXTENSIONS
    server = Server(
        port=given.port,
        log=given.log,
        delay=given.delay,
        faults=given.fault,
        extensions=extensions,
        keep=False,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with server:
        print(server.port, flush=True)
        if given.ignore_stdin:
            threading.Event().wait()
        else:
            sys.stdin.buffer.read()


if __name__ == "__main__":
    main()
