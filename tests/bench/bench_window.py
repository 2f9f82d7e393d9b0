"""The practice window at work: pictures a second, what they cost, and how long the window takes to be there.

Run it: `python -m tests.bench window`. A virtual board in a process of its own streams 144 channels over a
pseudo-terminal (`terminal.py`); this process is all that `rig practice` with a window is, on Qt's offscreen platform,
which paints every pixel by the processor as a display without a graphics card does. The window's share of a core is
the processor time of the thread that draws; the session's, that of the others. The second figure starts a fresh
interpreter and counts from before its launch to the first picture on the (offscreen) screen.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QObject, QTimer

from rig.calibration.nominal import NominalConversion
from rig.clock import SystemClock
from rig.device.device import Device
from rig.gui.application import application, theme_for
from rig.gui.back_picture import BackPicture
from rig.gui.practice.window import PracticeWindow
from rig.pad import load_pad
from rig.session.pipeline import Pipeline
from rig.session.practice import Practice
from rig.session.running import RunningPractice
from rig.technique.routine.loading import load_routine
from rig.technique.timeline import Mark
from rig.transport.serial_port import SerialTransport
from tests.bench.massage import PAD_NAME
from tests.bench.terminal import TerminalBoard

RATE_HZ = 259.875
SIZE = (1280, 800)
SETTLE_S, WATCHED_S = 3.0, 20.0
PRESS_S = 5.0
RATE_TARGET, SHARE_TARGET, START_TARGET_S = 59.0, 0.20, 2.0
STARTS = 3

_START = """
import os, sys, time
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from pathlib import Path
from rig.gui import application, window
class Watched(window.MainWindow):
    def paintEvent(self, event):
        print(time.time(), flush=True)
        os._exit(0)
application.MainWindow = Watched
from rig.workspace import Workspace
application.show_window(Workspace(Path(sys.argv[1])))
"""


class Pictures(QObject):
    """Counts the pictures of the back."""

    def __init__(self) -> None:
        super().__init__()
        self.painted_s: list[float] = []

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint:
            self.painted_s.append(time.monotonic())
        return False


@dataclass(frozen=True, slots=True)
class Practised:
    """Pictures a second; shares of a core: of the thread that draws, of the others; and how long it had to wait.

    `waited` is the share of the time in which the drawing thread stood ready while other programs had the processor;
    0 where the system does not say.
    """

    pictures: float
    own: float
    others: float
    waited: float
    lost: int


def practise() -> Practised:
    """A practice in its window, watched."""
    app = application()
    pad, clock = load_pad(PAD_NAME), SystemClock()
    routine = load_routine("backpain", pad)
    with TerminalBoard(RATE_HZ, PRESS_S) as board:
        device = Device(lambda: SerialTransport(board.name), pad, clock)
        pipeline = Pipeline(pad, NominalConversion(pad), routine, None, [Mark(0, "backpain.1")])
        with device:
            device.connect()
            device.start()
            running = RunningPractice(lambda sink: Practice(device, pipeline, sink, clock), calibrated=False)
            running.start(None)
            window = PracticeWindow(pad, running, "bench", routine, theme_for(app, "dark"))
            window.resize(*SIZE)
            pictures = Pictures()
            window.findChildren(BackPicture)[0].installEventFilter(pictures)
            window.show()
            figures: list[tuple[float, float, float, float, int]] = []

            def note() -> None:
                own, both = time.thread_time(), time.process_time()
                figures.append((time.monotonic(), own, both, waited_s(), device.counters.lost))

            QTimer.singleShot(int(1000 * SETTLE_S), note)
            QTimer.singleShot(int(1000 * (SETTLE_S + WATCHED_S)), note)
            QTimer.singleShot(int(1000 * (SETTLE_S + WATCHED_S)) + 100, app.quit)
            app.exec()
            window.close()
            running.wait(10)
    (began, *before), (ended, *after) = figures
    thread, every, waited, lost = (b - a for a, b in zip(before, after, strict=True))
    wall = ended - began
    shown = sum(began <= at <= ended for at in pictures.painted_s)
    return Practised(shown / wall, thread / wall, (every - thread) / wall, waited / wall, int(lost))


def waited_s() -> float:
    """How long this thread has stood ready and was not run."""
    told = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
    return int(told.read_text().split()[1]) / 1e9 if told.exists() else 0.0


def start_s() -> tuple[float, float]:
    """Seconds from before the interpreter's launch to the window's first picture, and the processor time of that."""
    with tempfile.TemporaryDirectory() as folder:
        before, spent = time.time(), os.times()
        done = subprocess.run([sys.executable, "-c", _START, folder], capture_output=True, text=True, check=True)
        now = os.times()
        busy = now.children_user + now.children_system - spent.children_user - spent.children_system
        return float(done.stdout.split()[-1]) - before, busy


def main() -> bool:
    found = practise()
    median, busy = sorted(start_s() for _ in range(STARTS))[STARTS // 2]
    rows = (
        ("pictures a second", f"{found.pictures:.1f}", f"aim {RATE_TARGET:.0f} or more; the timer asks for 62.5"),
        (
            "the drawing thread's share of a core",
            f"{found.own:.1%}",
            f"aim {SHARE_TARGET:.0%} or less; a probe took 11 %",
        ),
        ("  ready, while others had the processor", f"{found.waited:.1%}", "of the time"),
        ("the session's share beside it", f"{found.others:.1%}", "of a core"),
        ("frames lost", f"{found.lost}", "aim 0"),
        ("from launch to the first picture", f"{median:.2f} s", f"aim {START_TARGET_S:.0f} s or less"),
        ("  processor time of that", f"{busy:.2f} s", "what it takes on a computer of its own"),
    )
    print(f"window, {SIZE[0]}x{SIZE[1]}, 144 channels at {RATE_HZ:.0f} frames/s, no graphics card")
    for what, measured, remark in rows:
        print(f"  {what:40s} {measured:>8s}   ({remark})")
    met = found.pictures >= RATE_TARGET and found.own <= SHARE_TARGET and found.lost == 0
    return met and median <= START_TARGET_S


if __name__ == "__main__":
    sys.exit(not main())
