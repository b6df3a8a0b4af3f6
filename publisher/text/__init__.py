"""What is in a guide: plain text, Markdown or HTML to a title and sanitised, closed XHTML; and its words.

    text ──read_plain, read_markdown, read_html──▶ Text(title, html)
    html ──sanitize──▶ html ──plain, summarise, minutes, sections, content_hash──▶ what others need
    two htmls ──grade──▶ Graded(grade, rule, detail) ──diff──▶ Diff ──▶ XHTML, plain text

Everything that comes in is hostile; what `read_*` and `sanitize` return is safe to put into a page, a mail, a
feed or an XML document. ContentError says what cannot be used: more than 5 MB, binary, more than 100 levels.
"""

from __future__ import annotations

from publisher.text.boilerplate_rules import BoilerplateRules, boilerplate_rules
from publisher.text.comparing import (
    Diff,
    DiffWords,
    diff,
    diff_html,
    diff_mail,
    diff_summary,
    diff_text,
    diff_words,
)
from publisher.text.grading import Graded, grade
from publisher.text.headings import Section, sections
from publisher.text.prose import plain
from publisher.text.read import read_html, read_markdown, read_plain
from publisher.text.sanitise import sanitize
from publisher.text.scope import scope_ids
from publisher.text.slug import slugify
from publisher.text.words import content_hash, minutes, normalise, summarise

__all__ = [
    "BoilerplateRules",
    "Diff",
    "DiffWords",
    "Graded",
    "Section",
    "boilerplate_rules",
    "content_hash",
    "diff",
    "diff_html",
    "diff_mail",
    "diff_summary",
    "diff_text",
    "diff_words",
    "grade",
    "minutes",
    "normalise",
    "plain",
    "read_html",
    "read_markdown",
    "read_plain",
    "sanitize",
    "scope_ids",
    "sections",
    "slugify",
    "summarise",
]
