"""The documented steps, done rightly and with each of their faults: how many of them the judge tells, as a table.

`python -m tests.technique_table [--seeds N] [--seconds S] [--nominal] [--out FILE] [STEP or FAULT ...]` performs every
step with every fault on pads, hands and places of their own, and prints a row for each step: how many of the right ones
passed, and of each fault how many were caught. Behind it stands what went wrong, cell by cell. The rule: a seed is a
performance, so a cell can be looked at again with `rig perform`.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rig.analysis.findings import Stroke
from rig.calibration.nominal import NominalConversion
from rig.pad import load_pad
from rig.performance.faults import possible_faults
from rig.performance.perform import perform
from rig.session.pipeline import Pipeline
from rig.technique.limits import Limits
from rig.technique.loading import builtin_routines, load_routine
from rig.technique.repetitions import RepetitionCounter
from rig.technique.timeline import Mark
from rig.virtual.virtual_pad import VirtualPad
from tests.technique.known_pad import KnownConversion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.technique.flags import FlagKind
    from rig.technique.routine import Step
    from rig.virtual.truth import Truth

PAD = load_pad("back-144")
ROUTINES = {name: load_routine(name, PAD) for name in builtin_routines()}
RATE_HZ = 100.0
SEVERITIES = ("real", "mild")
RIGHT = "right"
HARM = ("spine-pressure", "wrong-direction")


@dataclass(frozen=True)
class Seen:
    """One performance: its flags' kinds, the verdict, and repetitions counted beside those that were made."""

    step: str
    fault: str
    seed: int
    flags: tuple[str, ...]
    verdict: str
    counted: int | None
    made: int

    @property
    def good(self) -> bool:
        """Whether the fault was caught, or the right performance raised no flag."""
        return self.fault in self.flags if self.fault != RIGHT else not self.flags


@dataclass
class Cell:
    """All performances of a step with a fault."""

    seen: list[Seen] = field(default_factory=list)

    def __str__(self) -> str:
        good = sum(s.good for s in self.seen)
        return f"{good}/{len(self.seen)}" if self.seen else ""


def performed(step_id: str, fault: str, seed: int, *, nominal: bool = False) -> Seen:
    """A performance, as the pipeline of any session judges it."""
    routine = ROUTINES[step_id.partition(".")[0]]
    severity = SEVERITIES[seed % len(SEVERITIES)]
    pad = VirtualPad.drawn(PAD, seed, severity)  # type: ignore[arg-type]  # one of SEVERITIES
    kind = None if fault == RIGHT else fault
    scene = perform(pad, routine, step_id, kind, seed=seed, severity=severity, rate_hz=RATE_HZ)  # type: ignore[arg-type]  # as above
    marks = [Mark(round(span.t0 * 1e6), span.step) for span in scene.steps]
    conversion = NominalConversion(PAD) if nominal else KnownConversion(pad, seed)
    pipeline = Pipeline(PAD, conversion, routine, None, marks)
    for block in scene.blocks(500):
        pipeline.push(block)
    pipeline.finish()
    outcome = pipeline.outcome
    (result,) = outcome.steps
    step = routine.step(step_id)
    made = made_repetitions(scene.truth, step, Limits(routine, calibrated=True))
    flags = tuple(dict.fromkeys(flag.kind for flag in outcome.flags))
    return Seen(step_id, fault, seed, flags, result.verdict, result.reps, made)


def made_repetitions(truth: Truth, step: Step, limits: Limits) -> int:
    """The repetitions that the hands made, by the same rules as those that are counted."""
    counter = RepetitionCounter(step, limits)
    seen_as = {"knead": "press", "return": "stroke"}
    for true in sorted(truth.strokes, key=lambda s: s.t1):
        kind = seen_as.get(true.kind, true.kind)
        if kind in {"hold", "stretch"}:
            continue
        counter.take(
            Stroke(
                t0=true.t0,
                t1=true.t1,
                kind=kind,  # type: ignore[arg-type]  # what is no kind of stroke was left out
                direction=true.direction,
                side=true.side,
                zone=None,
                length_mm=true.length_mm,
                speed_cm_s=true.speed_cm_s,
                force_mean_n=true.force_mean_n,
                force_peak_n=true.force_peak_n,
                x0_mm=true.x0_mm,
                y0_mm=true.y0_mm,
                x1_mm=true.x1_mm,
                y1_mm=true.y1_mm,
                contact=true.hand,
            )
        )
    return counter.count


