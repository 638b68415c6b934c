"""`python -m benchmarks [act desk sweep opening log witness verify offline http] [--databases sqlite] [--full]`

Prints one table; exit status 1 when a figure misses its limit.
"""

from __future__ import annotations

import argparse
import importlib
import sys

from benchmarks.harness import DATABASES, Figure, benches

NAMES = ("act", "desk", "sweep", "opening", "log", "witness", "verify", "offline", "http")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=" ".join(NAMES))
    parser.add_argument("--databases", default=",".join(DATABASES))
    parser.add_argument("--full", action="store_true", help="the sizes of the promise; minutes")
    asked = parser.parse_args()
    names = tuple(asked.names) or NAMES
    databases = tuple(asked.databases.split(","))
    if unknown := [n for n in names if n not in NAMES] + [
        d for d in databases if d not in DATABASES
    ]:
        parser.error(f"unknown: {', '.join(unknown)}")
    figures: list[Figure] = []
    with benches(databases, full=asked.full) as bench:
        for name in names:
            module = importlib.import_module(f"benchmarks.{name}")
            for database in databases:
                for figure in module.run(bench(database)):
                    figures.append(figure)
                    print(line(figure), flush=True)
    return 0 if all(figure.holds for figure in figures) else 1


def line(figure: Figure) -> str:
    sign = "≥" if figure.least else "≤"
    limit = "told" if figure.limit is None else f"{sign} {figure.limit:g}"
    verdict = "" if figure.holds else "  MISSED"
    return (
        f"{figure.name:<44} {figure.database:<10} {figure.ours:>16} {figure.reference:>16} "
        f"{figure.ratio:>10.2f} {limit:>10}{verdict}"
    )


if __name__ == "__main__":
    sys.exit(main())
