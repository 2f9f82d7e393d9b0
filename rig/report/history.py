"""Progress over sessions: each recording's facts, and each measure of each step as a series over all of them.

Recordings come in the order of their start. Each is judged as it was practised, once; after that the copy of its report
beside it is read. The rule: every series is as long as the list of recordings, with None where the step was not
practised or there was nothing to measure, so that a place in a series always means the same session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from rig.errors import RigError
from rig.report.advice import advise_over, reason
from rig.report.compare import iso_date
from rig.report.judged import Judged, read_copy, state_of, write_copy
from rig.report.measures import Stretch, Unit, flag_kinds, measures, stretches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

SCHEMA = "rig.history/1"


class Session(msgspec.Struct, frozen=True):
    """One recording; `date` in ISO 8601 (UTC), None where it does not say; flags counted by kind, in order of harm."""

    path: str
    date: str | None
    pad: str
    routine: str | None
    level: str | None
    steps: list[str]
    duration_s: float
    contacts_s: float
    score: int | None
    flags: dict[str, int]
    calibrated: bool
    lost_frames: int
    damaged_frames: int


class Series(msgspec.Struct, frozen=True):
    """One measure over all sessions, in their order; None where there is no figure."""

    name: str
    unit: Unit
    values: list[float | None]


class StepHistory(msgspec.Struct, frozen=True):
    """A step over all sessions (`step` None: the whole recordings); `verdicts` are None where it was not practised."""

    step: str | None
    verdicts: list[str | None]
    measures: list[Series]


class LeftOut(msgspec.Struct, frozen=True):
    """A recording that could not be judged, and why."""

    path: str
    why: str


class Next(msgspec.Struct, frozen=True):
    """Something to practise next: what to do, in which steps, and why."""

    do: str
    steps: tuple[str, ...]
    why: str


class History(msgspec.Struct, frozen=True, kw_only=True):
    """All sessions of a workspace, as `rig history --json` gives them.

    Attributes:
        sessions: in the order of their start. steps: the whole recordings first, then each step in the order in which
            it was first practised. left_out: what could not be read. remarks: what a reader of the series must know.
        next: what to practise next, the most harmful first.
    """

    schema: str = SCHEMA
    sessions: list[Session]
    steps: list[StepHistory]
    left_out: list[LeftOut]
    remarks: list[str]
    next: list[Next] = []


def gather(paths: Iterable[Path], judge: Callable[[Path], Judged]) -> tuple[list[Judged], list[LeftOut]]:
    """The recordings judged, by their copies where these hold, and those that cannot be."""
    judged = []
    left_out = []
    for path in paths:
        try:
            judged.append(_judged_once(path, judge))
        except (RigError, OSError) as error:
            left_out.append(LeftOut(str(path), str(error)))
    return judged, left_out


def _judged_once(path: Path, judge: Callable[[Path], Judged]) -> Judged:
    state = state_of(path)
    found = read_copy(path, state)
    if found is None:
        found = judge(path)
        write_copy(path, state, found)
    return found


def build_history(judged: Iterable[Judged], left_out: Sequence[LeftOut] = ()) -> History:
    """The history of judged recordings; those that do not say when they began come first, by name."""
    order = sorted(judged, key=lambda one: (one.started_s or 0.0, one.report.recording.path))
    by_session = [stretches(one.report) for one in order]
    steps = list(dict.fromkeys(step for found in by_session for step in found))
    return History(
        sessions=[_session(one, found[None]) for one, found in zip(order, by_session, strict=True)],
        steps=[_step_history(step, [found.get(step) for found in by_session]) for step in steps],
        left_out=list(left_out),
        remarks=_remarks(order),
        next=[Next(one.do, one.steps, reason(one)) for one in advise_over([one.report for one in order])],
    )


def _session(one: Judged, whole: Stretch) -> Session:
    report = one.report
    return Session(
        report.recording.path,
        iso_date(one.started_s),
        one.pad,
        report.routine,
        report.level,
        list(dict.fromkeys(result.id for result in report.steps)),
        report.recording.duration_s,
        report.contacts_s,
        report.score,
        {kind: sum(flag.kind == kind for flag in whole.flags) for kind in flag_kinds([whole])},
        report.calibration.calibrated,
        report.recording.lost_frames,
        report.recording.damaged_frames,
    )


def _step_history(step: str | None, over: Sequence[Stretch | None]) -> StepHistory:
    kinds = flag_kinds(stretch for stretch in over if stretch is not None)
    rows = [measures(stretch, kinds) if stretch is not None else None for stretch in over]
    shape = next(row for row in rows if row is not None)
    series = [
        Series(measure.name, measure.unit, [row[number].value if row is not None else None for row in rows])
        for number, measure in enumerate(shape)
    ]
    return StepHistory(step, [stretch.verdict if stretch is not None else None for stretch in over], series)


def _remarks(order: Sequence[Judged]) -> list[str]:
    said = []
    calibrated = {one.report.calibration.calibrated for one in order}
    if len(calibrated) > 1:
        said.append("some sessions are calibrated and some are not: their forces are not comparable")
    elif calibrated == {False} and len({one.layout for one in order}) > 1:
        said.append("the pads differ and are not calibrated: their forces are not comparable")
    elif calibrated == {False}:
        said.append("no session is calibrated: forces are relative, and comparable only on the very same pad")
    found = sum(any(step.detected for step in one.report.steps) for one in order)
    if found:
        said.append(f"in {found} of {len(order)} sessions steps were found by what the hands did, not marked")
    called = {one.report.routine for one in order if one.report.routine is not None}
    if len(called) > len({name.partition(" (")[0] for name in called}):
        said.append("some sessions go by a school's own numbers: flags and scores do not mean the same in all sessions")
    if len({one.report.level for one in order}) > 1:
        said.append("the levels differ: flags and scores do not mean the same in all sessions")
    return said
