"""Short ways to write lists, and to look at what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from publisher import lists, storage, tokens
from tests.making import NOON

KEYS = tokens.Keys((("k2", b"2" * 32), ("k1", b"1" * 32)))
FIXTURES = Path(__file__).parent / "fixtures"


@dataclass
class Lister:
    """Takes lists into one database that has two publications, knees and hips."""

    store: storage.Store
    folder: Path

    def targets(self, slugs: Sequence[str] = ("knees", "hips")) -> dict[str, lists.Target]:
        with self.store.write() as db:
            return {
                slug: lists.Target(storage.publication_id(db, slug), slug, "weekly", ("weekly", "daily"))
                for slug in slugs
            }

    def wishes(
        self, *, consent: str = "the old site", to: Sequence[str] = ("knees",), **more
    ) -> lists.Wishes:
        return lists.Wishes(consent, tuple(to), self.targets(), **more)

    def write(self, text: str, name: str = "people.csv") -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8", newline="")
        return path

    def take(
        self,
        source: str | Path,
        wishes: lists.Wishes | None = None,
        *,
        now: datetime = NOON,
        chunk: int = 3,
        dry: bool = False,
        wanted: dict[str, str] | None = None,
    ) -> tuple[dict[str, int], list[lists.Problem]]:
        """What became of the rows, and the problems. In small chunks, so that every test crosses some."""
        path = source if isinstance(source, Path) else self.write(source)
        opened = lists.open_list(path, wanted or {})
        run = lists.rehearse_list if dry else lists.import_list
        steps = list(run(self.store, opened, wishes or self.wishes(), KEYS, now, chunk=chunk))
        return dict(steps[-1].counts), [problem for step in steps for problem in step.problems]

    def follows(self) -> set[tuple[str, str, str, str]]:
        """(address, publication, cadence, state) of every follow."""
        with self.store.read() as db:
            people = storage.whole_people(db, storage.next_people(db, 0, 1_000_000))
        return {
            (person.endpoint, each.publication, each.cadence, each.state)
            for person in people
            for each in person.follows
        }

    def active(self) -> set[str]:
        return {address for address, _, _, state in self.follows() if state == "active"}

    def person(self, address: str) -> storage.WholePerson:
        with self.store.read() as db:
            number = storage.find_follower(db, "mail", address)
            assert number is not None, f"{address} is not known"
            return storage.whole_people(db, [number])[0]

    def suppressed(self, address: str) -> str | None:
        with self.store.read() as db:
            return storage.suppressed(db, address)

    def counted(self) -> dict[str, int]:
        """publication -> its count of followers, after comparing it with the follows there are."""
        with self.store.read() as db:
            told = storage.active_followers(db)
        for slug, number in told.items():
            there = sum(1 for _, pub, _, state in self.follows() if pub == slug and state == "active")
            assert number == there, slug
        return told

    def export(self, **more) -> str:
        return "".join(lists.export_list(self.store, **more))


def csv_of(addresses: Iterable[str]) -> str:
    return "email\n" + "".join(f"{address}\n" for address in addresses)
