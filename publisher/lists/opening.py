"""A file, looked at before anything happens: whose list it is, and which column is what."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from publisher.errors import FollowerError
from publisher.lists import files, opml
from publisher.lists.columns import Reading, read_columns
from publisher.lists.words import Problem, Record


@dataclass(frozen=True, slots=True)
class Source:
    """One file to be read, and how."""

    sheet: files.Sheet
    reading: Reading


@dataclass(frozen=True, slots=True)
class Opened:
    """What `open_list` found. `skipped` are files in a zip that hold no addresses, or feeds of others."""

    path: Path
    sources: tuple[Source, ...]
    skipped: tuple[str, ...] = ()
    others: tuple[Problem, ...] = field(default=())

    @property
    def size(self) -> int:
        return sum(source.sheet.size for source in self.sources)


@dataclass(frozen=True, slots=True)
class Placed:
    """A record, with the number of its file in `Opened.sources`; `done` is how many bytes are read so far."""

    source: int
    record: Record
    done: int
    wrong: str = ""


def open_list(path: Path, wanted: Mapping[str, str]) -> Opened:
    """Look at a CSV file or a zip of them. `wanted`: the owner's own words about columns.

    Raises FollowerError for what cannot be read, or holds no addresses.
    """
    sheets = files.open_sheets(path)
    sources, skipped = [], []
    for sheet in sheets:
        top = [row.cells for row in islice(files.rows(sheet), 2)]
        reading = read_columns(sheet.name, top[0], top[-1], wanted) if top else None
        if reading is None:
            skipped.append(sheet.name)
        else:
            sources.append(Source(sheet, reading))
    if not sources:
        advice = 'Name it with --map "Your column=address".'
        raise FollowerError("no column of it holds addresses", where=str(path), advice=advice)
    _all_there(wanted, sources)
    return Opened(path, tuple(sources), tuple(skipped))


def open_subscriptions(
    path: Path, address: str, base_url: str, known: Collection[str], folder: Path
) -> Opened:
    """What an OPML file names of ours, as a list of one person; it is written into `folder`.

    Raises FollowerError if it names nothing of ours.
    """
    slugs, others = opml.named_in(path, base_url, known)
    if not slugs:
        advice = f"Its addresses would begin with {base_url}/."
        raise FollowerError("it names no publication of this site", where=str(path), advice=advice)
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(("email", "publication"))
    table.writerows((address, slug) for slug in slugs)
    made = folder / path.name
    made.write_text(written.getvalue(), encoding="utf-8")
    opened = open_list(made, {})
    told = (Problem(path.name, line, url, "other", "it is no feed of ours") for line, url in others)
    return Opened(path, opened.sources, (), tuple(told))


def records(opened: Opened, start: int = 0) -> Iterator[Placed]:
    """Every record of every file, after the first `start` of them."""
    placed = _records(opened)
    return islice(placed, start, None)


def _records(opened: Opened) -> Iterator[Placed]:
    before = 0
    for number, source in enumerate(opened.sources):
        found = files.rows(source.sheet)
        if source.reading.header:
            next(found, None)
        for row in found:
            yield Placed(number, Record(source.sheet.name, row.line, row.cells), before + row.done, row.wrong)
        before += source.sheet.size


def fingerprint(opened: Opened, asked: Mapping[str, object]) -> str:
    """The same for the same bytes and the same wishes, and for nothing else."""
    sheets = [source.sheet for source in opened.sources]
    return files.fingerprint(sheets, json.dumps(asked, sort_keys=True, default=str))


def _all_there(wanted: Mapping[str, str], sources: list[Source]) -> None:
    names = {column.name.casefold() for source in sources for column in source.reading.columns}
    for name in wanted:
        if name.casefold() not in names:
            there = ", ".join(column.name for column in sources[0].reading.columns)
            raise FollowerError(f"there is no column {name!r}", advice=f"There are: {there[:500]}.")
