"""A diff as XHTML for pages, to be read by eye and by ear.

What came is in `ins`, what went in `del`; each says so in words, too, in a span of the class `unseen` for
style sheets to hide from eyes only. What is folded is a paragraph of the class `folded`. Everything else is
text that was escaped, and its direction is its own (`dir="auto"`), whatever the words around it speak.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from xml.sax.saxutils import escape  # leaves quotes in text as they are, like our sanitiser

from publisher.text.comparing.diff import BlockDiff, Diff, SectionDiff, Status
from publisher.text.comparing.folding import notes, shortened, shown, shown_blocks
from publisher.text.comparing.runs import Op, Run, Runs
from publisher.text.comparing.wording import ENGLISH, DiffWords, Folded

_TOGETHER = {"item": "list", "row": "table", "code": "code", "term": "terms", "definition": "terms"}


def diff_html(changes: Diff, *, context: int | None = 1, words: DiffWords = ENGLISH) -> str:
    """Closed XHTML of the changed sections; `h3` is a section's heading.

    `context` is how many unchanged blocks are shown on either side of a change; None shows everything.
    """
    return _Writer(context, words).document(changes)


class _Writer:
    def __init__(self, context: int | None, words: DiffWords) -> None:
        self.context, self.words = context, words

    def document(self, changes: Diff) -> str:
        if changes.is_empty and self.context is not None:
            return f"<p>{escape(self.words.nothing)}</p>"
        return "\n".join(
            part for section in shown(changes, self.context) for part in self._section(section) if part
        )

    def _section(self, section: SectionDiff | Folded) -> Iterator[str]:
        if isinstance(section, Folded):
            yield self._folded(section)
            return
        if section.heading:
            moved = self._moved() if section.status is Status.MOVED else ""
            yield f'<h3 dir="auto">{moved}{self._block(section.heading)}</h3>'
        blocks = shown_blocks(section, self.context)
        for kind, group in groupby(blocks, key=lambda block: _TOGETHER.get(getattr(block, "kind", ""), "")):
            yield from self._together(kind, list(group))

    def _together(self, kind: str, blocks: Sequence[BlockDiff | Folded]) -> Iterator[str]:
        """Neighbours that make one list, table or listing; everything else for itself."""
        diffs = [block for block in blocks if isinstance(block, BlockDiff)]
        match kind:
            case "list":
                yield "\n".join(self._lists(diffs))
            case "table":
                yield f'<table dir="auto"><tbody>{"".join(map(self._row, diffs))}</tbody></table>'
            case "code":
                yield f"<pre><code>{self._listing(diffs)}</code></pre>"
            case "terms":
                terms = "\n".join(map(self._term, diffs))
                yield f'<dl dir="auto">{terms}</dl>'
            case _:
                yield from map(self._alone, blocks)

    def _alone(self, block: BlockDiff | Folded) -> str:
        if isinstance(block, Folded):
            return self._folded(block)
        label = f"<small>{escape(self.words.picture)}</small> " if block.kind == "picture" else ""
        paragraph = f'<p dir="auto">{label}{self._block(block)}</p>'
        return f"<blockquote>{paragraph}</blockquote>" if block.kind == "quote" else paragraph

    def _folded(self, folded: Folded) -> str:
        return f'<p class="folded"><small>{escape(self.words.folded(folded))}</small></p>'

    def _lists(self, items: Sequence[BlockDiff]) -> Iterator[str]:
        """Lists of items of one level, deeper ones within the item above them."""
        if not items:
            return
        level = min(item.level for item in items)
        tops = [n for n, item in enumerate(items) if item.level == level]
        yield from self._lists(items[: tops[0]])
        ends = dict(zip(tops, [*tops[1:], len(items)], strict=True))
        for ordered, group in groupby(tops, key=lambda n: items[n].number is not None):
            tag = "ol" if ordered else "ul"
            inner = "\n".join(self._item(items[n], items[n + 1 : ends[n]]) for n in group)
            yield f'<{tag} dir="auto">{inner}</{tag}>'

    def _item(self, item: BlockDiff, below: Sequence[BlockDiff]) -> str:
        value = f' value="{item.number}"' if item.number is not None else ""
        inner = "".join(f"\n{deeper}" for deeper in self._lists(below))
        return f"<li{value}>{self._block(item)}{inner}</li>"

    def _row(self, row: BlockDiff) -> str:
        tag = "th" if row.header else "td"
        cells = [self._runs(part) for part in row.parts]
        cells[0] = (self._moved() if row.status is Status.MOVED else "") + cells[0]
        cells[-1] += self._notes(row)
        return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>"

    def _term(self, block: BlockDiff) -> str:
        tag = "dt" if block.kind == "term" else "dd"
        return f"<{tag}>{self._block(block)}</{tag}>"

    def _listing(self, lines: Sequence[BlockDiff]) -> str:
        """Lines of code; neighbours with one fate are one insertion or one deletion."""
        pieces = []
        for status, group in groupby(lines, key=lambda line: line.status):
            if status in (Status.ADDED, Status.REMOVED):
                op = Op.INSERT if status is Status.ADDED else Op.DELETE
                text = "\n".join(run.text for line in group for part in line.parts for run in part)
                pieces.append(self._marked(op, text))
            else:
                pieces += map(self._block, group)
        return "\n".join(pieces)

    def _block(self, block: BlockDiff) -> str:
        moved = self._moved() if block.status is Status.MOVED else ""
        return moved + " ".join(map(self._runs, block.parts)) + self._notes(block)

    def _moved(self) -> str:
        return f'<small dir="auto">({escape(self.words.moved)})</small> '

    def _notes(self, block: BlockDiff) -> str:
        return "".join(
            f' <small dir="auto">({escape(note.intro)}{"".join(map(self._run, note.runs))})</small>'
            for note in notes(block, self.words)
        )

    def _runs(self, runs: Runs) -> str:
        return "".join(self._run(run) for run in shortened(runs, self.context))

    def _run(self, run: Run) -> str:
        text = run.text.lstrip()
        space = run.text[: len(run.text) - len(text)]
        return space + (escape(text) if run.op is Op.EQUAL else self._marked(run.op, text))

    def _marked(self, op: Op, text: str) -> str:
        tag, word = ("ins", self.words.added) if op is Op.INSERT else ("del", self.words.removed)
        return f'<{tag}><span class="unseen" dir="auto">{escape(word)} </span>{escape(text)}</{tag}>'
