"""The code as the rules see it: modules, and what each of them imports."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Violation:
    where: str  # path:line, or a path
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True, slots=True)
class Report:
    """What a rule found: one line about what it looked at, tables for the curious, and what is wrong."""

    looked_at: str
    violations: tuple[Violation, ...]
    tables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Module:
    name: str  # dotted; a package's __init__ has the package's name
    path: str  # relative to the repository
    package: bool
    tree: ast.Module
    lines: int

    @property
    def room(self) -> str:
        """`publisher.text.diff` -> `text`; of the top package itself: the empty string."""
        return room_of(self.name)


@dataclass(frozen=True, slots=True)
class Import:
    importer: Module
    target: str  # the module as far as it is one: `from publisher.text import diff` -> publisher.text.diff
    line: int
    by_name: bool = False  # named in a string for later: "publisher.formats.rss:RssFormat"

    def broken(self, what: str) -> Violation:
        return Violation(f"{self.importer.path}:{self.line}", what)


def read_modules(root: Path, package: str) -> dict[str, Module]:
    """Every Python module under root/package, by dotted name."""
    modules = {}
    for path in sorted((root / package).rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        relative = path.relative_to(root)
        parts = relative.with_suffix("").parts
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        modules[name] = Module(name, str(relative), is_package, _parse(source), len(source.splitlines()))
    return modules


@functools.cache
def _parse(source: str) -> ast.Module:
    """Each rule reads the whole house; a text needs parsing once. Nobody changes a tree."""
    return ast.parse(source)


def read_imports(module: Module, known: Iterable[str]) -> Iterator[Import]:
    """Every import in the module, wherever it stands; module names in strings too."""
    names = frozenset(known)
    for node in ast.walk(module.tree):
        for target, by_name in _targets(node, module, names):
            yield Import(module, target, getattr(node, "lineno", 1), by_name)


def _targets(node: ast.AST, module: Module, known: frozenset[str]) -> Iterator[tuple[str, bool]]:
    if isinstance(node, ast.Import):
        yield from ((alias.name, False) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = _absolute(node, module)
        for alias in node.names:
            longer = f"{base}.{alias.name}"
            yield (longer if longer in known else base), False
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        if match := re.fullmatch(r"(publisher(?:\.\w+)+):\w+", node.value):
            yield match[1], True
    elif isinstance(node, ast.Call) and node.args and dotted_name(node.func).endswith("import_module"):
        argument = node.args[0]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value, False


def _absolute(node: ast.ImportFrom, module: Module) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    parts = parts[: len(parts) - node.level + module.package]
    return ".".join([*parts, node.module] if node.module else parts)


def room_of(name: str) -> str:
    return name.split(".")[1] if "." in name else ""


def dotted_name(node: ast.AST) -> str:
    """`pytest.mark.skip` as text; of anything that is no dotted name: its last attribute, or nothing."""
    if isinstance(node, ast.Attribute):
        return f"{dotted_name(node.value)}.{node.attr}".lstrip(".")
    return node.id if isinstance(node, ast.Name) else ""
