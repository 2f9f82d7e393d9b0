"""`make firmware-bench`: the firmware's figures beside their limits, exit 1 if one is missed.

Everything is measured in simulated time (`firmware.sim.figures`) and the same on every computer.
"""

from __future__ import annotations

import sys
import time

from firmware.sim.figures import figures
from rig.errors import RigError


def main() -> int:
    """Print the table; 0 if every limit is met, 1 if not or if something is missing."""
    started = time.monotonic()
    try:
        rows = figures()
    except RigError as error:
        print(error, file=sys.stderr)
        return 1
    width = max(len(figure.name) for figure in rows)
    print(f"{'simulated time':{width}}  {'value':>12} {'':8}  {'limit':>10}")
    for figure in rows:
        verdict = "" if figure.met else "  MISSED"
        print(f"{figure.name:{width}}  {figure.value:12,.2f} {figure.unit:8}  {figure.limit:>10}{verdict}")
    missed = sum(not figure.met for figure in rows)
    print(f"{len(rows)} figures, {missed} missed, {time.monotonic() - started:.0f} s")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
