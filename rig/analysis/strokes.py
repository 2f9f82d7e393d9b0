"""Strokes, presses and holds, told from the passes of each contact.

What a pass is by its shape is for `shapes.py` to say; a hand that circles or draws eights is counted by its swings
(`turns.py`, `eights.py`), one that bears down again and again without letting go by its pulses (`pulses.py`). A touch
that came to none of these is a vibration, a squeeze or a press (`touch.py`), or, if long, a hold. All else is a stroke.
What a pass is may depend on the next one, so a pass waits until that is known: the next pass, a rest or the lift
decides; of a pass that may begin an eight, the pass by which it can be none. The rule: what is told depends on the
passes of the contact and the samples under them, in their order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from rig.analysis.eights import Eights
from rig.analysis.findings import HOP_US, Heading, Hold, Stroke, StrokeKind
from rig.analysis.namer import Namer
from rig.analysis.passes import PathFollower
from rig.analysis.prints import PrintReader, Prints, is_faint
from rig.analysis.pulses import bears_down, find_pulses, squeezed
from rig.analysis.shapes import arc_mm, bent, completes, may_knead, may_pair, settles
from rig.analysis.touch import Touch, find_vibration, is_squeeze
from rig.analysis.turns import Turn, Turns
from rig.analysis.unseen import SLOPE_HOPS, unseen_us
from rig.analysis.ways import LEAST_STROKE_MM

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.analysis.shadows import TouchKey
    from rig.analysis.ways import Course, Pass
    from rig.pad import PadLayout

LEAST_TURN_MM = 12.0
"""The least chord of half a circle."""

LEAST_MEAN_N, LEAST_PRESS_N = 1.0, 1.5
"""What bears less, on the mean or at its heaviest, is no touch but what a lifted hand leaves in the sensors: the
lightest documented touch is 2 N."""

LEAST_PRESS_US = 100_000
"""A shorter touch is a brush in passing, or the edge of a landing hand."""

LONGEST_PRESS_US = 3_000_000
LEAST_HOLD_US = 2_000_000
"""Documented holds last "a few seconds", 3-10 s; between 2 and 3 s a contact is both."""

MOSTLY, CREEPS_CM_S = 0.5, 5.0
"""Pulses of force are told of a hand that does little else for this part of the time, and moves on no faster."""


@dataclass(slots=True)
class _Contact:
    path: PathFollower
    touch: Touch = field(default_factory=Touch)
    prints: Prints = field(default_factory=Prints)
    waiting: Pass | None = None
    first: Pass | None = None
    samples: int = 0
    force_sum: float = 0.0
    force_peak: float = 0.0
    told: bool = False
    stay: Pass | None = None
    stay_samples: int = 0
    stay_force: float = 0.0
    turns: Turns = field(default_factory=Turns)
    eights: Eights = field(default_factory=Eights)
    turned: Stroke | None = None
    landing: list[float] = field(default_factory=list)
    leaving: list[float] = field(default_factory=list)

    def weigh(self, force_n: NDArray[np.float64]) -> None:
        """Keep the forces at either end of the touch."""
        if len(self.landing) <= SLOPE_HOPS:
            self.landing += force_n[: SLOPE_HOPS + 1 - len(self.landing)].tolist()
        self.leaving = [*self.leaving, *force_n[-SLOPE_HOPS - 1 :].tolist()][-SLOPE_HOPS - 1 :]

    def count(self, one: Pass) -> None:
        """Sums over the whole touch."""
        self.first = self.first or one
        self.samples += one.samples
        self.force_sum += one.force_sum
        self.force_peak = max(self.force_peak, one.force_peak)


@dataclass(slots=True)
class StrokeTeller:
    """Tells what the passes of each contact were."""

    pad: PadLayout
    _contacts: dict[TouchKey, _Contact] = field(default_factory=dict, init=False)
    _namer: Namer = field(init=False)
    _reader: PrintReader = field(init=False)

    def __post_init__(self) -> None:
        self._namer = Namer(self.pad)
        self._reader = PrintReader(self.pad)

    def follow(
        self, contact: TouchKey, t_us: NDArray[np.int64], where: NDArray[np.float64], jump: NDArray[np.bool_]
    ) -> list[Pass | Course]:
        """What the contact's next k samples make certain of its path.

        Args:
            contact: which touch of which contact. t_us: (k,). where: (8, k) x, y, force, width, length, and
                what `faint_ones` says. jump: (k,).
        """
        state = self._contacts.get(contact)
        if state is None:
            state = self._contacts[contact] = _Contact(PathFollower(contact[0]))
        path = np.concatenate([t_us[None], where])
        state.prints.add(path)
        if not state.told:
            state.touch.add(path[:6])
        state.turns.add(path[:4])
        state.weigh(where[2])
        x, y, force = where[:3]
        return state.path.push(t_us, x, y, force, jump)

    def lift(self, contact: TouchKey, certain_us: int) -> list[Pass | Course]:
        """The touch's last pass; empty if nothing was ever seen of it."""
        known = self._contacts.get(contact)
        return [*known.path.finish(certain_us)] if known is not None else []

    def tell(self, contact: TouchKey, one: Pass) -> list[Stroke | Hold]:
        """What is certain now that `contact` has completed another pass."""
        state = self._contacts[contact]
        state.count(one)
        found: list[Stroke | Hold] = []
        circling = state.turns.going
        for known in [*state.eights.release(), one] if circling else state.eights.take(one, state.turns.path):
            found += (
                self._eight(contact, state, known) if isinstance(known, Turn) else self._told(contact, state, known)
            )
        state.told |= state.turns.going or any(isinstance(movement, Stroke) for movement in found)
        if one.last:
            found += self._turned(contact, state, one.certain_us, over=True)
            found += self._held(contact, state, one.t1_us, lifted=True)
            if not state.told:
                found = self._in_place(contact, state, one, found)
            del self._contacts[contact]
        return [measured for movement in found if (measured := self._measured(state, movement)) is not None]

    def _told(self, contact: TouchKey, state: _Contact, one: Pass) -> list[Stroke | Hold]:
        """What is certain now that `one`, no part of an eight, is known."""
        found: list[Stroke | Hold] = []
        waiting, state.waiting = state.waiting, None
        if waiting is not None and one.chord_mm >= LEAST_TURN_MM and self._kneads(state, waiting, one):
            found += self._turned(contact, state, waiting.t0_us, over=True)
            state.turns.forget(one.t1_us)
            found += self._stayed(contact, state, waiting, moved=False)
            found += self._stayed(contact, state, one, moved=False)
        elif waiting is not None and one.chord_mm >= LEAST_TURN_MM and completes(waiting, one):
            found += self._stayed(contact, state, waiting, moved=True)
            found += self._paired(contact, state, waiting, one)
        else:
            found += self._alone(contact, state, waiting)
            if one.chord_mm >= LEAST_TURN_MM and may_pair(one) and not one.last:
                state.waiting = one
            else:
                found += self._alone(contact, state, one)
        return found

    def _kneads(self, state: _Contact, first: Pass, second: Pass) -> bool:
        """Whether two passes are one push of a hand that stays, to be told by its pulses."""
        return may_knead(first, second) and bears_down(state.prints.between(first.t0_us, second.t1_us))

    def _eight(self, contact: TouchKey, state: _Contact, turn: Turn) -> list[Stroke | Hold]:
        """A figure of eight, and what it puts an end to."""
        found: list[Stroke | Hold] = self._alone(contact, state, state.waiting)
        state.waiting = None
        found += self._turned(contact, state, turn.t0_us, over=True)
        state.turns.forget(turn.t1_us)
        found += self._held(contact, state, turn.t0_us, lifted=False)
        return [*found, self._namer.turn(contact[0], "figure-eight", turn)]

    def _measured(self, state: _Contact, movement: Stroke | Hold) -> Stroke | Hold | None:
        """The movement with the print of its hand; None if no hand made it."""
        t0_us, t1_us = movement.t0 * 1e6, movement.t1 * 1e6
        seen = self._reader.read(state.prints.between(t0_us, t1_us))
        state.prints.forget(t0_us)
        if seen.faint:
            return None
        extents = {"contact_width_mm": seen.width_mm, "contact_length_mm": seen.length_mm, "contact_size": seen.size}
        return msgspec.structs.replace(movement, **extents)

    def _alone(self, contact: TouchKey, state: _Contact, one: Pass | None) -> list[Stroke | Hold]:
        """What a pass by itself is, and the stay that it ends."""
        if one is None:
            return []
        if state.turns.going and (bent(one) or one.chord_mm < LEAST_STROKE_MM):
            return []  # part of a turn, which will be told by its swings
        strokes = self._single(contact, state, one)
        over = self._turned(contact, state, one.t0_us, over=True)
        state.turns.forget(one.t1_us)
        return [*over, *self._stayed(contact, state, one, moved=bool(strokes)), *strokes]

    def _paired(self, contact: TouchKey, state: _Contact, first: Pass, second: Pass) -> list[Stroke]:
        """What two passes in a row make: a to-and-fro, or turns of a circle, told by its swings."""
        pair = self._pair(contact, first, second)
        if pair.kind != "circle":
            over = self._turned(contact, state, first.t0_us, over=True)
            state.turns.forget(second.t1_us)
            return [*over, pair]
        if not state.turns.going:
            state.turns.going, state.turned = True, pair
        return self._turned(contact, state, second.certain_us, over=False)

    def _turned(self, contact: TouchKey, state: _Contact, until_us: int, *, over: bool) -> list[Stroke]:
        """The turns that are new by then; of a bout that is over and showed none, the pair that it began with."""
        if not state.turns.going:
            return []
        found = [self._namer.turn(contact[0], "circle", turn) for turn in state.turns.told_until(until_us, over=over)]
        if over and not found and state.turned is not None:
            found = [state.turned]
        state.turned = None if found else state.turned
        return found

    def _stayed(self, contact: TouchKey, state: _Contact, one: Pass, *, moved: bool) -> list[Stroke | Hold]:
        """Count a pass that went nowhere to the stay under way; one that `moved` ends it."""
        state.stay = state.stay or one
        if not moved:
            state.stay_samples += one.samples
            state.stay_force += one.force_sum
            return []
        if not state.stay_samples:
            state.stay_samples, state.stay_force = one.samples, one.force_sum
        return self._held(contact, state, one.began_us + one.rested_us, lifted=False)

    def heading(self, contact: TouchKey, course: Course) -> Heading | None:
        """The course of a pass under way, in words; None if no hand goes there."""
        if is_faint(self._contacts[contact].prints.between(course.t0_us, course.certain_us)):
            return None
        return self._namer.heading(contact[0], course)

    def _single(self, contact: TouchKey, state: _Contact, one: Pass) -> list[Stroke]:
        if one.chord_mm < LEAST_STROKE_MM or one.force_sum < LEAST_MEAN_N * one.samples:
            return []
        if settles(one):
            return []
        creeps = one.chord_mm * 1e5 <= CREEPS_CM_S * (one.t1_us - one.t0_us)
        if creeps and self._pulses(contact, state, one.t0_us, one.t1_us):
            return []  # told with what else the hand does there
        direction = self._namer.direction(one)
        return [self._namer.passes(contact[0], "stroke", direction, one, one, arc_mm(one))]

    def _in_place(
        self, contact: TouchKey, touch: _Contact, last: Pass, holds: list[Stroke | Hold]
    ) -> list[Stroke | Hold]:
        """What a whole touch was that went nowhere, however its centre wandered meanwhile."""
        first = touch.first
        assert first is not None
        lasted_us = last.t1_us - first.t0_us
        if lasted_us < LEAST_PRESS_US or touch.force_peak < LEAST_PRESS_N:
            return holds
        if any(isinstance(movement, Stroke) for movement in holds):
            return holds
        samples = touch.touch.samples()
        whole = self._namer.passes(contact[0], "press", "none", first, last, 0.0)
        force = {"force_mean_n": touch.force_sum / touch.samples, "force_peak_n": touch.force_peak}
        shaken = find_vibration(samples)
        if shaken is not None:
            times = {"t0": shaken.t0_us / 1e6, "t1": shaken.t1_us / 1e6, "rate_hz": shaken.rate_hz}
            return [msgspec.structs.replace(whole, kind="vibration", **times, **force)]
        if lasted_us > LONGEST_PRESS_US:
            return holds
        if pulses := self._pulses(contact, touch, first.t0_us, last.t1_us):
            return [*pulses]
        return [*holds, msgspec.structs.replace(whole, kind="squeeze" if is_squeeze(samples) else "press", **force)]

    def _pair(self, contact: TouchKey, first: Pass, second: Pass) -> Stroke:
        kind: StrokeKind = "circle" if bent(first) else "to-and-fro"
        return self._namer.passes(contact[0], kind, "none", first, second, arc_mm(first) + arc_mm(second))

    def _held(self, contact: TouchKey, state: _Contact, end_us: int, *, lifted: bool) -> list[Stroke | Hold]:
        """The stay that ends then, if it was long and firm enough for a hold: pulses of force, or a hold."""
        began, mean_n = state.stay, state.stay_force / max(state.stay_samples, 1)
        state.stay, state.stay_samples, state.stay_force = None, 0, 0.0
        if began is None or end_us - began.began_us < LEAST_HOLD_US or mean_n < LEAST_MEAN_N:
            return []
        pulses = self._pulses(contact, state, began.began_us, end_us)
        if pulses:
            return [*pulses]
        t0_us, t1_us = float(began.began_us), float(end_us)
        # As much as its ends were unseen is part of it.
        if began is state.first:
            t0_us -= unseen_us(state.landing)
        if lifted:
            t1_us += HOP_US + unseen_us(state.leaving[::-1])
        return [Hold(round(t0_us) / 1e6, round(t1_us) / 1e6, began.x0, began.y0, mean_n, contact[0])]

    def _pulses(self, contact: TouchKey, state: _Contact, t0_us: int, t1_us: int) -> list[Stroke]:
        """The squeezes and pushes, without letting go, that fill most of a span; empty if none do."""
        path = state.prints.between(t0_us, t1_us)
        pulses = find_pulses(path)
        if not pulses or path[0, pulses[-1].stop] - path[0, pulses[0].start] < MOSTLY * (t1_us - t0_us):
            return []
        kind: StrokeKind = "squeeze" if squeezed(path, pulses) else "press"
        return [self._namer.pulse(contact[0], kind, path, one) for one in pulses]
