from __future__ import annotations

import msgspec
import numpy as np
import pytest

from rig.errors import InputError
from rig.pad import load_pad
from rig.virtual import wiring

PAD = load_pad("back-144")
COUNTS = np.random.default_rng(3).integers(0, 1024, (50, 144)).astype(np.uint16)
"""Channel = input x 9 + mux on this pad."""


def test_a_fault_leaves_the_sound_counts_alone() -> None:
    before = COUNTS.copy()
    for fault in (wiring.dead(1), wiring.swapped(1, 2), wiring.bridged(PAD, 1, 2), wiring.loose(PAD, 1, 0)):
        fault(COUNTS)
    assert (before == COUNTS).all()


def test_which_sensor_a_channel_reads() -> None:
    swapped = wiring.select_swapped(PAD, {2}, 0, 2)(COUNTS)
    stuck = wiring.select_stuck(PAD, {0, 1}, 3, high=True)(COUNTS)
    crossed = wiring.muxes_swapped(PAD, 4, 7)(COUNTS)

    assert (swapped[:, 1 * 9 + 2] == COUNTS[:, 4 * 9 + 2]).all()
    assert (swapped[:, 5 * 9 + 2] == COUNTS[:, 5 * 9 + 2]).all()
    assert (swapped[:, 1 * 9 + 3] == COUNTS[:, 1 * 9 + 3]).all()
    assert (stuck[:, 2 * 9 + 1] == COUNTS[:, 10 * 9 + 1]).all()
    assert (stuck[:, 2 * 9 + 2] == COUNTS[:, 2 * 9 + 2]).all()
    assert (crossed[:, 3 * 9 + 4] == COUNTS[:, 3 * 9 + 7]).all()
    assert (wiring.mux_constant(PAD, 6, 5)(COUNTS)[:, 6::9] == COUNTS[:, [5 * 9 + 6]]).all()


def test_what_a_broken_circuit_reads() -> None:
    assert (wiring.shorted(PAD, 5)(COUNTS)[:, 5] == int(1023 * 3300 / 3370)).all()
    assert (wiring.mux_at_rail(PAD, 3)(COUNTS)[:, 3::9] == 1023).all()
    assert (wiring.mux_dead(PAD, 3)(COUNTS)[:, 3::9] == 0).all()
    halves = np.full((1, 144), 341, np.uint16)  # a third of full scale: twice the divider's resistance
    both = wiring.bridged(PAD, 8, 17)(halves)
    assert both[0, 8] == both[0, 17] == pytest.approx(1023 / 2, abs=1)


def test_a_pad_without_multiplexers_has_no_wiring_to_break() -> None:
    bare = msgspec.structs.replace(
        PAD, sensors=tuple(msgspec.structs.replace(s, mux=None, input=None) for s in PAD.sensors)
    )
    with pytest.raises(InputError, match="no wiring to break"):
        wiring.mux_dead(bare, 1)
