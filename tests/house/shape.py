"""What is too long to be read at once."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.house.reading import Module, Report, Violation, read_modules

MODULE_LINES = 400
FUNCTION_LINES = 40


@dataclass(frozen=True, slots=True)
class Size:
    lines: int
    where: str


def shape(root: Path) -> Report:
    """Modules and functions that are too long to be read at once, in the product and in its tests."""
    tables, broken, count = [], [], 0
    for package in ("publisher", "tests"):
        modules = read_modules(root, package).values()
        files = [Size(module.lines, module.path) for module in modules]
        bodies = [size for module in modules for size in function_sizes(module)]
        count += len(files)
        for what, sizes, limit in (("module", files, MODULE_LINES), ("function", bodies, FUNCTION_LINES)):
            tables.append(_size_table(package, what, sizes))
            broken += [
                Violation(size.where, f"a {what} of {size.lines} lines; {limit} is the most")
                for size in sizes
                if size.lines > limit
            ]
    return Report(f"{count} modules", tuple(broken), tuple(tables))


def function_sizes(module: Module) -> Iterator[Size]:
    """The length of every function's body in lines, its docstring left out."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
            lines = (node.end_lineno or 0) - _first_line(body[0]) + 1 if body else 0
            yield Size(lines, f"{module.path}:{node.lineno} {node.name}")


def _first_line(node: ast.stmt) -> int:
    """A decorated function begins with its decorators."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(item.lineno for item in decorators)])


def _size_table(package: str, what: str, sizes: list[Size]) -> str:
    if not sizes:
        return f"  {package}: no {what}s"
    lines = sorted(size.lines for size in sizes)
    tenths = statistics.quantiles(lines, n=10, method="inclusive") if len(lines) > 1 else lines
    middle = f"median {statistics.median(lines):g} lines, 90 % within {tenths[-1]:.0f}"
    head = f"  {package}: {len(lines)} {what}s; {middle}"
    largest = sorted(sizes, key=lambda size: (-size.lines, size.where))[:5]
    return "\n".join([head, *(f"  {size.lines:>5}  {size.where}" for size in largest)])
