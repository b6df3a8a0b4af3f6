"""A headless Chromium, spoken to in its own protocol over a pipe: https://chromedevtools.github.io/devtools-protocol/

with Browser(program) as browser:
    page = browser.open(url, width=375, dark=True)
    page.evaluate("document.title")
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from select import select
from types import TracebackType
from typing import Any, Self

PATIENCE = 20.0  # seconds until Chromium counts as dead
OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-proxy-server"),
    *(
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
        "--remote-debugging-pipe",
    ),
)
# Chromium reads commands from descriptor 3 and answers on 4.
_START = """\
import fcntl, os, sys
commands, answers = (fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3])
os.dup2(commands, 3), os.dup2(answers, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


class BrowserError(Exception):
    """Chromium said no, or nothing."""


class Browser:
    """One Chromium with an empty profile."""

    def __init__(self, program: Path) -> None:
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        to_read, self._commands = os.pipe()
        self._answers, to_write = os.pipe()
        arguments = [
            str(to_read),
            str(to_write),
            str(program),
            f"--user-data-dir={self._profile.name}",
            *OPTIONS,
        ]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, *arguments],
            pass_fds=(to_read, to_write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(to_write)
        self._number, self._rest = 0, b""
        self.events: deque[dict[str, Any]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)
        os.close(self._commands)
        os.close(self._answers)
        self._profile.cleanup()

    def open(self, url: str, *, width: int = 1280, dark: bool = False) -> Page:
        """A new tab that has loaded `url`."""
        target = self.command("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = self.command("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        page = Page(self, session, target)
        for domain in ("Page", "Runtime", "Log"):
            page.command(f"{domain}.enable")
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        page.command("Emulation.setDeviceMetricsOverride", size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        page.command("Emulation.setEmulatedMedia", {"features": [scheme]})
        page.go(url)
        return page

    def command(self, method: str, params: dict[str, Any] | None = None, session: str = "") -> dict[str, Any]:
        """Do something and wait for its result; what happened meanwhile is kept in `events`."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params or {}}
        if session:
            message["sessionId"] = session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            self.events.append(answer)
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    def wait(self, method: str, session: str) -> None:
        """Until this event has happened."""
        while True:
            for event in self.events:
                if event.get("method") == method and event.get("sessionId") == session:
                    self.events.remove(event)
                    return
            self.events.append(self._next())

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            if not select([self._answers], [], [], PATIENCE)[0]:
                raise BrowserError("Chromium does not answer")
            chunk = os.read(self._answers, 1 << 20)
            if not chunk:
                raise BrowserError("Chromium has ended")
            self._rest += chunk
        message, _, self._rest = self._rest.partition(b"\0")
        parsed: dict[str, Any] = json.loads(message)
        return parsed


@dataclass(slots=True)
class Page:
    browser: Browser
    session: str
    target: str
    complaints: list[str] = field(default_factory=list)  # errors and warnings of the console

    def command(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        return self.browser.command(method, params, self.session)

    def go(self, url: str) -> None:
        self.command("Page.navigate", {"url": url})
        self.browser.wait("Page.loadEventFired", self.session)
        self._listen()

    def evaluate(self, script: str) -> Any:
        """The value of a script, or of what it promises. The page's own rules do not bind it."""
        options = {"expression": script, "returnByValue": True, "awaitPromise": True}
        answer = self.command("Runtime.evaluate", options)
        self._listen()
        if "exceptionDetails" in answer:
            raise BrowserError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def close(self) -> None:
        self.browser.command("Target.closeTarget", {"targetId": self.target})

    def _listen(self) -> None:
        for event in list(self.browser.events):
            if event.get("sessionId") == self.session and event.get("method") == "Log.entryAdded":
                self.browser.events.remove(event)
                entry = event["params"]["entry"]
                if entry["level"] in ("error", "warning"):
                    self.complaints.append(entry["text"])
