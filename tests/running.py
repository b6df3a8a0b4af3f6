"""`publisher run` as a real process."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

Value = TypeVar("Value")
PATIENCE = 20.0  # seconds until a test gives up waiting; nothing is measured by it


@dataclass
class Service:
    """A running service: its address, and what it has said so far."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    def said(self, words: str) -> str:
        """Wait for a line with `words`."""
        return wait(
            lambda: next((line for line in list(self.lines) if words in line), ""),
            f"{words!r} in {self.lines}",
        )

    @property
    def address(self) -> str:
        return self.said(" is at http").split(" is at ")[1].split("/ ")[0]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


def wait(look: Callable[[], Value], what: str = "it") -> Value:
    """Look until there is something."""
    deadline = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)
    return found


@contextlib.contextmanager
def service(folder: Path, *options: str) -> Iterator[Service]:
    """The service on a free port; killed if the test leaves it running."""
    command = [sys.executable, "-u", "-m", "publisher", "run", "--port", "0", "--site", str(folder), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    running = Service(process)
    assert process.stdout is not None
    output = process.stdout

    def read() -> None:
        for line in output:
            running.lines.append(line.rstrip())

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        yield running
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE)
        reader.join(PATIENCE)
        output.close()
