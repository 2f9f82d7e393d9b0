"""Blocks played as pressure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.sim.boards import MEGA2560
from firmware.sim.line import SimWorld
from firmware.sim.peer import Peer
from firmware.sim.pressing import Pressing
from firmware.sim.simboard import SimBoard
from rig.errors import InputError
from rig.frame import Block
from rig.wire.packets import Hello

CHANNELS = MEGA2560.channels


def _block(t_us: list[int]) -> Block:
    n = len(t_us)
    times = np.array(t_us, np.int64)
    counts = np.broadcast_to((times // 1000 % 1024).astype(np.uint16)[:, None], (n, CHANNELS)).copy()
    return Block(times, counts, np.zeros(n, np.uint8), np.zeros(n, np.int64), np.full(n, np.nan))


@given(
    st.lists(st.lists(st.integers(1, 40_000), max_size=5), min_size=1, max_size=6),
    st.lists(st.integers(0, 30_000), min_size=1, max_size=30),
)
def test_the_last_row_at_or_before_a_time_is_what_is_read(gaps: list[list[int]], waits: list[int]) -> None:
    times = np.cumsum([0] + [gap for part in gaps for gap in part])
    cuts = np.cumsum([1] + [len(part) for part in gaps])[:-1]
    pressing = Pressing([_block(part.tolist()) for part in np.split(times, cuts)], start_s=2.0)
    for t_us in np.cumsum(waits):
        expected = times[np.searchsorted(times, t_us, "right") - 1] // 1000 % 1024
        assert pressing(2.0 + t_us * 1e-6)[0] == expected
    assert pressing(1e6)[0] == times[-1] // 1000 % 1024
    assert pressing.over


def test_nothing_to_play_is_an_error() -> None:
    with pytest.raises(InputError, match="nothing to play"):
        Pressing([])


@pytest.mark.firmware
def test_the_firmware_scans_what_is_played() -> None:
    with SimBoard(MEGA2560) as sim:
        world = SimWorld(sim, Pressing([_block(list(range(0, 1_000_000, 10_000)))]))
        line = world.open()
        peer = Peer(sim)
        peer.listen(Hello)
        line.close()
        peer.start()
        seen = set()
        for _ in range(40):
            world.wait_s(0.01)
            counts = sim.counts
            peer.run_s(0.012)
            frames = peer.take().frames()
            assert frames is not None
            seen |= set(frames.counts[-1].tolist())
            assert (frames.counts[-1] == counts[:CHANNELS]).all()
        assert len(seen) > 30
