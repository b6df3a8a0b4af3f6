"""A button as a picture (SVG), for pages of others: "Follow", and how many do."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from markupsafe import escape

from publisher.model import Publication
from publisher.pages.colour import NIGHT, readable
from publisher.words import Words

HEIGHT = 28
_SIZE = 13  # pixels of its letters
_PAD = 12
_NARROW, _WIDE = frozenset("iljtfrI.,:;'|! ·"), frozenset("mwMWÄÖÜ@%&—")
_DAY, _DARK = "#fdfbf7", NIGHT
_BADGE = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"\
 role="img" aria-labelledby="t"><title id="t">{title}</title>\
<style>\
.a{{fill:{day}}}.b{{fill:{paper};stroke:{day}}}.c{{fill:#fff}}.d{{fill:#24211c}}\
@media (prefers-color-scheme:dark){{.a{{fill:{night}}}.b{{fill:{dark};stroke:{night}}}.c{{fill:{dark}}}\
.d{{fill:#e9e4da}}}}\
text{{font:600 {size}px system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}}\
</style>\
{parts}</svg>
"""


def badge(words: Words, publication: Publication, followers: int) -> str:
    """The picture. `followers` of 0 are not told. Same content, same bytes."""
    label, count = words.gettext("Follow"), words.number(followers) if followers else ""
    title = words.gettext("Follow %(title)s", title=publication.title)
    if followers:
        told = words.ngettext("%(num)s person follows this.", "%(num)s people follow this.", followers)
        title = f"{title}. {told}"
    boxes = [_Box(label, "a", "c"), *([_Box(count, "b", "d")] if count else [])]
    if words.direction == "rtl":
        boxes.reverse()
    width, parts = 0, []
    for box in boxes:
        parts.append(box.drawn(width))
        width += box.width
    return _BADGE.format(
        width=width,
        height=HEIGHT,
        title=escape(_clean(title)),
        day=readable(publication.accent, "#ffffff", 4.5),
        night=readable(publication.accent, NIGHT, 5.5),
        paper=_DAY,
        dark=_DARK,
        size=_SIZE,
        parts="".join(parts),
    )


@dataclass(frozen=True, slots=True)
class _Box:
    """A word on its ground. `ground` and `ink` are classes of the style sheet."""

    text: str
    ground: str
    ink: str

    @property
    def width(self) -> int:
        return _width(self.text) + 2 * _PAD

    def drawn(self, start: int) -> str:
        """The text is stretched to the width that it was given: every machine has other letters."""
        inner = _width(self.text)
        box = f'<rect class="{self.ground}" x="{start + 0.5}" y="0.5" width="{self.width - 1}"'
        text = f'<text class="{self.ink}" x="{start + _PAD}" y="18.5" textLength="{inner}"'
        return (
            f'{box} height="{HEIGHT - 1}" rx="4"/>'
            f'{text} lengthAdjust="spacingAndGlyphs">{escape(_clean(self.text))}</text>'
        )


def _width(text: str) -> int:
    """Pixels of a text, nearly: exactly nobody can know."""
    return round(sum(_SIZE * _share(each) for each in text))


def _share(char: str) -> float:
    if unicodedata.east_asian_width(char) in "WF":
        return 1.0
    if unicodedata.combining(char):
        return 0.0
    return 0.32 if char in _NARROW else 0.9 if char in _WIDE else 0.62


def _clean(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(each for each in text if unicodedata.category(each) not in ("Cc", "Cs", "Cn"))
