"""Lines with roles to blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from publisher.text.blocks import Block, Break, Heading, Item, List, Paragraph
from publisher.text.outline import Mark, outline
from publisher.text.roles import Role
from publisher.text.shape import Marker, Shape

_MAX_NESTING = 4
_HEADINGS = (Role.HEADING, Role.UNDERLINE)


def build(shapes: Sequence[Shape], roles: Sequence[Role]) -> list[Block]:
    """The blocks of a text, in order."""
    levels = iter(outline(list(_marks(shapes, roles))))
    blocks: list[Block] = []
    place = 0
    while place < len(shapes):
        role, shape = roles[place], shapes[place]
        if role is Role.ITEM:
            end = _list_end(shapes, roles, place)
            blocks.append(_list(shapes[place:end], roles[place:end]))
            place = end
            continue
        if role is Role.HEADING:
            blocks.append(Heading(next(levels), _words(shape)))
        elif role is Role.BREAK:
            blocks.append(Break())
        elif role is not Role.UNDERLINE:
            blocks.append(Paragraph(shape.text))
        place += 1
    return blocks


def _words(shape: Shape) -> str:
    words = shape.explicit[1] if shape.explicit else shape.words
    return words.strip("*_ ").rstrip(":：") if shape.opens_list else words


def _marks(shapes: Sequence[Shape], roles: Sequence[Role]) -> Iterator[Mark]:
    for place, role in enumerate(roles):
        if role is Role.HEADING:
            below = place + 1
            if below < len(roles) and roles[below] is Role.UNDERLINE:
                below += 1
            yield Mark(shapes[place], below < len(roles) and roles[below] is Role.HEADING)


def _list_end(shapes: Sequence[Shape], roles: Sequence[Role], start: int) -> int:
    """Where a list ends: with its last item, or where another kind of marker takes over at the same depth."""
    first = shapes[start]
    number = first.number
    end = start + 1
    while end < len(shapes) and roles[end] in (Role.ITEM, Role.CONTINUATION, Role.MORE):
        shape = shapes[end]
        if roles[end] is Role.ITEM and shape.line.indent <= first.line.indent:
            if shape.marker is not first.marker or (shape.number and shape.number != number + 1):
                break
            number = shape.number
        end += 1
    return end


def _list(shapes: Sequence[Shape], roles: Sequence[Role]) -> List:
    items: list[Item] = []
    indents: list[int] = []
    for shape, role in zip(shapes, roles, strict=True):
        if role is Role.CONTINUATION:
            last = items[-1]
            items[-1] = Item(f"{last.text} {shape.text}", last.level, last.more)
        elif role is Role.MORE:
            last = items[-1]
            items[-1] = Item(last.text, last.level, (*last.more, shape.text))
        else:
            while indents and indents[-1] >= shape.line.indent + 1:
                indents.pop()
            if not indents or indents[-1] < shape.line.indent:
                indents.append(shape.line.indent)
            items.append(Item(shape.unmarked, min(len(indents) - 1, _MAX_NESTING)))
    first = shapes[0]
    letters = first.marker is Marker.LETTER
    ordered = letters or first.marker is Marker.NUMBER
    return List(tuple(items), ordered, first.number if first.marker is Marker.NUMBER else 1, letters)
