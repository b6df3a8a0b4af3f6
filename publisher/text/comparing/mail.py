"""A diff for the body of a mail: short, and readable where style sheets, colours or pictures are not.

A block that came or went as a whole says so in words. Within what stayed, `ins` and `del` carry their own
colours, both of the text and behind it, so that they keep their contrast when a mail program inverts either;
the words in front of them are of no size, and show up where styles are dropped.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from xml.sax.saxutils import escape

from publisher.text.comparing.diff import BlockDiff, Diff, SectionDiff, Status
from publisher.text.comparing.folding import Note, clipped, label, limited, notes
from publisher.text.comparing.runs import Op, Run, Runs
from publisher.text.comparing.wording import ENGLISH, DiffWords

ADDED_STYLE = "color:#0b4a21;background-color:#dcf3e2;text-decoration:underline"
REMOVED_STYLE = "color:#7a1620;background-color:#fbe3e4;text-decoration:line-through"
_WHOLE_STYLE = "color:#0b4a21;background-color:#dcf3e2;text-decoration:none"  # long lines under a text tire
_UNSEEN_STYLE = "font-size:0;line-height:0;mso-hide:all"
_CODE_STYLE = "font-family:monospace;white-space:pre-wrap"
_WEB = re.compile(r"(?:https?://|mailto:)\S+\Z", re.IGNORECASE)
_URL_CHARS = 60  # of a link's target that is shown


def diff_mail(changes: Diff, *, limit: int = 5, words: DiffWords = ENGLISH) -> str:
    """Closed XHTML for a mail: the first `limit` changed blocks below the headings of their sections.

    Made of p, ul, li, strong, em, a, ins, del and span, with inline styles and without classes, tables or
    pictures; very long blocks are cut. How many changes are left out is said at the end. Raises ValueError
    for a limit below 1.
    """
    sections, left_out = limited(changes, limit)
    if not sections:
        return f"<p>{escape(words.nothing)}</p>"
    writer = _Writer(words)
    parts = [part for section in sections for part in writer.section(section)]
    if left_out:
        parts.append(f"<p><em>{escape(words.left_out(left_out))}</em></p>")
    return "\n".join(parts)


class _Writer:
    def __init__(self, words: DiffWords) -> None:
        self.words = words

    def section(self, section: SectionDiff) -> Iterator[str]:
        if section.heading:
            moved = self._moved() if section.status is Status.MOVED else ""
            yield f'<p dir="auto">{moved}<strong>{self._said(section.heading)}</strong></p>'
        for is_list, group in groupby(section.blocks, key=_is_bullet):
            if is_list:
                items = "\n".join(f"<li>{self._told(item)}</li>" for item in group)
                yield f'<ul dir="auto">{items}</ul>'
            else:
                yield from (f'<p dir="auto">{self._told(block)}</p>' for block in group)

    def _told(self, block: BlockDiff) -> str:
        moved = self._moved() if block.status is Status.MOVED else ""
        told = "".join(map(self._note, notes(block, self.words)))
        return f"{self._prefix(block)}{moved}{self._said(block)}{told}"

    def _prefix(self, block: BlockDiff) -> str:
        if block.kind == "picture":
            return f"<em>{escape(self.words.picture)}</em> "
        return f"{block.number}. " if block.number is not None else ""

    def _moved(self) -> str:
        return f'<span dir="auto"><em>({escape(self.words.moved)})</em></span> '

    def _said(self, block: BlockDiff) -> str:
        """The words of a block; one that came or went is labelled for all to see."""
        parts = clipped(block.parts)
        match block.status:
            case Status.ADDED:
                text = self._whole("ins", _WHOLE_STYLE, label(block, self.words.added), parts)
            case Status.REMOVED:
                text = self._whole("del", REMOVED_STYLE, label(block, self.words.removed), parts)
            case _:
                text = " | ".join("".join(map(self._run, part)) for part in parts)
        return f'<span style="{_CODE_STYLE}">{text}</span>' if block.kind == "code" else text

    def _whole(self, tag: str, style: str, word: str, parts: Sequence[Runs]) -> str:
        text = " | ".join("".join(run.text for run in part) for part in parts)
        told = f'<span dir="auto"><strong>{escape(word)}</strong></span>'
        return f'{told} <{tag} style="{style}">{escape(text)}</{tag}>'

    def _run(self, run: Run) -> str:
        text = run.text.lstrip()
        space = run.text[: len(run.text) - len(text)]
        return space + (escape(text) if run.op is Op.EQUAL else self._marked(run.op, escape(text)))

    def _marked(self, op: Op, inner: str) -> str:
        added = op is Op.INSERT
        tag, style = ("ins", ADDED_STYLE) if added else ("del", REMOVED_STYLE)
        word = escape(self.words.added if added else self.words.removed)
        return (
            f'<{tag} style="{style}"><span dir="auto" style="{_UNSEEN_STYLE}"> {word} </span>{inner}</{tag}>'
        )

    def _note(self, note: Note) -> str:
        targets = "".join(f" {self._marked(run.op, _target(run))}" for run in note.runs)
        return f' <span dir="auto">({escape(note.intro)}{targets})</span>'


def _is_bullet(block: BlockDiff) -> bool:
    return block.kind == "item" and block.number is None


def _target(run: Run) -> str:
    """Where a link leads, or led: the new one can be followed if it works in a mail."""
    url = run.text.strip()
    text = escape(url if len(url) <= _URL_CHARS else f"{url[:_URL_CHARS]}…")
    if run.op is not Op.INSERT or not _WEB.match(url):
        return text
    return f'<a href="{html.escape(url)}" style="color:inherit">{text}</a>'
