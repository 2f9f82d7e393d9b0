"""Gestures, from scripted contacts and from virtual hands; and that no step looks like one."""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.analysis.analysis import Analysis
from rig.analysis.findings import HOP_US, ContactTable
from rig.calibration.nominal import NominalConversion
from rig.pad import load_pad
from rig.performance.perform import perform
from rig.performance.signs import sign_scene
from rig.technique.coach.gestures import AGAIN_US, HELD_US, GestureWatch
from rig.technique.routine.loading import builtin_routines, load_routine
from rig.virtual.virtual_pad import VirtualPad

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rig.performance.signs import Sign
    from rig.virtual.scene import Scene

PAD = load_pad("back-144")
PALM = (10.0, 55.0, 80.0)
TIP = (10.0, 12.0, 40.0)
TOP, BOTTOM = 510.0, -30.0

Rows = list[tuple[int, int, float, float, float, float, float]]


def lying(
    t0: float, t1: float, x: float, y: float, contact: int, shape: tuple[float, float, float] = PALM, drift: float = 0.0
) -> Rows:
    """A contact that lies at a place, or drifts along the back at so many mm a second."""
    force, width, length = shape
    hops = range(round(t0 * 1e6) // HOP_US, round(t1 * 1e6) // HOP_US)
    return [(h * HOP_US, contact, x, y + drift * (h * HOP_US / 1e6 - t0), force, width, length) for h in hops]


def table(rows: Iterable[tuple[float, ...]]) -> ContactTable:
    t, contact, x, y, force, width, length = np.array(sorted(rows), float).reshape(-1, 7).T
    return ContactTable(t.astype(np.int64), contact.astype(np.int64), x, y, force, force / 3, width, length)


def told(rows: Rows, seconds: float, cuts: Iterable[int] = ()) -> list[tuple[str, int, int]]:
    """What was meant, when it was certain and when it began; the hops cut into pushes."""
    watch, contacts = GestureWatch(PAD), table(rows)
    hops = np.arange(0, round(seconds * 1e6), HOP_US, dtype=np.int64)
    for part in np.split(hops, sorted(set(cuts))):
        inside = (contacts.t_us >= part[0]) & (contacts.t_us <= part[-1]) if len(part) else np.zeros(0, bool)
        if len(part):
            watch.push(part, ContactTable(*(getattr(contacts, f.name)[inside] for f in fields(ContactTable))))
    return [(g.means, g.t_us, g.t0_us) for g in watch.told]


def both(
    t0: float,
    t1: float,
    y: float = TOP,
    late: float = 0.2,
    shape: tuple[float, float, float] = PALM,
    drift: float = 0.0,
) -> Rows:
    return lying(t0, t1, -125, y, 1, shape, drift) + lying(t0 + late, t1, 125, y, 2, shape, drift)


class TestMeaning:
    def test_top_corners_held_and_left_mean_next(self) -> None:
        ((means, t_us, t0_us),) = told(both(1.0, 3.5), 6)
        assert (means, t0_us) == ("next", 1_000_000)
        assert 3_500_000 <= t_us <= 3_640_000

    def test_top_corners_held_for_long_mean_again_while_they_still_lie_there(self) -> None:
        ((means, t_us, _),) = told(both(1.0, 7.0), 9)
        assert means == "again"
        assert t_us == pytest.approx(1_200_000 + AGAIN_US, abs=HOP_US)

    def test_bottom_corners_mean_pause_at_once(self) -> None:
        ((means, t_us, _),) = told(both(1.0, 7.0, BOTTOM), 9)
        assert means == "pause"
        assert t_us == pytest.approx(1_200_000 + HELD_US, abs=HOP_US)

    def test_one_hand_that_comes_much_later_counts_from_then(self) -> None:
        ((means, _, t0_us),) = told(both(1.0, 7.0, late=3.0), 9)
        assert means == "next"
        assert t0_us == pytest.approx(3_000_000, abs=HOP_US)  # what lay there alone before was judged


class TestNoGesture:
    @pytest.mark.parametrize(
        "rows",
        [
            pytest.param(both(1.0, 2.5), id="too short"),
            pytest.param(lying(1.0, 6.0, -125, TOP, 1), id="one hand"),
            pytest.param(both(1.0, 6.0) + lying(0.5, 7.0, 40, 200, 3), id="a hand at work elsewhere"),
            pytest.param(both(1.0, 6.0, drift=25.0, y=470.0), id="hands that move"),
            pytest.param(lying(1.0, 6.0, -125, TOP, 1) + lying(1.0, 6.0, 125, BOTTOM, 2), id="crosswise"),
            pytest.param(both(1.0, 6.0, 430.0), id="shoulders"),
            pytest.param(lying(1.0, 6.0, -70, TOP, 1) + lying(1.0, 6.0, 70, TOP, 2), id="trapezius"),
            pytest.param(both(1.0, 6.0, shape=TIP), id="fingertips"),
        ],
    )
    def test_nothing_is_meant(self, rows: Rows) -> None:
        assert told(rows, 8) == []

    def test_a_pad_that_is_all_corners_has_no_gestures(self) -> None:
        near = tuple(s for s in PAD.sensors if abs(s.x_mm) < 50)
        few = msgspec.structs.replace(PAD, sensors=near)
        watch = GestureWatch(few)
        watch.push(np.arange(0, 9_000_000, HOP_US, dtype=np.int64), table(both(1.0, 7.0)))
        assert watch.told == []


SESSION = [
    *both(1.0, 3.5, late=-0.3),
    *lying(4.0, 5.0, 60, 200, 3),
    *both(5.5, 6.5),
    *both(7.0, 12.5, BOTTOM),
    *both(13.0, 18.5, late=-0.5),
]


@settings(max_examples=40)
@given(st.lists(st.integers(1, 999), max_size=40))
def test_cuts_change_nothing(cuts: list[int]) -> None:
    whole = told(SESSION, 20)
    assert [means for means, _, _ in whole] == ["next", "pause", "again"]
    assert told(SESSION, 20, cuts) == whole


@lru_cache
def built(seed: int) -> VirtualPad:
    return VirtualPad.drawn(PAD, seed)


def seen(scene: Scene) -> list[str]:
    analysis, watch = Analysis(PAD, NominalConversion(PAD)), GestureWatch(PAD)
    for block in scene.blocks(2_000):
        found = analysis.push(block)
        watch.push(found.hops.t_us, found.contacts)
    found = analysis.finish()
    watch.push(found.hops.t_us, found.contacts)
    return [gesture.means for gesture in watch.told]


@pytest.mark.parametrize("sign", ["next", "again", "pause"])
def test_virtual_hands_are_understood(sign: Sign) -> None:
    """A sample; of 60 seeds each, every gesture was understood."""
    for seed in (2001, 2002, 2003):
        assert seen(sign_scene(built(seed % 2), sign, seed, 60.0)) == [sign]


ROUTINES = {name: load_routine(name, PAD) for name in builtin_routines()}
NEAR_THE_CORNERS = [
    "backpain.1",
    "backpain.3",
    "contact.3",
    "relieving.6",
    "relieving.7",
    "relieving.8",
    "relieving.10",
]


@pytest.mark.parametrize("step_id", NEAR_THE_CORNERS)
def test_no_step_that_comes_near_the_corners_looks_like_a_gesture(step_id: str) -> None:
    routine = ROUTINES[step_id.partition(".")[0]]
    assert seen(perform(built(0), routine, step_id, seed=11, rate_hz=60.0)) == []
