"""Plain text to headings, paragraphs and lists.

    text ──lines──▶ lines ──boilerplate──▶ content lines ──roles──▶ blocks with heading levels

Every word of a content line is in exactly one block, in the order of the text; only list markers and the
signs around headings go.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from publisher.text.blocks import Block
from publisher.text.boilerplate import Dropped, drop
from publisher.text.boilerplate_rules import BoilerplateRules, bundled
from publisher.text.build import build
from publisher.text.fold import fold
from publisher.text.lines import lines_of
from publisher.text.lists import emoji_bullets
from publisher.text.phrases import GENERAL
from publisher.text.roles import assign
from publisher.text.shape import Marker, Shape

_TITLE_PREFIX = re.compile(r"(?:title|headline|h1|titel|titre|t[ií]tulo)\s*[:–-]\s+(?=\S)", re.IGNORECASE)
_SITE = re.compile(r"\s*(?:[|»·]|\s[-–—:])\s.{2,80}")
_TITLE_UNDERLINE = re.compile(r"[=*~#-]{3,}")
_MAX_TITLE = 160  # characters
_NEAR = 8  # lines above the first prose, in which a title is looked for again


@dataclass(frozen=True, slots=True)
class Structure:
    """What a plain text says, and what was left out of it."""

    title: str | None
    blocks: tuple[Block, ...]
    dropped: tuple[Dropped, ...]


def structure(text: str, *, title: str | None = None, rules: BoilerplateRules | None = None) -> Structure:
    """The structure of a plain text, in time linear in its length.

    With a known `title`, a line that repeats it is dropped; without, a title line is taken from the top if
    there is one. Raises ContentError for what is too large or no text.
    """
    lines, dropped = drop(lines_of(text), rules or bundled())
    shapes = [Shape(line) for line in emoji_bullets(lines)]
    page = _page_title(shapes, title)
    found, used = (None, 0) if title else _title(shapes[len(page) :])
    used += len(page)
    repeats = [*page, *_repeats(shapes[used:], title or found)]
    said = {line.position for line in repeats}
    rest = [shape for shape in shapes[used:] if shape.line.position not in said]
    top = min(
        (shape.line.position for shape in shapes[: used + _NEAR] if shape.line.position in said), default=0
    )
    above = sum(shape.line.position < top for shape in rest)  # a masthead, not a heading
    blocks = build(rest, assign(rest, above))
    everything = sorted([*dropped, *repeats], key=lambda line: line.position)
    return Structure(found, tuple(blocks), tuple(everything))


def _title(shapes: Sequence[Shape]) -> tuple[str | None, int]:
    """The title line at the top, if there really is one, and how many lines it takes."""
    if len(shapes) < 2 or not any(shape.is_prose or shape.marker is not Marker.NONE for shape in shapes[1:]):
        return None, 0
    first, second = shapes[0], shapes[1]
    prefix = _TITLE_PREFIX.match(first.text)
    if prefix:
        return first.text[prefix.end() :].strip(), 1
    if first.explicit:
        return (first.explicit[1], 1) if first.explicit[0] == 1 else (None, 0)
    underlined = not second.line.gap and bool(_TITLE_UNDERLINE.fullmatch(second.text))
    alone = underlined or second.line.gap or second.is_prose
    if not alone or not _is_title(first) or (underlined and second.text[0] == "-" and len(shapes) < 3):
        return None, 0
    return first.words, 2 if underlined else 1


def _is_title(shape: Shape) -> bool:
    if shape.marker is not Marker.NONE or shape.is_break or fold(shape.words) in GENERAL:
        return False
    return shape.heading_like or (
        shape.style is not shape.style.SENTENCE
        and len(shape.text) <= _MAX_TITLE
        and not shape.ends_sentence
        and not shape.opens_list
    )


def _page_title(shapes: Sequence[Shape], title: str | None) -> list[Dropped]:
    """The first line, if it is the title with the site's name behind it: `Title | Site` over `Title`."""
    if len(shapes) < 2 or shapes[0].explicit:
        return []
    wanted = title or shapes[1].words
    rest = shapes[0].text[len(wanted) :]
    named = fold(shapes[0].text[: len(wanted)]) == fold(wanted) and _SITE.fullmatch(rest)
    return [_repeat(shapes[0])] if fold(wanted) and named else []


def _repeats(shapes: Sequence[Shape], title: str | None) -> list[Dropped]:
    """Lines at the top that say the title again, and such a line at the very end."""
    wanted = fold(title or "")
    if not wanted:
        return []
    top = list(takewhile(lambda shape: not shape.is_prose, shapes[:_NEAR]))
    end = shapes[-1:] if len(shapes) > len(top) else []
    return [_repeat(shape) for shape in (*top, *end) if _says(shape, wanted)]


def _repeat(shape: Shape) -> Dropped:
    return Dropped("title-repeat", shape.text, shape.line.position)


def _says(shape: Shape, wanted: str) -> bool:
    return wanted in (fold(shape.text), fold(_bare(shape)))


def _bare(shape: Shape) -> str:
    return shape.explicit[1] if shape.explicit else _TITLE_PREFIX.sub("", shape.text)
