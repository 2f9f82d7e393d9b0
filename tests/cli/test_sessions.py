"""Live sessions through the command: event lines, the recording, and the same flags afterwards."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rig.cli import main

RIG = [sys.executable, "-m", "rig"]


def flags_of(entries: list[dict[str, object]]) -> list[tuple[object, ...]]:
    return sorted((str(f["kind"]), f["t0"], f["t1"], f["value"], str(f["side"])) for f in entries)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict[str, object]], Path]:
    """Nine seconds of `rig practice --virtual` with a thumb on the spine, ended by Ctrl-C."""
    folder = tmp_path_factory.mktemp("session")
    recording = folder / "s.mcap"
    environment = {**os.environ, "DISPLAY": ""}
    arguments = ["--home", str(folder), "practice", "backpain", "--virtual", "--events", "-", "-o", str(recording)]
    lines = []
    with subprocess.Popen(
        [*RIG, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        for text in running.stdout:
            lines.append(json.loads(text))
            if lines[-1]["event"] == "stroke":
                running.send_signal(signal.SIGINT)
                break
        lines += [json.loads(text) for text in running.stdout]
        said = running.stderr.read()
    assert running.returncode == 0, said
    return lines, recording


def test_events_are_json_lines_with_their_times(session: tuple[list[dict[str, object]], Path]) -> None:
    lines, _ = session
    kinds = [line["event"] for line in lines]
    assert "step" in kinds
    assert "stroke" in kinds
    assert kinds[-1] == "end"
    for line in lines:
        assert {"event", "t", "received", "emitted"} <= set(line)


def test_ctrl_c_leaves_a_closed_recording_and_a_report(session: tuple[list[dict[str, object]], Path]) -> None:
    _, recording = session
    assert recording.is_file()
    assert "<html" in recording.with_suffix(".html").read_text("utf-8")


def test_the_recording_gives_the_same_flags_and_strokes(
    session: tuple[list[dict[str, object]], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    lines, recording = session
    assert main(["analyze", str(recording), "--json", "-"]) == 0
    captured = capsys.readouterr()
    assert "not closed" not in captured.err
    report = json.loads(captured.out)
    assert report["schema"] == "rig.report/1"
    assert len(report["strokes"]) == sum(line["event"] == "stroke" for line in lines)
    live = [line for line in lines if line["event"] == "flag-end"]
    assert flags_of(report["flags"]) == flags_of(live)


def test_replay_gives_the_same_events(
    session: tuple[list[dict[str, object]], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    lines, recording = session
    assert main(["replay", str(recording), "--speed", "1000", "--events", "-"]) == 0
    again = [json.loads(text) for text in capsys.readouterr().out.splitlines()]

    def kept(events: list[dict[str, object]]) -> list[dict[str, object]]:
        own = {"received", "emitted"}
        return [
            {k: v for k, v in e.items() if k not in own} for e in events if e["event"] in {"stroke", "flag", "flag-end"}
        ]

    assert kept(again) == kept(lines)


def test_start_up_imports_nothing_heavy() -> None:
    heavy = ["scipy", "PySide6", "mcap", "pyarrow", "jinja2", "pandas", "pyqtgraph", "rich.live"]
    code = f"import sys, rig.cli; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
