"""`publisher`, `python -m publisher`: the command line, and nobody sees a traceback."""

from __future__ import annotations

import sys


def main() -> None:
    from publisher.cli import run

    sys.exit(run())


if __name__ == "__main__":
    main()
