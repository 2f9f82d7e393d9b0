"""What really happened on the virtual pad: contacts, strokes, force on the spine line, rhythm, gaps, faults.

The truth is read off the hands themselves - their paths with all their unsteadiness - before foam and sensors blur
it. Two definitions matter, both from the rig's acceptance: pressure is *direct* where a hand presses with at least
6 N and its centre of force lies within 8 mm of the spine line, and the line is *clear* while no hand's own pressure
reaches it. Between the two lies a grey zone about which the truth says nothing. The rule: the truth is a value that
JSON carries (`rig perform --truth FILE` writes it), with times in seconds from the scene's start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec
import numpy as np

from rig.errors import InputError, StorageError
from rig.virtual.motion import PassKind  # noqa: TC001 (msgspec reads the types at run time)
from rig.virtual.patches import HandKind  # noqa: TC001 (likewise)
from rig.virtual.sensor_faults import SensorFault  # noqa: TC001 (likewise)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rig.virtual.hands import Hand
    from rig.virtual.motion import Pass

TRACE_S = 0.01
DIRECT_N = 6.0
CENTRED_MM = 8.0
TOUCH_N = 0.5
"""Below this a hand counts as off the pad: half a newton is less than a resting finger."""

TrueDirection = Literal["up", "down", "out", "in", "none"]
TrueSide = Literal["left", "right", "centre"]


class TrueContact(msgspec.Struct, frozen=True):
    """One hand from touch-down to lift, sampled every 10 ms: seconds, mm, mm, newtons.

    `clearance_mm` is how far its own pressure stays from the spine line (negative over it).
    """

    hand: int
    kind: HandKind
    t0: float
    t1: float
    t: list[float]
    x_mm: list[float]
    y_mm: list[float]
    force_n: list[float]
    clearance_mm: list[float]


class TrueStroke(msgspec.Struct, frozen=True):
    """One pass that a hand meant; speed is the way along its path over the time in contact."""

    hand: int
    hand_kind: HandKind
    kind: PassKind
    t0: float
    t1: float
    direction: TrueDirection
    side: TrueSide
    length_mm: float
    speed_cm_s: float
    force_mean_n: float
    force_peak_n: float
    x0_mm: float
    y0_mm: float
    x1_mm: float
    y1_mm: float
    step: str | None = None


class TrueRhythm(msgspec.Struct, frozen=True):
    """A run of strokes in one direction; hands in unison make one beat."""

    t0: float
    t1: float
    direction: TrueDirection
    rate_per_min: float
    regularity_cv: float
    beats: int


class SpinePress(msgspec.Struct, frozen=True):
    """Direct pressure on the line: at least 6 N, centred within 8 mm."""

    hand: int
    t0: float
    t1: float
    force_peak_n: float
    y_mm: float


class Span(msgspec.Struct, frozen=True):
    """From `t0` to `t1`, in seconds."""

    t0: float
    t1: float


class ExpectedFlag(msgspec.Struct, frozen=True):
    """A flag of this kind should be raised somewhere between `t0` and `t1`."""

    kind: str
    t0: float
    t1: float
    step: str | None = None


class Breathing(msgspec.Struct, frozen=True):
    """What the hands breathe along with: a breath in begins at `t0` seconds, half of each breath is one."""

    t0: float
    per_min: float


class StepSpan(msgspec.Struct, frozen=True):
    """When a documented step was performed; `breath` is what a pacer showed, in steps that follow one."""

    step: str
    t0: float
    t1: float
    breath: Breathing | None = None


class Truth(msgspec.Struct, frozen=True):
    """Everything that is known about a scene; `touched` and `clear` are spans, see the module's head."""

    duration_s: float
    contacts: list[TrueContact]
    strokes: list[TrueStroke]
    rhythms: list[TrueRhythm]
    spine: list[SpinePress]
    touched: list[Span]
    clear: list[Span]
    gaps: list[Span]
    faults: list[SensorFault]
    expected: list[ExpectedFlag]
    steps: list[StepSpan]
    schema: str = "rig.truth/1"

    @property
    def line_stays_clear(self) -> bool:
        """Whether no hand's own pressure ever reaches the spine line."""
        down = sum(s.t1 - s.t0 for s in self.touched)
        return abs(down - sum(s.t1 - s.t0 for s in self.clear)) < TRACE_S / 2

    def to_json(self) -> str:
        """The truth as text."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1).decode()


def load_truth(path: Path) -> Truth:
    """A truth file.

    Raises:
        StorageError: it cannot be read. InputError: it is no truth file.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Truth)
    except OSError as error:
        raise StorageError(f"{path}: cannot be read ({error.strerror})") from error
    except msgspec.MsgspecError as error:
        raise InputError(f"{path}: not a truth file: {error}") from error


