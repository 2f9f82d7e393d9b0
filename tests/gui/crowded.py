"""A report with as much to say as there can be: what a page must have room for."""

from __future__ import annotations

from typing import Any

import msgspec

from rig.calibration.nominal import NominalConversion
from rig.report.report import CalibrationFacts, RecordingFacts, Report
from rig.technique.flags import HARM_ORDER, Flag
from rig.technique.routine.loading import builtin_routines, load_routine
from rig.technique.tally import StepResult
from tests.gui.practising import PAD

ROUTINES = {name: load_routine(name, PAD) for name in builtin_routines()}


def crowded_report(name: str) -> Report:
    """Each step and each flag once, with the longest figures."""
    steps = [
        StepResult(step.id, 10.0 * n, 10.0 * n + 9, 12, 15, "not-judged", None, ["why"])
        for n, step in enumerate(ROUTINES[name].steps)
    ]
    where = {"step": steps[0].id, "side": "left", "x_mm": 60.0, "y_mm": 100.0}
    amount = {"value": 123.4, "limit": 100.0, "unit": "cm/s", "source": "somebody"}
    flags = [msgspec.convert({"kind": kind, "t0": 1.0, "t1": 2.0, **where, **amount}, Flag) for kind in HARM_ORDER]
    facts = RecordingFacts("a.mcap", 2700.0, 500_000, 0, 0, [])
    calibration = CalibrationFacts(False, NominalConversion(PAD).about)
    empty: list[Any] = []
    return Report(
        recording=facts,
        contacts_s=2400.0,
        strokes=empty,
        rhythm=empty,
        holds=empty,
        flags=flags,
        steps=steps,
        score=None,
        calibration=calibration,
    )
