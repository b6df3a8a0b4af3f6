"""Collecting at 100 to 100,000 guides: the first time, when nothing changed, and when one guide did.

The limit beside it is `os.scandir` with a stat of every file: what the file system itself needs to say that
nothing changed. At 100,000 the first collect is not run through (minutes): its rows are copied in the database.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select

from publisher import engine, storage
from publisher.site import Site, open_site
from publisher.storage import tables

SIZES = (100, 1_000, 10_000, 100_000)
THROUGH = 10_000  # up to here everything is collected really
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


def main() -> None:
    for size in SIZES:
        folder = Path(tempfile.mkdtemp(prefix="publisher-bench-"))
        try:
            measure(folder, size)
        finally:
            shutil.rmtree(folder)


def measure(folder: Path, size: int) -> None:
    articles = make_site(folder)
    really = min(size, THROUGH)
    for number in range(really):
        write(articles, number)
    with open_site(folder, {}) as site:
        took = timed(site, NOW)
        print(f"  {size:>7,} guides  first collect  {really / took:>8,.0f} guides/s")
        if size > really:
            multiply(site, articles, size)
        again = min(timed(site, NOW + timedelta(hours=hour)) for hour in range(1, 4))
        bare = scan(articles)
        target = "" if size < 1_000 else f"  {again / bare:.1f}x of os.scandir and stat"
        print(f"  {'':>7}         nothing changed {again * 1000:>7,.0f} ms{target}")
        write(articles, 3, "Another word stands here now.")
        one = timed(site, NOW + timedelta(hours=5))
        print(f"  {'':>7}         one changed     {one * 1000:>7,.0f} ms")


def make_site(folder: Path) -> Path:
    articles = folder / "feeds/bench/articles"
    articles.mkdir(parents=True)
    (folder / "publisher.toml").write_text('title = "Bench"\n', encoding="utf-8")
    (folder / "feeds/bench/feed.toml").write_text('title = "Bench"\n', encoding="utf-8")
    return articles


def write(articles: Path, number: int, more: str = "") -> Path:
    path = articles / f"guide-{number:06}.md"
    text = f"# Guide {number}\n\nHold the rail with one hand, and take step {number} slowly. {more}\n"
    path.write_text(text, encoding="utf-8")
    return path


def timed(site: Site, now: datetime) -> float:
    start = time.perf_counter()
    engine.collect_all(site, now)
    return time.perf_counter() - start


def scan(folder: Path) -> float:
    start = time.perf_counter()
    with os.scandir(folder) as entries:
        for entry in entries:
            entry.stat()
    return time.perf_counter() - start


def multiply(site: Site, articles: Path, size: int) -> None:
    """As if `size` guides had been collected: files on the disk, and the rows that collect would have made."""
    with site.store.write() as db:
        pattern = {
            name: dict(db.execute(select(table).limit(1)).one()._mapping)
            for name, table in tables.metadata.tables.items()
            if name in ("article", "revision", "release", "file")
        }
        rows: dict[str, list[dict[str, object]]] = {name: [] for name in pattern}
        for number in range(THROUGH, size):
            path = write(articles, number)
            status = path.stat()
            own = f"guide-{number:06}"
            where = f"articles/{path.name}"
            rows["article"].append(
                pattern["article"]
                | {"id": number + 1, "foreign_id": own, "slug": own, "path": where, "ordinal": number + 1}
                | {"public_id": f"tag:bench:{own}"}
            )
            key = {"article_id": number + 1, "hash": number.to_bytes(32, "big")}
            rows["revision"].append(pattern["revision"] | key)
            rows["release"].append(pattern["release"] | {"article_id": number + 1})
            rows["file"].append(
                pattern["file"] | {"path": where, "size": status.st_size, "mtime_ns": status.st_mtime_ns}
            )
        for name in ("article", "revision", "release", "file"):
            db.execute(insert(tables.metadata.tables[name]), rows[name])
        assert storage.public_count(db, 1) == size
