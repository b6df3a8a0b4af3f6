"""The keys that sign links: from the environment, or from a file that is made at the first start."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from publisher import config
from publisher.errors import ConfigError
from publisher.tokens.signing import Keys

_FILE = "secret.key"
_NAME = "PUBLISHER_SECRET_KEY"


def load_keys(var: Path, environ: Mapping[str, str]) -> Keys:
    """The site's keys. Raises ConfigError when they cannot be read or made; it never shows a secret."""
    if text := config.secret(_NAME, environ):
        return _loaded(text, _NAME)
    path = var / _FILE
    try:
        if not path.exists():
            _make(path)
        return _loaded(path.read_text(encoding="ascii", errors="replace"), str(path))
    except OSError as error:
        what = f"the key that signs unsubscribe links cannot be read or made ({error.strerror})"
        advice = f"Make room, check its owner, or set {_NAME}_FILE."
        raise ConfigError(what, where=str(path), advice=advice) from None


def _loaded(text: str, where: str) -> Keys:
    try:
        return Keys.load(text)
    except ConfigError as error:
        advice = "Restore it from a backup: the links in mails that were sent depend on it."
        raise ConfigError(error.what, where=where, advice=advice) from None


def _make(path: Path) -> None:
    """A key file appears whole or not at all, and a second process that makes one finds the first's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(Keys.new(secrets.token_bytes(32), "k1").dump())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, path)
        except FileExistsError:
            pass
        except OSError:  # a disk without hard links
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)
