"""Which column is what: a header becomes a mapping that is shown before anything happens."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from publisher.errors import FollowerError
from publisher.lists.cells import clean
from publisher.lists.vendors import (
    FIELDS,
    IGNORE,
    OURS,
    OWN_FIELDS,
    PLAIN,
    Vendor,
    recognise,
    standing_of_file,
)
from publisher.lists.words import Standing


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the file, what we take it for (None: ignored), and a value out of it."""

    name: str
    field: str | None
    sample: str

    @property
    def meaning(self) -> str:
        return {**FIELDS, **OWN_FIELDS}.get(self.field or "", "ignored")


@dataclass(frozen=True, slots=True)
class Reading:
    """How the rows of one file are read. `header` is False for a file that begins with an address."""

    vendor: Vendor
    columns: tuple[Column, ...]
    header: bool
    standing: Standing | None = None  # what the file's name says of all who are in it

    def places(self) -> dict[str, int]:
        """field -> which cell. A field that two columns have is read from the first."""
        found: dict[str, int] = {}
        for place, column in enumerate(self.columns):
            if column.field is not None:
                found.setdefault(column.field, place)
        return found


def read_columns(
    file: str, first: Sequence[str], second: Sequence[str], wanted: Mapping[str, str]
) -> Reading | None:
    """The mapping of a file whose first two rows these are; None if no column holds addresses.

    `wanted` are the owner's own words (column -> field, or "ignore"). Raises FollowerError for a field that
    there is not.
    """
    names = [clean(name) for name in first]
    keys = [name.casefold() for name in names]
    asked = {column.casefold(): _field(field) for column, field in wanted.items()}
    header = not any("@" in name for name in names)
    if not header:
        keys, second = ["" for _ in keys], first
        names = [str(number) for number in range(1, len(first) + 1)]
    vendor = recognise(keys) if header else PLAIN
    taken = [
        asked.get(name.casefold(), vendor.columns.get(key)) for name, key in zip(names, keys, strict=True)
    ]
    if not header and "address" not in taken:
        taken[next(place for place, cell in enumerate(first) if "@" in cell)] = "address"
    if "address" not in taken:
        return None
    columns = tuple(
        Column(
            name, None if field == IGNORE else field, clean(second[place], 60) if place < len(second) else ""
        )
        for place, (name, field) in enumerate(zip(names, taken, strict=True))
    )
    standing = standing_of_file(file) if vendor.name == "mailchimp" else None
    return Reading(vendor, columns, header, standing)


def parse_wanted(pairs: Sequence[str]) -> dict[str, str]:
    """`--map "E-Mail=address"` … as column -> field. Raises FollowerError."""
    found = {}
    for pair in pairs:
        column, equals, field = pair.rpartition("=")
        if not equals or not column.strip():
            raise FollowerError(f"{pair!r} maps nothing", advice='Write it like --map "Your column=address".')
        found[column.strip()] = _field(field.strip())
    return found


def _field(name: str) -> str:
    if name in FIELDS or name == IGNORE:
        return name
    near = difflib.get_close_matches(name, [*FIELDS, IGNORE], 1)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise FollowerError(
        f"a column cannot be taken for {name!r}", advice=f"{hint}There are: {', '.join(FIELDS)}, {IGNORE}."
    )


def is_ours(mapping: Reading) -> bool:
    """Whether the file is an export of this program."""
    return mapping.vendor.name == OURS
