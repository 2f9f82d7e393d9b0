"""`rig calibrate run` as a maker meets it: one command at a terminal, a board on a port, and things that go wrong.

The command runs in a process of its own on a pseudo-terminal, the virtual board with its load cell on another; the
maker reads what the command says, and does it.
"""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Self

import numpy as np
import pytest

from rig.calibration.circuit import counts_for
from rig.calibration.profile import load_profile
from rig.calibration.run_file import kept_readings
from rig.clock import SystemClock
from rig.recording.reader import Recording
from rig.session.calibrate.plan import WELL_S, CalibrationFiles, load_plan
from rig.virtual.board import VirtualBoard
from rig.virtual.board_state import BoardModel
from rig.virtual.load_cell import VirtualLoadCell
from rig.virtual.pty import PtyBoard
from tests.calibration.test_cli import PAD_TEXT
from tests.calibration.weighing import small_pad

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")

PAD = small_pad(3, 2)
GAIN = 1.1e-4 * np.array([0.8, 1.0, 1.2, 0.9, 1.1, 1.05])
CELL_ZERO, CELL_PER_N = 84_213, 4_300
PATIENCE_S = 40.0


class Bench:
    """The pad on the bench: what lies on it, and how unsteadily."""

    def __init__(self, link: Path) -> None:
        self.load_n = np.zeros(PAD.n_channels)
        self.unsteady = 0.0
        clock = SystemClock()
        board = VirtualBoard(BoardModel(PAD.n_channels, PAD.adc_bits, 1), self._counts, now_s=clock.now_s())
        board.load_cell = VirtualLoadCell(self._cell)
        self._rng = np.random.default_rng(3)
        self.port = PtyBoard(board, clock, link)

    def _counts(self, t_us: NDArray[np.int64]) -> NDArray[np.uint16]:
        sway = 1 + self.unsteady * np.sin(t_us / 1e6 * 12)[:, None]
        clean = counts_for(GAIN * (self.load_n * sway) ** 0.85, PAD.full_scale, PAD.divider_ohm)
        return (
            np.rint(clean + 3 + 0.4 * self._rng.standard_normal(clean.shape)).clip(0, PAD.full_scale).astype(np.uint16)
        )

    def _cell(self, t_us: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.full(len(t_us), CELL_ZERO + round(CELL_PER_N * self.load_n.sum()))


class Maker:
    """Reads what the terminal says and does it: lifts the puck between two tasks, presses where it is sent."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.wrong_n: dict[float, float] = {}  # weights that are taken for others, once each
        self.pressed_s = 0.0
        self._left, self._since_s, self._looked_s = "", 0.0, 0.0
        self._stands: tuple[int, float] | None = None

    def obey(self, line: str, now_s: float) -> None:
        """Do what a line says."""
        left = line.split("left", maxsplit=1)[0]
        if left != self._left:
            self._left, self._since_s, self._stands = left, now_s, None
        load = np.zeros(PAD.n_channels)
        if found := re.search(r"press channel (\d+) firmly, .* about ([\d.]+) N", line):
            load[int(found[1])] = float(found[2]) * (now_s % 0.4 < 0.2)
        elif found := re.search(r"put ([\d.]+) N .* on channel (\d+)", line):
            if self._stands is None:
                self._stands = int(found[2]), self.wrong_n.pop(float(found[1]), float(found[1]))
        elif "is this the right weight" in line:
            self._stands = None
        elif found := re.search(r"least at .*\(channel (\d+)\)", line):
            load[int(found[1])] = 6 + 3 * np.sin(5 * now_s)
            self.pressed_s += now_s - self._looked_s
        if self._stands is not None and now_s - self._since_s > 0.3:
            load[self._stands[0]] = self._stands[1]
        self.bench.load_n, self._looked_s = load, now_s


class Terminal:
    """The command at a terminal of its own: what it says, and keys for it."""

    def __init__(self, arguments: list[str]) -> None:
        import pty

        self._master, slave = pty.openpty()
        command = [sys.executable, "-c", "from rig.cli import main; raise SystemExit(main())", "calibrate", "run"]
        self.process = subprocess.Popen([*command, *arguments], stdin=slave, stdout=slave, stderr=slave)
        os.close(slave)
        self.said = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._master)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._master, keys.encode())

    def line(self) -> str:
        """The last line that is shown."""
        while select.select([self._master], [], [], 0.02)[0]:
            try:
                heard = os.read(self._master, 65536)
            except OSError:  # how a pseudo-terminal says that nobody is left
                break
            if not heard:
                break
            self.said += heard.decode(errors="replace")
        lines = [line for line in re.split(r"[\r\n]|\x1b\[K", self.said) if line.strip()]
        return lines[-1] if lines else ""

    def until(self, what: Callable[[str], bool], maker: Maker) -> str:
        """Let the maker do what is said until a line shows something."""
        end_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < end_s:
            line = self.line()
            if what(line):
                return line
            if self.process.poll() is not None:
                break
            maker.obey(line, time.monotonic())
        pytest.fail(f"never came: {self.said[-600:]}")

    def ended(self, maker: Maker) -> int:
        """The exit code, once everything is done."""
        end_s = time.monotonic() + PATIENCE_S
        while self.process.poll() is None and time.monotonic() < end_s:
            maker.obey(self.line(), time.monotonic())
        self.line()
        assert self.process.returncode is not None, self.said[-600:]
        return int(self.process.returncode)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    (tmp_path / "pad.toml").write_text(PAD_TEXT)
    made = Bench(tmp_path / "board")
    with made.port:
        yield made


def command(folder: Path, *more: str) -> list[str]:
    """Two weights on one sensor, each for a second."""
    pad = ["--port", str(folder / "board"), "--pad", str(folder / "pad.toml"), "-o", str(folder / "evening_loads.csv")]
    return [*pad, "--channels", "1", "--weights", "1,5", "--cycles", "1", "--hold", "1", *more]


def test_an_evening_with_everything_that_goes_wrong(tmp_path: Path, bench: Bench) -> None:
    loads, maker = tmp_path / "evening_loads.csv", Maker(bench)

    with Terminal(command(tmp_path)) as terminal:
        terminal.until(lambda line: "put 1 N" in line, maker)
        assert "next is channel 1, at x = 40, y = 0 mm" in terminal.said
        assert {r.phase for r in kept_readings(loads, PAD)} == {"unloaded"}, "kept at once"
        plan = load_plan(CalibrationFiles(tmp_path, "evening"))
        assert (plan.hold_s, plan.press_s) == (1.0, WELL_S)
        bench.unsteady = 0.2
        terminal.until(lambda line: "wobbling" in line, maker)
        bench.unsteady = 0.0
        terminal.until(lambda line: "put 5 N" in line, maker)
        terminal.process.kill()
        terminal.process.wait()
    assert {r.load_n for r in kept_readings(loads, PAD)} == {0.0, 1.0}, "a kill costs the weight that stood"

    maker.wrong_n = {5.0: 1.6}
    with Terminal(command(tmp_path)) as terminal:
        asked = terminal.until(lambda line: "is this the right weight" in line, maker)
        assert "going on after" in terminal.said
        assert "more like 1.6 N than 5 N" in asked
        assert "a: accept it" in asked
        assert "b: back to the 1 N before" in asked
        bench.port.unplug()
        terminal.until(lambda _: "lost" in terminal.said, maker)
        bench.port.plug()
        terminal.until(lambda line: "press all over the pad" in line, maker)
        assert {r.load_n for r in kept_readings(loads, PAD)} == {0.0, 1.0, 5.0}
        terminal.until(lambda _: maker.pressed_s > 3.5, maker)
        terminal.type("e")
        terminal.until(lambda _: "whether it holds" in terminal.said, maker)
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.ended(maker) == 0, terminal.said[-600:]
        assert "the same command goes on" in terminal.said
    assert Recording.open(tmp_path / "evening_press.mcap").duration_s > 3
    told = [line for line in re.split(r"[\r\n]+", terminal.said) if "left  [" not in line]
    assert "free pressing" in load_profile(tmp_path / "evening_profile.json", PAD).method, told


def test_a_port_without_a_board_and_a_board_of_another_pad(tmp_path: Path, bench: Bench) -> None:
    maker = Maker(bench)
    with Terminal([*command(tmp_path), "--pad", "back-96"]) as terminal:
        assert terminal.ended(maker) == 1
        assert "6" in terminal.said
    bench.port.unplug()
    with Terminal(command(tmp_path)) as terminal:
        assert terminal.ended(maker) == 1
    assert not (tmp_path / "evening_loads.csv").exists()
