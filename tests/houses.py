"""A site whose publication `knees` Ada follows since Monday; its first collect archived what was there."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from publisher import engine, follow, life, mail, storage
from publisher.collect import CollectReport
from publisher.site import Site, open_site

MONDAY = datetime(2026, 11, 2, 12, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 6, 7, tzinfo=UTC)  # 8:00 in Berlin
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


class House:
    """A site whose publication `knees` Ada follows since Monday; its first collect archived what was there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.articles = folder / "feeds/knees/articles"

    def tick(self, now: datetime) -> engine.TickReport:
        with open_site(self.folder, {}) as site:
            return engine.tick(site, lambda: now)

    def collect(self, now: datetime = MONDAY) -> CollectReport:
        with open_site(self.folder, {}) as site:
            return next(each for each in engine.collect_all(site, now) if each.publication == "knees")

    def write(self, name: str, text: str) -> None:
        path = self.articles / f"{name}.md"
        before = path.stat().st_mtime_ns if path.exists() else 0
        path.write_text(text, encoding="utf-8")
        os.utime(path, ns=(before + 10**9, before + 10**9))

    def remove(self, name: str) -> str:
        path = self.articles / f"{name}.md"
        text = path.read_text(encoding="utf-8")
        path.unlink()
        return text

    def edit(self, change: Callable[[str], str]) -> None:
        path = self.folder / "feeds/knees/feed.toml"
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")

    def told(self, words: str) -> int:
        """How many of Ada's mails say these words."""
        inbox = self.folder / "var/inbox"
        mails = [each for each in mail.list_inbox(inbox) if each.recipient == "ada@example.org"]
        return sum(words in (mail.read_inbox(inbox, each.id).text or "") for each in mails)

    def listed(self) -> dict[str, storage.ListedArticle]:
        with open_site(self.folder, {}) as site, site.store.read() as db:
            return {each.slug: each for each in storage.listed_articles(db, "knees")}

    def steps(self, slug: str) -> list[storage.RevisionFacts]:
        with open_site(self.folder, {}) as site, site.store.read() as db:
            return storage.revision_facts(db, [storage.find_article(db, "knees", slug)])

    def warnings(self, now: datetime) -> dict[str, str]:
        with open_site(self.folder, {}) as site:
            return life.warnings(site.store, site.publications, now)

    def site(self) -> Site:
        return open_site(self.folder, {})


def guide(number: int, more: str = "") -> str:
    return f"# Exercise {number}\n\nSit down, and lift the heel of one foot.{more}\n"


def furnished(folder: Path) -> House:
    """Twelve exercises besides what was there, archived; Ada's first mail has come."""
    made = House(folder)
    made.edit(lambda text: text.replace('backfill = "announce"', 'backfill = "archive"'))
    for number in range(12):
        made.write(f"exercise-{number}", guide(number))
    made.tick(MONDAY)
    with made.site() as site:
        knees = site.publication("knees")
        follow.follow(
            site.store,
            "ada@example.org",
            [knees],
            cadence="weekly",
            topics=(),
            consent="yes",
            now=MONDAY,
        )
    made.tick(FRIDAY)
    return made
