"""What commands share: options, the clock, output."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

if TYPE_CHECKING:
    from rich.console import Console

SiteOption = Annotated[
    Path, typer.Option("--site", envvar="PUBLISHER_SITE", help="The site's folder.", show_default="here")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
NowOption = Annotated[
    str | None, typer.Option("--now", metavar="TIME", help="Pretend that it is TIME (ISO 8601).")
]
HERE = Path()


def now_utc() -> datetime:
    return datetime.now(UTC)


def read_time(text: str | None, name: str = "--now") -> datetime:
    """ISO 8601; without an offset in UTC; the present moment for None."""
    if text is None:
        return now_utc()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        what = f"{text!r} is no time. Write it like 2026-12-01T09:00+01:00"
        raise typer.BadParameter(what, param_hint=name) from None
    if not 1970 <= moment.year < 2200:
        raise typer.BadParameter(f"{text!r} lies too far away: it must be in 1970 to 2199", param_hint=name)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def console(stderr: bool = False) -> Console:
    """Colour where a person looks, plain text where a program reads. NO_COLOR is obeyed."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else 160
    return Console(stderr=stderr, highlight=False, width=width, soft_wrap=not stream.isatty())


def say(text: str, style: str | None = None, *, stderr: bool = False) -> None:
    """One line for people, taken as it is."""
    console(stderr).print(text, style=style, markup=False)


def write_report(error: Exception) -> str:
    """Put the traceback of a mistake of ours into a file, for whoever mends it; the file's name."""
    import traceback
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile("w", prefix="publisher-", suffix=".log", delete=False) as report:
        report.write("".join(traceback.format_exception(error)))
    return report.name


def table(rows: Iterable[Sequence[object]], *columns: str, right: Sequence[str] = ()) -> Any:
    """A quiet table: no lines, two spaces between columns."""
    from rich.table import Table
    from rich.text import Text

    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Text) else Text(str(cell)) for cell in row))
    return made


def print_json(value: object) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=_plain)
    sys.stdout.write("\n")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def people_time(moment: datetime, zone: str = "UTC") -> str:
    """A date as people write it, with the zone's short name: `Fri 27 Nov 2026, 08:00 CET`."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%a %-d %b %Y, %H:%M %Z")


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 guide`, `3 guides`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
