"""Where a publication's guides come from: one file per kind. `Source.read(known)` is the whole seam.

A kind is `module:Class`; the class has `from_options(folder, options, around)`, which takes the owner's
[[source]] table without `kind`, `name` and `backfill`, and raises SourceError for what it cannot understand.

What a kind promises (held by the contract suite):

- `known` maps paths to fingerprints. What has the known fingerprint comes as `Unchanged`, and is not opened.
- One guide that cannot be used is one `Skipped` with a sentence; the others come all the same.
- `Skipped.path` is set when that file is held back (it is there, but gives no guide), and None for a remark
  about a guide that was used.
- A path that is a folder stands for everything in it.
- The order is the same at every read. Past texts of a guide come right before its present one.
"""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from publisher.errors import SourceError
from publisher.model import Source
from publisher.text import BoilerplateRules

KINDS = {
    "folder": "publisher.sources.folder:FolderSource",
}

__all__ = ["KINDS", "Surroundings", "open_source"]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a publication says to all its sources: its language (BCP 47), and what is boilerplate in texts."""

    language: str = "en"
    boilerplate: BoilerplateRules | None = None


def open_source(
    kind: str, folder: Path, options: Mapping[str, object], around: Surroundings | None = None
) -> Source:
    """The source that one [[source]] table describes.

    `folder` is the publication's folder; `options` are the keys that the kind itself understands. Raises
    SourceError, naming feed.toml and the key.
    """
    where = f"feeds/{folder.name}/feed.toml"
    if kind not in KINDS:
        near = difflib.get_close_matches(kind, KINDS, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known kinds: {', '.join(sorted(KINDS))}."
        raise SourceError(f"there is no source of kind {kind!r}", where=where, advice=hint)
    module, _, name = KINDS[kind].partition(":")
    maker = getattr(importlib.import_module(module), name)
    try:
        return cast(Source, maker.from_options(folder, options, around or Surroundings()))
    except SourceError as error:
        inner = f"{where}: {error.where}" if error.where else where
        raise SourceError(error.what, where=inner, advice=error.advice) from None
