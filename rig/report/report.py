"""The report of a session: one schema, from which JSON, HTML and screens are drawn.

The fields are those of INTERFACES ("The report"); other programs rely on them, so the rule is: add, never rename or
drop. Times are seconds of device time from the recording's start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

import rig
from rig.analysis.findings import Hold, Rhythm, Stroke  # noqa: TC001 - msgspec reads the annotations
from rig.analysis.geometry import BLIND, PadGeometry
from rig.recording.format import DAMAGED_PACKETS
from rig.report.groups import clock
from rig.technique.flags import Flag  # noqa: TC001 - msgspec reads the annotations
from rig.technique.tally import StepResult, Undecided  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from pathlib import Path

    from rig.analysis.findings import Gap
    from rig.recording.reader import Recording
    from rig.technique.tally import Outcome

SCHEMA = "rig.report/1"

NO_ROUTINE = "direction, tempo, place and force of a step: without a routine only what all documents agree on is"
NO_STEP = "direction, tempo, place and the force of a step: no step was marked, and none was recognised"
NO_CALIBRATION = "the sensors are not calibrated: forces are relative, and their limits are widened"


class GapEntry(msgspec.Struct, frozen=True):
    """A stretch of which nothing is known."""

    t0: float
    t1: float


class RecordingFacts(msgspec.Struct, frozen=True):
    """What was received, and what was not.

    Attributes:
        lost_frames: never came in whole, by the board's own count; those damaged on the wire are among them.
        damaged_frames: of the two below together.
        damaged_on_wire: packets dropped because the wire had changed them, as far as the recording tells.
        damaged_in_file: frames that were recorded and cannot be read any more.
        started_s: when, in seconds since 1970; None where the recording does not say.
    """

    path: str
    duration_s: float
    frames: int
    lost_frames: int
    damaged_frames: int
    gaps: list[GapEntry]
    damaged_on_wire: int = 0
    damaged_in_file: int = 0
    started_s: float | None = None


class CalibrationFacts(msgspec.Struct, frozen=True):
    """Whether forces are newtons to be trusted, and which curve they come from."""

    calibrated: bool
    about: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of a session; beyond the fields of INTERFACES what a reader needs to trust it.

    `not_judged` holds what the session as a whole was not judged by, `warnings` what is wrong with the recording
    or doubtful about its forces, `undecided` the stretches of which no one said which step they were, and that may have
    been several.
    """

    schema: str = SCHEMA
    recording: RecordingFacts
    contacts_s: float
    strokes: list[Stroke]
    rhythm: list[Rhythm]
    holds: list[Hold]
    flags: list[Flag]
    steps: list[StepResult]
    score: int | None
    routine: str | None = None
    level: str | None = None
    calibration: CalibrationFacts
    undecided: list[Undecided] = []
    not_judged: list[str] = []
    warnings: list[str] = []
    software: str = f"massage-rig {rig.__version__}"


def build_report(recording: Recording, outcome: Outcome) -> Report:
    """The report of a recording, given what judging it came to."""
    gaps = [GapEntry(gap.t0_us / 1e6, gap.t1_us / 1e6) for gap in recording.gaps()]
    duration_s, lost_frames = recording.duration_s, recording.lost_frames
    if (unseen := outcome.unseen) is not None:
        gaps.append(GapEntry(unseen.t0, unseen.t1))
        duration_s += unseen.t1 - unseen.t0
        lost_frames += unseen.lost_frames
    on_wire = _damaged_on_wire(recording)
    facts = RecordingFacts(
        path_text(recording.path),
        duration_s,
        recording.frames,
        lost_frames,
        on_wire + recording.damaged_frames,
        gaps,
        damaged_on_wire=on_wire,
        damaged_in_file=recording.damaged_frames,
        started_s=recording.header.started_s,
    )
    warnings = list(recording.warnings)
    if unseen is not None:
        warnings.append(gone_for_good(unseen))
    if not PadGeometry(recording.pad).has_line:
        warnings.append(BLIND)
    return report_of(facts, outcome, warnings)


def path_text(path: Path) -> str:
    """A path that JSON takes: what is not UTF-8 in a file's name becomes a question mark."""
    return str(path).encode("utf-8", "replace").decode("utf-8")


def gone_for_good(unseen: Gap) -> str:
    """What is to be said of a session whose board did not come back."""
    return f"the board was lost at {unseen.t0:.1f} s and did not come back: until {unseen.t1:.1f} s nothing was seen"


def _damaged_on_wire(recording: Recording) -> int:
    """The device's last count; 0 where frames came from no wire."""
    return int(max((metrics.values.get(DAMAGED_PACKETS) or 0 for metrics in recording.metrics()), default=0))


def report_of(facts: RecordingFacts, outcome: Outcome, warnings: list[str] | None = None) -> Report:
    """The report of a session that need not have been recorded."""
    left_out = [_either(span) for span in outcome.undecided]
    if outcome.routine is None:
        left_out = [NO_ROUTINE]
    elif not outcome.steps and not outcome.undecided:
        left_out = [NO_STEP]
    doubts = [] if outcome.calibrated else [NO_CALIBRATION]
    return Report(
        recording=facts,
        contacts_s=outcome.contacts_s,
        strokes=outcome.strokes,
        rhythm=outcome.rhythms,
        holds=outcome.holds,
        flags=outcome.flags,
        steps=outcome.steps,
        score=outcome.score,
        routine=outcome.routine,
        level=outcome.level,
        undecided=list(outcome.undecided),
        calibration=CalibrationFacts(outcome.calibrated, outcome.conversion),
        not_judged=left_out,
        warnings=[*(warnings or []), *doubts],
    )


def _either(span: Undecided) -> str:
    """Which steps a stretch may have been of, and what to do about it."""
    when = f"{clock(span.t0)} to {clock(span.t1)} by any step"
    if not span.candidates:
        return f"{when}: what the hands did there is no step that the routine knows"
    steps = " or ".join(f"{c.step} ({c.confidence:.0%})" for c in span.candidates[:3])
    return f"{when}: the pad cannot tell whether it was {steps}; mark it, or name it with --step"


def report_json(report: Report) -> bytes:
    """The report as JSON, indented for people; what is not a number becomes null."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2)


def read_report(data: bytes) -> Report:
    """A report from JSON.

    Raises:
        msgspec.ValidationError: it is no report of this schema.
    """
    return msgspec.json.decode(data, type=Report)
