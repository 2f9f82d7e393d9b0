"""Strokes against the breath pacer: pressed and upward as it breathes in, light and downward as it breathes out.

The pad sees no breath. What can be judged is whether the hands follow the pacer that the session showed, so its
phase belongs to the mark that began the step and is recorded with it. The rule: without a pacer nothing is judged.
"""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

from rig.technique.flags import flag_on_stroke
from rig.technique.limits import Limit

if TYPE_CHECKING:
    from rig.analysis.findings import Stroke
    from rig.technique.flags import Flag
    from rig.technique.limits import Limits
    from rig.technique.routine.routine import Routine, Step
    from rig.technique.timeline import Pacer


class BreathRules:
    """Compares strokes with the pacer of their mark."""

    def __init__(self, routine: Routine, limits: Limits, *, calibrated: bool) -> None:
        self._routine = routine
        self._least = limits.low("with-the-breath")
        self._calibrated = calibrated

    def judge_stroke(self, stroke: Stroke, step: Step, pacer: Pacer | None) -> list[Flag]:
        """The flag of a stroke that goes against the breath for most of its time."""
        if pacer is None or step.breath is None or stroke.kind != "stroke":
            return []
        inhaled = inhaled_share(pacer, stroke.t0, stroke.t1)
        share = {step.breath.inhale: inhaled, step.breath.exhale: 1.0 - inhaled}.get(stroke.direction, 1.0)
        if share >= self._least.value:
            return []
        said = (
            f"{self._routine.cite(step.breath.source)}; {self._least.source}; the pacer at {pacer.per_min:g} a minute"
        )
        limit = Limit(self._least.value, said)
        return [flag_on_stroke("breath", stroke, step.id, share, limit, "ratio", calibrated=self._calibrated)]


def inhaled_share(pacer: Pacer, t0_s: float, t1_s: float) -> float:
    """The share of a span in which the pacer breathes in: the first half of each of its breaths."""
    if t1_s <= t0_s:
        return 0.0
    breath_s, begun_s = 60.0 / pacer.per_min, pacer.t_us / 1e6
    inhaled = _inhaled((t1_s - begun_s) / breath_s) - _inhaled((t0_s - begun_s) / breath_s)
    # The two are nearly alike where nothing was breathed in.
    return min(max(inhaled * breath_s / (t1_s - t0_s), 0.0), 1.0)


def _inhaled(breaths: float) -> float:
    """Of so many breaths since the pacer began, what was breathing in, in breaths; negative before it began."""
    return 0.5 * floor(breaths) + min(breaths - floor(breaths), 0.5)
