"""The owner is told what lasts: in status at once, by one mail after a while, never by one a minute."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publisher import engine, follow, mail, storage
from publisher.site import open_site
from tests.servers.faults import Fault
from tests.servers.smtp import Server

MONDAY = datetime(2026, 11, 2, 12, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 6, 7, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def folder(site_folder: Path) -> Path:
    with open_site(site_folder, {}) as site:
        engine.tick(site, lambda: MONDAY)
        knees = site.publication("knees")
        follow.follow(site.store, "ada@example.org", [knees], cadence="weekly", consent="yes", now=MONDAY)
    return site_folder


def tick(folder: Path, now: datetime) -> engine.TickReport:
    with open_site(folder, {}) as site:
        return engine.tick(site, lambda: now)


def subjects(folder: Path) -> list[str]:
    return [each.subject for each in mail.list_inbox(folder / "var/inbox")]


def lasting(folder: Path) -> list[str]:
    with open_site(folder, {}) as site, site.store.read() as db:
        return [each.key.partition(":")[0] for each in storage.lasting_alerts(db)]


def test_a_failing_source_is_mailed_once(folder: Path) -> None:
    shutil.rmtree(folder / "feeds/knees/articles")
    for minutes in range(0, 60, 5):
        tick(folder, MONDAY + minutes * MINUTE)
    assert lasting(folder) == ["source"]
    (subject,) = subjects(folder)
    assert "needs you" in subject and "articles" in subject


def test_what_was_mended_soon_is_never_mailed(folder: Path) -> None:
    kept = folder / "kept"
    (folder / "feeds/knees/articles").rename(kept)
    tick(folder, MONDAY + MINUTE)
    kept.rename(folder / "feeds/knees/articles")
    for minutes in range(2, 30):
        tick(folder, MONDAY + minutes * MINUTE)
    assert subjects(folder) == [] and lasting(folder) == []


def test_a_broken_guide_is_seen_but_not_mailed(folder: Path) -> None:
    (folder / "feeds/knees/articles/bad.md").write_text("---\ntitle: [\n---\n")
    for minutes in range(0, 40, 10):
        tick(folder, MONDAY + minutes * MINUTE)
    assert subjects(folder) == [] and lasting(folder) == ["guide"]
    command = [sys.executable, "-m", "publisher", "status", "--json", "--site", str(folder)]
    facts = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert "bad.md" in facts["alerts"][0]["what"]


def test_a_relay_that_was_down_for_an_hour_is_told_when_it_is_back(folder: Path) -> None:
    with Server() as server:
        settings = folder / "publisher.toml"
        address = f"\n[smtp]\nhost = '127.0.0.1'\nport = {server.port}\n"
        settings.write_text(settings.read_text(encoding="utf-8") + address, encoding="utf-8")
        server.faults = [Fault("connect", "421 not today")]
        for minutes in (0, 30, 70):
            tick(folder, FRIDAY + minutes * MINUTE)
        assert lasting(folder) == ["relay"] and server.accepted == []
        server.faults = []
        tick(folder, FRIDAY + 140 * MINUTE)
        tick(folder, FRIDAY + 141 * MINUTE)
    assert sorted(each.recipient for each in server.accepted) == ["ada@example.org", "news@guides.example"]
    assert lasting(folder) == []
