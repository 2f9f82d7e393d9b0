"""What the analysis finds on the pad, in the words of the field; the judging reads nothing else.

Two shapes: columns (`ContactTable`, `HopTable`) for what exists at every instant, so that judging an hour stays
a few array operations, and one object each for what begins and ends (`Stroke`, `Hold`, `Rhythm`, `Fault`, `Gap`).
The rule: a finding never changes once given out, and which push it came out of means nothing. Times ending in
`_us` are integer microseconds of device time from the session's start; `t0`, `t1` of report entries are seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HOP_US = 20_000
"""The analysis' step: scans are averaged over 20 ms of device time, whatever the board's rate."""

StrokeKind = Literal["stroke", "circle", "figure-eight", "to-and-fro", "squeeze", "press", "vibration"]
Direction = Literal["up", "down", "out", "in", "none"]
Side = Literal["left", "right", "both", "centre"]
ContactSize = Literal["small", "hand", "forearm"]
"""Of a contact: fingertips, a thumb or the heel of a hand; a flat hand; a forearm."""

FaultKind = Literal["stuck", "shorted", "open", "noisy", "drifting"]


@dataclass(frozen=True, slots=True, eq=False)
class ContactTable:
    """Each contact in each hop, m rows, hop after hop.

    Attributes:
        t_us: (m,) int64, the hop's start.
        contact: (m,) int64, the contact's number: one number from touch-down to lift, never used again.
        x_mm, y_mm: (m,) float64, centre of force, foam spread undone.
        force_n, peak_n: (m,) float64, total force, and the largest of a single tile.
        width_mm, length_mm: (m,) float64, extent across and along the back.
    """

    t_us: NDArray[np.int64]
    contact: NDArray[np.int64]
    x_mm: NDArray[np.float64]
    y_mm: NDArray[np.float64]
    force_n: NDArray[np.float64]
    peak_n: NDArray[np.float64]
    width_mm: NDArray[np.float64]
    length_mm: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class HopTable:
    """The pad as a whole in each hop, h rows; hops without a single scan are absent.

    Attributes:
        t_us: (h,) int64, the hop's start.
        total_n: (h,) float64, force on the whole pad.
        spine_n: (h,) float64, force of the body that presses most directly on the spine line (0 where hands are only
            beside it); limits hold for each hand, so two that rest on the line do not add up.
        spine_y_mm: (h,) float64, where along the line; NaN where spine_n is 0.
        at_least: (h,) bool, a sensor was at or beyond its range: the forces are lower bounds.
    """

    t_us: NDArray[np.int64]
    total_n: NDArray[np.float64]
    spine_n: NDArray[np.float64]
    spine_y_mm: NDArray[np.float64]
    at_least: NDArray[np.bool_]


class Stroke(msgspec.Struct, frozen=True):
    """A contact's journey: one pass of a stroke, one turn of a circle, one press, one squeeze, a whole vibration.

    `force_parts_n` is the mean force over each eighth of the way of a straight stroke; empty for all else. `rate_hz`
    is how fast a vibration is; None for all else. `contact_width_mm` and `contact_length_mm` are the hand's extents
    across and along the back, `contact_size` what they say of it; None where they do not tell.
    """

    t0: float
    t1: float
    kind: StrokeKind
    direction: Direction
    side: Side
    zone: str | None
    length_mm: float
    speed_cm_s: float
    force_mean_n: float
    force_peak_n: float
    x0_mm: float
    y0_mm: float
    x1_mm: float
    y1_mm: float
    contact: int
    step: str | None = None
    force_parts_n: tuple[float, ...] = ()
    rate_hz: float | None = None
    contact_width_mm: float | None = None
    contact_length_mm: float | None = None
    contact_size: ContactSize | None = None


class Heading(msgspec.Struct, frozen=True):
    """The way a contact is going, told once a pass, while it goes: it has come far enough to be nothing but a stroke.

    The first stroke of the same contact that ends after `t0` is what it came to; a path that bends into a circle
    later on is told as a circle.

    Attributes:
        t: when this was certain. t0: when the contact set out.
        x_mm, y_mm, force_n: at `t`. length_mm, speed_cm_s, force_mean_n: from `t0` to `t`.
    """

    t: float
    t0: float
    direction: Direction
    side: Side
    x0_mm: float
    y0_mm: float
    x_mm: float
    y_mm: float
    length_mm: float
    speed_cm_s: float
    force_mean_n: float
    force_n: float
    contact: int


class Rhythm(msgspec.Struct, frozen=True):
    """A run of like strokes: how many a minute, and how regular (standard deviation over mean of the periods).

    `rate_doubt` is the share of the rate by which it may be off (standard error): few beats say little.
    """

    t0: float
    t1: float
    rate_per_min: float
    regularity_cv: float
    beats: int
    step: str | None = None
    rate_doubt: float = 0.0


class Beat(msgspec.Struct, frozen=True):
    """One beat of a rhythm, as it falls: the moment, and the rate over the last few."""

    t: float
    rate_per_min: float | None
    side: Side


class Hold(msgspec.Struct, frozen=True):
    """A contact that stayed in one place; its extents and size as of a `Stroke`."""

    t0: float
    t1: float
    x_mm: float
    y_mm: float
    force_mean_n: float
    contact: int
    step: str | None = None
    contact_width_mm: float | None = None
    contact_length_mm: float | None = None
    contact_size: ContactSize | None = None


class Gap(msgspec.Struct, frozen=True):
    """A stretch without scans; nothing within it is judged."""

    t0: float
    t1: float
    lost_frames: int


class Fault(msgspec.Struct, frozen=True):
    """A sensor whose reading means nothing from `t0` on: stuck, dead, shorted, noisy; its channel is left out."""

    t0: float
    channel: int
    x_mm: float
    y_mm: float
    what: FaultKind
    value: float
    limit: float
    unit: str


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """All that one push brought to light; complete up to `until_us`."""

    until_us: int
    hops: HopTable
    contacts: ContactTable
    strokes: list[Stroke] = field(default_factory=list)
    rhythms: list[Rhythm] = field(default_factory=list)
    beats: list[Beat] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)

    @property
    def told(self) -> bool:
        """Whether the push brought more to light than hops and their contacts."""
        lists = self.strokes, self.rhythms, self.beats, self.holds, self.gaps, self.faults, self.headings
        return any(lists)
