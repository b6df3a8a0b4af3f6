"""One accent per publication, readable on our paper by day and by night (WCAG 2.2, 1.4.3: at least 4.5:1)."""

from __future__ import annotations

from collections.abc import Iterable

from publisher.model import Publication

PAPER = "#fdfbf7"
NIGHT = "#191817"
CONTRAST = 4.5
CONTRAST_AT_NIGHT = 5.5  # a dim accent is harder to read than the figure says


def accents(publications: Iterable[Publication]) -> str:
    """A style sheet that sets `--accent` for every publication, by its slug in `data-publication`."""
    day = [_rule(each, PAPER, CONTRAST) for each in publications]
    night = [_rule(each, NIGHT, CONTRAST_AT_NIGHT) for each in publications]
    if not day:
        return "/* no publications yet */\n"
    indented = "\n".join(f"  {line}" for line in night)
    return "\n".join([*day, "@media (prefers-color-scheme: dark) {", indented, "}", ""])


def _rule(publication: Publication, paper: str, least: float) -> str:
    # A slug is a-z, 0-9 and "-"; the colour is written by us: nothing else can come into the sheet.
    slug = "".join(char for char in publication.slug if char.isascii() and (char.isalnum() or char == "-"))
    return f'[data-publication="{slug}"] {{ --accent: {readable(publication.accent, paper, least)}; }}'


def readable(accent: str, paper: str, least: float) -> str:
    """`accent` as #rrggbb, moved towards black (on dark paper towards white) to a contrast of `least`."""
    start = _channels(accent)
    towards = 0 if _luminance(_channels(paper)) > 0.18 else 255
    for step in range(21):
        mixed = "#" + "".join(f"{round(c + (towards - c) * step / 20):02x}" for c in start)
        if contrast(mixed, paper) >= least:
            break
    return mixed


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (#rrggbb), from 1 to 21."""
    low, high = sorted((_luminance(_channels(one)), _luminance(_channels(other))))
    return (high + 0.05) / (low + 0.05)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: tuple[int, int, int]) -> float:
    """Relative luminance as WCAG defines it, from 0 (black) to 1 (white)."""
    parts = [v / 12.92 if (v := c / 255) <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
