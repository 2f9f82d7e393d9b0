"""An uneven beat, or one too fast or too slow, told while it is being beaten.

The analysis reports a rhythm when it is over; a trainee wants to hear of it before. So the beats of each stream of
like strokes (kind, direction, side) are watched over the last few, and what is uneven (`uneven.py`) is flagged for
these beats; the next flag needs new ones. Where the step asks for a rate, it is taken over the fewest beats that span
long enough for one. Both hands and both directions beat the same rhythm: what is flagged in one stream is not flagged
in another for the same time. A pause is not unevenness, and neither is going on in another place; of a way
that is seen in two pieces, the second is no beat.
The rule: a flag depends on the strokes in their order and on nothing else, and its beats are all of one step.
"""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from rig.analysis.rhythm import moved_on, stream_of
from rig.technique.flags import Flag, FlagKind
from rig.technique.pieces import continues
from rig.technique.repetitions import counts
from rig.technique.rules.uneven import LOOKED_AT, uneven_beats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.analysis.findings import Gap, Stroke
    from rig.analysis.rhythm import Stream
    from rig.technique.limits import Limit, Limits, StepLimits
    from rig.technique.routine.routine import Step


_KEPT = 40
"""More beats than the fastest documented movement, at 11 Hz, has in the time over which a rate is taken."""

_WITHOUT_A_BEAT = frozenset(("hold", "stretch", "press", "knead", "vibration"))
"""Motions whose documents ask for no beat."""

_RATES: tuple[FlagKind, ...] = ("too-fast", "too-slow")

_ACROSS = {"left": "right", "right": "left"}


@dataclass(slots=True)
class _Run:
    """The last beats of one stream, in seconds, and from which beat on each kind of flag looks at them.

    `beats` are those since the hand was set down anew after a pause, `heard` all.
    """

    step: str | None
    last: Stroke
    beats: list[float] = field(default_factory=list)
    heard: list[float] = field(default_factory=list)
    fresh: dict[FlagKind, float] = field(default_factory=dict)

    @property
    def usual_s(self) -> float:
        """The usual period; of a single movement, its own time."""
        periods = [b - a for a, b in pairwise(self.beats)]
        return median(periods) if periods else self.last.t1 - self.last.t0

    def take(self, stroke: Stroke) -> None:
        """The next movement; one that took longer to be told may have begun before the last one."""
        self.last = stroke
        for beats in (self.beats, self.heard):
            insort(beats, stroke.t0)
            del beats[: -_KEPT - 1]

    def since_told(self, kind: FlagKind, beats: list[float]) -> list[float]:
        """The beats that no flag of that kind has told yet, and the last one that it has."""
        after = self.fresh.get(kind, float("-inf"))
        return [beat for beat in beats if beat >= after]


