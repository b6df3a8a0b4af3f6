"""Followers out: CSV that an import reads back to the same followers, or JSON, line by line.

One row is one follow. A follower's own line of history stands on the row of the publication that it is about,
and on his first row if it is about none, or about one that he has no follow of. Who follows nothing has one
row without a publication if he is suppressed; so have suppressed addresses that are nobody's.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from json.encoder import encode_basestring as _quoted

from publisher import storage
from publisher.lists.cells import harmless, join_values
from publisher.storage import Suppression, WholeEvent, WholeFollow, WholePerson

COLUMNS = (
    "endpoint",
    "publication",
    "cadence",
    "topics",
    "state",
    "since",
    "paused_until",
    "name",
    "language",
    "zone",
    "hour",
    "tags",
    "created",
    "suppression",
    "suppressed_at",
    "suppression_note",
    "evidence",
)
_PAGE = 1000
Members = Callable[[storage.Connection, int, int], Sequence[int]]  # (db, after, limit) -> the next numbers


def export_list(
    store: storage.Store,
    *,
    publication: str | None = None,
    members: Members | None = None,
    form: str = "csv",
) -> Iterator[str]:
    """Everybody, as pieces of text that make one file; `form` is "csv" or "json".

    `publication`: only follows of that one. `members`: only those whose numbers it gives, page by page; the
    numbers must grow. A page is read in a transaction of its own, so that nobody waits for a long export.
    """
    write = _csv if form == "csv" else _json
    yield from write(_rows(store, publication, members or storage.next_people, members is None))


def _rows(
    store: storage.Store, publication: str | None, members: Members, everybody: bool
) -> Iterator[list[tuple[str, ...]]]:
    after = 0
    while True:
        with store.read() as db:
            ids = members(db, after, _PAGE)
            people = storage.whole_people(db, ids) if ids else []
        if not ids:
            break
        yield [row for person in people for row in person_rows(person, publication)]
        after = ids[-1]
    last = "" if everybody and publication is None else None
    while last is not None:
        with store.read() as db:
            strays = storage.stray_suppressions(db, last, _PAGE)
        yield [_stray(each) for each in strays]
        last = strays[-1].endpoint if len(strays) == _PAGE else None


def person_rows(person: WholePerson, publication: str | None = None) -> list[tuple[str, ...]]:
    """One row for each follow (of one publication) in the order of COLUMNS; maybe one for none at all."""
    follows = [each for each in person.follows if publication in (None, each.publication)]
    own = {each.publication for each in person.follows}
    by_slug: dict[str, list[WholeEvent]] = {}
    others = []
    for event in person.history:
        if event.publication in own:
            by_slug.setdefault(str(event.publication), []).append(event)
        else:
            others.append(event)
    rows = []
    for place, each in enumerate(follows):
        mine = by_slug.get(each.publication, [])
        if place == 0 and publication is None:
            mine = sorted([*others, *mine], key=person.history.index) if others else mine
        rows.append(_row(person, each, _history(mine, each.publication)))
    if not rows and publication is None and person.suppression:
        rows.append(_row(person, None, ""))
    return rows


def _row(person: WholePerson, each: WholeFollow | None, history: str) -> tuple[str, ...]:
    barred = person.suppression
    return (
        person.endpoint,
        each.publication if each else "",
        each.cadence if each else "",
        each.topics if each else "",
        each.state if each else "",
        each.since.isoformat() if each else "",
        _moment(each.paused_until if each else None),
        person.name or "",
        person.language or "",
        person.zone or "",
        "" if person.hour is None else str(person.hour),
        join_values(person.tags),
        person.created_at.isoformat(),
        barred.reason if barred else "",
        barred.at.isoformat() if barred else "",
        barred.note if barred else "",
        history,
    )


def _stray(barred: Suppression) -> tuple[str, ...]:
    named = {
        "endpoint": barred.endpoint,
        "suppression": barred.reason,
        "suppressed_at": barred.at.isoformat(),
        "suppression_note": barred.note,
    }
    return tuple(named.get(column, "") for column in COLUMNS)


def _history(events: Sequence[WholeEvent], slug: str) -> str:
    """JSON; the evidence is taken as it is stored, which is JSON already."""
    if not events:
        return ""
    written = []
    for event in events:
        other = "" if event.publication == slug else f'"publication": {_quoted(event.publication or "")}, '
        head = f'{{{other}"at": "{event.at.isoformat()}", "kind": {_quoted(event.kind)}, "evidence": '
        written.append(f"{head}{event.evidence}}}")
    return f"[{', '.join(written)}]"


def _moment(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _csv(pages: Iterator[list[tuple[str, ...]]]) -> Iterator[str]:
    yield _lines([COLUMNS])
    for page in pages:
        yield _lines([[harmless(cell) for cell in row] for row in page])


def _lines(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)  # RFC 4180
    return text.getvalue()


def _json(pages: Iterator[list[tuple[str, ...]]]) -> Iterator[str]:
    """A list of objects, one a line, so that even a large one can be read line by line."""
    before = "[\n"
    for page in pages:
        for row in page:
            yield before + json.dumps(_object(row), ensure_ascii=False)
            before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _object(row: Sequence[str]) -> dict[str, object]:
    found: dict[str, object] = {column: cell or None for column, cell in zip(COLUMNS, row, strict=True)}
    found["hour"] = int(row[COLUMNS.index("hour")]) if found["hour"] else None
    for column in ("topics", "tags"):
        cell = found[column]
        found[column] = str(cell).strip('"').split(",") if cell else []
    found["evidence"] = json.loads(str(found["evidence"])) if found["evidence"] else []
    return found
