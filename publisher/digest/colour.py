"""One accent per publication, made readable on paper by day and by night (WCAG 2.2, contrast 4.5:1)."""

from __future__ import annotations

import re

PAPER = "#fdfbf7"
INK = "#24211c"
NIGHT = "#191817"
DEFAULT_ACCENT = "#1f5f8b"
CONTRAST = 4.5
CONTRAST_AT_NIGHT = 5.5  # a dim accent is harder to read than the figure says

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
Rgb = tuple[int, int, int]


def rgb(colour: str) -> Rgb:
    """#rgb or #rrggbb as three numbers from 0 to 255; anything else is `DEFAULT_ACCENT`."""
    digits = (colour if _HEX.fullmatch(colour) else DEFAULT_ACCENT)[1:]
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def luminance(colour: Rgb) -> float:
    """Relative luminance from 0 (black) to 1 (white), as WCAG defines it."""
    linear = [v / 12.92 if (v := c / 255) <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    low, high = sorted((luminance(rgb(one)), luminance(rgb(other))))
    return (high + 0.05) / (low + 0.05)


def readable(accent: str, paper: str, least: float = CONTRAST) -> str:
    """`accent` as #rrggbb, moved towards ink (or, on dark paper, towards light) to a contrast of `least`."""
    start = rgb(accent)
    towards = 0 if luminance(rgb(paper)) > 0.18 else 255
    for step in range(21):
        mixed = "#" + "".join(f"{round(c + (towards - c) * step / 20):02x}" for c in start)
        if contrast(mixed, paper) >= least:
            return mixed
    return mixed  # black on light paper or white on dark: there is no more
