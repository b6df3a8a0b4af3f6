"""The `file` channel: each message becomes an `.eml` file, for looking at mails without sending them.

Keys:

    folder    where the files go; it is made when it is missing
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Self

from publisher.errors import ChannelError, ConfigError
from publisher.mail import commit_file, stage_file
from publisher.model import DeliveryState, Envelope, Journal, Outcome


class FileChannel:
    """Writes into one folder, which is made when needed. The same message twice is one file, and sent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def from_options(cls, options: Mapping[str, object]) -> Self:
        """`folder` is the only key. Raises ConfigError."""
        folder = options.get("folder")
        if not isinstance(folder, (str, Path)) or len(options) != 1:
            raise ConfigError("the file channel takes one key, `folder`")
        return cls(Path(folder))

    def send(self, envelopes: Iterable[Envelope], journal: Journal) -> Iterator[Outcome]:
        """See `publisher.model.Channel`. Raises ChannelError when the folder cannot be written."""
        for envelope in envelopes:
            path = self._folder / f"e{envelope.edition:06d}.f{envelope.follower:08d}.eml"
            staged = path.with_suffix(".part")
            there = self._stage(path, staged, envelope.data)
            if there is None:
                try:
                    journal.intent(envelope)
                except BaseException:
                    staged.unlink(missing_ok=True)
                    raise
                try:
                    commit_file(staged, path)
                except OSError as error:  # trying again is safe: the same file is no second mail
                    state = DeliveryState.DEFERRED
                    yield Outcome(envelope.edition, envelope.follower, state, str(error.strerror))
                    raise self._trouble(error) from None
            elif there == envelope.data:
                journal.intent(envelope)
            else:
                words = f"{path.name} is already there with another text"
                yield Outcome(envelope.edition, envelope.follower, DeliveryState.FAILED, words)
                continue
            yield Outcome(envelope.edition, envelope.follower, DeliveryState.SENT, path.name)

    def _stage(self, path: Path, staged: Path, data: bytes) -> bytes | None:
        """What `path` already holds; if there is no such file, None, and `data` is in `staged`."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if path.exists():
                return path.read_bytes()
            stage_file(staged, data)
        except OSError as error:
            raise self._trouble(error) from None
        return None

    def _trouble(self, error: OSError) -> ChannelError:
        what = f"mails cannot be written there ({error.strerror})"
        return ChannelError(what, where=str(self._folder), advice="Check its owner and the free space.")
