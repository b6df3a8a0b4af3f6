"""A tidy top level, and tests that can fail."""

from __future__ import annotations

import ast
import fnmatch
from collections.abc import Iterator
from pathlib import Path

from tests.house.reading import Module, Report, Violation, dotted_name, read_modules

LONGEST_SLEEP = 1.0  # seconds
TOP_LEVEL = {
    *("pyproject.toml", "uv.lock", "run", "publisher.toml"),
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"),
    *("publisher", "templates", "feeds", "tests", "docs"),
}


def top(root: Path) -> Report:
    """Strangers at the top level of the repository; what .gitignore names and dot-files are none."""
    ignore = root / ".gitignore"
    patterns = ignore.read_text(encoding="utf-8").split() if ignore.is_file() else []
    names = [
        path.name
        for path in sorted(root.iterdir())
        if not any(fnmatch.fnmatch(path.name, pattern.strip("/")) for pattern in patterns)
    ]
    strangers = [name for name in names if name not in TOP_LEVEL and not name.startswith(".")]
    broken = tuple(Violation(name, "does not belong at the top level") for name in strangers)
    return Report(f"{len(names)} names", broken)


def tests(root: Path) -> Report:
    """Tests that cannot fail, skips that do not say why, and sleeps that keep everyone waiting."""
    broken: list[Violation] = []
    count = 0
    for module in read_modules(root, "tests").values():
        broken += _lazy_calls(module)
        if not Path(module.path).name.startswith("test_"):
            continue
        helpers = _proving_helpers(module)
        for node in _test_functions(module.tree):
            count += 1
            if not _proves(node, helpers | {argument.arg for argument in node.args.args}):
                broken.append(
                    Violation(f"{module.path}:{node.lineno}", f"{node.name} cannot fail: it asserts nothing")
                )
    return Report(f"{count} test functions", tuple(broken))


Function = ast.FunctionDef | ast.AsyncFunctionDef


def _test_functions(tree: ast.Module) -> Iterator[Function]:
    for node in ast.walk(tree):
        if isinstance(node, Function) and node.name.startswith("test_"):
            yield node


def _proving_helpers(module: Module) -> set[str]:
    """Names that assert when called: this module's functions that do, and whatever comes from tests."""
    names = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").split(".")[0] == "tests"):
            names |= {alias.asname or alias.name for alias in node.names}
    functions = [node for node in ast.walk(module.tree) if isinstance(node, Function)]
    while found := {node.name for node in functions if node.name not in names and _proves(node, names)}:
        names |= found
    return names


def _proves(function: Function, helpers: set[str]) -> bool:
    """Does it contain an assertion, pytest.raises or the like, or a call of something that asserts?"""
    return any(
        isinstance(node, ast.Assert)
        or (isinstance(node, ast.Call) and _is_proof(dotted_name(node.func), helpers))
        for node in ast.walk(function)
    )


def _is_proof(name: str, helpers: set[str]) -> bool:
    last = name.rsplit(".", 1)[-1]
    return last in ("raises", "warns", "fail") or last.startswith("assert_") or name in helpers


def _lazy_calls(module: Module) -> Iterator[Violation]:
    calls = [node for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
    for node in _silent_skips(module.tree, calls):
        yield Violation(f"{module.path}:{node.lineno}", "a skip without a reason")
    for call in calls:
        if dotted_name(call.func).endswith("sleep") and _seconds(call) >= LONGEST_SLEEP:
            what = f"sleeps {_seconds(call):g} s; wait for what must happen instead"
            yield Violation(f"{module.path}:{call.lineno}", what)


def _silent_skips(tree: ast.Module, calls: list[ast.Call]) -> Iterator[ast.expr]:
    """`mark.skip` bare; `skip()`, `mark.skip()` and `mark.skipif(…)` that give no reason."""
    called = {id(call.func) for call in calls}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and id(node) not in called
            and dotted_name(node).endswith("mark.skip")
        ):
            yield node
    for call in calls:
        name = dotted_name(call.func)
        said = any(keyword.arg == "reason" for keyword in call.keywords)
        if name.endswith(("mark.skip", "pytest.skip")) and not said and not call.args:
            yield call
        if name.endswith("mark.skipif") and not said:
            yield call


def _seconds(call: ast.Call) -> float:
    value = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else 0
    return float(value) if isinstance(value, int | float) else 0.0
