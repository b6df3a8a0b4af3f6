"""Quoted-printable (RFC 2045, 6.7) for bodies that are joined from pieces.

Stricter than the standard library's in two ways, so that no relay needs to touch a line, and a signature over
the body stays true: no line begins with a dot (SMTP would double it) or with "From " (mbox would quote it).
"""

from __future__ import annotations

import re

LINE = 76  # the longest line, its closing "=" included
SOFT = "=\r\n"  # a line end that is not in the text

_SPECIAL = re.compile("[^\t -~]+")  # runs of controls and of what is not ASCII
_PLAIN = re.compile("[!-<>-~]*")  # what needs no escape
_LINE_END = re.compile("\r\n|\r|\n")


def encode(text: str) -> str:
    """`text` in quoted-printable UTF-8, lines of at most 76 characters joined by CRLF; ASCII only."""
    return "\r\n".join(_line(line) for line in _LINE_END.split(text))


def encode_value(value: str) -> str:
    """One value without line ends or spaces, to stand between two soft line ends: begins and ends a line."""
    if _PLAIN.fullmatch(value) and not value.startswith("."):
        if len(value) < LINE:
            return value
        if len(value) < 2 * LINE - 1 and value[LINE - 1] != ".":
            return f"{value[: LINE - 1]}{SOFT}{value[LINE - 1 :]}"
    # One column is kept free in the last line too, for the soft line end that follows.
    return _wrap(_escape(value), last=LINE - 1)


def _escape(line: str) -> str:
    return _SPECIAL.sub(_octets, line.replace("=", "=3D"))


def _octets(run: re.Match[str]) -> str:
    return "".join(f"={octet:02X}" for octet in run[0].encode("utf-8"))


def _line(line: str) -> str:
    escaped = _escape(line)
    if escaped[-1:] in (" ", "\t"):  # a blank at the end of a line may get lost on the way
        escaped = f"{escaped[:-1]}={ord(escaped[-1]):02X}"
    return _wrap(escaped, last=LINE - 1)


def _wrap(escaped: str, last: int) -> str:
    """Cut an escaped line with soft line ends. `last` is how long the last piece may be."""
    pieces, start = [], 0
    while True:
        guard = _guard(escaped, start)
        start += bool(guard)
        if len(escaped) - start <= last - len(guard):
            pieces.append(guard + escaped[start:])
            return SOFT.join(pieces)
        end = start + LINE - 1 - len(guard)
        tail = escaped.rfind("=", end - 2, end)  # never inside an escape
        end = tail if tail >= 0 else end
        pieces.append(guard + escaped[start:end])
        start = end


def _guard(escaped: str, start: int) -> str:
    """The escape that stands for the first character of a line that would otherwise begin badly."""
    if escaped.startswith(".", start):
        return "=2E"
    return "=46" if escaped.startswith("From ", start) else ""
