"""The rules of the house, checked by reading the code: `python -m tests.house [RULE …]`.

    layers   each line imports only from lines below it; kinds never import each other; outsiders import the
             folder, never a file in it. Imports in functions and under TYPE_CHECKING count
    cycles   no module is reached again from its own imports
    shape    no module over 400 lines, no function body over 40
    top      the repository's top level holds what it should, and nothing else
    tests    every test can fail; no skip without a reason; no long sleep

Each rule is a function of the repository's root that returns a Report. Exit code 1 if one is broken.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.house.layers import cycles, layers
from tests.house.order import tests, top
from tests.house.reading import Report, Violation
from tests.house.shape import shape

__all__ = ["RULES", "Report", "Violation", "cycles", "layers", "shape", "tests", "top"]

RULES: dict[str, Callable[[Path], Report]] = {
    "layers": layers,
    "cycles": cycles,
    "shape": shape,
    "top": top,
    "tests": tests,
}
