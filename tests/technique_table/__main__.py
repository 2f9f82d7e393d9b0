"""The documented steps, done rightly and with each of their faults: how many of them the judge tells, as a table.

`python -m tests.technique_table [--seeds N] [--first SEED] [--workers N] [--keep FILE] [--out FILE] [STEP|FAULT ...]`
performs every step with every fault on pads, hands and places of their own, and prints a row for each step: how many of
the right ones passed, and of each fault how many were caught; below it counts, hold times, rates and kinds against the
ground truth. With `--keep` a run that was cut short goes on where it stopped.
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING

from tests.technique_table.kept import Kept
from tests.technique_table.page import page
from tests.technique_table.performed import Seen, cells, performed
from tests.technique_table.session import told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.technique_table.performed import Job


def main() -> None:
    """Perform, judge, print; seed by seed, until the time is up."""
    options = _options()
    kept = None if options.keep is None else Kept(options.keep, nominal=options.nominal)
    wanted = cells(options.only)
    seeds = range(options.first, options.first + options.seeds)
    jobs = [(step, fault, seed) for seed in seeds for step, fault in wanted]
    known = {seen.job: seen for seen in kept.known()} if kept is not None else {}
    done = [known[job] for job in jobs if job in known]
    ends = time.monotonic() + options.seconds
    for batch in _by_seed([job for job in jobs if job not in known]):
        if time.monotonic() > ends:
            break
        for seen in _all(batch, options.workers, nominal=options.nominal):
            done.append(seen)
            if kept is not None:
                kept.add(seen)
        # After each seed, so that a run cut short leaves what it counted.
        if options.out is not None:
            options.out.write_text(page(done, wanted), encoding="utf-8")
    sessions = [told(seed) for seed in range(options.first, options.first + options.sessions)]
    whole = page(done, wanted, sessions)
    if options.out is not None:
        options.out.write_text(whole, encoding="utf-8")
    print(whole, end="")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.technique_table", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("only", nargs="*", metavar="STEP|FAULT")
    parser.add_argument("--seeds", type=int, default=20, help="how many performances of each")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--workers", type=int, default=1, help="processes at once")
    parser.add_argument("--seconds", type=float, default=7200.0, help="begin no further seed after so long")
    parser.add_argument("--nominal", action="store_true", help="a pad that nobody has calibrated")
    parser.add_argument("--sessions", type=int, default=0, help="so many whole sessions of 35 minutes besides")
    parser.add_argument("--keep", type=Path, help="performances are kept here, and taken from here")
    parser.add_argument("--out", type=Path, help="where the page is written after each seed, besides being printed")
    return parser.parse_args()


def _by_seed(jobs: Sequence[Job]) -> Iterator[list[Job]]:
    for seed in dict.fromkeys(seed for _, _, seed in jobs):
        yield [job for job in jobs if job[2] == seed]


def _all(jobs: Sequence[Job], workers: int, *, nominal: bool) -> Iterator[Seen]:
    if workers <= 1:
        yield from (performed(*job, nominal=nominal) for job in jobs)
        return
    with ProcessPoolExecutor(workers) as pool:
        for done in as_completed([pool.submit(performed, *job, nominal=nominal) for job in jobs]):
            yield done.result()


if __name__ == "__main__":
    main()
