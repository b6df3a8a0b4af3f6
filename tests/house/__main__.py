"""`python -m tests.house [RULE …]`: one line per rule, then its tables and what is broken."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.house import RULES

ROOT = Path(__file__).resolve().parents[2]


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in RULES]
    if unknown:
        print(f"There is no rule {unknown[0]!r}. Rules: {', '.join(RULES)}.", file=sys.stderr)
        return 2
    reports = {name: RULES[name](ROOT) for name in names or RULES}
    width = max(len(report.looked_at) for report in reports.values())
    for name, report in reports.items():
        result = f"{len(report.violations)} broken" if report.violations else "ok"
        print(f"{name:<8} {report.looked_at:<{width}}  {result}")
        for line in (*report.tables, *(f"  {violation}" for violation in report.violations)):
            print(line)
    return int(any(report.violations for report in reports.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
