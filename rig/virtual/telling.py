"""The truth of a scene, read off its hands: their paths with all their unsteadiness, before foam and sensors blur it.

The rule: nothing here looks at a count or a newton of a sensor, so that what the analysis finds is held against what
the hands did and not against another finding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.virtual.truth import TRACE_S, Span, SpinePress, TrueContact, TrueRhythm, TrueStroke, Truth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rig.virtual.hands import Hand
    from rig.virtual.motion import Pass
    from rig.virtual.sensor_faults import SensorFault
    from rig.virtual.truth import ExpectedFlag, StepSpan, TrueDirection, TrueSide

DIRECT_N = 6.0
CENTRED_MM = 8.0
"""The rig's acceptance: pressure is direct from so much on, centred so near the spine line."""

ON_LINE_MM = 13.0
"""Half the width of the reference pad's tiles under the line."""

TOUCH_N = 0.5
"""Below this a hand counts as off the pad: half a newton is less than a resting finger."""


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
        self.on_line = np.empty(len(t_s))
        for start in range(0, len(t_s), 4096):
            rows = slice(start, start + 4096)
            touch = hand.touch(t_s[rows])
            self.x[rows], self.y[rows] = touch.centre()
            self.force[rows] = touch.total_n
            self.clearance[rows] = touch.clearance_mm(spine_x_mm)
            self.on_line[rows] = touch.within_n(spine_x_mm, ON_LINE_MM)
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
            most = self.on_line[a : b + 1].max()
            found.append(SpinePress(number, *times, _r(self.force[peak]), _r(self.y[peak]), _r(most)))
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
