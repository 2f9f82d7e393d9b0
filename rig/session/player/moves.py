"""Where the cursor of a replay can be sent: frames, seconds, flags, steps, the ends.

The rule: a move that has nowhere to go gives None, and the cursor stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.session.player.player import Player

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SECOND_US = 1_000_000


def _step_before(player: Player, t_us: int) -> int | None:
    return max((span.t0_us for span in player.spans if span.t0_us < t_us), default=None)


def _step_behind(player: Player, t_us: int) -> int | None:
    return min((span.t0_us for span in player.spans if span.t0_us > t_us), default=None)


MOVES: Mapping[str, Callable[[Player, int], int | None]] = {
    "back": Player.frame_before,
    "on": Player.frame_after,
    "second-back": lambda _, t_us: t_us - SECOND_US,
    "second-on": lambda _, t_us: t_us + SECOND_US,
    "ten-back": lambda _, t_us: t_us - 10 * SECOND_US,
    "ten-on": lambda _, t_us: t_us + 10 * SECOND_US,
    "previous-flag": Player.previous_flag,
    "next-flag": Player.next_flag,
    "step-back": _step_before,
    "step-on": _step_behind,
    "begin": lambda player, _: player.first_us,
    "end": lambda player, _: player.last_us,
}
"""From a player and the cursor's moment to the moment to go to; it may lie outside the recording."""
