"""The host's own device on the real firmware, in simulated time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from firmware.sim.boards import MEGA2560
from firmware.sim.line import SimWorld
from firmware.sim.simboard import SimBoard
from rig.device.device import Device
from rig.device.launch import WantedPace
from rig.errors import LinkError
from rig.pad import load_pad
from rig.wire.packets import CueKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rig.frame import Block

pytestmark = pytest.mark.firmware


def _ramp(t_s: float) -> NDArray[np.int64]:
    """Channel k reads k counts and 100 more each second."""
    return (np.arange(MEGA2560.channels) + int(100 * t_s)) % 1024


@pytest.fixture
def world() -> Iterator[SimWorld]:
    with SimBoard(MEGA2560) as sim:
        yield SimWorld(sim, _ramp)


def _blocks(device: Device, world: SimWorld, seconds: float) -> list[Block]:
    blocks = []
    end = world.now_s() + seconds
    while world.now_s() < end:
        block = device.poll()
        blocks += [block] if block is not None else []
    return blocks


@pytest.mark.parametrize(("pace", "frames_per_s"), [(WantedPace(), 259.87), (WantedPace(16, 0, 1_000_000), 519.75)])
def test_a_device_follows_the_firmware(world: SimWorld, pace: WantedPace, frames_per_s: float) -> None:
    with Device(world.open, load_pad("back-144"), world, pace=pace) as device:
        assert device.connect().channels == 144
        device.start()
        _blocks(device, world, 1.0)
        blocks = _blocks(device, world, 2.0)
        times = np.concatenate([block.t_us for block in blocks])
        counts = np.concatenate([block.counts for block in blocks]).astype(int)
        assert sum(int(block.lost.sum()) for block in blocks) == 0
        assert (times.size - 1) * 1e6 / (times[-1] - times[0]) == pytest.approx(frames_per_s, abs=0.01)
        steps = np.unique(np.diff(counts, axis=1) % 1024)
        assert set(steps.tolist()) <= {0, 1, 2}, "neighbouring channels differ by one, and by the ramp's step between"


def test_a_cue_from_the_device_sounds(world: SimWorld) -> None:
    with Device(world.open, load_pad("back-144"), world) as device:
        device.connect()
        device.start()
        _blocks(device, world, 0.5)
        before = world.sim.counters.buzzer_edges
        device.cue(CueKind.SPINE_ALARM, 100)
        _blocks(device, world, 0.05)
        assert world.sim.counters.buzzer_edges > before + 20


def test_an_unplug_and_a_hang_are_lived_through(world: SimWorld) -> None:
    with Device(world.open, load_pad("back-144"), world) as device:
        device.connect()
        device.start()
        _blocks(device, world, 0.5)
        for trouble in (world.unplug, world.sim.hang):
            trouble()
            blocks = _blocks(device, world, 4.0)
            assert device.flowing
            assert sum(len(block) for block in blocks) > 200
            times = np.concatenate([block.t_us for block in blocks])
            assert (np.diff(times) > 0).all()


def test_a_lost_line_says_so(world: SimWorld) -> None:
    line = world.open()
    world.unplug()
    with pytest.raises(LinkError, match="unplugged"):
        line.read()
    line = world.open()
    world.open()
    with pytest.raises(LinkError, match="opened elsewhere"):
        line.write(b"x")
