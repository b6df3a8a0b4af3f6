"""A site without files, in which time goes on by hand; for tests of what a story tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from publisher import editions, follow, storage, tokens, trace
from publisher.model import DeliveryState, DigestSpec, Publication
from publisher.trace import Fate
from tests.making import HOUR, NOON, Maker, publication, weekly

KEYS = tokens.Keys.new(bytes(32), "k1")
ADA = "ada@example.org"
KNEES = publication("knees")
DAILY = weekly(None, "daily", at="0 6 * * *")
WEEKLY = weekly(None)
DIGESTS = (WEEKLY, DAILY)


@dataclass
class World:
    """A site without files, in which time goes on by hand."""

    store: storage.Store
    now: datetime = NOON
    publications: tuple[Publication, ...] = (KNEES,)
    digests: tuple[DigestSpec, ...] = DIGESTS
    postponed: set[tuple[int, int]] = field(default_factory=set)  # (edition, guide)

    @property
    def maker(self) -> Maker:
        return Maker(self.store)

    @property
    def rules(self) -> trace.Rules:
        return trace.Rules(
            self.publications, self.digests, editions.pair_grades, "guides.example", "instance"
        )

    def join(self, cadence: str = "weekly", topics: tuple[str, ...] = (), address: str = ADA) -> int:
        follow.follow(
            self.store, address, [KNEES], cadence=cadence, topics=topics, consent="asked", now=self.now
        )
        with self.store.read() as db:
            number = storage.find_follower(db, "mail", address)
        assert number is not None
        return number

    def freeze(self) -> list[int]:
        """Freeze what is due; the numbers of the editions."""
        made = editions.freeze_due(self.store, self.digests, self.publications, self.now)
        for each in made:
            self.postponed |= {(each.id, left.article) for left in each.planned.excluded if left.postponed}
        return [each.id for each in made]

    def send(self, state: DeliveryState = DeliveryState.SENT, reply: str = "") -> None:
        """Claim every open batch, and let each message end like this."""
        with self.store.write() as db:
            while found := storage.open_batch(db):
                edition, number = found
                row = storage.edition_row(db, edition)
                assert row is not None
                name = row.digest.partition(":")[2]
                pubs = list(storage.publication_ids(db).values())
                claimed = storage.claim_batch(
                    db, edition, number, node="t", pubs=pubs, cadence=name, now=self.now
                )
                results = [storage.Result(each.follower, state, reply) for each in claimed or ()]
                storage.record_results(db, edition, results, self.now)
                storage.close_batch(db, edition, number, self.now)
            storage.finish_editions(db, self.now)

    def week(self) -> None:
        """To the next Friday at eight, and a little."""
        self.now = WEEKLY.schedule.next(self.now) or self.now
        self.freeze()
        self.now += HOUR
        self.send()

    def story(self, article: int | None = None, **options: int | None) -> trace.Story:
        return trace.story(self.store, ADA, KEYS, self.rules, self.now, article=article, **options)

    def fates(self, article: int) -> dict[int, Fate]:
        guide = self.story(article).guide
        assert guide is not None
        return {each.number: each.verdict.fate for each in guide.revisions}

    def verdict(self, article: int, number: int) -> trace.Verdict:
        guide = self.story(article).guide
        assert guide is not None
        return next(each.verdict for each in guide.revisions if each.number == number)


def start(store: storage.Store) -> World:
    """A world in which nobody follows yet."""
    storage.upgrade(store)
    made = World(store)
    with store.write() as db:
        storage.publication_id(db, "knees")
    editions.prepare(store, DIGESTS, NOON - HOUR, made.publications)
    return made
