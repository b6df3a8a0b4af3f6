"""How soon the command line answers: `publisher --help`, beside a bare Python and a start that loads everything.

    python -m tests.bench.bench_start

The limit is Python itself, doing nothing. The naive start imports every part of the program first, as it would be
if commands did not load what they need when they need it. Rounds of all alternate; medians are printed.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

ROUNDS = 5
TARGET = 0.3  # seconds, for --help
EVERYTHING = "import publisher.cli, publisher.engine.service, publisher.web.serving, publisher.mail.listener"
STARTS = {
    "python, doing nothing": ["-c", "pass"],
    "publisher --help": ["-m", "publisher", "--help"],
    "publisher tick --help": ["-m", "publisher", "tick", "--help"],
    "all parts loaded first": ["-c", EVERYTHING],
}


def seconds(arguments: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main() -> None:
    """Print the median of each start, and whether --help keeps its target."""
    for arguments in STARTS.values():  # write the bytecode, warm the disk's cache
        seconds(arguments)
    rounds = [{name: seconds(arguments) for name, arguments in STARTS.items()} for _ in range(ROUNDS)]
    median = {name: statistics.median(each[name] for each in rounds) for name in STARTS}
    limit = median["python, doing nothing"]
    for name, cost in median.items():
        print(f"  {name:24} {cost * 1000:7.0f} ms   {cost / limit:5.1f} x")
    verdict = "kept" if median["publisher --help"] < TARGET else "MISSED"
    print(f"  target for --help: under {TARGET * 1000:.0f} ms: {verdict}")


if __name__ == "__main__":
    main()
