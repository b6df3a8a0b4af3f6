"""Plain text to lines that each say one thing: repaired, unescaped, hard wraps joined."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from publisher.text.guard import admit_raw, legal

_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_ESCAPED_BREAK = re.compile(r"\\r\\n|\\n|\\r")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|\\([\"'/t])")
_MARKED = re.compile(r"\s*(?:[-–—•*·▪◦‣●○■□➤➢✓✔✅→➔+#]|\(?\d{1,3}[.)]|\d{1,3}\s?//|[=_~-]{3,}$)")
_ENDS_SENTENCE = re.compile(r"""[.!?:…]["'”’)\]]*$""")
_LONE_MARKER = re.compile(r"[-–—•*·▪◦‣●○■□➤➢✓✔✅]|\(?\d{1,2}[.)]")
_SHORT = 0.75  # of the width: after a colon, that is an item rather than more of the sentence
_WRAP = range(45, 121)  # columns that people and programs wrap at


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank. `gap` says that blank lines (or the start of the text) come before it."""

    text: str
    gap: bool
    indent: int = 0
    position: int = 0  # its place among all lines, for putting things back in order


def lines_of(text: str) -> list[Line]:
    """The lines of a plain text. Raises ContentError for what is too large or no text."""
    return [
        replace(line, position=position)
        for position, line in enumerate(_unwrapped(list(_with_markers(list(_split(repair(text)))))))
    ]


def repair(text: str) -> str:
    """Mojibake decoded, escaped line ends made real, invisible characters gone. Raises ContentError."""
    text = admit_raw(text)
    if "\\n" in text:
        text = _unescape(text)
    return _INVISIBLE.sub("", legal(_decode(text)))


def _decode(text: str) -> str:
    """Undo reading in the wrong encoding; leave quotes, ligatures and widths as they were meant."""
    from ftfy import TextFixerConfig, fix_encoding
    from ftfy.badness import is_bad

    if text.isascii() or not is_bad(text):
        return text
    config = TextFixerConfig(uncurl_quotes=False, restore_byte_a0=True, explain=False)
    return "\n".join(fix_encoding(line, config) for line in text.split("\n"))


def _unescape(text: str) -> str:
    """Text that went through a programmer's hands: `\\n` where line ends were.

    A guide about programming may mention `\\n`; only text that has more escaped than real line ends, or two
    escaped ones in a row, is taken for escaped.
    """
    escaped = len(_ESCAPED_BREAK.findall(text))
    if "\\n\\n" not in text and "\\r\\n\\r\\n" not in text and escaped <= text.count("\n"):
        return text
    stripped = text.strip()
    if stripped.startswith('"') and stripped.endswith('"'):
        try:
            return legal(str(json.loads(stripped, strict=False)))
        except ValueError:
            pass
    return _ESCAPED.sub(_character, _ESCAPED_BREAK.sub("\n", text))


def _character(escape: re.Match[str]) -> str:
    if escape[1]:
        return legal(chr(int(escape[1], 16)))
    return "\t" if escape[2] == "t" else escape[2]


def _split(text: str) -> Iterator[Line]:
    gap = True
    for raw in text.split("\n"):
        stripped = raw.strip()
        if stripped:
            yield Line(stripped, gap, len(raw.expandtabs(4)) - len(raw.expandtabs(4).lstrip()))
        gap = not stripped


def _with_markers(lines: list[Line]) -> Iterator[Line]:
    """Markers that stand alone on their lines, put in front of the lines that they belong to."""
    if not lines:
        return
    lone = [line.text if _LONE_MARKER.fullmatch(line.text) else "" for line in lines]
    many = {mark[-1] for mark, count in Counter(mark[-1:] for mark in lone if mark).items() if count > 1}
    marker: Line | None = None
    for line, mark, below in zip(lines, lone, [*lone[1:], "x"], strict=True):
        if mark and mark[-1] in many and not below:
            marker = line
        elif marker is not None:
            yield replace(marker, text=f"{marker.text} {line.text}")
            marker = None
        else:
            yield line


def _unwrapped(lines: list[Line]) -> Iterator[Line]:
    """Paragraphs that were wrapped by hand, each as one line."""
    chunk: list[Line] = []
    for line in lines:
        if line.gap and chunk:
            yield from _joined(chunk)
            chunk = []
        chunk.append(line)
    yield from _joined(chunk)


def _joined(chunk: list[Line]) -> Iterator[Line]:
    """One chunk without blank lines. A line was wrapped if the next first word would not have fitted."""
    width = max((_width(line) for line in chunk), default=0)
    if len(chunk) < 2 or width not in _WRAP:
        yield from chunk
        return
    full = [_is_full(line, after, width) for line, after in pairwise(chunk)]
    wrapped = any(f and after.text[0].islower() for f, after in zip(full, chunk[1:], strict=True))
    parts = [chunk[0].text]
    first = chunk[0]
    for is_full, before, line in zip(full, chunk, chunk[1:], strict=False):
        if is_full and wrapped and (line.text[0].islower() or _same_paragraph(before, line)):
            parts.append(line.text)
        else:
            yield replace(first, text=_glue(parts))
            first, parts = line, [line.text]
    yield replace(first, text=_glue(parts))


def _width(line: Line) -> int:
    return line.indent + len(line.text)


def _is_full(line: Line, after: Line, width: int) -> bool:
    if _MARKED.match(after.text) or (line.text.endswith(":") and _width(after) < _SHORT * width):
        return False
    word = after.text.split(None, 1)[0]
    return _width(line) + 1 + len(word) > width


def _same_paragraph(before: Line, line: Line) -> bool:
    return line.indent == before.indent or line.indent > 0 or not _ENDS_SENTENCE.search(before.text)


def _glue(parts: list[str]) -> str:
    return " ".join(parts)
