"""Neighbours, regions and foam: the same on a grid and on any other pad."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from rig.analysis.analysis import Analysis
from rig.analysis.contacts import PEAK_UNDONE, ContactFinder
from rig.analysis.foam import Unspread, spread_between
from rig.analysis.geometry import ASIDE, LEFT, LINE, RIGHT, PadGeometry
from rig.analysis.regions import bridge_along, grow_regions, label_regions, largest_around
from rig.analysis.tables import join
from rig.calibration.nominal import NominalConversion
from rig.pad import PadLayout, parse_pad
from tests.analysis.plain_pad import HEEL, Bench, Patch, between_columns, pad_named, still, sweep


def honeycomb() -> PadLayout:
    """A pad whose rows are staggered by half a pitch and whose channels are numbered at random."""
    places = [(x + 15 * (row % 2), 30 * row) for row in range(14) for x in range(-120, 121, 30)]
    order = np.random.default_rng(2).permutation(len(places))
    sensors = [
        f"{{ channel = {order[k]}, x_mm = {x}, y_mm = {y}, tile_mm = [{x - 14}, {y - 14}, {x + 14}, {y + 14}] }}"
        for k, (x, y) in enumerate(places)
    ]
    head = 'name = "honeycomb"\nadc_bits = 12\ndivider_ohm = 3300\nspine_y0_mm = 0\nspine_y1_mm = 400\n'
    return parse_pad(f"{head}sensors = [{', '.join(sensors)}]", "honeycomb")


def without_grid(geometry: PadGeometry) -> PadGeometry:
    geometry.grid = None
    return geometry


def same_parts(a: np.ndarray, b: np.ndarray) -> bool:
    pairs = set(zip(a.ravel().tolist(), b.ravel().tolist(), strict=True))
    return len(pairs) == len(set(a.ravel().tolist())) == len(set(b.ravel().tolist()))


def test_graph_and_grid_find_the_same_regions() -> None:
    grid, graph = PadGeometry(pad_named("back-144")), without_grid(PadGeometry(pad_named("back-144")))
    pressed = np.random.default_rng(0).random((200, 144)) < np.linspace(0.02, 0.5, 200)[:, None]
    one, other = label_regions(grid, pressed), label_regions(graph, pressed)
    assert same_parts(one, other)
    loads = np.random.default_rng(1).normal(0, 1, (50, 144))
    assert np.array_equal(largest_around(grid, loads), largest_around(graph, loads))


def test_regions_never_join_along_time_and_rise_with_it() -> None:
    geometry = PadGeometry(pad_named("back-144"))
    labels = label_regions(geometry, np.ones((5, 144), bool))
    assert labels.min(axis=1).tolist() == labels.max(axis=1).tolist() == [1, 2, 3, 4, 5]


def test_growing_takes_the_free_tiles_around_only() -> None:
    geometry = PadGeometry(pad_named("back-144"))
    pressed = np.zeros((1, 144), bool)
    pressed[0, 40] = True
    grown = grow_regions(geometry, label_regions(geometry, pressed))
    assert np.flatnonzero(grown[0]).tolist() == [30, 31, 32, 39, 40, 41, 48, 49, 50]


def test_roles_of_the_builtin_pads() -> None:
    wide, narrow = PadGeometry(pad_named("back-144")), PadGeometry(pad_named("back-96"))
    between = PadGeometry(between_columns())
    assert [np.count_nonzero(wide.role == r) for r in (ASIDE, LEFT, LINE, RIGHT)] == [96, 16, 16, 16]
    assert [np.count_nonzero(narrow.role == r) for r in (ASIDE, LEFT, LINE, RIGHT)] == [48, 16, 16, 16]
    assert [np.count_nonzero(between.role == r) for r in (ASIDE, LEFT, LINE, RIGHT)] == [64, 16, 0, 16]
    assert wide.has_line
    assert narrow.has_line
    assert not between.has_line


@pytest.mark.parametrize("name", ["back-144", "back-96"])
def test_foam_is_undone_where_tiles_are_pressed_evenly(name: str) -> None:
    pad = pad_named(name)
    geometry = PadGeometry(pad)
    x = spread_between(pad.tiles[:, [0, 2]], pad.foam_spread_mm)
    y = spread_between(pad.tiles[:, [1, 3]], pad.foam_spread_mm)
    loads = np.zeros((3, pad.n_channels))
    loads[0, 40], loads[1, [39, 41]], loads[2, 30:50] = 20, 15, 8
    readings = loads @ (x * y).T
    back = Unspread(geometry, pad.foam_spread_mm).loads_n(np.rint(readings * 1024).astype(np.int32))
    assert np.abs(back - loads).max() < 0.12 * loads.max()
    assert np.abs(back - loads).max() < 0.5 * np.abs(readings - loads).max()


def test_undoing_foam_keeps_the_total() -> None:
    pad = pad_named("back-144")
    readings = np.random.default_rng(3).integers(0, 20_000, (20, 144)).astype(np.int32)
    loads = Unspread(PadGeometry(pad), 9.0).loads_n(readings)
    assert loads.sum(axis=1) == pytest.approx(readings.sum(axis=1) / 1024, rel=2e-3)


def test_undoing_foam_one_hop_at_a_time_is_the_same_to_the_bit() -> None:
    readings = np.random.default_rng(3).integers(0, 100_000, (300, 126)).astype(np.int32)
    for pad, n in ((pad_named("back-96"), 96), (honeycomb(), 126)):
        foam = Unspread(PadGeometry(pad), 9.0)
        whole = foam.loads_n(readings[:, :n])
        singly = np.concatenate([foam.loads_n(readings[k : k + 1, :n]) for k in range(300)])
        assert whole.tobytes() == singly.tobytes()


def test_no_spread_leaves_readings_alone() -> None:
    readings = np.arange(144, dtype=np.int32)[None] * 100
    assert np.array_equal(Unspread(PadGeometry(pad_named("back-144")), 0.0).loads_n(readings), readings / 1024)


def test_a_pad_that_is_no_grid_works_all_the_way() -> None:
    pad = honeycomb()
    assert PadGeometry(pad).grid is None
    hands = [
        Patch(sweep((-75, 40), (-75, 340), 12, 0.3, 1.8), *HEEL),
        Patch(sweep((75, 340), (75, 40), 12, 0.3, 1.8), *HEEL),
        Patch(still(3, 200, 12, 2.0, 2.9), *HEEL),
    ]
    bench = Bench(pad, gains=np.random.default_rng(1).uniform(0.85, 1.15, pad.n_channels))
    analysis = Analysis(pad, NominalConversion(pad))
    result = join([analysis.push(bench.block(3.2, hands, 100.0)), analysis.finish()])
    told = {(s.kind, s.side, s.direction) for s in result.strokes}
    assert told == {("stroke", "left", "up"), ("stroke", "right", "down"), ("press", "centre", "none")}
    on = result.hops.t_us[result.hops.spine_n > 2] / 1e6
    assert on.min() == pytest.approx(2.04, abs=0.05)
    assert on.max() == pytest.approx(2.86, abs=0.05)


def test_a_single_sensor_is_a_pad_too() -> None:
    pad = parse_pad(
        'name = "one"\nadc_bits = 10\ndivider_ohm = 3300\nsensors = [{ channel = 0, x_mm = 60, y_mm = 0 }]', "one"
    )
    bench = Bench(msgspec.structs.replace(pad), sigma_mm=1.0)
    analysis = Analysis(pad, NominalConversion(pad))
    result = join([analysis.push(bench.block(2, [Patch(still(60, 0, 5, 0.5, 1.5), 20, 20)])), analysis.finish()])
    assert [s.kind for s in result.strokes] == ["press"]


def test_faint_tiles_join_what_presses_headward_and_footward_of_them() -> None:
    geometry = PadGeometry(pad_named("back-144"))
    row, column = np.divmod(np.arange(144), 9)
    pressed = ((row == 4) & (column == 3)) | ((row == 6) & (column == 4)) | ((row == 4) & (column == 7))
    faint = (row == 5) | (column == 5)
    bridged = bridge_along(geometry, pressed[None], faint[None])[0]
    assert sorted(zip(*np.divmod(np.flatnonzero(bridged & ~pressed), 9), strict=True)) == [(5, 3), (5, 4)]
    assert not bridge_along(geometry, pressed[None], pressed[None])[0][~pressed].any()


def test_a_palm_that_lies_on_with_three_newtons_is_one_hand_all_along() -> None:
    pad = pad_named("back-144")
    for seed in range(4):
        gains = np.random.default_rng(seed).uniform(0.75, 1.25, pad.n_channels)
        hand = Patch(sweep((60, 0), (60, 400), 3.0, 0.3, 4.3), 80, 90)
        analysis = Analysis(pad, NominalConversion(pad))
        found = join([analysis.push(Bench(pad, gains=gains).block(5.0, [hand], 100.0)), analysis.finish()])
        assert len(set(found.contacts.contact.tolist())) == 1
        assert [s.direction for s in found.strokes] == ["up"]


def test_the_peak_lies_between_what_a_tile_felt_and_what_undoing_the_foam_makes_of_it() -> None:
    pad = pad_named("back-144")
    geometry = PadGeometry(pad)
    force, load_n = np.zeros((1, 144), np.int32), np.zeros((1, 144))
    force[0, 40], load_n[0, 40] = 10 * 1024, 14.0
    force[0, 41], load_n[0, 41] = 2 * 1024, -1.0
    touches = ContactFinder(pad, geometry).find(force, load_n)
    assert touches.force_n.tolist() == [12.0], "the foam moves force about, and makes none"
    assert touches.peak_n == pytest.approx([10 + PEAK_UNDONE * 4])
