"""What was found beside what the hands really did: repetitions, hold times, rates, kinds of movement.

The rule: everything is compared with the ground truth of the scene, by place and time, and what was not found counts
as an error or is named "unseen".
"""

from __future__ import annotations

from itertools import groupby
from math import hypot
from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.findings import Hold, Stroke
from rig.technique.repetitions import RepetitionCounter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rig.analysis.findings import Rhythm
    from rig.technique.limits import Limits
    from rig.technique.routine.routine import Step
    from rig.technique.tally import Outcome
    from rig.virtual.scene import Scene
    from rig.virtual.truth import TrueContact, TrueStroke, Truth

SEEN_AS = {"knead": "press", "return": "stroke"}
"""What the analysis has no word of its own for."""

STILL_S, STILL_MM = 2.0, 25.0
"""A hand that stays for longer than the one within the other holds."""

_NEAR_MM = 60.0
_LEAST_BEATS = 4
_UNISON_S = 0.2
_STEADY = 0.15
"""A rhythm whose periods spread by more has no one rate."""

_SURE = 0.02
"""A rate that says it may be off by more is not measured here."""


def made_repetitions(truth: Truth, step: Step, limits: Limits) -> int:
    """The repetitions that the hands made, by the same rules as those that are counted."""
    counter = RepetitionCounter(step, limits)
    if step.counts == "hold":
        for still in sorted(_still(truth), key=lambda c: c.t1):
            counter.take(Hold(still.t0, still.t1, still.x_mm[0], still.y_mm[0], max(still.force_n), still.hand))
        return counter.count
    for true in sorted(truth.strokes, key=lambda s: s.t1):
        if true.kind not in {"hold", "stretch"} and true.step in {None, step.id}:
            counter.take(_as_stroke(true))
    return counter.count


def hold_errors(truth: Truth, holds: Sequence[Hold]) -> tuple[float, ...]:
    """By how many seconds each true hold was taken for longer; its whole length, negative, where it was not seen."""
    errors = []
    for contact in _still(truth):
        x, y = float(np.median(contact.x_mm)), float(np.median(contact.y_mm))
        length = contact.t1 - contact.t0
        near = [
            hold
            for hold in holds
            if hypot(hold.x_mm - x, hold.y_mm - y) < _NEAR_MM and _overlap(contact.t0, contact.t1, hold.t0, hold.t1) > 0
        ]
        best = max(near, key=lambda hold: _overlap(contact.t0, contact.t1, hold.t0, hold.t1), default=None)
        errors.append(round((0.0 if best is None else best.t1 - best.t0) - length, 3))
    return tuple(errors)


def rate_errors(truth: Truth, rhythms: Sequence[Rhythm]) -> tuple[float, ...]:
    """The relative error of each steady rhythm's rate, against the true beats of the like movements that it spans.

    Only rates that are said to be sure are measured.
    """
    errors = []
    for rhythm in rhythms:
        rates = []
        for beats in _streams(truth) if rhythm.regularity_cv <= _STEADY and rhythm.rate_doubt <= _SURE else ():
            within = [t for t in beats if rhythm.t0 - 0.3 <= t <= rhythm.t1 + 0.3]
            if len(within) >= _LEAST_BEATS - 1:
                rates.append(60.0 * (len(within) - 1) / (within[-1] - within[0]))
        if rates:
            rate = min(rates, key=lambda rate: abs(rate - rhythm.rate_per_min))
            errors.append(round(rhythm.rate_per_min / rate - 1, 4))
    return tuple(errors)


def vibration_errors(scene: Scene, strokes: Sequence[Stroke]) -> tuple[float, ...]:
    """The relative error of each vibration's rate; -1 where it was not seen."""
    errors = []
    for hand in scene.hands:
        for meant in hand.path.passes:
            if meant.kind != "vibration":
                continue
            t_s = np.arange(meant.t0_s, meant.t1_s, 0.002)
            _, y, _, _ = hand.path.at(t_s)
            turns = np.flatnonzero(np.diff(np.sign(y - (y.max() + y.min()) / 2)) > 0)
            rate = float((len(turns) - 1) / (t_s[turns[-1]] - t_s[turns[0]]))
            seen = [s for s in strokes if s.rate_hz and _overlap(s.t0, s.t1, meant.t0_s, meant.t1_s) > 0]
            errors.append(round((seen[0].rate_hz or 0.0) / rate - 1, 4) if seen else -1.0)
    return tuple(errors)


def kinds_seen(truth: Truth, outcome: Outcome) -> tuple[tuple[str, str], ...]:
    """Each true movement's kind, and that of what was found in its place for most of its time."""
    found = []
    for true in truth.strokes:
        best, what = 0.3 * (true.t1 - true.t0), "unseen"
        middle = (true.x0_mm + true.x1_mm) / 2
        for stroke in outcome.strokes:
            shared = _overlap(true.t0, true.t1, stroke.t0, stroke.t1)
            if shared > best and abs((stroke.x0_mm + stroke.x1_mm) / 2 - middle) < 2 * _NEAR_MM:
                best, what = shared, stroke.kind
        if what == "unseen" and any(_overlap(true.t0, true.t1, h.t0, h.t1) > best for h in outcome.holds):
            what = "hold"
        found.append((true.kind, what))
    return tuple(found)


def _still(truth: Truth) -> list[TrueContact]:
    """The contacts of hands that were there to stay, and stayed."""
    meant = [s for s in truth.strokes if s.kind in {"hold", "stretch"}]
    return [
        contact
        for contact in truth.contacts
        if contact.t1 - contact.t0 >= STILL_S
        and max(np.ptp(contact.x_mm), np.ptp(contact.y_mm)) <= STILL_MM
        and any(s.hand == contact.hand and _overlap(s.t0, s.t1, contact.t0, contact.t1) > 0 for s in meant)
    ]


def _streams(truth: Truth) -> Iterable[list[float]]:
    """The beginnings of like movements, in order: of each hand, and of all hands, those in unison as one."""
    for by_hand in (True, False):

        def like(stroke: TrueStroke, by_hand: bool = by_hand) -> tuple[int, str, str]:
            return stroke.hand if by_hand else 0, stroke.kind, stroke.direction

        for _, strokes in groupby(sorted(truth.strokes, key=lambda s: (*like(s), s.t0)), key=like):
            beats: list[float] = []
            for stroke in strokes:
                if not beats or stroke.t0 - beats[-1] > _UNISON_S:
                    beats.append(stroke.t0)
            yield beats


def _as_stroke(true: TrueStroke) -> Stroke:
    return Stroke(
        t0=true.t0,
        t1=true.t1,
        kind=SEEN_AS.get(true.kind, true.kind),  # type: ignore[arg-type]  # what is no kind of stroke was left out
        direction=true.direction,
        side=true.side,
        zone=None,
        length_mm=true.length_mm,
        speed_cm_s=true.speed_cm_s,
        force_mean_n=true.force_mean_n,
        force_peak_n=true.force_peak_n,
        x0_mm=true.x0_mm,
        y0_mm=true.y0_mm,
        x1_mm=true.x1_mm,
        y1_mm=true.y1_mm,
        contact=true.hand,
    )


def _overlap(a0: float, a1: float, b0: float, b1: float) -> float:
    return min(a1, b1) - max(a0, b0)
