"""The report: every row that was not taken in, or only with a warning, as CSV. It survives a kill, too."""

from __future__ import annotations

import csv
import fcntl
import io
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from publisher.errors import FollowerError
from publisher.lists.cells import harmless
from publisher.lists.words import Problem

_COLUMNS = ("file", "line", "address", "what", "why")


class Report:
    """Appends to a file. `size` is kept with the position; on resuming, the file is cut back to it.

    Raises FollowerError for a file that cannot be written, or that another import is writing.
    """

    def __init__(self, path: Path | None, size: int) -> None:
        self.size = size
        self._file = None
        if path is None:
            return
        try:
            self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o666), "r+b")
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            begun = 0 < size <= os.fstat(self._file.fileno()).st_size
            self._file.truncate(size if begun else 0)
            self._file.seek(0, io.SEEK_END)
        except BlockingIOError:
            raise FollowerError("another import writes this report at this moment", where=str(path)) from None
        except OSError as error:
            raise FollowerError(f"it cannot be written ({error.strerror})", where=str(path)) from None
        if not begun:
            self._write([_COLUMNS])

    def add(self, problems: Sequence[Problem]) -> None:
        if self._file is not None:
            self._write([(each.file, each.line, each.address, each.kind, each.why) for each in problems])

    def cut_back(self, size: int) -> None:
        """Take back what was written after `size`."""
        if self._file is not None:
            self._file.truncate(size)
            self._file.seek(0, io.SEEK_END)
            self.size = size

    def _write(self, rows: Sequence[Sequence[object]]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([harmless(str(cell)) for cell in row] for row in rows)
        assert self._file is not None  # noqa: S101
        self._file.write(text.getvalue().encode("utf-8", "backslashreplace"))
        self._file.flush()
        self.size = self._file.tell()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
