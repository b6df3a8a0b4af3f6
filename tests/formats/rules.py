"""A rule book: small named functions, each with the place where its rule is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Document = TypeVar("Document")
Check = Callable[[Document], Iterable[str]]


@dataclass
class RuleBook(Generic[Document]):
    """`parse` makes a document of bytes; every rule yields one complaint per violation."""

    parse: Callable[[bytes], Document]
    rules: dict[str, tuple[str, Check[Document]]] = field(default_factory=dict)

    def rule(self, source: str) -> Callable[[Check[Document]], Check[Document]]:
        def register(check: Check[Document]) -> Check[Document]:
            self.rules[check.__name__] = (source, check)
            return check

        return register

    def complaints(self, data: bytes) -> list[str]:
        """`name (source): what` for every violation; none for a valid document."""
        document = self.parse(data)
        return [
            f"{name} ({source}): {what}"
            for name, (source, check) in self.rules.items()
            for what in check(document)
        ]

    def broken(self, data: bytes) -> set[str]:
        """The names of the rules that the document breaks."""
        return {complaint.partition(" ")[0] for complaint in self.complaints(data)}


def planted(good: bytes, pattern: str, replacement: str) -> bytes:
    """`good` with a fault put in on purpose, wherever `pattern` (a regular expression) matches."""
    bad, count = re.subn(pattern, replacement, good.decode("utf-8"), flags=re.DOTALL)
    assert count, f"nothing to replace: {pattern}"
    return bad.encode("utf-8")
