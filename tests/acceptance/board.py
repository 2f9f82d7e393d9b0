"""Scenes through the real firmware: its scan, its frames and the host's own device, in simulated time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from firmware.sim.boards import MEGA2560
from firmware.sim.line import SimWorld
from firmware.sim.pressing import Pressing
from firmware.sim.simboard import SimBoard
from rig.device.device import Device

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rig.frame import Block
    from rig.virtual.scene import Scene


class _Pressed:
    """Nobody presses until the scene is begun."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._rest = next(scene.blocks(1)).counts[0]
        self._playing: Pressing | None = None

    def begin(self, t_s: float) -> None:
        self._playing = Pressing(self._scene.blocks(200), t_s)

    def __call__(self, t_s: float) -> NDArray[np.uint16]:
        return self._rest if self._playing is None else self._playing(t_s)


def through_firmware(scene: Scene) -> list[Block]:
    """The scene as a device receives it from the firmware.

    Times are seconds from the scene's start to when the frame had come in, so that a flag's delay holds the scan and
    the line as well.
    """
    pressed = _Pressed(scene)
    blocks: list[Block] = []
    with SimBoard(MEGA2560) as sim:
        world = SimWorld(sim, pressed)
        with Device(world.open, scene.pad.layout, world) as device:
            device.connect()
            begun_s = world.now_s()
            pressed.begin(begun_s)
            device.start()
            while world.now_s() < begun_s + scene.duration_s:
                block = device.poll()
                blocks += [block] if block is not None else []
    late_us = round((float(blocks[0].received_s[0]) - begun_s) * 1e6)
    return [replace(block, t_us=block.t_us + late_us) for block in blocks]
