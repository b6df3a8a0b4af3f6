"""Files with lists in them: CSV in whatever encoding and with whatever delimiter, or several in a zip.

Nothing is held in memory but a few rows: a file is read once to learn its encoding and its fingerprint, and a
second time, row by row, when it is taken in.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from publisher.errors import FollowerError
from publisher.lists.vendors import standing_of_file
from publisher.lists.words import Standing

_PIECE = 1 << 20
_LONGEST_CELL = 1 << 20
_LONGEST_LINE = 4 * _LONGEST_CELL
_LARGEST = 4 << 30  # bytes of one file, unpacked
_DELIMITERS = ",;\t|"
_MOST_COLUMNS = 1000
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, UnicodeError)
_TOO_LONG = "a cell of more than a million characters"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One CSV file. `member`: its name in a zip; `size` in bytes; `guessed`: the encoding may be wrong."""

    path: Path
    member: str | None
    size: int
    encoding: str
    guessed: bool
    delimiter: str
    digest: bytes

    @property
    def name(self) -> str:
        return self.member or self.path.name


@dataclass(slots=True)
class Row:
    """`line` is where it begins; `wrong` says why its cells cannot be used."""

    line: int
    cells: list[str]
    done: int  # bytes read so far
    wrong: str = ""


def open_sheets(path: Path) -> list[Sheet]:
    """The CSV files at `path`, those of people who get mail first. Raises FollowerError."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        advice = "Save what comes through a pipe into a file first."
        raise FollowerError("it is no file", where=str(path), advice=advice)
    try:
        with path.open("rb") as file:
            is_zip = file.read(4) == b"PK\x03\x04"
        if is_zip:
            return _zipped(path)
        return [_sheet(path, None, path.stat().st_size)]
    except OSError as error:
        raise FollowerError(f"it cannot be read ({error.strerror})", where=str(path)) from None
    except _DAMAGED as error:
        raise FollowerError(
            "the zip file is damaged, or packed in a way that we do not know", where=str(path)
        ) from error


def rows(sheet: Sheet) -> Iterator[Row]:
    """Every row that is not empty, quoted newlines and all. Raises FollowerError."""
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_CELL))
    try:
        with _bytes(sheet.path, sheet.member) as raw:
            text = io.TextIOWrapper(raw, encoding=sheet.encoding, errors="replace", newline="")
            yield from _rows(text, raw, sheet.delimiter)
            text.detach()
    except OSError as error:
        raise FollowerError(f"it cannot be read ({error.strerror})", where=sheet.name) from None
    except _DAMAGED as error:
        raise FollowerError("the zip file is damaged", where=str(sheet.path)) from error


class _Lines:
    """The lines for the CSV reader, of one that is too long only its beginning.

    `over`: there are no more, so that a row which ends now ends within quotes. `cut`: one was too long.
    """

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.over = self.cut = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._text.readline(_LONGEST_LINE)
        if not line:
            self.over = True
            raise StopIteration
        if len(line) == _LONGEST_LINE:
            self.cut = True
            rest = line
            while rest and rest[-1] not in "\r\n":
                rest = self._text.readline(_PIECE)
        return line


def _rows(text: io.TextIOWrapper, raw: IO[bytes], delimiter: str) -> Iterator[Row]:
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter)
    line, width = 1, 0
    while True:
        lines.cut = False
        try:
            cells, wrong = next(reader), ""
        except StopIteration:
            return
        except csv.Error:
            cells, wrong = [], _TOO_LONG
        begins, line = line, reader.line_num + 1
        if wrong or lines.cut or lines.over or (line - begins > 1 and _swallows(cells, delimiter, width)):
            cells, wrong = [], _unclosed(begins, line - 1) if line - begins > 1 or lines.over else _TOO_LONG
        width = width or len(cells)
        if begins == 1 and len(cells) == 2 and cells[0].lower() == "sep=":
            continue  # Excel's own way to name the delimiter, when that is the comma
        if begins == 1 and len(cells) == 1 and cells[0].lower().startswith("sep="):
            continue
        if len(cells) > _MOST_COLUMNS:
            cells, wrong = [], f"more than {_MOST_COLUMNS} columns"
        if wrong or any(cells):
            yield Row(begins, cells, raw.tell(), wrong)


def _swallows(cells: Sequence[str], delimiter: str, width: int) -> bool:
    """Whether a cell of several lines holds one that looks like a row: a quote is open by mistake."""
    return width > 1 and any(
        "@" in line and line.count(delimiter) >= width - 1
        for cell in cells
        if "\n" in cell or "\r" in cell
        for line in cell.splitlines()[1:]
    )


def _unclosed(begins: int, ends: int) -> str:
    if begins == ends:
        return "a quote that is never closed"
    return f"a quote that is never closed where it should be: lines {begins:,} to {ends:,} cannot be read"


def _zipped(path: Path) -> list[Sheet]:
    with zipfile.ZipFile(path) as archive:
        members = [
            info
            for info in archive.infolist()
            if info.filename.lower().endswith((".csv", ".tsv", ".txt"))
            and not info.filename.startswith("__MACOSX/")
        ]
        if any(info.flag_bits & 1 for info in members):
            raise FollowerError("it asks for a password", where=str(path), advice="Unpack it first.")
    if not members:
        raise FollowerError("there is no CSV file in it", where=str(path))
    # Who gets mail comes first: whatever the others say then holds.
    members.sort(key=lambda info: (standing_of_file(info.filename) or Standing.SUBSCRIBED, info.filename))
    return [_sheet(path, info.filename, info.file_size) for info in members]


def _sheet(path: Path, member: str | None, size: int) -> Sheet:
    if size > _LARGEST:
        raise FollowerError("it is larger than 4 GiB", where=member or str(path), advice="Split it.")
    with _bytes(path, member) as raw:
        head = raw.read(65_536)
    start = _by_its_beginning(head)
    encoding, digest = _decided(path, member, start)
    text = codecs.decode(head, encoding, "replace").lstrip("\ufeff")
    return Sheet(
        path, member, size, encoding, start is None and encoding != "utf-8", _delimiter(text), digest
    )


@contextmanager
def _bytes(path: Path, member: str | None) -> Iterator[IO[bytes]]:
    if member is None:
        with path.open("rb") as raw:
            yield raw
        return
    with zipfile.ZipFile(path) as archive, archive.open(member) as packed:
        yield packed


def _by_its_beginning(head: bytes) -> str | None:
    """The encoding that the first bytes prove, by a mark or by the zeros of UTF-16."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = head[0:1000:2].count(0), head[1:1000:2].count(0)
    half = len(head[0:1000]) // 2
    if half and even + odd > half * 0.4:
        return "utf-16-le" if odd > even else "utf-16-be"
    return None


