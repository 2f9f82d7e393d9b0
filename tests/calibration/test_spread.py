from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from rig.calibration.spread import measure_spread, read_points
from rig.errors import InputError
from rig.pad import load_pad
from rig.virtual.foam import Foam
from rig.virtual.virtual_pad import VirtualPad
from tests.calibration.centre import peaks
from tests.calibration.weighing import small_pad

if TYPE_CHECKING:
    from pathlib import Path

PAD = load_pad("back-144")
POINTS = np.array([(14.0, 120.0), (45.0, 140.0), (-28.0, 200.0), (-45.0, 280.0), (80.0, 300.0), (5.0, 380.0)])


def felt(foam: Foam, puck_mm: float) -> np.ndarray:
    """Forces of 20 N presses at the points, by the virtual foam's own physics."""
    table = foam.table(puck_mm, squeezed=False)
    xs, ys = foam.nodes
    nodes = [int(np.argmin(np.abs(xs - x))) * len(ys) + int(np.argmin(np.abs(ys - y))) for x, y in POINTS]
    at = np.array([(xs[node // len(ys)], ys[node % len(ys)]) for node in nodes])
    POINTS[:] = at
    return np.asarray(20.0 * table[nodes], np.float64)


@pytest.mark.parametrize("seed", range(6))
def test_the_spread_of_foam_of_any_kernel_is_found(seed: int) -> None:
    foam = Foam.drawn(PAD, seed, "mild")
    found = measure_spread(PAD, POINTS, felt(foam, 10.0), 10.0)
    assert found == pytest.approx(foam.spread_mm, rel=0.25), foam.kernel


def test_thick_and_thin_foam_are_told_apart() -> None:
    thin, thick = (Foam.drawn(msgspec.structs.replace(PAD, foam_spread_mm=mm), 3, "mild") for mm in (6.0, 18.0))
    spreads = [measure_spread(PAD, POINTS, felt(foam, 10.0)) for foam in (thin, thick)]
    assert spreads[1] > 2 * spreads[0]


def test_too_few_points_or_nothing_felt() -> None:
    with pytest.raises(InputError, match="2 points"):
        measure_spread(PAD, POINTS[:2], np.ones((2, 144)))
    forces = np.ones((6, 144))
    forces[3] = 0
    with pytest.raises(InputError, match="nothing is felt"):
        measure_spread(PAD, POINTS, forces)


def test_the_file_of_points(tmp_path: Path) -> None:
    pad = small_pad(2, 1)
    path = tmp_path / "points.csv"
    path.write_text("x_mm,y_mm,c0,c1\n0,0,300,20\n20,0,150,160\n")
    points, counts = read_points(path, pad)
    assert points.tolist() == [[0, 0], [20, 0]]
    assert counts.tolist() == [[300, 20], [150, 160]]
    path.write_text("x_mm,y_mm,c0,c1\n0,0,300,20\n20,0,150,x\n")
    with pytest.raises(InputError, match="line 3, column c1"):
        read_points(path, pad)


@pytest.mark.parametrize("thumb_mm", [None, 9])
def test_a_contacts_peak_comes_back_from_under_the_foam(thumb_mm: int | None) -> None:
    made = VirtualPad.drawn(PAD, 21)
    through, told, undone = peaks(made, 22, thumb_mm)
    assert through < 0.95
    assert abs(told - 1) < 0.06
    assert undone > 1.1, "tiles are not pressed evenly"
