"""The limits that hold in a step, as numbers with their sources, for the judge to compare with.

Built once from a routine at its level; with no routine only what all documents agree on remains. Without a
calibration the force limits of a step are widened by the band `uncalibrated`, downward ones divided and upward ones
multiplied, and their sources say so. The spine's avoid limit and the ceiling are never widened: there a doubtful
newton is no excuse; where a step has no limit but the ceiling, it comes down by as much. The rule: a limit never
travels without its source.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from rig.technique.routine.bands import find_band
from rig.technique.routine.loading import default_bands

if TYPE_CHECKING:
    from rig.analysis.findings import Stroke
    from rig.technique.routine.bands import Band
    from rig.technique.routine.routine import Policy, Quantity, Routine, Step


@dataclass(frozen=True, slots=True)
class Limit:
    """A number and where it comes from."""

    value: float
    source: str


@dataclass(frozen=True, slots=True)
class StepLimits:
    """What holds while a step is practised (`step` None: while none is)."""

    step: Step | None
    spine: Limit
    hard: Limit
    light: Limit | None
    fast: Limit | None
    slow: Limit | None
    often: Limit | None
    """The highest rate, and `seldom` the lowest, in `rate_unit`."""
    seldom: Limit | None
    rate_unit: str
    fewest: Limit | None
    """How many repetitions at least: of the step, of a side, or of a point, as the step says."""
    held: Limit | None
    """How long a hold lasts at least (s)."""
    irregular: Limit
    against: Limit
    """How far a pass may go against the step's direction (mm): not at all."""
    place: Limit
    """How far outside the step's zones a movement may lie (mm)."""
    pressed: Limit
    """From this mean force on a pass against the step's direction counts as one."""


def weight_n(stroke: Stroke) -> float:
    """The force by which a movement is judged.

    A press or a squeeze is as heavy as it gets: how long it takes to get there is no matter of force.
    """
    return stroke.force_peak_n if stroke.kind in {"press", "squeeze"} else stroke.force_mean_n


def usual_n(stroke: Stroke) -> float:
    """The force along most of a pass: a hand that turns on the back takes a while to ease off or to lean on it."""
    return median(stroke.force_parts_n) if stroke.force_parts_n else stroke.force_mean_n


class Limits:
    """All limits of a session.

    Args:
        routine: at its level already; None for what holds across all documents.
        calibrated: whether forces are.
    """

    def __init__(self, routine: Routine | None, *, calibrated: bool) -> None:
        self._bands = routine.bands if routine is not None else default_bands()
        self._routine = routine
        self._widening = 1.0 if calibrated else self.high("uncalibrated").value
        self.touch_n = self.low("light").value / max(self._widening, 1 + self.high("force-error").value)
        """Less is no touch that a document knows, however the sensors err."""
        self._least_mm = self.low("judged-length").value
        self.anywhere = self._limits(None)
        self._by_step = {step.id: self._limits(step) for step in routine.steps} if routine is not None else {}

    def of(self, step_id: str | None) -> StepLimits:
        """The limits in a step; those that hold anywhere for None or a step the routine does not have."""
        return self._by_step.get(step_id, self.anywhere) if step_id is not None else self.anywhere

    def is_movement(self, stroke: Stroke) -> bool:
        """Whether a movement is one to judge and to count.

        It bears the light minimum as far as sensors can tell, and a pass goes somewhere.
        """
        far = stroke.kind != "stroke" or stroke.length_mm >= self._least_mm
        return far and weight_n(stroke) >= self.touch_n

    def high(self, name: str) -> Limit:
        """The top of a band."""
        band = self.band(name)
        assert band.high is not None  # checked when the routine was loaded
        return Limit(band.high, f"{band.name}: {band.source}")

    def low(self, name: str) -> Limit:
        """The bottom of a band."""
        band = self.band(name)
        assert band.low is not None  # checked when the routine was loaded
        return Limit(band.low, f"{band.name}: {band.source}")

    @property
    def widening(self) -> float:
        """By how much a force may be misread: 1 with a calibration."""
        return self._widening

    def raised(self, limit: Limit) -> Limit:
        """The most that one force may be, set by another that other sensors measured: both are estimates."""
        return _widened(limit, self._widening)

    def lowered(self, limit: Limit) -> Limit:
        """The least that one force may be, set by another that other sensors measured."""
        return _widened(limit, 1 / self._widening)

    def sustained_s(self, name: str) -> float:
        """How long a value must stay beyond a band."""
        seconds = self.band(name).sustained_s
        assert seconds is not None  # checked when the routine was loaded
        return seconds

    def band(self, name: str) -> Band:
        """A band by name."""
        return find_band(self._bands, name, "the routine")

    def _limits(self, step: Step | None) -> StepLimits:
        routine = self._routine
        pressure, speed, rate, count, hold = (self._wanted(step, quantity) for quantity in _LIMITED)
        said = routine.cite(step.source) if routine is not None and step is not None else ""
        margin = self.high("place-margin")
        returns_lightly = step is not None and step.returns == "light"
        return StepLimits(
            step=step,
            spine=self._spine(step),
            hard=self._hard(step, pressure),
            light=None if pressure is None else _limit(pressure.low, pressure.source, 1 / self._widening),
            fast=None if speed is None else _limit(speed.high, speed.source),
            slow=None if speed is None else _limit(speed.low, speed.source),
            often=None if rate is None else _limit(rate.high, rate.source),
            seldom=None if rate is None else _limit(rate.low, rate.source),
            rate_unit="" if rate is None else rate.unit,
            fewest=None if count is None else _limit(count.low, count.source),
            held=None if hold is None else _limit(hold.low, hold.source),
            irregular=self.high("regular" if step is not None else "regular-at-all"),
            against=Limit(0.0, said),
            place=Limit(margin.value, f"{said}; {margin.source}"),
            pressed=self.high("light") if returns_lightly else self.low("light"),
        )

    def _wanted(self, step: Step | None, quantity: Quantity) -> Band | None:
        return self._routine.wanted(step, quantity) if self._routine is not None and step is not None else None

    def _spine(self, step: Step | None) -> Limit:
        if self._routine is None:
            return self.high("spine-avoid")
        spine = self._routine.spine_of(step) if step is not None else self._routine.spine
        band = self.high(_SPINE_BANDS[spine.policy])
        factor = 1.0 if spine.policy == "avoid" else self._widening
        return _widened(Limit(band.value, f"{spine.source}; {band.source}"), factor)

    def _hard(self, step: Step | None, pressure: Band | None) -> Limit:
        ceiling = self.high("ceiling")
        if step is not None and pressure is None:
            # Nothing but the ceiling keeps from harm here, and what is read at such forces may be far too little.
            return self.lowered(ceiling)
        top = None if pressure is None else _limit(pressure.high, pressure.source, self._widening)
        return top if top is not None and top.value < ceiling.value else ceiling


_LIMITED: tuple[Quantity, ...] = ("pressure", "speed", "rate", "count", "hold")

_SPINE_BANDS: dict[Policy, str] = {"avoid": "spine-avoid", "light-only": "spine-light-only", "rest": "spine-rest"}


def _limit(value: float | None, source: str, factor: float = 1.0) -> Limit | None:
    return None if value is None else _widened(Limit(value, source), factor)


def _widened(limit: Limit, factor: float) -> Limit:
    if factor == 1:
        return limit
    value = limit.value * factor
    return Limit(value, f"{limit.source}; forces are not calibrated, so {limit.value:g} N became {value:.3g} N")