def _decided(path: Path, member: str | None, start: str | None) -> tuple[str, bytes]:
    """The encoding, for which the whole file is read, and a fingerprint of the bytes."""
    sha = hashlib.sha256()
    decoders = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8", "cp1252")}
    fits = set() if start else set(decoders)
    read = 0
    with _bytes(path, member) as raw:
        while piece := raw.read(_PIECE):
            read += len(piece)
            if read > _LARGEST:
                raise FollowerError("it is larger than 4 GiB", where=member or str(path))
            sha.update(piece)
            fits -= {name for name in fits if not _decodes(decoders[name], piece)}
    if "utf-8" in fits and not _decodes(decoders["utf-8"], b"", final=True):
        fits.discard("utf-8")
    found = start or next((name for name in ("utf-8", "cp1252") if name in fits), "latin-1")
    return found, sha.digest()


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(text: str) -> str:
    """The one that the first line has most of, outside quotes; or the one that Excel's `sep=` names."""
    first: list[str] = []
    quoted = False
    for char in text:
        if char == '"':
            quoted = not quoted
        elif char in "\r\n" and not quoted and first:
            break
        elif not quoted:
            first.append(char)
    line = "".join(first)
    if line.lower().startswith("sep=") and len(line) == 5:
        return line[4]
    return max(_DELIMITERS, key=lambda delimiter: (line.count(delimiter), delimiter == ","))


def fingerprint(sheets: Sequence[Sheet], asked: str) -> str:
    """What tells one import from another: the files' bytes, and what is asked for."""
    sha = hashlib.sha256()
    for sheet in sheets:
        sha.update(sheet.name.encode("utf-8", "surrogatepass") + b"\0" + sheet.digest)
    sha.update(asked.encode("utf-8", "surrogatepass"))
    return sha.hexdigest()