class RhythmRules:
    """Watches the beats of one session."""

    def __init__(self, limits: Limits, *, calibrated: bool) -> None:
        self._limits = limits
        self._calibrated = calibrated
        self._most = round(limits.low("rhythm-beats").value)
        self._pause = limits.high("rhythm-pause").value
        self._rate_error = 1 + limits.high("rate-error").value
        self._rate_over_s = limits.low("rate-over").value
        self._runs: dict[Stream, _Run] = {}
        self._told_until: dict[FlagKind, float] = {}
        self._gaps: list[Gap] = []

    def take_gap(self, gap: Gap) -> None:
        """A stretch without scans: beats may have fallen in it, so a run does not go on across it."""
        self._gaps.append(gap)

    def judge_beat(self, stroke: Stroke, step_id: str | None) -> list[Flag]:
        """The flag that the beat of a finished stroke completes, if it does."""
        limits = self._limits.of(step_id)
        if not _beats(limits.step, stroke) or not self._limits.is_movement(stroke):
            return []
        key = self._stream(stroke, limits.step)
        run = self._runs.get(key)
        if run is None or run.step != step_id or self._interrupted(run, stroke.t0):
            run = self._runs[key] = _Run(step_id, stroke)
        elif stroke.kind == "stroke" and continues(run.last, stroke):
            run.last = stroke
            return []
        else:
            usual = run.usual_s
            moved = moved_on(run.last, stroke, usual)
            # A hand that never left has not paused, it has been slow.
            paused = len(run.beats) > 1 and stroke.t0 - run.beats[-1] > self._pause * usual
            if (moved or paused) and stroke.contact != run.last.contact:
                run.beats = []
            if moved:
                run.fresh["irregular"] = stroke.t0
        run.take(stroke)
        flags = self._spread_flag(run, key, limits)
        if limits.step is not None and limits.rate_unit and _is_rated(limits.step, stroke):
            flags += self._rate_flag(run, limits)
        return flags

    def _spread_flag(self, run: _Run, key: Stream, limits: StepLimits) -> list[Flag]:
        heard = run.since_told("irregular", run.heard)[-LOOKED_AT:]
        if len(heard) < self._most:
            return []
        # Who breathes along and leaves out a breath has rested, and kept the beat; and without a calibration a movement
        # is taken for another kind of one now and then, which leaves out its beat.
        along = limits.step is not None and limits.step.breath is not None
        uneven = uneven_beats(
            heard,
            self._most,
            limits.irregular.value,
            pause=self._pause,
            elsewhere=self._other_side(run, key),
            rests=along or not self._calibrated,
        )
        if uneven is None:
            return []
        return self._told(run, self._flag("irregular", limits, *uneven, limits.irregular, "ratio"))

    def _other_side(self, run: _Run, key: Stream) -> list[float]:
        """The beats of the same movement on the other side."""
        kind, direction, side = key
        other = self._runs.get((kind, direction, _ACROSS.get(side, side)))
        return other.heard if other is not None and other is not run and other.step == run.step else []

    def _rate_flag(self, run: _Run, limits: StepLimits) -> list[Flag]:
        """Too fast or too slow over the last beats that span long enough for a rate."""
        known = run.since_told("too-fast", run.beats)
        long = (known[k:] for k in range(len(known) - 2, -1, -1) if known[-1] - known[k] >= self._rate_over_s)
        beats = next(long, None)
        if beats is None:
            return []
        # On the whole and as a rule: a first movement of which only the end was seen makes one period short.
        periods_s = ((beats[-1] - beats[0]) / (len(beats) - 1), median(b - a for a, b in pairwise(beats)))
        slowest, fastest = sorted((60.0 if limits.rate_unit == "1/min" else 1.0) / s for s in periods_s)
        if limits.often is not None and slowest > limits.often.value * self._rate_error:
            return self._told(run, self._flag("too-fast", limits, beats, slowest, limits.often, limits.rate_unit))
        if limits.seldom is not None and fastest * self._rate_error < limits.seldom.value:
            return self._told(run, self._flag("too-slow", limits, beats, fastest, limits.seldom, limits.rate_unit))
        return []

    def _told(self, run: _Run, flag: Flag) -> list[Flag]:
        """The flag, unless the other hand or the other way has just told the same; the next one needs new beats."""
        told = self._told_until.get(flag.kind, float("-inf"))
        for kind in ("irregular",) if flag.kind == "irregular" else _RATES:
            run.fresh[kind] = run.heard[-1]
            self._told_until[kind] = max(run.heard[-1], self._told_until.get(kind, float("-inf")))
        return [flag] if flag.t0 >= told else []

    def _stream(self, stroke: Stroke, step: Step | None) -> Stream:
        """As `stream_of`; but where strokes are made, two quick ones there and back are told as a to-and-fro.

        Their beat is that of the first.
        """
        if stroke.kind == "to-and-fro" and step is not None:
            for part in [self._limits.of(name).step for name in step.repeats] or [step]:
                if part is not None and part.counts == "stroke" and part.directions:
                    return "stroke", part.directions[0], stroke.side
        return stream_of(stroke)

    def _interrupted(self, run: _Run, t_s: float) -> bool:
        return any(run.beats[-1] < gap.t1 and gap.t0 < t_s for gap in self._gaps)

    def _flag(
        self, kind: FlagKind, limits: StepLimits, beats: Sequence[float], value: float, limit: Limit, unit: str
    ) -> Flag:
        return Flag(
            kind=kind,
            t0=beats[0],
            t1=beats[-1],
            step=None if limits.step is None else limits.step.id,
            side="both",
            x_mm=None,
            y_mm=None,
            value=value,
            limit=limit.value,
            unit=unit,
            source=limit.source,
            calibrated=self._calibrated,
        )


def _is_rated(step: Step, stroke: Stroke) -> bool:
    """Whether a movement's beat is the step's rate; a to-and-fro that is far too slow comes as single strokes."""
    return counts(step, stroke) or (step.counts == "to-and-fro" and stroke.kind == "stroke")


def _beats(step: Step | None, stroke: Stroke) -> bool:
    """Whether a movement belongs to the beat of a step: one that it asks for, and not what else is seen of the hands.

    A way back that no document asks for is seen in pieces where it is light, and the edge of a heavy hand as a touch of
    its own.
    """
    if step is None or step.repeats:
        return True
    if step.counts in {None, *_WITHOUT_A_BEAT}:
        return False
    if step.counts == "stroke" and (stroke.kind == "to-and-fro" or stroke.direction in step.directions):
        return True
    return _is_rated(step, stroke) or (stroke.kind in step.motions and stroke.kind not in {"stroke", *_WITHOUT_A_BEAT})
