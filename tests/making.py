"""Short ways to put things into a database that tests of planning and sending need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from publisher import storage
from publisher.model import DigestSpec, Found, Grade, Publication
from publisher.schedules import open_schedule

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def weekly(publication: str | None = "knees", name: str = "weekly", at: str = "0 8 * * FRI") -> DigestSpec:
    schedule = open_schedule({"kind": "cron", "at": at, "timezone": "Europe/Berlin"}, where="test")
    key = f"{publication or '-'}:{name}"
    return DigestSpec(key, name, publication, schedule, at, zone="Europe/Berlin")


def publication(slug: str = "knees", *digests: DigestSpec) -> Publication:
    return Publication(slug, f"/nowhere/{slug}", slug.capitalize(), digests=digests)


@dataclass(frozen=True)
class Maker:
    """Writes straight into a store."""

    store: storage.Store

    def guide(self, slug: str, *, pub: str = "knees", tags: Sequence[str] = ()) -> int:
        """A guide without a revision; its number."""
        found = Found(slug, f"{slug}.md", slug, "", "", slug, tags=tuple(tags))
        with self.store.write() as db:
            number = storage.publication_id(db, pub)
            return storage.add_articles(db, number, "folder", [(f"tag:test:{pub}/{slug}", found)], NOON)[0]

    def revise(
        self,
        article: int,
        number: int,
        at: datetime,
        *,
        pub: str = "knees",
        grade: Grade = Grade.MATERIAL,
        text: str | None = None,
        archived: bool = False,
    ) -> None:
        """Give a guide its revision `number`, released and eligible at `at`."""
        words = text or f"{article} in revision {number}"
        found = Found(str(article), "x.md", words, f"<p>{words}</p>", words, "", significance=grade)
        with self.store.planning() as db:
            found = replace(found, tags=storage.article_facts(db, [article])[article].tags)
            digest = sha256(words.encode()).digest()
            step = Grade.MATERIAL if number == 1 else grade
            made = storage.NewRevision(article, number, found, digest, 1, step, storage.OWNER)
            storage.add_revisions(db, [made], at)
            pub_id = storage.publication_id(db, pub)
            storage.add_releases(db, pub_id, [storage.NewRelease(article, number, None, False, None)], at)
            eligible_at = None if archived else at
            storage.publish(db, pub_id, [storage.Publishing(article, number, at, eligible_at)])

    def people(
        self, names: Iterable[str], *, pub: str = "knees", cadence: str = "weekly", topics: str = ""
    ) -> list[int]:
        """Active followers; their numbers."""
        with self.store.write() as db:
            number = storage.publication_id(db, pub)
            made = []
            for name in names:
                person = storage.add_follower(db, "mail", f"{name}@example.org", NOON)
                active = storage.FollowState.ACTIVE
                storage.set_follow(db, person, number, cadence=cadence, topics=topics, state=active, now=NOON)
                made.append(person)
            return made
