"""Reports written by hand, as recordings would come to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rig.report.judged import Judged
from rig.report.report import CalibrationFacts, GapEntry, RecordingFacts, Report
from rig.technique.flags import Flag, FlagKind
from rig.technique.tally import StepResult, Verdict

if TYPE_CHECKING:
    from rig.analysis.findings import Hold, Rhythm, Stroke


def flag(kind: FlagKind, t0: float, step: str | None = None) -> Flag:
    return Flag(kind, t0, t0 + 0.5, step, "left", 0.0, 0.0, 8.0, 2.0, "N", "a document")


def result(
    step: str,
    t0: float,
    t1: float,
    reps: int | None = 5,
    score: int | None = 90,
    verdict: Verdict = "pass",
    contacts_s: float | None = 4.0,
) -> StepResult:
    return StepResult(step, t0, t1, reps, 5, verdict, score, [], contacts_s=contacts_s)


@dataclass
class Session:
    """What a test says of a session; all else is plain."""

    path: str = "a.mcap"
    duration_s: float = 60.0
    strokes: list[Stroke] = field(default_factory=list)
    rhythms: list[Rhythm] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    steps: list[StepResult] = field(default_factory=list)
    gaps: list[GapEntry] = field(default_factory=list)
    score: int | None = None
    routine: str | None = "relieving"
    level: str | None = None
    calibrated: bool = True
    about: str = "profile of 1 May"

    def report(self) -> Report:
        return Report(
            recording=RecordingFacts(self.path, self.duration_s, 12_000, 0, 0, self.gaps),
            contacts_s=40.0,
            strokes=self.strokes,
            rhythm=self.rhythms,
            holds=self.holds,
            flags=self.flags,
            steps=self.steps,
            score=self.score,
            routine=self.routine,
            level=self.level,
            calibration=CalibrationFacts(self.calibrated, self.about),
        )

    def judged(self, started_s: float | None = 1.7e9, pad: str = "back-144", layout: int = 1) -> Judged:
        return Judged(started_s=started_s, pad=pad, layout=layout, report=self.report())
