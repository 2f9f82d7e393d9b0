"""`rig practice` and its coach through the command: what it says first, and what it refuses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from rig.cli import main

if TYPE_CHECKING:
    from pathlib import Path


def practised(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[list[dict[str, Any]], str]:
    """A second and a half on the virtual pad, as event lines, and what stood on stderr."""
    arguments = ["--home", str(folder), "practice", *options, "--virtual", "--events", "-", "--duration", "1.5"]
    assert main(arguments) == 0
    captured = capsys.readouterr()
    return [json.loads(line) for line in captured.out.splitlines()], captured.err


def first_state(lines: list[dict[str, Any]]) -> dict[str, Any]:
    state: dict[str, Any] = next(line["state"] for line in lines if line["event"] == "coach")
    return state


def test_a_session_is_led_through_all_steps_and_waits_for_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines, _ = practised(tmp_path, capsys, "relieving")
    state = first_state(lines)
    assert (state["phase"], state["step"]["id"], state["next"]["id"]) == ("practising", "relieving.1", "relieving.2")
    assert (state["of"], state["automatic"], state["pacer"]) == (13, True, None)
    assert [line["step"] for line in lines if line["event"] == "step"] == ["relieving.1"]
    assert {"t", "received", "emitted"} <= set(lines[0])


def test_one_step_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines, _ = practised(tmp_path, capsys, "relieving", "--step", "relieving.9")
    state = first_state(lines)
    assert (state["step"]["id"], state["next"], state["of"], state["automatic"]) == ("relieving.9", None, 1, False)


def test_a_breath_is_paced_where_it_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines, _ = practised(tmp_path, capsys, "backpain", "--breath", "5")
    assert first_state(lines)["pacer"]["per_min"] == 5


def test_a_checklist_waits_where_it_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines, _ = practised(tmp_path, capsys, "backpain", "--checklist")
    state = first_state(lines)
    assert (state["phase"], len(state["checklist"])) == ("waiting", 3)
    assert not [line for line in lines if line["event"] == "step"]
    assert [line["state"] for line in lines if line["event"] == "pause"] == ["on"]


def test_a_short_session_says_what_it_leaves_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines, said = practised(tmp_path, capsys, "therapeutic", "--length", "5", "--manual")
    state = first_state(lines)
    assert state["of"] < 9
    assert state["automatic"] is False
    assert all(f"rig: {sentence}" in said for sentence in state["left_out"])


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (["backpain", "--length", "0.1"], "--length"),
        (["backpain", "--length", "nothing"], "--length"),
        (["backpain", "--step", "backpain.9"], "no step 'backpain.9'"),
        (["backpain", "--level", "severe"], "no level 'severe'"),
        (["backpain", "--breath", "-1"], "--breath"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], wanted: str
) -> None:
    assert main(["--home", str(tmp_path), "practice", *options, "--virtual", "--events", "-"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert wanted in captured.err
    assert len(captured.err.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())
