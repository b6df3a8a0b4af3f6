"""A small site to ask and confirm at, without files: two publications, their digests, and the owner's rules."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from publisher import config, follow, storage, tokens
from tests.making import NOON, publication, weekly

KEYS = tokens.Keys.new(b"k" * 32, "k1")
KNEES = replace(publication("knees", weekly("knees", "daily", "0 7 * * *")), topics=("stairs", "rest"))
HANDS = publication("hands")
PUBLICATIONS = (KNEES, HANDS)
DIGESTS = (weekly(None), *KNEES.digests)
CADENCES = {"knees": ("daily", "weekly"), "hands": ("weekly",)}
ADA = "ada@example.org"


def rules(**settings: Any) -> follow.Rules:
    return follow.Rules(config.FollowTable(**settings), KEYS)


def asking(address: str = ADA, *wanted: follow.Wanted, **more: Any) -> follow.Asking:
    chosen = wanted or (follow.Wanted("knees", "weekly"),)
    said = {"page": "/-/follow/knees", "words": "Send me these.", "ip": "203.0.113.7", **more}
    return follow.Asking(address, chosen, **said)


def ask(
    store: storage.Store, one: follow.Asking, now: datetime = NOON, by: follow.Rules | None = None
) -> bool:
    return follow.ask(store, one, PUBLICATIONS, CADENCES, by or rules(), now)


def confirm(
    store: storage.Store, number: int, now: datetime = NOON, by: follow.Rules | None = None
) -> follow.Confirmed:
    return follow.confirm(store, number, PUBLICATIONS, DIGESTS, by or rules(), now)


def rows(store: storage.Store, table: str) -> list[Any]:
    with store.read() as db:
        return list(db.execute(sa.text(f"SELECT * FROM {table} ORDER BY 1, 2")))


def notices(store: storage.Store) -> list[storage.NoticeRow]:
    with store.read() as db:
        numbers = db.execute(sa.text("SELECT id FROM notice ORDER BY id")).scalars()
        return [row for number in numbers if (row := storage.notice_row(db, number)) is not None]


def kinds(store: storage.Store) -> list[str]:
    return [each.kind.value for each in notices(store)]


def follows(store: storage.Store, address: str = ADA) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """slug -> (state, cadence, topics)."""
    with store.read() as db:
        number = storage.find_follower(db, "mail", address)
        found = storage.follows_of(db, number) if number is not None else []
    return {each.publication: (each.state, each.cadence, each.topics) for each in found}


def events(store: storage.Store, address: str = ADA) -> list[tuple[str, str | None, dict[str, object]]]:
    """(kind, slug, evidence), the oldest first."""
    with store.read() as db:
        number = storage.find_follower(db, "mail", address)
        assert number is not None
        return [(each.kind, each.publication, dict(each.evidence)) for each in storage.events_of(db, number)]


@contextmanager
def statements(store: storage.Store) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    sa.event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        sa.event.remove(store.engine, "before_cursor_execute", note)
