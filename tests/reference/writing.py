"""Markdown, and what docstrings hold."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page; `gaps` are sentences on what the code does not explain."""

    title: str
    text: str
    gaps: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """What GitHub makes of the heading."""
        return re.sub(r"[^\w\- ]", "", self.title.lower()).replace(" ", "-")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; empty if there are no rows."""
    lines = ["| " + " | ".join(cell.replace("|", "\\|") or " " for cell in row) + " |" for row in rows]
    if not lines:
        return ""
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *lines]) + "\n"


def code(text: object) -> str:
    return f"`{text}`"


def first_sentence(docstring: str | None) -> str:
    """Up to the first full stop, colon-free of the rest; "" if there is no docstring."""
    paragraph = " ".join((docstring or "").strip().partition("\n\n")[0].split())
    return re.split(r"(?<=\.)\s", paragraph, maxsplit=1)[0]


def keys(docstring: str | None, title: str = "Keys:") -> dict[str, str]:
    """The table under a line `Keys:` in a docstring: `    name   description`, one line each."""
    _, found, rest = (docstring or "").partition(f"\n{title}\n\n")
    if not found:
        return {}
    lines = rest.partition("\n\n")[0].splitlines()
    rows = (re.fullmatch(r"    (\w+) +(\S.*)", line) for line in lines)
    return {row[1]: row[2] for row in rows if row}


def compare(
    what: str, known: Iterable[str], described: Mapping[str, str] | set[str], where: str
) -> list[str]:
    """Gaps: what is known and not described, and what is described and not there."""
    there = set(known)
    missing = [f"{where} does not describe the {what} `{name}`." for name in sorted(there - set(described))]
    stale = [
        f"{where} describes the {what} `{name}`, which there is not."
        for name in sorted(set(described) - there)
    ]
    return missing + stale


def attribute_docs(tree: ast.Module) -> dict[str, dict[str, str]]:
    """class -> attribute -> the string on the line under it."""
    found: dict[str, dict[str, str]] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        for before, after in zip(node.body, node.body[1:], strict=False):
            if isinstance(before, ast.AnnAssign) and isinstance(before.target, ast.Name):
                said = after.value if isinstance(after, ast.Expr) else None
                if isinstance(said, ast.Constant) and isinstance(said.value, str):
                    found.setdefault(node.name, {})[before.target.id] = " ".join(said.value.split())
    return found
