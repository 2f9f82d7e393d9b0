"""The beat and the breath that a coached session lets people hear.

While a breath pacer runs, its breaths are the beat: an accent where one comes in, a tick where it goes. Else a step
with a tempo that can be followed has a tick a round. The rule: beats lie on a grid of device time, so that a busy
computer may be late with one and never drifts.
"""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rig.technique.coach.state import CoachState

Beat = Literal["tick", "accent"]


def beat_between(state: CoachState, after_s: float, until_s: float) -> Beat | None:
    """The last beat that falls after `after_s` and not after `until_s`, in device time; None where none does."""
    if state.phase != "practising" or state.step is None:
        return None
    if state.pacer is not None:
        half = _last_on_grid(state.pacer.t_us / 1e6, 30.0 / state.pacer.per_min, after_s, until_s)
        return None if half is None else "accent" if half % 2 == 0 else "tick"
    tempo = state.step.beat
    if tempo is None or state.ticks_s is None:
        return None
    return "tick" if _last_on_grid(state.ticks_s, 60.0 / tempo.at_per_min, after_s, until_s) is not None else None


def _last_on_grid(begin_s: float, period_s: float, after_s: float, until_s: float) -> int | None:
    """The number of the last grid line in (after, until]; None where there is none, or none yet."""
    first, last = floor((after_s - begin_s) / period_s) + 1, floor((until_s - begin_s) / period_s)
    return last if last >= max(first, 0) else None
