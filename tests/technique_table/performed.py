"""One performance, judged as any session is, and what was found beside what the hands really did.

The rule: a performance follows from step, fault and seed alone, so a number in the table can be looked at again with
`rig perform`.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

import msgspec

from rig.calibration.nominal import NominalConversion
from rig.pad import load_pad
from rig.performance.faults import possible_faults
from rig.performance.marks import marks_of
from rig.performance.perform import perform
from rig.session.pipeline import Pipeline
from rig.technique.limits import Limits
from rig.technique.routine.loading import builtin_routines, load_routine
from rig.virtual.virtual_pad import VirtualPad
from tests.technique.known_pad import KnownConversion
from tests.technique_table.beside import hold_errors, kinds_seen, made_repetitions, rate_errors, vibration_errors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.calibration.conversion import Conversion
    from rig.technique.flags import FlagKind
    from rig.technique.routine.routine import Routine
    from rig.virtual.severity import Severity

PAD = load_pad("back-144")
ROUTINES = {name: load_routine(name, PAD) for name in builtin_routines()}
RATE_HZ = 50.0
"""One scan a hop, where a board sends five: less to average, and the whole table in minutes rather than hours."""

SEVERITIES: tuple[Severity, ...] = ("real", "mild")
RIGHT = "right"

Job = tuple[str, str, int]
"""Step, fault (or `RIGHT`) and seed."""


class Seen(msgspec.Struct, frozen=True):
    """What became of one performance.

    Attributes:
        flags: the kinds that were raised. counted, made: repetitions; None and 0 where the step counts none.
        holds_s: how far each hold's length is off. rates, vibrations: relative error of each rhythm and vibration.
        kinds: what each movement was, and what it was taken for.
    """

    step: str
    fault: str
    seed: int
    flags: tuple[str, ...]
    verdict: str
    counted: int | None
    made: int
    holds_s: tuple[float, ...] = ()
    rates: tuple[float, ...] = ()
    vibrations: tuple[float, ...] = ()
    kinds: tuple[tuple[str, str], ...] = ()

    @property
    def job(self) -> Job:
        """Which performance this was."""
        return self.step, self.fault, self.seed

    @property
    def good(self) -> bool:
        """Whether the fault was caught, or the right performance raised no flag."""
        return self.fault in self.flags if self.fault != RIGHT else not self.flags


def routine_of(step_id: str) -> Routine:
    """The routine that a step belongs to."""
    return ROUTINES[step_id.partition(".")[0]]


def cells(only: Sequence[str]) -> list[tuple[str, str]]:
    """The steps and what can be done wrongly in them; of these the ones named, all without names."""
    found = []
    for routine in ROUTINES.values():
        for step in routine.steps:
            faults: list[FlagKind | str] = [RIGHT, *possible_faults(PAD, routine, step)]
            found += [(step.id, fault) for fault in faults if not only or step.id in only or fault in only]
    return found


def performed(step_id: str, fault: str, seed: int, *, nominal: bool = False) -> Seen:
    """A performance, as the pipeline of any session judges it."""
    routine = routine_of(step_id)
    pad, conversion = pad_of(seed, nominal=nominal)
    severity = SEVERITIES[seed % len(SEVERITIES)]
    kind = None if fault == RIGHT else fault
    scene = perform(pad, routine, step_id, kind, seed=seed, severity=severity, rate_hz=RATE_HZ)
    pipeline = Pipeline(PAD, conversion, routine, None, marks_of(scene))
    for block in scene.blocks(500):
        pipeline.push(block)
    pipeline.finish()
    outcome, truth = pipeline.outcome, scene.truth
    result = next(r for r in outcome.steps if r.id == step_id)
    return Seen(
        step_id,
        fault,
        seed,
        tuple(dict.fromkeys(flag.kind for flag in outcome.flags)),
        result.verdict,
        result.reps,
        made_repetitions(truth, routine.step(step_id), _limits(routine.name)),
        holds_s=hold_errors(truth, outcome.holds),
        rates=rate_errors(truth, outcome.rhythms),
        vibrations=vibration_errors(scene, outcome.strokes),
        kinds=kinds_seen(truth, outcome),
    )


@lru_cache(maxsize=2)
def pad_of(seed: int, *, nominal: bool) -> tuple[VirtualPad, Conversion]:
    """A pad and what is known of it; kept for a seed's other performances, for its foam takes long to work out."""
    pad = VirtualPad.drawn(PAD, seed, SEVERITIES[seed % len(SEVERITIES)])
    return pad, NominalConversion(PAD) if nominal else KnownConversion(pad, seed)


@cache
def _limits(routine: str) -> Limits:
    return Limits(ROUTINES[routine], calibrated=True)
