from __future__ import annotations

import json
from pathlib import Path

import pytest

from rig.cli import main
from rig.pad import builtin_pads


def test_list_names_the_builtin_pads(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pad", "list"]) == 0
    out = capsys.readouterr().out
    assert "back-144" in out
    assert "back-96" in out


def test_show_json_is_the_contract_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pad", "show", "back-144", "--json", "-"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert {"name", "adc_bits", "divider_ohm", "spine_x_mm", "sensors", "zones"} <= set(shown)
    assert len(shown["sensors"]) == 144
    assert {"channel", "x_mm", "y_mm"} <= set(shown["sensors"][0])


def test_drawing_puts_the_head_up_and_every_channel_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pad", "show"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  ") and " mm " in line]
    drawn = [[int(word) for word in line.split("mm")[1].split()] for line in lines]
    assert drawn[0][0] == 135, "the recipient's upper left comes first"
    assert sorted(channel for row in drawn for channel in row) == list(range(144))


def test_a_pad_file_serves_like_a_builtin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(builtin_pads()["back-96"].replace('name = "back-96"', 'name = "mine"'))
    assert main(["pad", "show", str(file), "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "mine"


def test_a_pad_that_cannot_see_the_line_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.toml"
    rows = [f"{{ channel = {c}, x_mm = {28 * (2 * c - 1)}, y_mm = 100 }}" for c in (0, 1)]
    file.write_text(f'name = "mine"\nadc_bits = 10\ndivider_ohm = 3300\nsensors = [{", ".join(rows)}]')
    assert main(["pad", "show", str(file)]) == 0
    assert "no tile lies under the spine line" in capsys.readouterr().out
    for name in builtin_pads():
        assert main(["pad", "show", name]) == 0
        assert "no tile" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["pad", "show", "back-9"], "no pad 'back-9'"),
        (["pad", "shov"], "No such command"),
        (["pad", "show", "--wrong"], "No such option"),
    ],
)
def test_bad_arguments_are_one_line_and_exit_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert said in captured.err
