"""The test mail server as a process of its own, and its account."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


def read_log(path: Path) -> list[dict[str, object]]:
    """The account, as far as it is written."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


@contextlib.contextmanager
def server_process(log: Path, *options: str) -> Iterator[int]:
    """The server as a process of its own; yields its port."""
    command = [sys.executable, "-m", "tests.servers.smtp", "--port", "0", "--log", str(log), *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()
            process.wait(10)
