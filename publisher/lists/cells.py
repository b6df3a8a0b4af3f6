"""Cells: several values in one, text from strangers made clean, and formulas made harmless.

A spreadsheet takes a cell that begins with = + - or @ for a formula. What we export gets an apostrophe in front
of such a cell (and of one that begins with an apostrophe), and what we import of ours loses it again.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")
_UNWANTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_SPACES = re.compile(r"\s+")
_LONGEST_TAG = 64


def harmless(cell: str) -> str:
    """`cell` so that no spreadsheet calculates it."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def as_it_was(cell: str) -> str:
    """What `harmless` was given."""
    return cell.removeprefix("'")


def clean(text: str, longest: int = 200) -> str:
    """One line without control characters, of at most `longest` characters."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()[:longest]
    return _SPACES.sub(" ", _UNWANTED.sub(" ", text)).strip()[:longest]


def split_values(cell: str) -> tuple[str, ...]:
    """`a, b`, `"a, b", "c"` or `["a", "b"]` as the values in it, cleaned, each once, in order."""
    if not cell or cell.isspace():
        return ()
    found = _from_json(cell) if cell.lstrip().startswith("[") else None
    if found is None:
        text = _SPACES.sub(" ", cell)
        found = next(iter(csv.reader([text], skipinitialspace=True, delimiter=_delimiter(text))), [])
    cleaned = (clean(value, _LONGEST_TAG) for value in found)
    return tuple(dict.fromkeys(value for value in cleaned if value))


def join_values(values: Sequence[str]) -> str:
    """What `split_values` reads again."""
    if not any("," in value or '"' in value or ";" in value for value in values):
        text = ",".join(values)
        if not text.startswith("["):
            return text
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="").writerow(values)
    return written.getvalue()


def _delimiter(text: str) -> str:
    return ";" if ";" in text and "," not in text else ","


def _from_json(cell: str) -> list[str] | None:
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list):
        return None
    return [str(value) for value in found if isinstance(value, str | int)]
