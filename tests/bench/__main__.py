"""Every benchmark in turn: `python -m tests.bench`, or some of them by name. Exits 1 if a target is missed.

Each prints ratios against a baseline measured in the same run, or figures beside the limit that they are held to.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

import tests.bench


def main(wanted: list[str]) -> int:
    """Run the benchmarks named (without `bench_`), or all."""
    names = [m.name.removeprefix("bench_") for m in pkgutil.iter_modules(tests.bench.__path__) if "bench_" in m.name]
    unknown = sorted(set(wanted) - set(names))
    if unknown:
        print(f"no benchmark '{unknown[0]}' (there are {', '.join(names)})", file=sys.stderr)
        return 2
    missed = []
    for name in wanted or names:
        module = importlib.import_module(f"tests.bench.bench_{name}")
        if not module.main():
            missed.append(name)
        print(flush=True)
    print(f"targets missed: {', '.join(missed)}" if missed else "all targets met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
