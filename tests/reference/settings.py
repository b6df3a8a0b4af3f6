"""The owner's TOML files, read from the models that check them."""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from tests.reference.writing import Section, attribute_docs, code, table

_SCHEDULE = "ScheduleTable"
_SCHEDULES_AT = "#schedules"


def section(title: str, intro: str, model: type[BaseModel], source: Path) -> Section:
    """The keys of `model` and of the tables in it. A gap for each key without a string under it in `source`."""
    docs = attribute_docs(ast.parse(source.read_text(encoding="utf-8")))
    gaps: list[str] = []
    parts = [f"{intro}\n"]
    for name, each in _tables("", model):
        heading = f"### {name} in {title}\n" if name else ""
        rows = []
        for key, field in each.model_fields.items():
            if not (said := docs.get(each.__name__, {}).get(key)):
                gaps.append(f"{source.name} does not describe the key `{key}` of {each.__name__}.")
            rows.append((code(key), _type(key, field), _default(field), said or ""))
        parts += [heading, table(("key", "type", "when absent", "what it is"), rows)]
        if each.model_config.get("extra") == "allow":
            parts.append("And the keys of the kind: see [sources](#sources).\n")
    return Section(title, "\n".join(part for part in parts if part), tuple(gaps))


def _tables(name: str, model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    """A model, and the models of its tables, each under the name that TOML gives it."""
    yield name, model
    for key, field in model.model_fields.items():
        inner, many = _model(field.annotation)
        if inner:
            yield from _tables(f"[[{key}]]" if many else f"[{key}]", inner)


def _model(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The model that an annotation holds, and whether it holds a list of them."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    for each in get_args(annotation):
        if (found := _model(each))[0]:
            return found[0], found[1] or get_origin(annotation) is list
    return None, False


def _type(key: str, field: FieldInfo) -> str:
    inner, many = _model(field.annotation)
    if inner:
        return code(f"[[{key}]]") + " tables" if many else code(f"[{key}]") + " table"
    return _plain(field.annotation) + _bounds(field)


def _plain(annotation: Any) -> str:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return _plain(next(each for each in inner if each is not type(None)))
    if origin is Literal:
        return " or ".join(code(f'"{each}"') for each in inner)
    if origin is list:
        return f"list of {_plain(inner[0])}s"
    if origin is dict:
        return f"[schedule]({_SCHEDULES_AT})"
    if hasattr(annotation, "__metadata__"):
        return _plain(inner[0])
    names = {str: "text", int: "number", float: "number", bool: "`true` or `false`"}
    return {**names, timedelta: 'period like `"30 days"`'}[annotation]


def _bounds(field: FieldInfo) -> str:
    low = next((each.ge for each in field.metadata if hasattr(each, "ge")), None)
    high = next((each.le for each in field.metadata if hasattr(each, "le")), None)
    return f", {low:,} to {high:,}" if low is not None and high is not None else ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "must be there"
    value = field.default
    if value is None or value in ("", []):
        return ""
    if isinstance(value, list):
        return code("[" + ", ".join(f'"{each}"' for each in value) + "]")
    if isinstance(value, timedelta):
        return code(f'"{value.days} day{"" if value.days == 1 else "s"}"')
    return code(f'"{value}"' if isinstance(value, str) else value)
