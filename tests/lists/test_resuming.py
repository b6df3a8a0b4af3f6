"""kill -9 in the middle of an import: the same command goes on, and nobody is missing or there twice."""

from __future__ import annotations

import csv
import signal
import subprocess
import sys
import time
from pathlib import Path

from publisher import storage
from publisher.site import open_site

PEOPLE = 9_000


def command(folder: Path, file: Path, report: Path) -> list[str]:
    words = [
        "followers",
        "import",
        str(file),
        "--consent",
        "old site",
        "--yes",
        "--report",
        str(report),
        "--json",
    ]
    return [sys.executable, "-m", "publisher", *words, "--site", str(folder)]


def test_a_kill_loses_nobody_and_doubles_nothing(
    site_folder: Path, tmp_path: Path, database_url: str
) -> None:
    settings = site_folder / "publisher.toml"
    url = database_url.replace("postgresql+psycopg", "postgresql")
    settings.write_text(f'database = "{url}"\n' + settings.read_text(encoding="utf-8"), encoding="utf-8")
    file, report = tmp_path / "people.csv", tmp_path / "report.csv"
    with file.open("w") as out:
        out.write("email,tags\n")
        out.writelines(f"p{n}@example.org,t\n" if n % 100 else f"bad {n},t\n" for n in range(PEOPLE))
    with open_site(site_folder, {}) as site:  # the database is there before the first kill
        for wanted in (1, 4001):
            kill_beyond(site.store, command(site_folder, file, report), wanted)
    done = subprocess.run(
        command(site_folder, file, report), capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert '"resumed_at": 0' not in done.stdout
    with open_site(site_folder, {}) as site, site.store.read() as db:
        assert storage.active_followers(db) == {"knees": PEOPLE - PEOPLE // 100}
        for table in ("follower", "follow", "follow_event", "follower_tag"):
            rows = db.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
            assert rows == PEOPLE - PEOPLE // 100, table
        assert db.exec_driver_sql("SELECT count(*) FROM import_run").scalar() == 1
    with report.open(newline="") as written:
        lines = [int(row["line"]) for row in csv.DictReader(written)]
    assert lines == [n + 2 for n in range(0, PEOPLE, 100)]


def kill_beyond(store: storage.Store, words: list[str], wanted: int) -> None:
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while position(store) < wanted:
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait(10)


def position(store: storage.Store) -> int:
    with store.read() as db:
        return int(db.exec_driver_sql("SELECT max(position) FROM import_run").scalar() or 0)
