"""What a print says of a hand, on pads fine and coarse; and which contacts are no hands."""

from __future__ import annotations

import numpy as np
import pytest

from rig.analysis.analysis import Analysis
from rig.analysis.prints import THICK_US, PrintReader, Prints, faint_ones
from rig.analysis.tables import join
from rig.calibration.nominal import NominalConversion
from rig.pad import PadLayout, Sensor
from tests.analysis.plain_pad import HEEL, PALM, THUMB, Bench, Patch, pad_named, still, sweep

PAD = pad_named("back-144")
FOREARM = (110.0, 50.0)


@pytest.mark.parametrize(
    ("width_mm", "length_mm", "said"),
    [
        (10, 10, "small"),
        (10, 46, "small"),
        (42, 46, "small"),
        (46, 50, None),
        (60, 64, None),
        (68, 102, "hand"),
        (99, 44, "forearm"),
        (10, 92, None),
        (44, 99, "forearm"),
        (160, 150, None),
    ],
)
def test_what_extents_say(width_mm: float, length_mm: float, said: str | None) -> None:
    assert PrintReader(PAD).size_of(70.0, 240.0, width_mm, length_mm) == said


def test_a_coarser_pad_does_not_tell_fingertips_from_more() -> None:
    tiles = [(60.0 * k, 60.0 * row) for row in range(8) for k in range(-4, 4)]
    sensors = tuple(Sensor(n, x + 30, y + 30, (x + 1, y + 1, x + 59, y + 59)) for n, (x, y) in enumerate(tiles))
    coarse = PadLayout(name="coarse", adc_bits=10, divider_ohm=3300, sensors=sensors)
    assert PrintReader(coarse).size_of(70.0, 240.0, 10, 10) is None
    assert PrintReader(coarse).size_of(70.0, 240.0, 80, 90) == "hand"


def test_at_the_edge_more_may_lie_beyond() -> None:
    edge = float(PAD.tiles[:, 2].max())
    assert PrintReader(PAD).size_of(edge - 20, 240.0, 68, 102) is None


def test_the_edge_of_a_heavy_hand_is_faint_and_another_hand_is_not() -> None:
    t = np.array([0, 0, 0, 20_000, 40_000, 40_000])
    x = np.array([40.0, 60.0, -300.0, 40.0, 40.0, -40.0])
    force = np.array([20.0, 1.5, 1.5, 20.0, 20.0, 10.0])
    faint, dx, _ = faint_ones(t, x, np.zeros(6), force)
    assert faint.tolist() == [0, 1, 0, 0, 0, 0]
    assert dx.tolist() == [0, 20, -340, 0, 0, -80]
    assert not faint_ones(t[:0], x[:0], x[:0], x[:0]).any()


@pytest.mark.parametrize("aside_mm", [100.0, 120.0])
def test_a_light_hand_that_goes_its_own_way_beside_a_heavy_one_is_seen(aside_mm: float) -> None:
    light = sweep((70 - aside_mm, 60), (70 - aside_mm, 260), 3.5, 1.0, 2.4)
    analysis = Analysis(PAD, NominalConversion(PAD))
    hands = [Patch(still(70, 150, 24, 0.3, 3.5), *PALM), Patch(light, *THUMB)]
    result = join([analysis.push(Bench(PAD).block(4.0, hands, 100.0)), analysis.finish()])
    assert [(stroke.direction, stroke.side) for stroke in result.strokes] == [("up", "left")]


def test_a_touch_that_never_moves_takes_little_memory() -> None:
    prints = Prints()
    t = np.arange(0, 10 * THICK_US, 20_000, dtype=float)
    for part in np.split(t, 100):
        prints.add(np.tile(part, (9, 1)))
    kept = prints.between(0, 10 * THICK_US)
    assert kept.shape[1] < 3_001 + (10 * THICK_US - THICK_US) / 100_000 + 1
    prints.forget(9 * THICK_US)
    assert prints.between(0, 1e12)[0, 0] >= 9 * THICK_US


@pytest.mark.parametrize(("patch", "said"), [(THUMB, "small"), (HEEL, None), (PALM, "hand"), (FOREARM, "forearm")])
def test_strokes_and_holds_carry_the_size_of_their_hand(patch: tuple[float, float], said: str | None) -> None:
    analysis = Analysis(PAD, NominalConversion(PAD))
    hands = [
        Patch(still(85, 180, 12, 1, 6), *patch),
        Patch(sweep((85, 50), (85, 350), 12, 8, 13), *patch),
    ]
    result = join([analysis.push(Bench(PAD).block(14, hands, 50.0)), analysis.finish()])
    assert [hold.contact_size for hold in result.holds] == [said]
    assert [stroke.contact_size for stroke in result.strokes] == [said]
