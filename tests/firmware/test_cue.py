"""The buzzer and the light, as their pins move."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from firmware.sim.boards import CYCLES_PER_S
from firmware.sim.simboard import BUZZER, LIGHT, SimBoard
from rig.frame import Status
from rig.wire.packets import Cue, CueKind, Result

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from firmware.sim.peer import Peer

pytestmark = pytest.mark.firmware
SOUNDS = [CueKind.SPINE_ALARM, CueKind.TICK, CueKind.ACCENT]


def _edges(sim: SimBoard, pin: int) -> NDArray[np.float64]:
    log = sim.edge_log()
    at: NDArray[np.float64] = log["at"][log["pin"] == pin] / CYCLES_PER_S
    return at


def _cue(peer: Peer, kind: int, duration_ms: int) -> Result:
    return Result(peer.order(Cue(peer.next_tag(), kind, duration_ms)).result)


@pytest.mark.parametrize("kind", SOUNDS)
def test_a_cue_sounds_for_as_long_as_it_was_asked(peer: Peer, kind: CueKind) -> None:
    peer.sim.edge_log()
    assert _cue(peer, kind, 120) is Result.DONE
    peer.run_s(0.3)
    edges = _edges(peer.sim, BUZZER)
    assert edges[-1] - edges[0] == pytest.approx(0.12, abs=0.006)
    assert 500 < 0.5 / np.median(np.diff(edges)) < 8000, "what a piezo can be heard at, in hertz"


def test_each_cue_sounds_differently(peer: Peer) -> None:
    tones = []
    for kind in SOUNDS:
        peer.sim.edge_log()
        _cue(peer, kind, 100)
        peer.run_s(0.2)
        edges = _edges(peer.sim, BUZZER)
        tones.append((len(edges), round(float(np.median(np.diff(edges))), 6)))
    assert len(set(tones)) == len(SOUNDS)


def test_the_light_is_on_during_an_alarm_and_off_after(peer: Peer) -> None:
    _cue(peer, CueKind.SPINE_ALARM, 100)
    peer.run_s(0.03)
    lit = bool(peer.sim.counters.light)
    peer.run_s(0.3)
    assert lit or _edges(peer.sim, LIGHT).size >= 2
    assert not peer.sim.counters.light


def test_off_ends_a_cue_and_a_new_cue_replaces_the_old(peer: Peer) -> None:
    _cue(peer, CueKind.SPINE_ALARM, 5000)
    peer.run_s(0.05)
    assert _cue(peer, CueKind.OFF, 0) is Result.DONE
    peer.sim.edge_log()
    peer.run_s(0.3)
    assert _edges(peer.sim, BUZZER).size <= 1
    _cue(peer, CueKind.SPINE_ALARM, 5000)
    _cue(peer, CueKind.TICK, 30)
    peer.run_s(0.1)
    peer.sim.edge_log()
    peer.run_s(0.3)
    assert _edges(peer.sim, BUZZER).size == 0


@pytest.mark.parametrize(("kind", "duration_ms"), [(4, 100), (255, 100), (1, 5001), (2, 65535)])
def test_what_is_no_cue_is_out_of_range(peer: Peer, kind: int, duration_ms: int) -> None:
    peer.sim.edge_log()
    assert _cue(peer, kind, duration_ms) is Result.OUT_OF_RANGE
    peer.run_s(0.05)
    assert _edges(peer.sim, BUZZER).size == 0


def test_frames_say_that_a_cue_is_on(peer: Peer) -> None:
    peer.start()
    peer.run_s(0.1)
    peer.take()
    asked = peer.sim.cycle
    _cue(peer, CueKind.SPINE_ALARM, 100)
    peer.run_s(0.3)
    heard = peer.take()
    frames = heard.frames()
    assert frames is not None
    on = (frames.status & Status.CUE) != 0
    began, ended = heard.ended_at(frames.end)[on][[0, -1]].astype(float) / CYCLES_PER_S - asked / CYCLES_PER_S
    assert 0 < began < 0.02
    assert ended - began == pytest.approx(0.1, abs=0.015)
    assert not on[-1]


def test_the_spine_alarm_sounds_within_milliseconds_of_the_command(peer: Peer) -> None:
    peer.start()
    peer.run_s(0.1)
    peer.sim.edge_log()
    asked = peer.sim.cycle / CYCLES_PER_S
    _cue(peer, CueKind.SPINE_ALARM, 100)
    assert _edges(peer.sim, BUZZER)[0] - asked < 0.005


def test_a_reset_silences_the_board(peer: Peer) -> None:
    _cue(peer, CueKind.SPINE_ALARM, 5000)
    peer.run_s(0.01)
    peer.sim.reset()
    peer.sim.edge_log()
    peer.run_s(0.1)
    assert _edges(peer.sim, BUZZER).size == 0
