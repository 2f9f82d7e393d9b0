from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rig.calibration.profile import load_profile
from rig.cli import main
from tests.calibration.weighing import HZ, checked, families, massage, read, small_pad, weighed

if TYPE_CHECKING:
    from rig.calibration.loads import Loads

PAD = small_pad(3, 2)
SENSORS = families(PAD, 61)["virtual"]
PAD_TEXT = (
    'name = "small"\nadc_bits = 10\ndivider_ohm = 3300\nsensors = ['
    + ", ".join(f"{{channel = {s.channel}, x_mm = {s.x_mm:g}, y_mm = {s.y_mm:g}}}" for s in PAD.sensors)
    + "]\n"
)


def write(loads: Loads, path: Path) -> str:
    columns = [loads.channel, loads.t_us / 1e6, loads.load_n, loads.counts, loads.cycle]
    rows = "\n".join(f"{c},{t:.3f},{n:g},{k},{m}" for c, t, n, k, m in zip(*columns, strict=True))
    path.write_text("channel,t_s,load_n,counts,cycle\n" + rows + "\n")
    return str(path)


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    (tmp_path / "pad.toml").write_text(PAD_TEXT)
    write(weighed(SENSORS, [1, 4], 61, cycles=1), tmp_path / "loads.csv")
    write(checked(SENSORS, [1, 4], 62), tmp_path / "today.csv")
    t_s = np.arange(0, 60, 1 / HZ)
    load = massage(PAD, 63, t_s)
    counts = read(SENSORS.reading(64), t_s, load)
    rows = [f"{t:.3f},{n:.3f}," + ",".join(map(str, c)) for t, n, c in zip(t_s, load.sum(axis=1), counts, strict=True)]
    header = "t_s,total_n," + ",".join(f"c{c}" for c in range(PAD.n_channels))
    (tmp_path / "press.csv").write_text("\n".join([header, *rows]) + "\n")
    return tmp_path


def test_fit_show_and_check(bench: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pad, made = str(bench / "pad.toml"), str(bench / "mine.json")
    fit = ["calibrate", "fit", str(bench / "loads.csv"), "--press", str(bench / "press.csv"), "--pad", pad, "-o", made]
    assert main([*fit, "--json", "-"]) == 0
    fitted = json.loads(capsys.readouterr().out)
    assert fitted["pad"] == "small"
    assert [s["method"] for s in fitted["sensors"]].count("weights") == 2
    assert fitted["total"][1] < fitted["total"][0]

    assert main(["calibrate", "show", made, "--json", "-"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["sensors"] == fitted["sensors"]
    assert main(["calibrate", "show", made]) == 0
    assert "power law" in capsys.readouterr().out
    assert load_profile(made).pad == "small"

    assert main(["calibrate", "check", str(bench / "today.csv"), "--profile", made, "--pad", pad, "--json", "-"]) == 0
    verdict = json.loads(capsys.readouterr().out)
    assert verdict["state"] in {"valid", "doubtful"}
    assert len(verdict["weights"]) == 6
    assert (bench / "mine.json.check.json").is_file()


def test_an_export_says_which_forces_are_lower_bounds(bench: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pad, made, recording = (str(bench / name) for name in ("pad.toml", "mine.json", "s.mcap"))
    assert main(["calibrate", "fit", str(bench / "loads.csv"), "--pad", pad, "-o", made]) == 0
    for saturated, said in ((False, False), (True, True)):
        counts = np.full((60, PAD.n_channels), 300)
        counts[30:, 2] = PAD.full_scale if saturated else 400
        rows = "".join(f"{k / 50}," + ",".join(map(str, c)) + "\n" for k, c in enumerate(counts.tolist()))
        (bench / "s.csv").write_text("t_s," + ",".join(f"c{c}" for c in range(PAD.n_channels)) + "\n" + rows)
        assert main(["import", str(bench / "s.csv"), "--pad", pad, "-o", recording]) == 0
        capsys.readouterr()
        export = ["export", recording, "--what", "newtons", "--profile", made, "-o", str(bench / "n.csv")]
        assert main(export) == 0
        assert ("30 readings of channel 2 are lower bounds" in capsys.readouterr().err) == said
        (bench / "s.mcap").unlink()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["fit", "none.csv", "-o", "p.json"], "none.csv: no such file"),
        (["show", "none.json"], "none.json: no such file"),
        (["check", "loads.csv", "--profile", "loads.csv"], "damaged, or not a profile"),
        (
            ["fit", "loads.csv", "--pad", "back-96", "--press", "press.csv", "-o", "p.json"],
            "press.csv: line 1: column c6",
        ),
    ],
)
def test_errors_are_one_line_and_exit_2(
    bench: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(bench)
    assert main(["calibrate", *arguments]) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""
    assert not (bench / "p.json").exists()


@pytest.mark.parametrize(("option", "given"), [("--channels", "1,x"), ("--channels", "999"), ("--weights", "0,2")])
def test_a_run_refuses_bad_arguments(option: str, given: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calibrate", "run", option, given]) == 2
    assert option in capsys.readouterr().err
