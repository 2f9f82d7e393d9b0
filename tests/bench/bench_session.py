"""A recorded session from its file to its report, against real time; and the memory that it takes.

Run it: `python -m tests.bench session`. One core; 144 channels at 200 Hz. Memory is the peak of a process of its
own, for a short and a long session: what matters is the difference.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TARGET = 1000.0
RATE_HZ = 200.0
SHORT_MIN, LONG_MIN = 3, 45
ROUNDS = 3


def write(path: Path, count: int) -> None:
    """Record `count` minutes."""
    from rig.recording.writer import RecordingWriter
    from tests.bench.massage import header, minutes

    with RecordingWriter(path, header()) as writer:
        for block in minutes(RATE_HZ, count):
            writer.write(block)


def to_report(path: str) -> tuple[float, float, int]:
    """Seconds it took, seconds of session, and strokes found, from file to JSON report."""
    from rig.recording.reader import Recording
    from rig.report.report import build_report, report_json
    from rig.session.batch import analyse
    from rig.technique.loading import load_routine

    routine = load_routine("relieving")
    began = time.perf_counter()
    recording = Recording.open(path)
    outcome = analyse(recording, routine, step="relieving.1")
    report_json(build_report(recording, outcome))
    return time.perf_counter() - began, recording.duration_s, len(outcome.strokes)


def peak_mb() -> float:
    """The most memory that this process has had."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(path: Path) -> tuple[float, float, int, float]:
    """`to_report` in a process of its own on one core: best time of several, and its peak memory in MB."""
    code = (
        "import sys; from tests.bench.bench_session import to_report, peak_mb, ROUNDS\n"
        "runs = [to_report(sys.argv[1]) for _ in range(ROUNDS)]\n"
        "print(min(r[0] for r in runs), runs[0][1], runs[0][2], peak_mb())"
    )
    one_core = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True, env=os.environ | one_core
    )
    took, length, strokes, memory = done.stdout.split()
    return float(took), float(length), int(strokes), float(memory)


def main() -> bool:
    """Print the figures; whether the target was met."""
    print(f"A recorded session from file to report, 144 channels at {RATE_HZ:g} Hz, one core")
    with tempfile.TemporaryDirectory() as folder:
        results = []
        for count in (SHORT_MIN, LONG_MIN):
            path = Path(folder) / f"{count}.mcap"
            write(path, count)
            took, length, strokes, memory = measured(path)
            results.append((length / took, memory))
            print(
                f"  {count:2d} min: {took:5.2f} s = {length / took:5.0f}x real time (target {TARGET:.0f}x), "
                f"{strokes} strokes, peak memory {memory:.0f} MB"
            )
    grown = results[1][1] - results[0][1]
    print(f"  memory for {LONG_MIN - SHORT_MIN} min more: {grown:+.0f} MB")
    return results[1][0] >= TARGET


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
