"""Lists: a million rows in and out, on SQLite, and on PostgreSQL where PUBLISHER_TEST_POSTGRESQL names one.

The naive peer is `follow.follow`, address by address, on a part of the same people in the same run. Each import
runs in a process of its own, so that its memory is its own too. BENCH_ROWS asks for another number of rows.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from publisher import follow, lists, storage, tokens
from publisher.model import Publication
from tests.postgresql import VARIABLE, Server

ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
NAIVE = 500
SECONDS, MEBIBYTES, CHUNK_SECONDS = 300, 200, 0.3
KEYS = tokens.Keys.new(b"bench" * 8, "k1")
HEADER = (
    "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,TIMEZONE,LEID,TAGS\n"
)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="publisher-bench-") as folder:
        file = Path(folder) / "subscribed_members_export.csv"
        write_list(file)
        for name, url in databases(Path(folder)):
            taken = in_a_process("take", url, file)
            report(f"{name}: import", taken, "rows/s")
            naive = in_a_process("naive", url, file)
            ratio = naive["seconds"] / NAIVE / (taken["seconds"] / ROWS)
            print(
                f"    follow.follow, row by row {NAIVE / naive['seconds']:10,.0f} rows/s; ours is {ratio:.0f}x"
            )
            report(f"{name}: again, all known", in_a_process("take", url, file), "rows/s")
            report(f"{name}: export", in_a_process("export", url, file), "rows/s")


def write_list(file: Path) -> None:
    with file.open("w", encoding="utf-8") as out:
        out.write(HEADER)
        for n in range(ROWS):
            mixed = n * 7_368_787 % 10_000_019  # as addresses come: in no order
            out.write(
                f"reader.{mixed}@mail{n % 997}.example.org,Ada,Byron {n % 99},2,2021-05-03 09:12:31,192.0.2.{n % 250},"
                f'2021-05-03 09:14:00,Europe/Berlin,{n},"""tag {n % 9}"""\n'
            )


def databases(folder: Path) -> Iterator[tuple[str, str]]:
    yield "SQLite", f"sqlite:///{folder}/bench.db"
    if VARIABLE in os.environ:
        with contextlib.closing(Server(os.environ[VARIABLE])) as server, server.database() as url:
            yield "PostgreSQL", url
    else:
        print(f"  PostgreSQL: not measured; {VARIABLE} names no server")


def in_a_process(what: str, url: str, file: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.bench_lists", what, url, str(file)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found: dict[str, float] = json.loads(said)
    return found


def report(name: str, found: dict[str, float], unit: str) -> None:
    verdict = "met" if found["seconds"] <= SECONDS and found["mebibytes"] <= MEBIBYTES else "NOT MET"
    print(
        f"  {name:30} {found['rows'] / found['seconds']:8,.0f} {unit}  {found['seconds']:6.1f} s "
        f"({found['cpu']:.0f} s CPU here)  {found['mebibytes']:4.0f} MiB  longest chunk {found['longest']:.2f} s"
    )
    print(f"    target: {SECONDS} s and {MEBIBYTES} MiB for {ROWS:,} rows: {verdict}")


# ------------------------------------------------------------------------------ what a process does


@contextmanager
def opened(url: str) -> Iterator[storage.Store]:
    store = storage.open_store(url, Path("/"))
    storage.upgrade(store)
    yield store
    store.close()


def take(url: str, file: Path) -> tuple[int, float]:
    """Rows, and the longest time that a chunk took with all its reading (so a little more than its lock)."""
    with opened(url) as store:
        with store.write() as db:
            target = lists.Target(storage.publication_id(db, "knees"), "knees", "weekly", ("weekly",))
        wishes = lists.Wishes("a benchmark", ("knees",), {"knees": target})
        longest, last, rows = 0.0, time.perf_counter(), 0
        for step in lists.import_list(store, lists.open_list(file, {}), wishes, KEYS, datetime.now(UTC)):
            longest, last = max(longest, time.perf_counter() - last), time.perf_counter()
            rows = step.position
        with store.read() as db:
            assert storage.active_followers(db)["knees"] >= ROWS
        return rows, longest


def naive(url: str, _file: Path) -> tuple[int, float]:
    with opened(url) as store:
        now = datetime.now(UTC)
        knees = Publication("knees", "/", "Knees")
        for n in range(NAIVE):
            address = f"naive.{n}@mail{n % 997}.example.org"
            follow.follow(
                store, address, [knees], cadence="weekly", consent="a benchmark", now=now, keys=KEYS
            )
    return NAIVE, 0.0


def export(url: str, _file: Path) -> tuple[int, float]:
    with opened(url) as store, Path(os.devnull).open("w", encoding="utf-8") as out:
        rows = 0
        for piece in lists.export_list(store):
            rows += piece.count("\r\n")
            out.write(piece)
        return rows, 0.0


def one(what: str, url: str, file: Path) -> None:
    begin = time.perf_counter()
    rows, longest = {"take": take, "naive": naive, "export": export}[what](url, file)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    found = {
        "rows": rows,
        "seconds": time.perf_counter() - begin,
        "cpu": usage.ru_utime + usage.ru_stime,
        "mebibytes": usage.ru_maxrss / 1024,
        "longest": longest,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    if len(sys.argv) == 4:
        one(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
    else:
        main()
