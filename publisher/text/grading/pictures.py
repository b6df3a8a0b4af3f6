"""The pictures of two texts: which ones came, went or became others, and what their descriptions say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from publisher.text.evidence import address
from publisher.text.fold import fold_marks
from publisher.text.grading.changes import Change
from publisher.text.tree import fragment

_TAG = re.compile(r"<img\b[^>]*>?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Picture:
    """Where it is, without a query that asks for another copy of it, and its description."""

    source: str
    alt: str


@dataclass(frozen=True, slots=True)
class Pictures:
    """What became of them: sources on each side only, and descriptions that changed."""

    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    alts: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.old or self.new or self.alts)


def compare_pictures(old_html: str, new_html: str) -> Pictures:
    """The pictures that are not in both texts; pictures that moved, or got other sizes, are the same."""
    if _TAG.findall(old_html) == _TAG.findall(new_html):
        return Pictures()
    old, new = _read(old_html), _read(new_html)
    left: dict[str, list[Picture]] = {}
    for picture in reversed(old):
        left.setdefault(picture.source, []).append(picture)
    come, pairs = [], []
    for picture in new:
        if waiting := left.get(picture.source):
            pairs.append((waiting.pop(), picture))
        else:
            come.append(picture)
    gone = [picture for waiting in left.values() for picture in reversed(waiting)]
    if len(gone) == len(come):
        pairs += zip(gone, come, strict=True)
    return Pictures(tuple(p.source for p in gone), tuple(p.source for p in come), tuple(_alts(pairs)))


def _read(html: str) -> list[Picture]:
    if "<img" not in html.casefold():
        return []
    images = fragment(html).iter("img")
    return [Picture(address(image.get("src") or "", query=False), image.get("alt") or "") for image in images]


def _alts(pairs: Sequence[tuple[Picture, Picture]]) -> Iterator[Change]:
    """Descriptions that say something else; one more or less tells nothing that the picture did not."""
    for before, after in pairs:
        if before.alt and after.alt and fold_marks(before.alt) != fold_marks(after.alt):
            yield Change("picture", (before.alt,), (after.alt,))
