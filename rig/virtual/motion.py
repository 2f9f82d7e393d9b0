"""Where a hand goes: a path in time, drawn by saying what the hand does next.

A `Track` is told to land, glide, hold, lift; it writes knots every 20 ms and notes each pass that the hand means as a
stroke. The finished `Path` is read off at any times. The rule: the path is what the hand means to do; how it
trembles around that is added by its `Irregularity`, and the ground truth is taken from both together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

KNOT_S = 0.02

PassKind = Literal[
    "stroke",
    "circle",
    "figure-eight",
    "to-and-fro",
    "squeeze",
    "press",
    "knead",
    "vibration",
    "hold",
    "stretch",
    "return",
]


@dataclass(frozen=True, slots=True)
class Pass:
    """One thing that a hand means to do, from touch-down (or turn) to lift (or turn), in seconds."""

    t0_s: float
    t1_s: float
    kind: PassKind


@dataclass(frozen=True, eq=False)
class Path:
    """Knots of a hand's way: (m,) seconds, mm, mm, newtons, radians; off the pad where the force is 0."""

    t_s: NDArray[np.float64]
    x_mm: NDArray[np.float64]
    y_mm: NDArray[np.float64]
    force_n: NDArray[np.float64]
    angle_rad: NDArray[np.float64]
    passes: tuple[Pass, ...]

    @property
    def end_s(self) -> float:
        """When the hand has left."""
        return float(self.t_s[-1])

    def at(self, t_s: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
        """(n,) x, y, force and angle at the given seconds; no force before the first and after the last knot."""
        x, y, angle = (np.interp(t_s, self.t_s, v) for v in (self.x_mm, self.y_mm, self.angle_rad))
        force = np.interp(t_s, self.t_s, self.force_n, left=0.0, right=0.0)
        return x, y, force, angle


def eased(steps: int, soft: float) -> NDArray[np.float64]:
    """(steps + 1,) how far along a movement is, 0 to 1: it speeds up and slows down over `soft` of its time each."""
    u = (np.arange(steps) + 0.5) / steps
    edge = np.minimum(np.minimum(u, 1 - u) / max(soft, 1e-6), 1.0)
    speed = 0.5 - 0.5 * np.cos(np.pi * edge)
    way = np.concatenate([[0.0], np.cumsum(speed)])
    return np.asarray(way / way[-1], np.float64)


@dataclass
class Track:
    """A hand's path in the making; `t_s` is where in time it has got to, `force_n` what it presses with now."""

    t_s: float
    x_mm: float
    y_mm: float
    angle_rad: float = 0.0
    force_n: float = 0.0
    soft: float = 0.2
    passes: list[Pass] = field(default_factory=list)
    _knots: list[NDArray[np.float64]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._knots.append(np.array([[self.t_s, self.x_mm, self.y_mm, self.force_n, self.angle_rad]]))

    def along(
        self,
        seconds: float,
        way: Callable[[NDArray[np.float64]], tuple[NDArray[np.float64], NDArray[np.float64]]],
        force_n: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    ) -> Track:
        """Follow a curve: `way` gives x and y for progress 0-1, `force_n` the force for time 0-1."""
        steps = max(2, round(seconds / KNOT_S))
        u = np.arange(1, steps + 1) / steps
        x, y = way(eased(steps, self.soft)[1:])
        force = np.maximum(force_n(u), 0.0)
        rows = np.column_stack([self.t_s + seconds * u, x, y, force, np.full(steps, self.angle_rad)])
        self._knots.append(rows)
        self.t_s, self.x_mm, self.y_mm, self.force_n = (float(v) for v in rows[-1, :4])
        return self

    def straight(
        self, x_mm: float, y_mm: float, seconds: float, force_n: Callable[[NDArray[np.float64]], NDArray[np.float64]]
    ) -> Track:
        """Go straight to a place, with `force_n` as in `along`."""
        x0, y0 = self.x_mm, self.y_mm
        return self.along(seconds, lambda s: (x0 + (x_mm - x0) * s, y0 + (y_mm - y0) * s), force_n)

    def to(self, x_mm: float, y_mm: float, seconds: float, force_n: float | None = None) -> Track:
        """Go straight to a place, the force changing evenly to `force_n` (kept where not given)."""
        f0 = self.force_n
        f1 = f0 if force_n is None else force_n
        return self.straight(x_mm, y_mm, seconds, lambda u: f0 + (f1 - f0) * u)

    def wait(self, seconds: float, force_n: float | None = None) -> Track:
        """Stay where it is, the force going to `force_n` (land, press harder, ease off, lift)."""
        return self.to(self.x_mm, self.y_mm, seconds, force_n)

    def away(self, x_mm: float, y_mm: float, seconds: float) -> Track:
        """Travel above the pad; the hand must be off it."""
        if self.force_n > 0:
            raise ValueError("a hand must lift before it travels")
        return self.to(x_mm, y_mm, seconds)

    def hold(self, force_n: float, seconds: float, land_s: float = 0.2, lift_s: float = 0.2) -> Track:
        """Land, stay for `seconds` in all, and lift; noted as a hold, or as a press where shorter than a second."""
        t0 = self.t_s
        self.wait(land_s, force_n).wait(max(seconds - land_s - lift_s, 2 * KNOT_S)).wait(lift_s, 0.0)
        return self.note(t0, "hold" if seconds >= 1.0 else "press")

    def stroke(
        self, x_mm: float, y_mm: float, seconds: float, force_n: float, land_s: float = 0.12, lift_s: float = 0.12
    ) -> Track:
        """Land on the move, glide to a place, lift on the move."""
        t0, landing, lifting = self.t_s, min(land_s / seconds, 0.4), min(lift_s / seconds, 0.4)
        self.straight(
            x_mm, y_mm, seconds, lambda u: force_n * np.clip(np.minimum(u / landing, (1 - u) / lifting), 0.0, 1.0)
        )
        self.force_n = 0.0
        return self.note(t0, "stroke")

    def glide(self, x_mm: float, y_mm: float, seconds: float, force_n: float) -> Track:
        """Go to a place without lifting, at a force that is reached within the first sixth of the way."""
        t0, f0 = self.t_s, self.force_n
        self.straight(x_mm, y_mm, seconds, lambda u: f0 + (force_n - f0) * np.minimum(6 * u, 1.0))
        return self.note(t0, "stroke")

    def note(self, t0_s: float, kind: PassKind) -> Track:
        """Mark everything since `t0_s` as one pass."""
        self.passes.append(Pass(t0_s, self.t_s, kind))
        return self

    def path(self) -> Path:
        """The finished path; a hand still down lifts within 0.2 s."""
        if self.force_n > 0:
            self.wait(0.2, 0.0)
        t, x, y, force, angle = np.concatenate(self._knots).T
        return Path(t, x, y, force, angle, tuple(self.passes))
