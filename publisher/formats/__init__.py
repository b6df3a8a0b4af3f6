"""How a publication is written for machines: one file per kind. `Format.write(feed, entries)` is the seam.

A kind is `module:Class`; its module is loaded when the kind is first opened. The contract tests run over
every kind in the table, so that a new one is a new file and a new line here.
"""

from __future__ import annotations

import difflib
import importlib
from typing import cast

from publisher.errors import ConfigError
from publisher.model import Format

KINDS = {
    "rss": "publisher.formats.rss:Rss",
    "atom": "publisher.formats.atom:Atom",
    "jsonfeed": "publisher.formats.jsonfeed:JsonFeed",
}

__all__ = ["KINDS", "open_format"]


def open_format(kind: str) -> Format:
    """The format of that name. Raises ConfigError, naming the nearest known kind, when there is none."""
    if kind not in KINDS:
        near = difflib.get_close_matches(str(kind), KINDS, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known kinds: {', '.join(sorted(KINDS))}."
        raise ConfigError(f"there is no feed format {kind!r}", advice=hint)
    module, _, name = KINDS[kind].partition(":")
    return cast(Format, getattr(importlib.import_module(module), name)())
