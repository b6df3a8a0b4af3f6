"""Variables of the environment: every one that the code reads, as config.py's docstring describes them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.reference.writing import Section, code, compare, keys, table

_OURS = re.compile(r"PUBLISHER_[A-Z0-9_]+")
_READERS = ("get", "getenv", "pop", "setdefault", "secret")


def section(package: Path, source: Path) -> Section:
    """A gap for each variable that is read below `package` and not described in the docstring of `source`."""
    described = keys(ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))), "The environment:")
    trees = [ast.parse(path.read_text(encoding="utf-8"), str(path)) for path in package.rglob("*.py")]
    secret = {name for tree in trees for name in _secrets(tree)}
    read = {name for tree in trees for name in variables(tree)} | secret
    rows = [
        (
            f"{code(name)} or {code(name + '_FILE')}" if name in secret else code(name),
            f"{text}{'; or the name of a file that holds it' if name in secret else ''}",
        )
        for name, text in described.items()
    ]
    gaps = compare("variable", read, described, source.name)
    return Section("Environment", table(("variable", "what it is"), rows), tuple(gaps))


def variables(tree: ast.Module) -> Iterator[str]:
    """Names of environment variables in a module: those with our prefix, and whatever is asked of environ."""
    docstrings = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if _has_docstring(node)}
    constants = _constants(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if _OURS.fullmatch(node.value) and node.value not in docstrings:
                yield node.value
        elif isinstance(node, ast.Call) and _asks_environment(node.func) and node.args:
            yield from _text(node.args[0], constants)
        elif isinstance(node, ast.Subscript) and "environ" in ast.unparse(node.value):
            yield from _text(node.slice, constants)


def _asks_environment(function: ast.expr) -> bool:
    written = ast.unparse(function)
    return written.endswith("getenv") or (
        "environ" in written and written.rpartition(".")[2] in _READERS and "environment" not in written
    )


def _secrets(tree: ast.Module) -> Iterator[str]:
    """What is read by `config.secret`, and so may stand in a file."""
    constants = _constants(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "secret" and node.args:
            yield from _text(node.args[0], constants)


def _constants(tree: ast.Module) -> dict[str, str]:
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }


def _text(node: ast.expr, constants: dict[str, str]) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Name) and node.id in constants:
        yield constants[node.id]


def _has_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
