"""A diff as plain text, for the terminal and the text part of a mail: [-removed-] {+added+}."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from publisher.text.comparing.diff import BlockDiff, Diff, SectionDiff, Status
from publisher.text.comparing.folding import clipped, label, limited, notes, shortened, shown, shown_blocks
from publisher.text.comparing.runs import Op, Run, Runs
from publisher.text.comparing.wording import ENGLISH, DiffWords, Folded

_MARKS = {Op.EQUAL: ("", ""), Op.DELETE: ("[-", "-]"), Op.INSERT: ("{+", "+}")}
_TIGHT = frozenset({"item", "row", "code"})  # no blank line between neighbours of one kind
_WHOLE = {Status.ADDED: Op.INSERT, Status.REMOVED: Op.DELETE}

Lines = Iterable[tuple[str, str]]  # kind and text of everything that is shown


def diff_text(
    changes: Diff, *, context: int | None = 1, limit: int | None = None, words: DiffWords = ENGLISH
) -> str:
    """Readable plain text, lines as long as they are, without a line end at the end.

    `context` is how many unchanged blocks are shown on either side of a change; None shows everything. With
    `limit` it is the short form for a mail instead: the first so many changed blocks with the headings of
    their sections, `Added:` or `Removed:` in front of whole ones, and how many changes there are besides.
    """
    if changes.is_empty and (context is not None or limit is not None):
        return words.nothing
    if limit is None:
        return _laid_out(_full(changes, context, words))
    sections, left_out = limited(changes, limit)
    text = _laid_out(_short(sections, words))
    legend = [words.legend] if any(map(_is_mixed, sections)) else []
    return "\n\n".join([*legend, text, *([words.left_out(left_out)] if left_out else [])])


def _laid_out(blocks: Lines) -> str:
    lines: list[str] = []
    before = ""
    for kind, text in blocks:
        if lines and not (kind == before and kind in _TIGHT):
            lines.append("")
        lines.append(text)
        before = kind
    return "\n".join(lines)


def _full(changes: Diff, context: int | None, words: DiffWords) -> Lines:
    def written(block: BlockDiff) -> str:
        return _block(block, words, lambda parts: tuple(shortened(part, context) for part in parts))

    for section in shown(changes, context):
        if isinstance(section, Folded):
            yield "", words.folded(section)
            continue
        if section.heading:
            yield "heading", f"## {_moved(section, words)}{written(section.heading)}"
        for block in shown_blocks(section, context):
            if isinstance(block, Folded):
                yield "", words.folded(block)
            else:
                yield block.kind, _prefix(block, words) + _moved(block, words) + written(block)


def _short(sections: Iterable[SectionDiff], words: DiffWords) -> Lines:
    for section in sections:
        if section.heading:
            yield "heading", f"## {_moved(section, words)}{_said(section.heading, words)}"
        for block in section.blocks:
            yield block.kind, _prefix(block, words) + _moved(block, words) + _said(block, words)


def _said(block: BlockDiff, words: DiffWords) -> str:
    """A whole block that came or went says so in words; what stayed has marks in it."""
    op = _WHOLE.get(block.status)
    if op is None:
        return _block(block, words, clipped)
    plain = tuple(tuple(Run(Op.EQUAL, run.text) for run in part) for part in clipped(block.parts))
    word = words.added if op is Op.INSERT else words.removed
    return f"{label(block, word)} {_joined(plain)}"


def _is_mixed(section: SectionDiff) -> bool:
    return any(
        block.is_edited and block.status not in _WHOLE
        for block in (section.heading, *section.blocks)
        if block
    )


def _moved(part: SectionDiff | BlockDiff, words: DiffWords) -> str:
    return f"({words.moved}) " if part.status is Status.MOVED else ""


def _prefix(block: BlockDiff, words: DiffWords) -> str:
    match block.kind:
        case "item":
            return "  " * block.level + (f"{block.number}. " if block.number is not None else "- ")
        case "quote":
            return "> "
        case "code" | "definition":
            return "    "
        case "picture":
            return f"{words.picture} "
        case _:
            return ""


def _block(block: BlockDiff, words: DiffWords, fit: Callable[[tuple[Runs, ...]], tuple[Runs, ...]]) -> str:
    told = (f" ({note.intro}{''.join(map(_run, note.runs))})" for note in notes(block, words))
    return _joined(fit(block.parts)) + "".join(told)


def _joined(parts: Iterable[Runs]) -> str:
    return " | ".join("".join(map(_run, part)) for part in parts)


def _run(run: Run) -> str:
    text = run.text.lstrip()
    opening, closing = _MARKS[run.op]
    return f"{run.text[: len(run.text) - len(text)]}{opening}{text}{closing}"
