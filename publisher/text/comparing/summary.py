"""A diff in one line."""

from __future__ import annotations

from collections.abc import Iterable

from publisher.text.comparing.diff import BlockDiff, Diff, SectionDiff, Status
from publisher.text.comparing.runs import Op
from publisher.text.comparing.wording import ENGLISH, DiffWords

_NOUNS = {"item": "item", "row": "row", "code": "line", "picture": "picture"}


def diff_summary(changes: Diff, *, words: DiffWords = ENGLISH) -> str:
    """One line: `2 sections changed, 1 added`; of a text without headings, its paragraphs."""
    if changes.is_empty:
        return words.summary_nothing
    if any(section.heading for section in changes.sections):
        touched = [section for section in changes.sections if section.status is not Status.SAME]
        if len(touched) == 1 and touched[0].heading and touched[0].status is not Status.REMOVED:
            (section,) = touched
            states = f" {words.joiner} ".join(words.state(state) for state in _states(section))
            return f"{words.quoted(title(section))} {states}"
        return _counted("section", (state for section in touched for state in _states(section)), words)
    blocks = [b for section in changes.sections for b in section.blocks if b.status is not Status.SAME]
    nouns = {_NOUNS.get(block.kind, "paragraph") for block in blocks}
    noun = nouns.pop() if len(nouns) == 1 else "paragraph"
    return _counted(noun, (state for block in blocks for state in _states(block)), words)


def title(section: SectionDiff) -> str:
    """What a section's heading says now, or said if it is gone; empty in front of the first heading."""
    runs = section.heading.parts[0] if section.heading else ()
    if section.status is Status.REMOVED:
        return " ".join("".join(run.text for run in runs).split())
    return " ".join("".join(run.text for run in runs if run.op is not Op.DELETE).split())


def _states(part: SectionDiff | BlockDiff) -> list[str]:
    moved = part.status is Status.MOVED
    return [part.status, Status.CHANGED] if moved and part.is_edited else [part.status]


def _counted(noun: str, states: Iterable[str], words: DiffWords) -> str:
    found = list(states)
    parts: list[str] = []
    for state in (Status.CHANGED, Status.ADDED, Status.REMOVED, Status.MOVED):
        if count := found.count(state):
            what = "" if parts else f" {words.noun(noun, count)}"
            parts.append(f"{count}{what} {words.state(state)}")
    return ", ".join(parts)
