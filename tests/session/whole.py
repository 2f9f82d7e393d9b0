"""A whole coached session, faster than real time: `python -m tests.session.whole backpain --seed 1`.

Virtual hands follow the coach from the first step to the last, by the document's own durations; then the recording is
analysed. Prints the steps, every flag (the hands do all rightly, so each is a false one) and whether live and recording
agree to the bit. Takes a minute or two of a core for the 37 minutes of `backpain`, so it is no part of the tests; with
`--firmware` the simulated board scans the hands, which takes about as long as the session.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import msgspec

from rig.recording.reader import Recording
from rig.session.batch import analyse
from tests.session.coached import Session
from tests.session.on_firmware import FirmwareSession


def main() -> int:
    """Run it; 0 if every step was reached in order, live and recording agree, and at most one flag was raised."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("routine", nargs="?", default="backpain")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--minutes", type=float, default=None, help="fit the session into so many minutes")
    options.add_argument("--breath", type=float, default=None, help="breaths a minute of the pacer")
    options.add_argument("--firmware", action="store_true", help="through the real firmware, simulated")
    asked = options.parse_args()
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "whole.mcap"
        session = (FirmwareSession if asked.firmware else Session)(
            asked.routine,
            seed=asked.seed,
            length_s=None if asked.minutes is None else 60 * asked.minutes,
            path=path,
            breaths_per_min=asked.breath,
        )
        outcome = session.run(longest_s=5000.0)
        session.close()
        agree = msgspec.json.encode(analyse(Recording.open(path))) == msgspec.json.encode(outcome)
    for step in outcome.steps:
        print(f"{step.id:<16}{step.t0:8.1f} -{step.t1:8.1f} s  {step.verdict:<11}{step.reps or 0:4} times")
    for flag in outcome.flags:
        print(f"{flag.kind} in {flag.step} at {flag.t0:.1f} s: {flag.value} (limit {flag.limit})")
    in_order = [step.id for step in outcome.steps] == [p.step.id for p in session.planned.steps]
    print(
        f"{outcome.duration_s / 60:.1f} min in {(time.monotonic() - began_s) / 60:.1f} min; {len(outcome.flags)} flags"
    )
    print(f"every step in order: {in_order}; the recording says the same to the bit: {agree}")
    return 0 if in_order and agree and len(outcome.flags) <= 1 else 1


if __name__ == "__main__":
    raise SystemExit(main())
