"""What all tests share.

    database_url    an empty database; the test runs on SQLite and on PostgreSQL
    site_folder     a small site: publisher.toml and one publication of two guides
    chromium        the browser's program, for tests marked `browser`

No test reaches another machine: a connection to one raises, and fails the test that tried. A test that needs
what this machine lacks is skipped, and the end of the output says so; with PUBLISHER_TEST_STRICT=1 it fails.
"""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
import sys
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.postgresql import MISSING, VARIABLE, Server

STRICT = os.environ.get("PUBLISHER_TEST_STRICT") == "1"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NEEDS = {
    "postgresql": None if os.environ.get(VARIABLE) else MISSING,
    "browser": None if CHROMIUM else "no Chromium: `./run test-all` installs it",
}

hypothesis.settings.register_profile("publisher", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("publisher")

# ------------------------------------------------------------------------------------------- databases


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    server = Server(os.environ[VARIABLE])
    yield server
    server.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of this test's own, as an SQLAlchemy URL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/publisher.db"
    else:
        server: Server = request.getfixturevalue("postgresql_server")
        with server.database() as url:
            yield url


@pytest.fixture(scope="session")
def chromium() -> Path:
    """For tests marked `browser`; they do not run without it."""
    assert CHROMIUM, NEEDS["browser"]
    return Path(CHROMIUM)


# ---------------------------------------------------------------------------------------------- a site

SITE = {
    "publisher.toml": """\
title = "Example Guides"
base_url = "https://guides.example"
id_authority = "guides.example,2026"
sender = "Example Guides <news@guides.example>"

[[digest]]
name = "weekly"
schedule = { kind = "cron", at = "0 8 * * FRI", timezone = "Europe/Berlin" }
""",
    "feeds/knees/feed.toml": """\
title = "Knees"

[[source]]
kind = "folder"
path = "articles"
backfill = "announce"
""",
    "feeds/knees/articles/stairs.md": """\
---
id: stairs
title: Stairs with a sore knee
tags: [walking]
summary: Up with the good leg, down with the sore one.
---
Going **up**, the good leg goes first. Going *down*, the sore one does.

## Use the rail

- Hold it on the side of the good leg.
- Take one step at a time.
""",
    "feeds/knees/articles/rest.txt": """\
How long to rest a knee

A knee that was twisted yesterday wants two days of rest, and then a short walk.

When to ask a doctor

If it is hot, or cannot carry you, ask one today.
""",
}


@pytest.fixture
def site_folder(tmp_path: Path) -> Path:
    """A folder with publisher.toml and feeds/knees/: one guide in Markdown, one in plain text."""
    for name, text in SITE.items():
        path = tmp_path / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "site"


# ---------------------------------------------------------------------------------------- the network


class NetworkError(RuntimeError):
    """A test wanted to reach another machine."""


class Guard:
    """An audit hook: Python asks it before every look-up and connection, whatever library makes it.

    It cannot see into other processes, nor into C libraries that open sockets themselves (libpq).
    """

    CONNECTING = ("socket.connect", "socket.sendto", "socket.sendmsg")
    RESOLVING = ("socket.getaddrinfo", "socket.gethostbyname")

    def __init__(self) -> None:
        self.attempts: list[str] = []

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in self.CONNECTING:
            link, address = arguments[0], arguments[1]
            if link.family in (socket.AF_INET, socket.AF_INET6) and address:
                self._check(event, str(address[0]))
        elif event in self.RESOLVING and arguments[0]:
            host = arguments[0].decode() if isinstance(arguments[0], bytes) else arguments[0]
            if host.rstrip(".").endswith(".invalid"):  # RFC 6761: the answer is known without asking
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            if not is_number(host):
                self._check(event, host)

    def _check(self, event: str, host: str) -> None:
        if not is_local(host):
            self.attempts.append(f"{event} {host}")
            raise NetworkError(f"tests speak to this machine only, not to {host}")


def is_number(host: str) -> bool:
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return False


def is_local(host: str) -> bool:
    if not is_number(host):
        return host in ("localhost", socket.gethostname()) or host.endswith(".localhost")
    address = ipaddress.ip_address(host)
    mapped = getattr(address, "ipv4_mapped", None) or address
    return bool(mapped.is_loopback or mapped.is_unspecified)


GUARD = Guard()
sys.addaudithook(GUARD)  # for the life of the process: Python has no way to take one off


@pytest.fixture(autouse=True)
def only_this_machine() -> Iterator[None]:
    """Fail a test that tried to reach another machine, even if the code under test swallowed the error."""
    GUARD.attempts.clear()
    yield
    attempts = list(GUARD.attempts)
    assert not attempts, f"this test tried to leave the machine: {', '.join(attempts)}"


# ------------------------------------------------------------------------------------------------ skips


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, missing in NEEDS.items():
        if missing and item.get_closest_marker(marker):
            pytest.skip(missing)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    needs_something = any(item.get_closest_marker(marker) for marker in NEEDS)
    if STRICT and report.skipped and needs_something and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = "failed", f"skipped, where nothing may be: {reason_of(report)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if STRICT and report.skipped:  # a whole module, which takes along whatever it holds
        report.outcome, report.longrepr = "failed", f"skipped, where nothing may be: {reason_of(report)}"
    return report


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what this run did not look at: skipped tests, and blocks of the documentation that were not run."""
    stats = terminalreporter.stats
    skipped = Counter(reason_of(report) for report in stats.get("skipped", ()))
    not_run = [
        value
        for report in stats.get("passed", ())
        if report.when == "call"
        for name, value in report.user_properties
        if name == "not run"
    ]
    if not skipped and not not_run:
        return
    terminalreporter.section("NOT TESTED HERE", yellow=True, bold=True)
    for reason, count in skipped.most_common():
        terminalreporter.line(f"{count:>5} tests  {reason}")
    for value in not_run:
        terminalreporter.line(f"    1 block  {value}")
