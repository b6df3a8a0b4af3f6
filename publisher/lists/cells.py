"""Cells: several values in one, text from strangers made clean, and formulas made harmless.

A spreadsheet takes a cell that begins with = + - or @ for a formula. What we export gets an apostrophe in
front of such a cell (and of one that begins with an apostrophe), and what we import of ours loses it again.
"""

from __future__ import annotations

import csv
import functools
import json
import re
from collections.abc import Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")
_UNWANTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_SPACES = re.compile(r"\s+")
_LONGEST_TAG = 60
_NOT_IN_TAGS = str.maketrans(',;"', "   ")


def harmless(cell: str) -> str:
    """`cell` so that no spreadsheet calculates it."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def as_it_was(cell: str) -> str:
    """What `harmless` was given."""
    return cell.removeprefix("'")


def clean(text: str, longest: int = 200) -> str:
    """One line without control characters, of at most `longest` characters."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text[:longest].strip() if len(text) > longest else text.strip()
    return _SPACES.sub(" ", _UNWANTED.sub(" ", text)).strip()[:longest].strip()


@functools.lru_cache(maxsize=4096)  # a list has few tags, and many people with them
def split_values(cell: str) -> tuple[str, ...]:
    """`a, b`, `"a", "b"`, `a; b` or `["a", "b"]` as the tags or topics in it, each once, in order.

    They come out as tags may be: short, printable, without , ; and quotes, and not beginning with -.
    """
    if not cell or cell.isspace():
        return ()
    found = _from_json(cell) if cell.lstrip().startswith("[") else None
    if found is None:
        text = _SPACES.sub(" ", cell)
        found = next(iter(csv.reader([text], skipinitialspace=True, delimiter=_delimiter(text))), [])
    texts = (clean(value.translate(_NOT_IN_TAGS), len(value)).lstrip("- ") for value in found)
    cleaned = (clean(text, _LONGEST_TAG) for text in texts)
    return tuple(dict.fromkeys(value for value in cleaned if value))


def join_values(values: Sequence[str]) -> str:
    """What `split_values` reads again, of values that came out of it."""
    text = ",".join(values)
    return f'"{text}"' if text.startswith("[") and len(values) == 1 else text


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
