"""Two texts of a guide compared: what became of its sections, blocks and words.

html ──units──▶ sections of blocks ──match──▶ which became which ──runs──▶ Diff ──▶ XHTML, plain text
"""

from __future__ import annotations

from publisher.text.comparing.diff import (
    BlockDiff,
    Diff,
    LinkDiff,
    SectionDiff,
    Status,
    diff,
    new_text,
    old_text,
)
from publisher.text.comparing.folding import DiffWords
from publisher.text.comparing.markup import diff_html, diff_summary
from publisher.text.comparing.plaintext import diff_text
from publisher.text.comparing.runs import Op, Run

__all__ = [
    "BlockDiff",
    "Diff",
    "DiffWords",
    "LinkDiff",
    "Op",
    "Run",
    "SectionDiff",
    "Status",
    "diff",
    "diff_html",
    "diff_summary",
    "diff_text",
    "new_text",
    "old_text",
]
