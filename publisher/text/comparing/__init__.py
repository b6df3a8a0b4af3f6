"""Two texts of a guide compared: what became of its sections, blocks and words.

html ──units──▶ sections of blocks ──match──▶ which became which ──runs──▶ Diff ──▶ XHTML, mail, text
"""

from __future__ import annotations

from publisher.text.comparing.diff import (
    BlockDiff,
    Diff,
    LinkDiff,
    SectionDiff,
    Status,
    StruckDiff,
    diff,
    new_text,
    old_text,
)
from publisher.text.comparing.mail import diff_mail
from publisher.text.comparing.markup import diff_html
from publisher.text.comparing.plaintext import diff_text
from publisher.text.comparing.runs import Op, Run
from publisher.text.comparing.summary import diff_summary
from publisher.text.comparing.wording import DiffWords, diff_words

__all__ = [
    "BlockDiff",
    "Diff",
    "DiffWords",
    "LinkDiff",
    "Op",
    "Run",
    "SectionDiff",
    "Status",
    "StruckDiff",
    "diff",
    "diff_html",
    "diff_mail",
    "diff_summary",
    "diff_text",
    "diff_words",
    "new_text",
    "old_text",
]