def spans(on: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """(first, last) rows of each unbroken run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], on, [False]]).astype(np.int8)))
    return [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def told(
    hands: Sequence[Hand],
    duration_s: float,
    spine_x_mm: float,
    *,
    gaps: Sequence[Span] = (),
    faults: Sequence[SensorFault] = (),
    expected: Sequence[ExpectedFlag] = (),
    steps: Sequence[StepSpan] = (),
) -> Truth:
    """The truth about these hands."""
    t_s = np.arange(round(duration_s / TRACE_S) + 1).astype(np.float64) * TRACE_S
    touched, over = np.zeros(len(t_s), bool), np.zeros(len(t_s), bool)
    contacts, strokes, spine = [], [], []
    for number, hand in enumerate(hands):
        trace = _Trace(hand, t_s, spine_x_mm)
        touched |= trace.down
        over |= trace.down & (trace.clearance <= 0)
        contacts += trace.contacts(number)
        spine += trace.direct(number, spine_x_mm)
        strokes += [trace.stroke(number, p, spine_x_mm, steps) for p in hand.path.passes]
    strokes.sort(key=lambda s: (s.t0, s.hand))
    return Truth(
        duration_s,
        contacts,
        strokes,
        rhythms_of(strokes),
        sorted(spine, key=lambda s: s.t0),
        [Span(_r(t_s[a]), _r(t_s[b])) for a, b in spans(touched)],
        [Span(_r(t_s[a]), _r(t_s[b])) for a, b in spans(touched & ~over)],
        list(gaps),
        list(faults),
        list(expected),
        list(steps),
    )


def direction_of(dx_mm: float, dy_mm: float, x0_mm: float, spine_x_mm: float) -> TrueDirection:
    """The word for a move: the longer component decides; none below 15 mm."""
    if max(abs(dx_mm), abs(dy_mm)) < 15:
        return "none"
    if abs(dy_mm) >= abs(dx_mm):
        return "up" if dy_mm > 0 else "down"
    outward = dx_mm if x0_mm + dx_mm / 2 >= spine_x_mm else -dx_mm
    return "out" if outward > 0 else "in"


def rhythms_of(strokes: Sequence[TrueStroke]) -> list[TrueRhythm]:
    """Runs of at least three beats in one direction; a pause of over 2.5 usual periods ends a run."""
    found = []
    for direction in ("up", "down", "out", "in"):
        starts = np.array(sorted(s.t0 for s in strokes if s.direction == direction and s.kind == "stroke"))
        if len(starts) < 3:
            continue
        starts = starts[np.diff(starts, prepend=-np.inf) > 0.35]  # hands in unison
        if len(starts) < 3:
            continue
        usual = np.median(np.diff(starts))
        for run in np.split(starts, np.flatnonzero(np.diff(starts) > 2.5 * usual) + 1):
            periods = np.diff(run)
            if len(periods) >= 2:
                rate = 60 / float(periods.mean())
                cv = float(periods.std() / periods.mean())
                found.append(TrueRhythm(_r(run[0]), _r(run[-1]), direction, round(rate, 3), round(cv, 4), len(run)))
    return sorted(found, key=lambda r: r.t0)


class _Trace:
    """One hand along the whole scene."""

    def __init__(self, hand: Hand, t_s: NDArray[np.float64], spine_x_mm: float) -> None:
        self.hand, self.t_s = hand, t_s
        self.x, self.y = np.empty(len(t_s)), np.empty(len(t_s))
        self.force, self.clearance = np.empty(len(t_s)), np.empty(len(t_s))
        for start in range(0, len(t_s), 4096):
            rows = slice(start, start + 4096)
            touch = hand.touch(t_s[rows])
            self.x[rows], self.y[rows] = touch.centre()
            self.force[rows] = touch.total_n
            self.clearance[rows] = touch.clearance_mm(spine_x_mm)
        self.down = self.force >= TOUCH_N

    def contacts(self, number: int) -> list[TrueContact]:
        def listed(values: NDArray[np.float64], rows: slice) -> list[float]:
            return [round(v, 3) for v in values[rows].tolist()]

        found = []
        for first, last in spans(self.down):
            rows = slice(first, last + 1)
            columns = [listed(v, rows) for v in (self.t_s, self.x, self.y, self.force, self.clearance)]
            span = _r(self.t_s[first]), _r(self.t_s[last])
            found.append(TrueContact(number, self.hand.patch.kind, *span, *columns))
        return found

    def direct(self, number: int, spine_x_mm: float) -> list[SpinePress]:
        on = self.down & (self.force >= DIRECT_N)
        on[on] = np.abs(self.x[on] - spine_x_mm) <= CENTRED_MM
        found = []
        for a, b in spans(on):
            peak = a + int(np.argmax(self.force[a : b + 1]))
            times = _r(self.t_s[a]), _r(self.t_s[b])
            found.append(SpinePress(number, *times, _r(self.force[peak]), _r(self.y[peak])))
        return found

    def stroke(self, number: int, meant: Pass, spine_x_mm: float, steps: Sequence[StepSpan]) -> TrueStroke:
        a, b = np.searchsorted(self.t_s, (meant.t0_s, meant.t1_s))
        rows = np.arange(a, min(b + 1, len(self.t_s)))
        rows = rows[self.down[rows]]
        if rows.size < 2:
            raise ValueError(f"hand {number}: the pass at {meant.t0_s:.2f} s never touches the pad")
        x, y, force, t = self.x[rows], self.y[rows], self.force[rows], self.t_s[rows]
        dx, dy = float(x[-1] - x[0]), float(y[-1] - y[0])
        # The intended path gives the length: tremor would add a way that nobody went.
        px, py, _, _ = self.hand.path.at(t)
        way = float(np.hypot(np.diff(px), np.diff(py)).sum())
        mean_x = float(x.mean()) - spine_x_mm
        side: TrueSide = "centre" if abs(mean_x) <= CENTRED_MM else ("left" if mean_x < 0 else "right")
        straight = meant.kind in ("stroke", "return")
        step = next((s.step for s in steps if s.t0 <= meant.t0_s < s.t1), None)
        return TrueStroke(
            number,
            self.hand.patch.kind,
            meant.kind,
            _r(t[0]),
            _r(t[-1]),
            direction_of(dx, dy, float(x[0]), spine_x_mm) if straight else "none",
            side,
            _r(way),
            _r(way / 10 / max(float(t[-1] - t[0]), TRACE_S)),
            _r(force.mean()),
            _r(force.max()),
            _r(x[0]),
            _r(y[0]),
            _r(x[-1]),
            _r(y[-1]),
            step,
        )


def _r(value: float | np.floating) -> float:
    return round(float(value), 3)
