from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rig.errors import InputError
from rig.pad import builtin_pads, load_pad, parse_pad

SMALL = """
name = "small"
adc_bits = 12
divider_ohm = 10000
sensors = [
  { channel = 1, x_mm = 30, y_mm = 0 },
  { channel = 0, x_mm = 0, y_mm = 0 },
  { channel = 2, x_mm = 0, y_mm = 50 },
]
zones = [ { name = "right", x0_mm = 10, y0_mm = -10, x1_mm = 50, y1_mm = 10, mirrored = true } ]
"""


def test_reference_pad_is_as_designed() -> None:
    pad = load_pad("back-144")
    assert pad.n_channels == 144
    assert pad.n_muxes == 9
    assert pad.full_scale == 1023
    assert sorted(set(pad.x_mm)) == [-146, -102, -62, -28, 0, 28, 62, 102, 146]
    assert sorted(set(pad.y_mm)) == [-60 + 40 * row for row in range(16)]
    x0, y0, x1, y1 = pad.tiles[4]
    assert (x1 - x0, y1 - y0) == (26, 38)


def test_tiles_left_out_reach_halfway_to_the_neighbours() -> None:
    pad = parse_pad(SMALL, "small.toml")
    assert [s.channel for s in pad.sensors] == [0, 1, 2]
    np.testing.assert_allclose(pad.tiles[0], (-14, -24, 14, 24))
    np.testing.assert_allclose(pad.tiles[1], (16, -24, 44, 24))


def test_zones_are_mirrored_about_the_spine() -> None:
    pad = parse_pad(SMALL, "small.toml")
    assert pad.zone_at(30, 0) == pad.zone_at(-30, 0) == "right"
    assert pad.zone_at(0, 0) is None
    assert load_pad("back-144").zone_at(100, 300) == load_pad("back-144").zone_at(-100, 300) == "shoulder-blade"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("channel = 1", "channel = 0", r"sensors\[1\].channel: 0 is already that of sensors\[0\]"),
        ("channel = 2", "channel = 3", "channel 2 is missing"),
        ("x_mm = 30", 'x_mm = "thirty"', r"Expected `float`, got `str` \(at sensors\[0\].x_mm\)"),
        ("x_mm = 30, ", "", r"missing required field `x_mm` \(at sensors\[0\]\)"),
        ("adc_bits = 12", "adc_bits = 40", r"adc_bits"),
        ("divider_ohm = 10000", "divider_ohm = 0", r"divider_ohm"),
        ("divider_ohm = 10000", "divider_ohm = inf", r"divider_ohm"),
        ("x_mm = 30", "x_mm = nan", r"sensors\[0\].x_mm"),
        ("divider_ohm", "divider", r"unknown field `divider`"),
        ("x_mm = 30, y_mm = 0", "x_mm = 0, y_mm = 0", "the tiles of channels 0 and 1 overlap"),
        ("y_mm = 50 }", "y_mm = 50, mux = 1 }", "channel 2: mux and input are given together"),
        ("y_mm = 50 }", "y_mm = 50, tile_mm = [10, 70, -10, 30] }", "channel 2: tile_mm is x0, y0, x1, y1"),
        ("name = ", "name == ", "not TOML"),
        ("x1_mm = 50", "x1_mm = 5", r"zones\[0\]: 'right' is empty or upside down"),
    ],
)
def test_what_a_maker_gets_wrong_is_named(old: str, new: str, said: str) -> None:
    assert old in SMALL
    with pytest.raises(InputError, match=r"^small\.toml: .*" + said):
        parse_pad(SMALL.replace(old, new), "small.toml")


def test_some_editors_put_a_mark_before_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(SMALL, "utf-8-sig")
    assert load_pad(str(path)).n_channels == 3


def test_two_channels_on_one_multiplexer_input() -> None:
    text = builtin_pads()["back-144"].replace("mux = 1, input =  0", "mux = 0, input =  0")
    with pytest.raises(InputError, match="channel 1: mux 0 input 0 serves channel 0 already"):
        parse_pad(text, "p.toml")


def test_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="cannot be read as text"):
        load_pad(str(tmp_path / "binary.toml"))
    with pytest.raises(InputError, match="neither a built-in"):
        load_pad(str(tmp_path / "absent.toml"))