def cells(only: Sequence[str]) -> list[tuple[str, str]]:
    """The steps and what can be done wrongly in them; of these the ones named, all without names."""
    found = []
    for routine in ROUTINES.values():
        for step in routine.steps:
            faults: list[FlagKind | str] = [RIGHT, *possible_faults(PAD, routine, step)]
            found += [(step.id, fault) for fault in faults if not only or step.id in only or fault in only]
    return found


def page(table: dict[tuple[str, str], Cell]) -> str:
    """The table in Markdown, and a line for each cell in which something went wrong."""
    steps = list(dict.fromkeys(step for step, _ in table))
    faults = [RIGHT, *sorted({fault for _, fault in table} - {RIGHT})]
    lines = ["| step | " + " | ".join(faults) + " | counts exact |", "|---" * (len(faults) + 2) + "|"]
    for step in steps:
        row = [str(table.get((step, fault), "")) for fault in faults]
        every = [s for fault in (RIGHT, "missing-reps") for s in table.get((step, fault), Cell()).seen]
        counted = [s for s in every if s.made]
        exact = f"{sum(s.counted == s.made for s in counted)}/{len(counted)}" if counted else ""
        lines.append(f"| {step} | " + " | ".join(row) + f" | {exact} |")
    right = [s for (_, fault), cell in table.items() if fault == RIGHT for s in cell.seen]
    wrong = [s for (_, fault), cell in table.items() if fault != RIGHT for s in cell.seen]
    lines += [
        "",
        f"Right performances without a flag: {sum(s.good for s in right)} of {len(right)};"
        f" with a false flag about spine or direction: {sum(any(f in HARM for f in s.flags) for s in right)};"
        f" verdict left open: {sum(s.verdict == 'not-judged' for s in right)}.",
        f"Faults caught: {sum(s.good for s in wrong)} of {len(wrong)}.",
        "",
    ]
    for (step, fault), cell in sorted(table.items(), key=lambda entry: _share(entry[1])):
        bad = [s for s in cell.seen if not s.good]
        if bad:
            told = "; ".join(f"{s.seed}: {', '.join(s.flags) or 'nothing'}" for s in bad[:4])
            lines.append(f"- {step}, {fault}: {len(bad)} of {len(cell.seen)} ({told})")
    return "\n".join(lines)


def _share(cell: Cell) -> float:
    return sum(s.good for s in cell.seen) / max(len(cell.seen), 1)


def main() -> None:
    """Perform, judge, print; seed by seed, until the time is up."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("only", nargs="*", metavar="STEP|FAULT")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3600.0, help="begin no further seed after so long")
    parser.add_argument("--nominal", action="store_true", help="a pad that nobody has calibrated")
    parser.add_argument("--out", type=Path, default=Path("technique-table.md"), help="where the table is kept")
    options = parser.parse_args()
    table: dict[tuple[str, str], Cell] = defaultdict(Cell)
    options.out.write_text("", encoding="utf-8")
    wanted = cells(options.only)
    begun = time.monotonic()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for seed in range(options.first, options.first + options.seeds):
            if time.monotonic() - begun > options.seconds:
                break
            jobs = [pool.submit(performed, step, fault, seed, nominal=options.nominal) for step, fault in wanted]
            for key in wanted:
                table[key] = table[key]
            for job in as_completed(jobs):
                seen = job.result()
                table[seen.step, seen.fault].seen.append(seen)
            # After each seed, so that a run cut short leaves what it counted.
            options.out.write_text(page(table) + "\n", encoding="utf-8")
    print(options.out.read_text(encoding="utf-8"), end="")


if __name__ == "__main__":
    main()
