"""Web addresses, read from the route table and the handlers' docstrings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from tests.reference.writing import Section, code, first_sentence, table

_INTRO = """\
What `publisher run` answers. Addresses below `/-/inbox` exist only on the machine itself, and only without `[smtp]`.
`publisher build` writes the public ones as files.
"""

Route = tuple[Iterable[str], str, Callable[..., Any]]


def section(routes: Iterable[Route]) -> Section:
    """A gap for each handler without a docstring."""
    rows, gaps = [], []
    for methods, path, act in routes:
        if not (said := first_sentence(act.__doc__)):
            gaps.append(f"{act.__module__}.{act.__name__}, which answers {path}, has no docstring.")
        shown = re.sub(r"\{(\w+):\w+\}", r"<\1>", path)
        rows.append((code(shown), " ".join(each for each in methods if each != "HEAD"), said))
    return Section(
        "Addresses", f"{_INTRO}\n{table(('address', 'method', 'what is there'), rows)}", tuple(gaps)
    )
