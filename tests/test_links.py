"""Links between the repository's own documents lead somewhere, and its pictures are small."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.documents import ROOT

DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "templates/README.md", "docs/*.md")
LARGEST = 150_000  # bytes of a picture: a README is read on trains


def links(text: str) -> Iterator[str]:
    """Where a Markdown text's links and pictures lead, those in HTML too."""
    for token in _all(MarkdownIt("commonmark").parse(text)):
        for name in ("href", "src"):
            if target := token.attrGet(name):
                yield str(target)
        if token.type in ("html_block", "html_inline"):
            yield from re.findall(r'\b(?:href|src)="([^"]+)"', token.content)


def _all(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or [])


def anchors(text: str) -> set[str]:
    """What GitHub lets one jump to: each heading, and its repetitions as `-1`, `-2`."""
    found: set[str] = set()
    tokens = MarkdownIt("commonmark").parse(text)
    for before, token in pairwise(tokens):
        if before.type == "heading_open":
            words = "".join(child.content for child in token.children or [])
            plain = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
            found.add(
                next(name for name in (plain, *(f"{plain}-{n}" for n in range(1, 99))) if name not in found)
            )
    return found


def lost(document: Path) -> list[str]:
    """The links of a document that lead to no file, or to no heading."""
    found = []
    for link in links(document.read_text(encoding="utf-8")):
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = document.parent / path if path else document
        is_there = target.is_file() and (not anchor or anchor in anchors(target.read_text(encoding="utf-8")))
        found += [] if is_there else [link]
    return found


@pytest.mark.parametrize(
    "document", [str(path.relative_to(ROOT)) for name in DOCUMENTS for path in sorted(ROOT.glob(name))]
)
def test_every_link_leads_somewhere(document: str) -> None:
    assert lost(ROOT / document) == []


def test_pictures_are_small() -> None:
    pictures = {path.name: path.stat().st_size for path in (ROOT / "docs" / "pictures").iterdir()}
    assert {name: size for name, size in pictures.items() if size > LARGEST} == {}
    assert {"pipeline.svg", "digest.png", "history.png"} <= set(pictures)


def test_lost_links_are_found(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# Two `words`\n\n## Again\n\n## Again\n")
    document = tmp_path / "document.md"
    document.write_text(
        "# Here\n\n[a](there.md) [b](there.md#two-words) [c](there.md#again-1) [d](#here) [e](https://x.example)\n\n"
        "[f](gone.md) [g](there.md#again-2) [h](#gone) ![i](gone.png)\n\n"
        '<img src="lost.png" alt="">\n'
    )
    assert lost(document) == ["gone.md", "there.md#again-2", "#gone", "gone.png", "lost.png"]
