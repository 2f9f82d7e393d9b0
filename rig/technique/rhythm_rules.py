"""An uneven beat, told while it is being beaten.

The analysis reports a rhythm when it is over; a trainee wants to hear of it before. So the beats of each stream of
like strokes (kind, direction, side) are watched over the last few, and a spread above the limit is flagged for
these beats; the next flag needs new ones. Both hands and both directions beat the same rhythm: what is flagged in one
stream is not flagged in another for the same time. A pause is not unevenness, it begins a new run. The rule: a flag
depends on the strokes in their order and on nothing else, and its beats are all of one step.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from math import sqrt
from statistics import median
from typing import TYPE_CHECKING

from rig.technique.flags import Flag

if TYPE_CHECKING:
    from rig.analysis.findings import Stroke
    from rig.technique.limits import Limits, StepLimits


@dataclass(slots=True)
class _Run:
    """The last beats of one stream, in seconds."""

    step: str | None
    beats: list[float] = field(default_factory=list)


class RhythmRules:
    """Watches the beats of one session."""

    def __init__(self, limits: Limits, *, calibrated: bool) -> None:
        self._limits = limits
        self._calibrated = calibrated
        self._most = round(limits.low("rhythm-beats").value)
        self._pause = limits.high("rhythm-pause").value
        self._runs: dict[tuple[str, str, str], _Run] = {}
        self._told_until = float("-inf")

    def judge_beat(self, stroke: Stroke, step_id: str | None) -> list[Flag]:
        """The flag that the beat of a finished stroke completes, if it does."""
        limits = self._limits.of(step_id)
        if not _has_beat(limits) or not self._limits.is_movement(stroke):
            return []
        key = (stroke.kind, stroke.direction, stroke.side)
        run = self._runs.get(key)
        if run is None or run.step != step_id or self._paused(run, stroke.t0):
            run = self._runs[key] = _Run(step_id)
        run.beats = [*run.beats[-(self._most - 1) :], stroke.t0]
        if len(run.beats) < self._most:
            return []
        spread = _spread(run.beats)
        if spread <= limits.irregular.value:
            return []
        flag = self._flag(limits, run.beats, spread)
        run.beats = run.beats[-1:]
        if flag.t0 < self._told_until:
            return []
        self._told_until = stroke.t0
        return [flag]

    def _paused(self, run: _Run, t_s: float) -> bool:
        periods = [b - a for a, b in pairwise(run.beats)]
        return bool(periods) and t_s - run.beats[-1] > self._pause * median(periods)

    def _flag(self, limits: StepLimits, beats: list[float], spread: float) -> Flag:
        return Flag(
            kind="irregular",
            t0=beats[0],
            t1=beats[-1],
            step=None if limits.step is None else limits.step.id,
            side="both",
            x_mm=None,
            y_mm=None,
            value=spread,
            limit=limits.irregular.value,
            unit="ratio",
            source=limits.irregular.source,
            calibrated=self._calibrated,
        )


def _has_beat(limits: StepLimits) -> bool:
    return limits.step is None or limits.step.counts not in {"hold", "stretch", "press"}


def _spread(beats: list[float]) -> float:
    """Standard deviation over mean of the periods between beats, as in `Rhythm`."""
    periods = [b - a for a, b in pairwise(beats)]
    mean = sum(periods) / len(periods)
    if mean <= 0:
        return 0.0
    return sqrt(sum((p - mean) ** 2 for p in periods) / (len(periods) - 1)) / mean
