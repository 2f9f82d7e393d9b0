"""A step as it is announced: where, with what, how often, how hard, at what beat, breathing how; and what documents say
against one another about it.

Made of the routine's own data at its level, so that what is shown is what is judged. The rule: what the document leaves
out is said to be left open, and no number appears that the judge would not use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from rig.pad import PadLayout
    from rig.technique.routine.bands import Band
    from rig.technique.routine.routine import Routine, Step

Span = tuple[float | None, float | None]
"""Lowest and highest; None where there is no such end."""

LEFT_OPEN = "left open"
"""What is said of a quantity for which the document asks nothing."""

_CM = 10.0

_FEW_ZONES = 3
"""So many zones are named; of more, the lowest and the highest."""


class Tempo(msgspec.Struct, frozen=True):
    """The beat of a step: rounds a minute, a round being a stroke and its way back, or one small movement.

    Attributes:
        low_per_min, high_per_min: the band. at_per_min: where the metronome is set.
        ticks: whether a beat that quick can be beaten along with; a vibration cannot.
    """

    low_per_min: float
    high_per_min: float
    at_per_min: float
    ticks: bool = True


class Brief(msgspec.Struct, frozen=True):
    """A step in the words and numbers that a screen shows; texts are empty and spans None where nothing is asked for.

    Attributes:
        force_n: of each hand, in newtons. speed_cm_s: of strokes. reps: how often in all. each: what `reps` is asked
            for ("on each side", "at each point"), else empty. hold_s: how long hands stay. breaths: whether hands
            move with the breath, `inhale` being the direction while it comes in.
        notes: where documents disagree, and what is coached.
    """

    id: str
    title: str
    how: str
    hands: str
    where: str
    how_often: str
    pressure: str
    tempo: str
    breath: str
    spine: str
    notes: tuple[str, ...] = ()
    force_n: Span | None = None
    speed_cm_s: Span | None = None
    reps: Span | None = None
    each: str = ""
    hold_s: Span | None = None
    beat: Tempo | None = None
    breaths: bool = False
    inhale: str = ""
    duration_s: float | None = None


_SPINE = {
    "avoid": "Off the spine",
    "light-only": "Over the spine lightly at most",
    "rest": "Resting on the spine, lightly",
}

_TO = "\N{EN DASH}"

_SIDES = {"both": "both sides at once", "each": "one side, then the other", "centre": "along the middle", "any": ""}

_QUICKEST_TICK_PER_MIN = 200.0
"""Above about three beats a second nobody follows a beat by ear."""


def brief(routine: Routine, step: Step, pad: PadLayout, duration_s: float | None = None) -> Brief:
    """What to announce of a step; `duration_s` is how long the session plans it to last, if it does."""
    count, hold = routine.wanted(step, "count"), routine.wanted(step, "hold")
    pressure, speed, rate = (routine.wanted(step, quantity) for quantity in ("pressure", "speed", "rate"))
    each = "at each point" if step.each_point else "on each side" if step.sides == "each" else ""
    notes = [f"{d.topic}: {d.about} {d.coached}" for d in routine.disagreements if step.id in d.steps]
    breath = step.breath
    return Brief(
        id=step.id,
        title=step.title,
        how=step.about,
        hands=step.hands.replace("-", " "),
        where=_where(step, pad),
        how_often=_how_often(count, hold, duration_s, each),
        pressure=_amount(pressure) or LEFT_OPEN,
        tempo=_amount(speed) or _amount(rate) or LEFT_OPEN,
        breath="" if breath is None else f"{breath.inhale} as the breath comes in, {breath.exhale} as it goes",
        spine=_SPINE[routine.spine_of(step).policy],
        notes=tuple(notes),
        force_n=_span(pressure),
        speed_cm_s=_span(speed),
        reps=_span(count),
        each=each if count is not None else "",
        hold_s=_span(hold),
        beat=tempo_of(routine, step, pad),
        breaths=breath is not None,
        inhale="" if breath is None else breath.inhale,
        duration_s=duration_s,
    )


def tempo_of(routine: Routine, step: Step, pad: PadLayout) -> Tempo | None:
    """The beat of a step: by its rate, or by its speed over the length of its zones; None where neither is asked for.

    A hand that is lifted may come back at once; one that glides back takes about as long as it took to go.
    """
    rate, speed = routine.wanted(step, "rate"), routine.wanted(step, "speed")
    if rate is not None and rate.low is not None and rate.high is not None:
        unit = 60.0 if rate.unit == "Hz" else 1.0
        # A rate is felt in ratios: the middle is as many times quicker than the one end as slower than the other.
        return _beat(rate.low * unit, rate.high * unit, (rate.low * rate.high) ** 0.5 * unit)
    way_cm = way_mm(step, pad) / _CM
    if speed is None or speed.low is None or speed.high is None or not way_cm:
        return None
    glides = step.returns == "light" or len(step.directions) > 1
    low, high = 60 * speed.low / (2 * way_cm), 60 * speed.high / (2 * way_cm if glides else way_cm)
    return _beat(low, high, (low + high) / 2)


def way_mm(step: Step, pad: PadLayout) -> float:
    """The length of the step's zones along the spine, as far as the pad has them."""
    own = [zone for zone in pad.zones if zone.name in step.zones]
    if not own:
        return 0.0
    low = max(min(zone.y0_mm for zone in own), pad.spine_y0_mm)
    return max(min(max(zone.y1_mm for zone in own), pad.spine_y1_mm) - low, 0.0)


def _beat(low: float, high: float, at: float) -> Tempo:
    return Tempo(low, high, at, at <= _QUICKEST_TICK_PER_MIN)


def _where(step: Step, pad: PadLayout) -> str:
    zones = sorted((zone for zone in pad.zones if zone.name in step.zones), key=lambda zone: zone.y0_mm)
    names = [zone.name.replace("-", " ") for zone in zones]
    if len(names) > _FEW_ZONES:
        named = f"{names[0]} to {names[-1]}"
    else:
        named = ", ".join(names or [point.name for point in step.points]) or "the whole back"
    return ", ".join(part for part in (named, _SIDES[step.sides]) if part)


def _how_often(count: Band | None, hold: Band | None, duration_s: float | None, each: str) -> str:
    parts = []
    if count is not None:
        times = "once" if count.low == count.high == 1 else f"{_range(count)} times"
        parts.append(f"{times} {each}".rstrip())
    if hold is not None:
        parts.append(f"held {_range(hold)} s")
    if not parts and duration_s is not None:
        parts.append(f"for {_clock(duration_s)}")
    return ", ".join(parts) or "until it is enough"


def _amount(band: Band | None) -> str:
    """A band as "slow, 1 to 10 cm/s"; only the numbers where it has no name but the quantity's own."""
    if band is None:
        return ""
    numbers = f"{_range(band)} {band.unit}".replace("1/min", "a minute")
    own = band.name in {"pressure", "speed", "rate"}
    return numbers if own else f"{band.name.replace('-', ' ')}, {numbers}"


def _range(band: Band) -> str:
    low, high = band.low, band.high
    if low is None or high is None:
        return f"up to {high:g}" if high is not None else f"{low:g} or more"
    return f"{low:g}" if low == high else f"{low:g}{_TO}{high:g}"


def _span(band: Band | None) -> Span | None:
    return None if band is None else (band.low, band.high)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d} min" if minutes else f"{rest} s"
