"""Two recordings side by side: by step, by measure, along the time since each step began, and movement by movement.

Steps are matched by their ids; the whole recordings are compared first, which is all there is where no step was
marked. The rule: whatever makes two figures hard to compare (another pad, routine, level or calibration) is said in the
remarks, and forces that mean nothing beside each other get no difference.
"""

from __future__ import annotations

from datetime import UTC, datetime
from math import ceil
from typing import TYPE_CHECKING

import msgspec

from rig.report.measures import Stretch, Unit, flag_kinds, measures, part, stretches
from rig.report.pairs import Pair, moments, paired

if TYPE_CHECKING:
    from rig.report.judged import Judged

SCHEMA = "rig.compare/1"

COURSE_PARTS = 12
"""Of a step's course at most so many parts are told: enough to see it fade or hasten, few enough to read."""

COURSE_S = (5, 10, 15, 30, 60, 120, 300, 600)
"""How long a part may be in seconds; several strokes, and a length that people count in."""


class Side(msgspec.Struct, frozen=True):
    """What one of the recordings is; `date` in ISO 8601 (UTC), None where the recording does not say.

    `calibration` says which curve the forces come from.
    """

    path: str
    date: str | None
    pad: str
    routine: str | None
    level: str | None
    calibrated: bool
    calibration: str
    duration_s: float
    lost_frames: int


class Practised(msgspec.Struct, frozen=True):
    """When a step was practised: spans of (t0, t1) in seconds, and what it came to (None of a whole recording)."""

    spans: tuple[tuple[float, float], ...]
    verdict: str | None


class ComparedMeasure(msgspec.Struct, frozen=True):
    """One measure in both; None where there was nothing to measure; `difference` is B less A.

    `difference` is None where either is, and where the two cannot be compared: `remark` then says why.
    """

    name: str
    unit: Unit
    a: float | None
    b: float | None
    difference: float | None
    remark: str | None = None


class CoursePart(msgspec.Struct, frozen=True):
    """Both recordings from `t0` to `t1` seconds since the step began, other steps' time left out.

    Speeds are medians in cm/s, forces means in N, of the movements that began in this part; flags are counted.
    A None speed or force: no such movement. None flags: the step was over by then.
    """

    t0: float
    t1: float
    a_speed_cm_s: float | None
    b_speed_cm_s: float | None
    a_force_n: float | None
    b_force_n: float | None
    a_flags: int | None
    b_flags: int | None


