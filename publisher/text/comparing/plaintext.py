"""A diff as plain text, for the terminal and the text part of a mail: [-removed-] {+added+}."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.text.comparing.diff import BlockDiff, Diff, SectionDiff, Status
from publisher.text.comparing.folding import ENGLISH, DiffWords, Folded, shortened, shown, shown_blocks
from publisher.text.comparing.runs import Op, Run, Runs

_MARKS = {Op.EQUAL: ("", ""), Op.DELETE: ("[-", "-]"), Op.INSERT: ("{+", "+}")}
_TIGHT = frozenset({"item", "row", "code"})  # no blank line between neighbours of one kind


def diff_text(changes: Diff, *, context: int | None = 1, words: DiffWords = ENGLISH) -> str:
    """Readable plain text, lines as long as they are, without a line end at the end.

    `context` is how many unchanged blocks are shown on either side of a change; None shows everything.
    """
    if changes.is_empty and context is not None:
        return words.nothing
    lines: list[str] = []
    before = ""
    for kind, text in _blocks(changes, context, words):
        if lines and not (kind == before and kind in _TIGHT):
            lines.append("")
        lines.append(text)
        before = kind
    return "\n".join(lines)


def _blocks(changes: Diff, context: int | None, words: DiffWords) -> Iterator[tuple[str, str]]:
    """Kind and text of everything that is shown."""
    for section in shown(changes, context):
        if isinstance(section, Folded):
            yield "", words.folded(section)
            continue
        if section.heading:
            yield "heading", f"## {_moved(section, words)}{_block(section.heading, context, words)}"
        for block in shown_blocks(section, context):
            if isinstance(block, Folded):
                yield "", words.folded(block)
            else:
                yield block.kind, _prefix(block) + _moved(block, words) + _block(block, context, words)


def _moved(part: SectionDiff | BlockDiff, words: DiffWords) -> str:
    return f"({words.moved}) " if part.status is Status.MOVED else ""


def _prefix(block: BlockDiff) -> str:
    match block.kind:
        case "item":
            return "  " * block.level + (f"{block.number}. " if block.number is not None else "- ")
        case "quote":
            return "> "
        case "code" | "definition":
            return "    "
        case _:
            return ""


def _block(block: BlockDiff, context: int | None, words: DiffWords) -> str:
    text = " | ".join(_runs(part, context) for part in block.parts)
    for link in block.links:
        targets = [
            _run(Run(op, target))
            for op, target in ((Op.DELETE, link.old), (Op.INSERT, link.new))
            if target is not None
        ]
        text += f" ({words.link} “{link.text}”: {' '.join(targets)})"
    return text


def _runs(runs: Runs, context: int | None) -> str:
    return "".join(_run(run) for run in shortened(runs, context))


def _run(run: Run) -> str:
    text = run.text.lstrip()
    opening, closing = _MARKS[run.op]
    return f"{run.text[: len(run.text) - len(text)]}{opening}{text}{closing}"
