from __future__ import annotations

import json
from typing import Any

import msgspec

from rig.analysis.findings import Hold, Rhythm
from rig.pad import load_pad
from rig.report.report import (
    GapEntry,
    RecordingFacts,
    Report,
    read_report,
    report_json,
    report_of,
)
from rig.technique.flags import Flag
from rig.technique.tally import Outcome, StepResult
from tests.technique.script import stroke

PAD = load_pad("back-144")
FACTS = RecordingFacts("recordings/a <b>.mcap", 61.25, 12_000, 250, 3, [GapEntry(5.0, 6.25)])
FLAG = Flag("spine-pressure", 3.0, 4.5, "relieving.2", "centre", 0.0, 120.0, 8.5, 2.0, "N", "relieving, closing notes")

FIELDS = {
    "": {"schema", "recording", "contacts_s", "strokes", "rhythm", "holds", "flags", "steps", "score"},
    "recording": {"path", "duration_s", "frames", "lost_frames", "damaged_frames", "gaps"},
    "gaps": {"t0", "t1"},
    "strokes": {
        *("t0", "t1", "kind", "direction", "side", "zone", "length_mm", "speed_cm_s", "force_mean_n", "force_peak_n"),
        *("x0_mm", "y0_mm", "x1_mm", "y1_mm", "step"),
    },
    "rhythm": {"t0", "t1", "rate_per_min", "regularity_cv", "step"},
    "holds": {"t0", "t1", "x_mm", "y_mm", "force_mean_n", "step"},
    "flags": {"kind", "t0", "t1", "step", "side", "x_mm", "y_mm", "value", "limit", "unit", "source"},
    "steps": {"id", "t0", "t1", "reps", "reps_expected", "verdict", "score", "not_judged"},
}
"""INTERFACES, "The report"."""


def report(**changes: Any) -> Report:
    step = StepResult(
        "relieving.2", 0.0, 61.25, 6, 5, "fail", 88, ["contrast: not yet"], {"loads": 0.88}, ["1 x spine-pressure"]
    )
    fields: dict[str, Any] = {
        "duration_s": 61.25,
        "contacts_s": 40.0,
        "strokes": [stroke(step="relieving.2"), stroke(direction="down", t0=7.0, t1=9.0)],
        "rhythms": [Rhythm(1.0, 30.0, 12.0, 0.1, 6, "relieving.2")],
        "holds": [Hold(1.0, 30.0, 0.0, 0.0, 5.0, 3)],
        "flags": [FLAG],
        "steps": [step],
        "score": 88,
        "routine": "relieving",
        "level": None,
        "calibrated": True,
        "conversion": "by hand",
    }
    return report_of(FACTS, Outcome(**{**fields, **changes}), ["a.mcap: was cut off"])


class TestJson:
    def test_the_fields_that_other_programs_rely_on(self) -> None:
        whole = json.loads(report_json(report()))
        assert whole["schema"] == "rig.report/1"
        assert FIELDS[""] <= set(whole)
        assert FIELDS["recording"] <= set(whole["recording"])
        assert FIELDS["gaps"] == set(whole["recording"]["gaps"][0])
        for name in ("strokes", "rhythm", "holds", "flags", "steps"):
            assert FIELDS[name] <= set(whole[name][0]), name

    def test_it_reads_back(self) -> None:
        assert read_report(report_json(report())) == report()

    def test_what_is_not_a_number_is_null(self) -> None:
        odd = msgspec.structs.replace(FLAG, y_mm=float("nan"))
        assert json.loads(report_json(report(flags=[odd])))["flags"][0]["y_mm"] is None

    def test_without_a_routine_it_says_what_is_missing(self) -> None:
        assert "without a routine" in report(routine=None, steps=[], score=None).not_judged[0]
        assert "no step was marked" in report(steps=[], score=None).not_judged[0]

    def test_without_a_calibration_it_says_so(self) -> None:
        assert any("not calibrated" in line for line in report(calibrated=False).warnings)
        assert not report(calibrated=False).calibration.calibrated
        assert not any("calibrated" in line for line in report().warnings)