class ComparedStep(msgspec.Struct, frozen=True):
    """A step in both recordings; `step` is None for the whole of them, `a` or `b` where it was not practised there.

    Attributes:
        course: both in parts of time since the step began. pairs: movement by movement, like with like.
        moments: seconds of A and of B that go together, from the pairs; empty for the whole recordings, as the pairs.
    """

    step: str | None
    a: Practised | None
    b: Practised | None
    measures: list[ComparedMeasure]
    course: list[CoursePart]
    pairs: list[Pair] = []
    moments: list[tuple[float, float]] = []


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Two recordings side by side, as `rig compare --json` gives it.

    Attributes:
        remarks: what a reader must know before trusting a difference, a sentence each.
        steps: the whole recordings first, then A's steps in their order, then those that only B has.
        only_in_a, only_in_b: ids of the steps that only one of them has.
    """

    schema: str = SCHEMA
    a: Side
    b: Side
    remarks: list[str]
    steps: list[ComparedStep]
    only_in_a: list[str]
    only_in_b: list[str]


def compare(a: Judged, b: Judged) -> Comparison:
    """Two judged recordings side by side."""
    of_a, of_b = stretches(a.report), stretches(b.report)
    why_not = _forces_apart(a, b)
    steps = list(dict.fromkeys([*of_a, *of_b]))
    return Comparison(
        a=_side(a),
        b=_side(b),
        remarks=_remarks(a, b, why_not),
        steps=[_compared(step, of_a.get(step), of_b.get(step), why_not) for step in steps],
        only_in_a=[step for step in steps if step is not None and step not in of_b],
        only_in_b=[step for step in steps if step is not None and step not in of_a],
    )


def iso_date(started_s: float | None) -> str | None:
    """Seconds since 1970 as ISO 8601 in UTC, to the second."""
    return None if started_s is None else datetime.fromtimestamp(started_s, UTC).isoformat(timespec="seconds")


def _side(judged: Judged) -> Side:
    report = judged.report
    return Side(
        report.recording.path,
        iso_date(judged.started_s),
        judged.pad,
        report.routine,
        report.level,
        report.calibration.calibrated,
        report.calibration.about,
        report.recording.duration_s,
        report.recording.lost_frames,
    )


def _forces_apart(a: Judged, b: Judged) -> str | None:
    """Why forces of the two cannot be compared; None where they can."""
    calibrated = (a.report.calibration.calibrated, b.report.calibration.calibrated)
    if calibrated == (True, True):
        return None
    if calibrated == (False, False):
        return None if a.layout == b.layout else "uncalibrated forces are not comparable between pads"
    return f"forces of {'B' if calibrated[0] else 'A'} are not calibrated, those of {'A' if calibrated[0] else 'B'} are"


def _remarks(a: Judged, b: Judged, why_not: str | None) -> list[str]:
    said = []
    if a.pad != b.pad:
        said.append(f"the pads differ: {a.pad} in A, {b.pad} in B")
    elif a.layout != b.layout:
        said.append(f"the pads differ, though both are called {a.pad}")
    for what, in_a, in_b in (
        ("routines", a.report.routine, b.report.routine),
        ("levels", a.report.level, b.report.level),
    ):
        if in_a != in_b:
            said.append(
                f"the {what} differ: {in_a or 'none'} in A, {in_b or 'none'} in B; flags and scores are not alike"
            )
    said += [remark for name, one in (("A", a), ("B", b)) if (remark := on_detection(name, one)) is not None]
    return said + _on_forces(a, b, why_not)


def on_detection(name: str, one: Judged) -> str | None:
    """What to know of steps that nobody marked; None where all were, or none was found."""
    found = [step.confidence for step in one.report.steps if step.confidence is not None]
    undecided_s = sum(span.t1 - span.t0 for span in one.report.undecided)
    said = [f"the steps of {name} were found, not marked (at least {min(found):.0%} sure)"] if found else []
    said += [f"of {name} {undecided_s:.0f} s were undecided, and are in no step"] if undecided_s else []
    return "; ".join(said) or None


def _on_forces(a: Judged, b: Judged, why_not: str | None) -> list[str]:
    of_a, of_b = a.report.calibration, b.report.calibration
    if why_not is not None:
        return [f"{why_not}: no difference of forces is given"]
    if not of_a.calibrated:
        return ["neither is calibrated: forces are relative, and comparable only if both are of the very same pad"]
    if of_a.about != of_b.about:
        return [f"the calibrations differ: {of_a.about} in A, {of_b.about} in B"]
    return []


def _compared(step: str | None, a: Stretch | None, b: Stretch | None, why_not: str | None) -> ComparedStep:
    both = [stretch for stretch in (a, b) if stretch is not None]
    kinds = flag_kinds(both)
    of_a = {m.name: m for m in measures(a, kinds)} if a else {}
    of_b = {m.name: m for m in measures(b, kinds)} if b else {}
    rows = []
    for name, measure in (of_a or of_b).items():
        in_a = of_a[name].value if of_a else None
        in_b = of_b[name].value if of_b else None
        remark = why_not if measure.unit == "N" else None
        difference = None if in_a is None or in_b is None or remark else in_b - in_a
        rows.append(ComparedMeasure(name, measure.unit, in_a, in_b, difference, remark))
    pairs = [] if step is None else paired(a, b)
    return ComparedStep(step, _practised(a), _practised(b), rows, _course(a, b), pairs, moments(pairs))


def _practised(stretch: Stretch | None) -> Practised | None:
    return None if stretch is None else Practised(stretch.spans, stretch.verdict)


def _course(a: Stretch | None, b: Stretch | None) -> list[CoursePart]:
    """Both from the moment in which the step began."""
    longest = max(stretch.seconds for stretch in (a, b) if stretch is not None)
    part_s = next((s for s in COURSE_S if longest <= s * COURSE_PARTS), ceil(longest / COURSE_PARTS))
    parts = []
    for number in range(ceil(longest / part_s)):
        t0, t1 = float(number * part_s), float((number + 1) * part_s)
        in_a, in_b = part(a, t0, t1), part(b, t0, t1)
        parts.append(
            CoursePart(t0, t1, in_a.speed_cm_s, in_b.speed_cm_s, in_a.force_n, in_b.force_n, in_a.flags, in_b.flags)
        )
    return parts
