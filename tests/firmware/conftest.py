"""Boards that run the real firmware, in lock-step. What cannot be built fails with the name of its package."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firmware.sim.boards import ATMEGA328P, MEGA2560, Board
from firmware.sim.peer import Peer
from firmware.sim.simboard import SimBoard
from rig.wire.packets import Hello

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(params=[MEGA2560, ATMEGA328P], ids=lambda board: board.mcu)
def model(request: pytest.FixtureRequest) -> Board:
    """Each kind of board."""
    board: Board = request.param
    return board


@pytest.fixture
def sim(model: Board) -> Iterator[SimBoard]:
    """A board at power-on, which has not run yet."""
    with SimBoard(model, samples=True, edges=True) as board:
        yield board


@pytest.fixture
def peer(sim: SimBoard) -> Peer:
    """A host that has heard the boot hello."""
    host = Peer(sim)
    host.listen(Hello)
    host.take()
    return host
