"""How a delivery travels: one file per kind. `Channel.send(envelopes, journal)` is the whole seam.

A kind is `module:Class`; the class has `from_options(options)`, which takes a plain table and raises
ConfigError for what it cannot understand.
"""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Mapping
from typing import cast

from publisher.errors import ConfigError
from publisher.model import Channel

KINDS = {
    "file": "publisher.channels.file:FileChannel",
    "smtp": "publisher.channels.smtp:SmtpChannel",
}

__all__ = ["KINDS", "open_channel"]


def open_channel(kind: str, options: Mapping[str, object]) -> Channel:
    """The channel of this kind. Nothing is connected or written yet. Raises ConfigError."""
    if kind not in KINDS:
        near = difflib.get_close_matches(kind, KINDS, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known kinds: {', '.join(sorted(KINDS))}."
        raise ConfigError(f"there is no channel of kind {kind!r}", advice=hint)
    module, _, name = KINDS[kind].partition(":")
    maker = getattr(importlib.import_module(module), name)
    return cast(Channel, maker.from_options(options))
