"""A diff as XHTML for pages and mails, to be read by eye and by ear.

What came is in `ins`, what went in `del`; each says so in words, too, in a span of the class `unseen` for
style sheets to hide from eyes only. Everything else is text that was escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby

from publisher.text.comparing.diff import BlockDiff, Diff, SectionDiff, Status
from publisher.text.comparing.folding import ENGLISH, DiffWords, Folded, shortened, shown, shown_blocks
from publisher.text.comparing.runs import Op, Run, Runs

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
            yield f"<h3>{moved}{self._block(section.heading)}</h3>"
        blocks = shown_blocks(section, self.context)
        for kind, group in groupby(blocks, key=lambda block: _TOGETHER.get(getattr(block, "kind", ""), "")):
            yield from self._together(kind, list(group))

    def _together(self, kind: str, blocks: Sequence[BlockDiff | Folded]) -> Iterator[str]:
        """Neighbours that make one list, table or listing; everything else for itself."""
        diffs = [block for block in blocks if isinstance(block, BlockDiff)]
        match kind:
            case "list":
                yield "".join(self._lists(diffs))
            case "table":
                yield f"<table><tbody>{''.join(map(self._row, diffs))}</tbody></table>"
            case "code":
                yield f"<pre><code>{chr(10).join(map(self._block, diffs))}</code></pre>"
            case "terms":
                yield f"<dl>{''.join(map(self._term, diffs))}</dl>"
            case _:
                yield from map(self._alone, blocks)

    def _alone(self, block: BlockDiff | Folded) -> str:
        if isinstance(block, Folded):
            return self._folded(block)
        paragraph = f"<p>{self._block(block)}</p>"
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
        heads = [(n, items[n].number is not None) for n in tops]
        for ordered, group in groupby(heads, key=lambda head: head[1]):
            tag = "ol" if ordered else "ul"
            yield f"<{tag}>"
            for n, _ in group:
                end = next((top for top in tops if top > n), len(items))
                value = f' value="{items[n].number}"' if ordered else ""
                inner = "".join(self._lists(items[n + 1 : end]))
                yield f"<li{value}>{self._block(items[n])}{inner}</li>"
            yield f"</{tag}>"

    def _row(self, row: BlockDiff) -> str:
        tag = "th" if row.header else "td"
        cells = [self._runs(part) for part in row.parts]
        cells[0] = (self._moved() if row.status is Status.MOVED else "") + cells[0]
        cells[-1] += self._links(row)
        return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>"

    def _term(self, block: BlockDiff) -> str:
        tag = "dt" if block.kind == "term" else "dd"
        return f"<{tag}>{self._block(block)}</{tag}>"

    def _block(self, block: BlockDiff) -> str:
        moved = self._moved() if block.status is Status.MOVED else ""
        return moved + " ".join(map(self._runs, block.parts)) + self._links(block)

    def _moved(self) -> str:
        return f"<small>({escape(self.words.moved)})</small> "

    def _links(self, block: BlockDiff) -> str:
        link_word = escape(self.words.link)
        return "".join(
            f" <small>({link_word} “{escape(link.text)}”: {self._targets(link.old, link.new)})</small>"
            for link in block.links
        )

    def _targets(self, old: str | None, new: str | None) -> str:
        gone = self._marked(Op.DELETE, old) if old else ""
        come = self._marked(Op.INSERT, new) if new else ""
        return f"{gone} {come}".strip()

    def _runs(self, runs: Runs) -> str:
        return "".join(self._run(run) for run in shortened(runs, self.context))

    def _run(self, run: Run) -> str:
        text = run.text.lstrip()
        space = run.text[: len(run.text) - len(text)]
        return space + (escape(text) if run.op is Op.EQUAL else self._marked(run.op, text))

    def _marked(self, op: Op, text: str) -> str:
        tag, word = ("ins", self.words.added) if op is Op.INSERT else ("del", self.words.removed)
        return f'<{tag}><span class="unseen">{escape(word)} </span>{escape(text)}</{tag}>'


def diff_summary(changes: Diff) -> str:
    """One line: `2 sections changed, 1 added`; of a text without headings, its paragraphs."""
    if changes.is_empty:
        return "nothing changed"
    with_headings = [section for section in changes.sections if section.heading]
    if with_headings:
        touched = [section for section in changes.sections if section.status is not Status.SAME]
        if len(touched) == 1 and touched[0].heading and touched[0].status is not Status.REMOVED:
            (section,) = touched
            return f"“{_title(section)}” {' and '.join(_states(section))}"
        return _counted("section", (state for section in touched for state in _states(section)))
    blocks = [b for section in changes.sections for b in section.blocks if b.status is not Status.SAME]
    kinds = {block.kind for block in blocks}
    nouns = {"item": "item", "row": "row", "code": "line"}
    noun = nouns.get(kinds.pop(), "paragraph") if len(kinds) == 1 else "paragraph"
    return _counted(noun, (state for block in blocks for state in _states(block)))


def _title(section: SectionDiff) -> str:
    runs = section.heading.parts[0] if section.heading else ()
    return "".join(run.text for run in runs if run.op is not Op.DELETE).strip()


def _states(part: SectionDiff | BlockDiff) -> list[str]:
    moved = part.status is Status.MOVED
    return [part.status, Status.CHANGED] if moved and part.is_edited else [part.status]


def _counted(noun: str, states: Iterable[str]) -> str:
    found = list(states)
    parts: list[str] = []
    for state in (Status.CHANGED, Status.ADDED, Status.REMOVED, Status.MOVED):
        if count := found.count(state):
            what = "" if parts else f" {noun}{'s' if count > 1 else ''}"
            parts.append(f"{count}{what} {state}")
    return ", ".join(parts)
