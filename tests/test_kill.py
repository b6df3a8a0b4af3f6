"""kill -9 in the middle of a send: the server's log decides who got what, not our tables."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from publisher import audit, editions, engine, storage
from publisher.site import open_site
from tests.making import Maker
from tests.servers.process import read_log, server_process

PEOPLE = 1000
CONNECTIONS = 3


def test_a_kill_repeats_nobody_and_loses_nobody(site_folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "accepted.log"
    with server_process(log, "--delay", "0.001") as port:
        make_due(site_folder, port)
        for wanted in (100, 400, 700):
            kill_when_accepted(site_folder, log, wanted)
        finished = subprocess.run(
            command(site_folder), check=False, capture_output=True, text=True, timeout=120
        )
        assert finished.returncode == 0, finished.stdout + finished.stderr
        check(site_folder, log, kills=3)


def make_due(folder: Path, port: int) -> None:
    """A thousand followers, and an edition that is due now."""
    settings = folder / "publisher.toml"
    lines = f"\n[smtp]\nhost = '127.0.0.1'\nport = {port}\nconnections = {CONNECTIONS}\n"
    settings.write_text(settings.read_text(encoding="utf-8") + lines, encoding="utf-8")
    past = datetime.now(UTC) - timedelta(days=9)
    with open_site(folder, {}) as site:
        editions.prepare(site.store, site.digests, past)
        engine.collect_all(site, past)
        Maker(site.store).people(f"p{each}" for each in range(PEOPLE))


def command(folder: Path) -> list[str]:
    return [sys.executable, "-m", "publisher", "tick", "--site", str(folder)]


def kill_when_accepted(folder: Path, log: Path, wanted: int) -> None:
    process = subprocess.Popen(command(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while len(read_log(log)) < wanted:
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait(10)


def check(folder: Path, log: Path, *, kills: int) -> None:
    accepted = Counter(str(entry["recipient"]) for entry in read_log(log))
    with open_site(folder, {}) as site:
        result = audit.audit(site.store, datetime.now(UTC))
        with site.store.read() as db:
            doubtful = [address for *_, address in storage.uncertain_deliveries(db)]
    everyone = {f"p{each}@example.org" for each in range(PEOPLE)}
    assert [address for address, times in accepted.items() if times > 1] == []
    assert everyone - set(accepted) <= set(doubtful)
    assert len(doubtful) <= kills * CONNECTIONS
    assert result.holds and result.editions[0].total == PEOPLE
    ids = [str(entry["message_id"]) for entry in read_log(log)]
    assert len(set(ids)) == len(ids)
