"""Bad input through the command itself: one line on stderr that names what is wrong, and the right exit code."""

from __future__ import annotations

import os
import threading
import tty
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from rig.cli import main
from rig.clock import SystemClock
from rig.frame import Block
from rig.pad import builtin_pads, load_pad, pad_text
from rig.recording.format import Header
from rig.recording.writer import RecordingWriter
from rig.transport.serial_port import SerialTransport
from rig.virtual.board import VirtualBoard
from rig.virtual.board_state import BoardModel
from rig.virtual.pty import PtyBoard

N = 144


def refused(arguments: list[str | Path], code: int, *said: str, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main([str(a) for a in arguments]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    lines = [line for line in captured.err.splitlines() if not line.startswith("rig: warning")]
    assert len(lines) == 1, captured.err
    for word in said:
        assert word in lines[0]


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "rec.mcap"
    counts = np.zeros((400, N), np.uint16)
    with RecordingWriter(path, Header(pad=pad_text("back-144"))) as writer:
        writer.write(Block.of(np.arange(400, dtype=np.int64) * 5000, counts))
    return path


def csv(path: Path, header: str, *rows: str) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return path


HEADER = "t_s," + ",".join(f"c{k}" for k in range(N))
ROW = ",".join("1" for _ in range(N))


@pytest.mark.parametrize(
    ("header", "rows", "said"),
    [
        (HEADER.rsplit(",", 1)[0], [], "c143 is missing"),
        (HEADER, [f"0.0,{ROW}", f"0.005,nine,{ROW[2:]}"], "line 3, column c0"),
        (HEADER, [f"0.0,{ROW}", f"0.005,{ROW[2:]},NaN"], "line 3, column c143"),
        (HEADER, [f"0.0,{ROW}", f"0.005,{ROW[2:]},5000"], "0 to 1023"),
        (HEADER, [f"0.0,{ROW}", f"0.0,{ROW}"], "line 3, column t_s"),
        (HEADER, [f"0.0,{ROW},7"], "line 2"),
        (HEADER, [], "no frames"),
    ],
)
def test_counts_csv(
    header: str, rows: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = csv(tmp_path / "counts.csv", header, *rows)
    refused(["import", source, "-o", tmp_path / "a.mcap"], 2, "counts.csv", said, capsys=capsys)
    assert not (tmp_path / "a.mcap").exists(), "nothing half done is left"


def test_files_that_are_not_there_or_not_what_they_should_be(
    tmp_path: Path, recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refused(["import", tmp_path / "no.csv", "-o", tmp_path / "a.mcap"], 2, "no.csv", capsys=capsys)
    refused(["analyze", tmp_path / "no.mcap"], 2, "no.mcap", capsys=capsys)
    (tmp_path / "empty.mcap").touch()
    refused(["analyze", tmp_path / "empty.mcap"], 2, "empty.mcap", capsys=capsys)
    (tmp_path / "text.mcap").write_text("hello " * 100)
    refused(["analyze", tmp_path / "text.mcap"], 2, "text.mcap", "not a recording", capsys=capsys)
    refused(["analyze", recording, "--routine", "nope"], 2, "nope", capsys=capsys)
    refused(
        ["analyze", recording, "--routine", "relieving", "--step", "relieving.99"], 2, "relieving.99", capsys=capsys
    )
    refused(["analyze", recording, "--json", tmp_path / "no" / "x.json"], 1, "x.json", capsys=capsys)
    refused(["export", recording, "-o", tmp_path / "x.xlsx"], 2, ".csv or .parquet", capsys=capsys)
    refused(["replay", recording, "--speed", "0"], 2, "--speed", capsys=capsys)
    refused(["routines", "show", "nope"], 2, "nope", capsys=capsys)
    refused(["practice", "relieving", "--virtual", "--port", "x"], 2, "--port", capsys=capsys)
    refused(["practice", "relieving", "--virtual", "--events", "file"], 2, "--events", capsys=capsys)


def test_a_truncated_recording_is_read_as_far_as_it_goes_and_says_so(
    tmp_path: Path, recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut = tmp_path / "cut.mcap"
    cut.write_bytes(recording.read_bytes()[:-900])
    assert main(["analyze", str(cut), "--json", "-"]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("{")
    assert "warning" in captured.err
    assert "cut.mcap" in captured.err


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("channel =   1,", "channel =   0,", "is already that of"),
        ("channel = 143,", "channel = 150,", "channel 143 is missing"),
        ("tile_mm = [-123, -79, -83, -41]", "tile_mm = [-130, -79, -83, -41]", "overlap"),
    ],
)
def test_pad_files(old: str, new: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = builtin_pads()["back-144"]
    assert old in text
    (tmp_path / "mine.toml").write_text(text.replace(old, new))
    refused(["pad", "show", tmp_path / "mine.toml"], 2, "mine.toml", said, capsys=capsys)


def test_output_is_never_overwritten_and_is_refused_before_anything_is_done(
    tmp_path: Path, recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = recording.read_bytes()
    for command in (["practice", "relieving", "--virtual"], ["record", "--port", "nowhere"], ["demo"]):
        refused([*command, "-o", recording], 2, "rec.mcap", capsys=capsys)
    assert recording.read_bytes() == before


# --- ports


def resting(t_us: np.ndarray) -> np.ndarray:
    return np.zeros((len(t_us), N), np.uint16)


@pytest.fixture
def port() -> Iterator[PtyBoard]:
    pad = load_pad("back-144")
    clock = SystemClock()
    with PtyBoard(VirtualBoard(BoardModel.of(pad, "test"), resting, now_s=clock.now_s()), clock) as board:
        yield board


def test_no_such_port(capsys: pytest.CaptureFixture[str]) -> None:
    refused(["doctor", "--port", "/dev/nothing-here"], 1, "/dev/nothing-here", capsys=capsys)


def test_a_port_that_another_program_holds(port: PtyBoard, capsys: pytest.CaptureFixture[str]) -> None:
    with SerialTransport(port.name):
        refused(["record", "--port", port.name, "--duration", "1"], 1, port.name, capsys=capsys)


def test_a_board_of_another_pad(port: PtyBoard, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments: list[str | Path] = ["record", "--port", port.name, "--pad", "back-96", "-o", tmp_path / "a.mcap"]
    refused(arguments, 1, "144", "96", capsys=capsys)


@pytest.fixture
def chatter() -> Iterator[str]:
    """A port on which something speaks that is no board of ours."""
    master, slave = os.openpty()
    tty.setraw(slave)
    over = threading.Event()
    os.set_blocking(master, False)

    def speak() -> None:
        while not over.wait(0.01):
            with suppress(BlockingIOError):
                os.write(master, b"sensor 1: 512, sensor 2: 77\r\n")

    thread = threading.Thread(target=speak)
    thread.start()
    yield os.ttyname(slave)
    over.set()
    thread.join()
    os.close(slave)
    os.close(master)


def test_another_firmware(chatter: str, capsys: pytest.CaptureFixture[str]) -> None:
    refused(["doctor", "--port", chatter], 1, chatter, capsys=capsys)
