"""A disk that is full to its last byte, at every bad moment: before the first start, before a send, during one."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher import audit, engine, storage
from publisher.errors import LockedError, StorageError
from publisher.site import open_site
from tests.faults import FOLLOWERS, Place, fill, is_calm, is_full, run, small_disk
from tests.making import Maker
from tests.running import wait
from tests.servers.process import read_log, server_process
from tests.servers.smtp import Server

PEOPLE = 600
CONNECTIONS = 2  # as publisher.toml has it when it says nothing


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place.make(tmp_path_factory.mktemp("original"))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", 16) as folder:
        yield folder


def test_a_full_disk_is_one_sentence_and_nothing_is_lost(original: Place, disk: Path) -> None:
    with Server() as server:
        place = original.copy(disk / "site", server)
        filler = fill(disk)
        said = place.run("tick")
        assert said.code == 1 and is_calm(said)
        sentence = said.sentence("publisher: ")
        assert re.fullmatch(r"publisher: .+/publisher\.db: the disk is full\. Make room; .+", sentence), (
            sentence
        )
        assert is_full(disk) and place.mailed() == []
        filler.unlink()
        with open_site(place.folder, {}) as site:
            assert engine.tick(site, lambda: datetime.now(UTC)).problems == []
        assert place.mailed() == sorted(FOLLOWERS)


def test_on_a_full_disk_no_half_file_is_made(original: Place, disk: Path, tmp_path: Path) -> None:
    """Neither a key without its secret, nor half a page, nor half a site."""
    place = original.copy(tmp_path / "site")
    (place.folder / "var").rename(tmp_path / "elsewhere")  # only the database is not on the full disk
    (place.folder / "var").symlink_to(disk)
    place.replace("publisher.toml", "sqlite:///var", f"sqlite:///{tmp_path}/elsewhere")
    filler = fill(disk)
    opened = place.run("forecast")
    made = run("init", str(disk / "new"))
    for said, about in ((opened, "/secret.key: "), (made, "/new: ")):
        assert said.code == 1 and is_calm(said)
        assert "No space left on device" in said.sentence(about)
    with open_site(original.folder, {}) as site, pytest.raises(StorageError, match="No space left on device"):
        engine.build_site(site, disk / "public")
    filler.unlink()
    assert [path for path in disk.rglob("*") if path.is_file()] == []
    assert run("init", str(disk / "new")).code == 0


def test_the_senders_lock_holds_on_a_full_disk(original: Place, disk: Path) -> None:
    place = original.copy(disk / "site")
    with open_site(place.folder, {}) as site:
        for path in disk.rglob("*.lock"):
            path.unlink()
        fill(disk)
        again = pytest.raises(LockedError, match="already at work")
        with storage.sender_lock(site.store, site.var), again, storage.sender_lock(site.store, site.var):
            pass


def test_a_disk_that_fills_up_during_a_send_repeats_nobody(
    original: Place, disk: Path, tmp_path: Path
) -> None:
    log = tmp_path / "accepted.log"
    with server_process(log, "--delay", "0.002") as port:
        place = original.copy(disk / "site")
        place.add("publisher.toml", f"\n[smtp]\nhost = '127.0.0.1'\nport = {port}\n")
        with open_site(place.folder, {}) as site:
            Maker(site.store).people(f"p{each}" for each in range(PEOPLE))
        said = fill_while_sending(place, log, disk)
        assert re.search(r"the disk is full\. Make room; nothing half-written was kept\.", said), said
        assert "Traceback" not in said and "went wrong that should not" not in said
        sent = len(read_log(log))
        assert 50 <= sent < PEOPLE, "it did not fill up during the send"
        (disk / "filler").unlink()
        with open_site(place.folder, {}) as site:
            engine.tick(site, lambda: datetime.now(UTC))
        check(place, log)


def fill_while_sending(place: Place, log: Path, disk: Path) -> str:
    """Start a tick, and take the last byte when fifty mails have been accepted; what it says."""
    command = [sys.executable, "-m", "publisher", "tick", "--site", str(place.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        wait(lambda: len(read_log(log)) >= 50, "fifty mails")
        fill(disk)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 1, said
    return said


def check(place: Place, log: Path) -> None:
    """Who got what, by the server's account; who is in doubt is named, and never in the dark."""
    accepted = Counter(str(entry["recipient"]) for entry in read_log(log))
    everyone = {f"p{each}@example.org" for each in range(PEOPLE)} | set(FOLLOWERS)
    with open_site(place.folder, {}) as site:
        result = audit.audit(site.store, datetime.now(UTC))
        with site.store.read() as db:
            doubtful = {address for *_, address in storage.uncertain_deliveries(db)}
    assert [address for address, times in accepted.items() if times > 1] == []
    assert everyone - set(accepted) <= doubtful and len(doubtful) <= CONNECTIONS
    assert result.holds
