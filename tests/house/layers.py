"""Who may import whom: the lines of the house, its rooms, and no rings."""

from __future__ import annotations

import graphlib
import sys
from pathlib import Path

from tests.house.reading import Import, Report, Violation, read_imports, read_modules, room_of

WORDS = ("model", "errors")
TOOLS = ("text", "mail", "http", "storage", "tokens", "pictures", "words")
KINDS = ("sources", "formats", "schedules", "digest", "channels")
DOORS = ("__main__", "cli", "web", "engine", "demo")
LINES = ("words", "config", "tools", "kinds", "plan", "verbs", "site", "doors")  # from the ground up
NEIGHBOURS = {"__main__": {"cli", "web", "engine", "demo"}, "cli": {"web", "engine", "demo"}}
ONLY = {"plan": {"model", "schedules"}}


def line_of(room: str) -> str:
    """The line of the house on which a room lies; a room that nobody named is a verb."""
    for line, rooms in (("words", ("", *WORDS)), ("tools", TOOLS), ("kinds", KINDS), ("doors", DOORS)):
        if room in rooms:
            return line
    return room if room in ("config", "plan", "site") else "verbs"


def layers(root: Path) -> Report:
    """The directions of imports between rooms, and between the kinds of one room."""
    modules = read_modules(root, "publisher")
    imports = [one for module in modules.values() for one in read_imports(module, modules)]
    kinds = frozenset(one.target for one in imports if one.by_name and room_of(one.target) in KINDS)
    broken = dict.fromkeys(wrong for one in imports if (wrong := _layer_violation(one, kinds)))
    inside = sum(one.target.split(".")[0] == "publisher" for one in imports)
    return Report(f"{len(modules)} modules, {inside} imports inside the house", tuple(broken))


def _layer_violation(one: Import, kinds: frozenset[str]) -> Violation | None:
    here, there = one.importer.room, room_of(one.target)
    top = one.target.split(".")[0]
    inside = here == there and here != ""
    if line_of(here) == "words" and top not in sys.stdlib_module_names and not inside:
        return one.broken(f"{here or 'publisher'} may import only the standard library, not {one.target}")
    if top != "publisher" or one.target == "publisher":
        return None
    if here == there:
        both = {_kind(one.importer.name), _kind(one.target)}
        if len(both) == 2 and both <= kinds:
            return one.broken(f"kinds never import each other, not even {one.target}")
        return None
    return _direction(one, here, there)


def _direction(one: Import, here: str, there: str) -> Violation | None:
    low, high = line_of(there), line_of(here)
    if here in ONLY and there not in ONLY[here]:
        return one.broken(f"{here} may import only {' and '.join(sorted(ONLY[here]))}, not {there}")
    if low == high == "kinds":
        return one.broken(f"kinds never import each other: {here} imports {there}")
    if LINES.index(low) >= LINES.index(high) and there not in NEIGHBOURS.get(here, ()):
        return one.broken(f"{high} import only from below: {here} imports {there} ({low})")
    if one.target.count(".") > 1:
        return one.broken(f"outsiders import the folder: publisher.{there}, not {one.target}")
    return None


def _kind(name: str) -> str:
    return ".".join(name.split(".")[:3])


def cycles(root: Path) -> Report:
    """Rings of modules that import each other, directly or through others."""
    modules = read_modules(root, "publisher")
    graph = {
        name: {
            one.target
            for one in read_imports(module, modules)
            if one.target in modules and one.target != name and not one.by_name
        }
        for name, module in modules.items()
    }
    broken = []
    while ring := _ring(graph):
        broken.append(Violation(modules[ring[0]].path, f"an import cycle: {' → '.join(ring)}"))
        graph[ring[0]].discard(ring[1])
    return Report(f"{len(modules)} modules", tuple(broken))


def _ring(graph: dict[str, set[str]]) -> list[str] | None:
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return list(reversed(error.args[1]))  # graphlib tells it from the imported to the importer
    return None
