"""`python -m tests.reference`: write docs/reference.md, or say what the code does not explain."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from tests.reference import PAGE, Section, sections, text


def main(found: Sequence[Section], page: Path = PAGE) -> int:
    """The exit code: 0 when the page is written, 1 when something has no description."""
    gaps = [gap for each in found for gap in each.gaps]
    for gap in gaps:
        print(gap, file=sys.stderr)
    if gaps:
        return 1
    page.write_text(text(found), encoding="utf-8")
    print(f"{page} is written.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sections()))
