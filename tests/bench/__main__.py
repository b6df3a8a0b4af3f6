"""`python -m tests.bench [NAME …]`: run the bench_*.py beside this file, or only those named."""

from __future__ import annotations

import importlib
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

PREFIX = "bench_"


def find(folder: Path) -> list[str]:
    """The names of the benchmarks in a folder, in order: bench_feeds.py is `feeds`."""
    return sorted(path.stem.removeprefix(PREFIX) for path in folder.glob(f"{PREFIX}*.py"))


def run(name: str, package: str) -> bool:
    """Run one and say how long it took; False if it failed, with the traceback that its author needs."""
    print(f"{name}", flush=True)
    start = time.perf_counter()
    try:
        importlib.import_module(f"{package}.{PREFIX}{name}").main()
    except Exception:  # noqa: BLE001 - the others are still worth running
        traceback.print_exc()
        return False
    print(f"  ({time.perf_counter() - start:.1f} s)\n", flush=True)
    return True


def main(names: Sequence[str], folder: Path = Path(__file__).parent, package: str = "tests.bench") -> int:
    known = find(folder)
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}. There are: {', '.join(known)}.", file=sys.stderr)
        return 2
    failed = [name for name in names or known if not run(name, package)]
    if failed:
        print(f"Failed: {', '.join(failed)}.", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
