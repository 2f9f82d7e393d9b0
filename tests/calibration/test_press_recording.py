"""Free pressing out of a recording with a load cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from rig.calibration.press_recording import load_readings, press_beside_scale, press_rows, untouched_raw
from rig.errors import InputError
from rig.frame import Block
from rig.pad import load_pad, pad_text
from rig.recording.format import LOAD_RAW, Header
from rig.recording.reader import Recording
from rig.recording.writer import RecordingWriter
from rig.wire.packets import LOAD_MOST

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PAD = load_pad("back-144")
ZERO, PER_N = 84_213.0, 1_234.5
FRAME_US = 3_848


def recorded(folder: Path, loads: Mapping[int, int], frames: int = 520) -> Recording:
    """Two seconds of scans, each with its own counts, beside load readings (microseconds to raw)."""
    path = folder / "press.mcap"
    t_us = np.arange(frames, dtype=np.int64) * FRAME_US
    counts = (np.arange(frames)[:, None] + np.arange(PAD.n_channels)).astype(np.uint16) % 1024
    zeros = np.zeros(frames, np.int64)
    header = Header(pad=pad_text("back-144"), hello={})
    with RecordingWriter(path, header, None) as writer:
        writer.metrics(0, {"frames": 1.0})
        for load_us, raw in loads.items():
            writer.metrics(load_us, {LOAD_RAW: raw})
        writer.write(Block(t_us, counts, zeros.astype(np.uint8), zeros, np.full(frames, np.nan)))
    return Recording.open(path)


def ramp(until_us: int = 2_000_000, every_us: int = 12_500) -> dict[int, int]:
    """A total that grows by 20 N a second."""
    return {t: round(ZERO + PER_N * 20e-6 * t) for t in range(0, until_us + 1, every_us)}


def test_the_total_of_each_scan_lies_between_its_readings(tmp_path: Path) -> None:
    recording = recorded(tmp_path, ramp())
    press = press_rows(recording, ZERO, PER_N)
    assert len(press) == 520
    assert press.total_n == pytest.approx(20e-6 * press.t_us, abs=1 / PER_N)
    assert press.counts[7, 3] == 10


def test_a_cell_that_is_wired_the_other_way_round_reads_the_same(tmp_path: Path) -> None:
    turned = {t: -raw for t, raw in ramp().items()}
    press = press_rows(recorded(tmp_path, turned), -ZERO, -PER_N)
    assert press.total_n == pytest.approx(20e-6 * press.t_us, abs=1 / PER_N)


@pytest.mark.parametrize("spoilt", ["gone", "saturated", "saturated low"])
def test_scans_without_sound_readings_around_them_have_no_total(tmp_path: Path, spoilt: str) -> None:
    loads = ramp()
    bad = [t for t in loads if 600_000 <= t <= 1_000_000]
    for t in bad:
        if spoilt == "gone":
            del loads[t]
        else:
            loads[t] = LOAD_MOST if spoilt == "saturated" else -LOAD_MOST - 1
    press = press_rows(recorded(tmp_path, loads), ZERO, PER_N)
    inside = (press.t_us > 587_500) & (press.t_us < 1_012_500)
    assert len(press) == 520
    assert np.array_equal(np.isnan(press.total_n), inside)
    assert press.total_n[~inside] == pytest.approx(20e-6 * press.t_us[~inside], abs=1 / PER_N)
    read_us, read_n = press.readings
    assert not set(bad) & set(read_us.tolist())
    assert read_n == pytest.approx(20e-6 * read_us, abs=1 / PER_N)


def test_scans_before_the_first_and_after_the_last_reading_have_no_total(tmp_path: Path) -> None:
    loads = {t: raw for t, raw in ramp().items() if 500_000 <= t <= 1_500_000}
    press = press_rows(recorded(tmp_path, loads), ZERO, PER_N)
    known_us = press.t_us[np.isfinite(press.total_n)]
    assert known_us.min() >= 500_000
    assert known_us.max() < 1_500_000


def test_readings_come_in_order_of_time(tmp_path: Path) -> None:
    loads = dict(reversed(ramp().items()))
    t_us, raw = load_readings(recorded(tmp_path, loads))
    assert (np.diff(t_us) == 12_500).all()
    assert (np.diff(raw) > 0).all()


def test_a_recording_without_readings_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"press\.mcap: holds no readings"):
        press_rows(recorded(tmp_path, {}), ZERO, PER_N)


def test_readings_beside_no_scan_say_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no scan has a load reading"):
        press_rows(recorded(tmp_path, {0: 1, 2_000_000: 2}), ZERO, PER_N)


@pytest.mark.parametrize(("zero", "per_n"), [(0.0, 0.0), (0.0, float("nan")), (float("inf"), 1.0)])
def test_a_scale_that_measures_nothing_is_refused(tmp_path: Path, zero: float, per_n: float) -> None:
    with pytest.raises(InputError, match="measures nothing"):
        press_rows(recorded(tmp_path, ramp()), zero, per_n)


def test_the_cells_zero_is_what_it_reads_before_the_pressing(tmp_path: Path) -> None:
    untouched = {t: round(ZERO) + t % 3 - 1 for t in range(0, 1_990_000, 100_000)}
    assert untouched_raw(recorded(tmp_path, untouched)) == pytest.approx(ZERO, abs=1)


def test_a_scales_readings_belong_to_presses_that_were_held(tmp_path: Path) -> None:
    (tmp_path / "totals.csv").write_text("t_s,total_n\n0.5,12.5\n1.5,30\n")
    press = press_beside_scale(recorded(tmp_path, {}), tmp_path / "totals.csv")
    near = np.minimum(np.abs(press.t_us - 500_000), np.abs(press.t_us - 1_500_000))
    assert np.array_equal(np.isfinite(press.total_n), near <= 400_000)
    known = press.total_n[np.isfinite(press.total_n)]
    assert len(press) == 520
    read_us, read_n = press.readings
    assert read_n.tolist() == known.tolist() == np.where(read_us < 1_000_000, 12.5, 30.0).tolist()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("t,n\n1,2\n", "line 1"),
        ("t_s,total_n\n1,2\n3,x\n", "line 3"),
        ("t_s,total_n\n1,4500\n", "grams"),
        ("t_s,total_n\n", "no readings"),
        ("t_s,total_n\n90,20\n", "none of its times"),
    ],
)
def test_totals_that_cannot_be_are_an_error(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "totals.csv").write_text(text)
    with pytest.raises(InputError, match=said):
        press_beside_scale(recorded(tmp_path, {}), tmp_path / "totals.csv")
