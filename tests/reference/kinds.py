"""Kinds and their keys, read from the docstrings of their files; and front matter, which reads the same."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

from publisher import channels, formats, schedules, sources
from publisher.sources import _meta
from tests.reference.writing import Section, code, compare, first_sentence, keys, table

_TABLES = ("options", "table")  # what the owner's table is called in a kind

_SOURCES = "Where guides come from: `kind` in a `[[source]]` table. These are the keys that a kind adds."
_SCHEDULES = "When something happens: a table with `kind` and the kind's keys."
_FORMATS = "How a publication is written for machines: the names in `formats` of a feed.toml."
_CHANNELS = (
    "How mail travels. You do not choose one: the publisher sends by `smtp`, to your mail server or to the built-in"
    " inbox."
)


def sections() -> list[Section]:
    """Sources, schedules, formats, channels."""
    return [
        section("Sources", _SOURCES, sources.KINDS),
        section("Schedules", _SCHEDULES, schedules.KINDS),
        format_section("Formats", _FORMATS, formats.KINDS),
        section("Channels", _CHANNELS, channels.KINDS),
    ]


def section(title: str, intro: str, table_of_kinds: Mapping[str, str]) -> Section:
    """A gap for each kind whose file says nothing of it, or not of all the keys that it reads."""
    parts, gaps = [f"{intro}\n"], []
    for kind, target in table_of_kinds.items():
        module = importlib.import_module(target.partition(":")[0])
        described = keys(inspect.getdoc(module))
        gaps += compare("key", keys_read(module), described, f"The docstring of {module.__name__}")
        gaps += _undescribed(module)
        rows = [(code(key), text) for key, text in described.items()]
        parts += [f"### {kind}\n", f"{first_sentence(inspect.getdoc(module))}\n"]
        parts.append(table(("key", "what it is"), rows))
    return Section(title, "\n".join(part for part in parts if part), tuple(gaps))


def format_section(title: str, intro: str, table_of_kinds: Mapping[str, str]) -> Section:
    """Formats have no keys; they have a suffix and a media type."""
    rows, gaps = [], []
    for kind, target in table_of_kinds.items():
        module_name, _, name = target.partition(":")
        module = importlib.import_module(module_name)
        gaps += _undescribed(module)
        writer = getattr(module, name)
        address = (
            f"/feeds.{writer.suffix}" if kind in formats.LISTS else f"/<publication>/feed.{writer.suffix}"
        )
        rows.append((code(kind), first_sentence(inspect.getdoc(module)), code(address), code(writer.mime)))
    return Section(
        title,
        f"{intro}\n\n" + table(("format", "what it is", "its address", "media type"), rows),
        tuple(gaps),
    )


def front_matter(meta: ModuleType = _meta) -> Section:
    """The keys of front matter. A gap for each that the docstring of `meta` does not describe."""
    described = keys(inspect.getdoc(meta))
    gaps = compare("key", meta.KEYS, described, "The docstring of publisher/sources/_meta.py")
    elsewhere = ", ".join(f"{code(name)} ({code(ours)})" for name, ours in sorted(meta._ELSEWHERE.items()))
    text = (
        "YAML between two lines of three dashes at the top of a guide, all of it optional. Dates are written"
        " `2026-12-01`, `2026-12-01 09:00`, with an offset (`2026-12-01T09:00Z`) or with a zone"
        " (`2026-12-01 09:00 Europe/Berlin`).\n\n"
        + table(("key", "what it is"), [(code(key), said) for key, said in described.items()])
        + "\nOther keys are ignored, and told. For names that are usual elsewhere, the publisher says which key"
        f" is meant: {elsewhere}. `draft: true` holds a guide back.\n"
    )
    return Section("Front matter", text, tuple(gaps))


def _undescribed(module: ModuleType) -> Iterator[str]:
    if not (module.__doc__ or "").strip():
        yield f"{module.__name__} has no docstring that says what the kind is."


def keys_read(module: ModuleType) -> set[str]:
    """The keys of the owner's table that a kind's file reads, itself or by a helper of its folder.

    `options.get("path")`, `table["at"]`, or the fields of a dataclass that is made of the whole table.
    """
    found: set[str] = set()
    for each in (module, *_helpers(module)):
        found |= set(_asked(ast.parse(inspect.getsource(each))))
    return found | _fields_of(module)


def _helpers(module: ModuleType) -> Iterator[Any]:
    """Functions that it takes from a file of its own folder whose name begins with an underscore."""
    for value in vars(module).values():
        home = getattr(value, "__module__", None) or ""
        folder, _, name = home.rpartition(".")
        if inspect.isfunction(value) and name.startswith("_") and module.__name__.startswith(f"{folder}."):
            yield value


def _asked(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            asked, key = node.func.value, node.args[0]
            if node.func.attr not in ("get", "pop"):
                continue
        elif isinstance(node, ast.Subscript):
            asked, key = node.value, node.slice
        else:
            continue
        named = isinstance(asked, ast.Name) and asked.id in _TABLES
        if named and isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value


def _fields_of(module: ModuleType) -> set[str]:
    """The fields of the dataclass `X` in `X.from_options(options)`."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".from_options"):
            made = vars(module).get(ast.unparse(node.func).partition(".")[0])
            if dataclasses.is_dataclass(made):
                return {each.name for each in dataclasses.fields(made)}
    return set()
