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
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QObject, QTimer

from rig.calibration.nominal import NominalConversion
from rig.clock import SystemClock
from rig.device.device import Device
from rig.gui.application import application, theme_for
from rig.gui.back_picture import BackPicture
from rig.gui.practice_window import PracticeWindow
from rig.pad import load_pad
from rig.session.pipeline import Pipeline
from rig.session.practice import Practice
from rig.session.running import RunningPractice
from rig.technique.loading import load_routine
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


def practise() -> tuple[float, float, float, int]:
    """Pictures a second, the drawing thread's share of a core, the others' share, and frames lost."""
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
            figures: list[tuple[float, float, float, int]] = []

            def note() -> None:
                counters = device.counters
                figures.append((time.monotonic(), time.thread_time(), time.process_time(), counters.lost))

            QTimer.singleShot(int(1000 * SETTLE_S), note)
            QTimer.singleShot(int(1000 * (SETTLE_S + WATCHED_S)), note)
            QTimer.singleShot(int(1000 * (SETTLE_S + WATCHED_S)) + 100, app.quit)
            app.exec()
            window.close()
            running.wait(10)
    (began, thread_0, all_0, lost_0), (ended, thread_1, all_1, lost_1) = figures
    wall = ended - began
    shown = sum(began <= at <= ended for at in pictures.painted_s)
    own = (thread_1 - thread_0) / wall
    return shown / wall, own, (all_1 - all_0) / wall - own, lost_1 - lost_0


def start_s() -> float:
    """Seconds from before the interpreter's launch to the window's first picture."""
    with tempfile.TemporaryDirectory() as folder:
        before = time.time()
        done = subprocess.run([sys.executable, "-c", _START, folder], capture_output=True, text=True, check=True)
        return float(done.stdout.split()[-1]) - before


def main() -> bool:
    rate, own, others, lost = practise()
    starts = sorted(start_s() for _ in range(STARTS))
    median = starts[STARTS // 2]
    print(f"window, {SIZE[0]}x{SIZE[1]}, 144 channels at {RATE_HZ:.0f} frames/s, no graphics card")
    print(f"  pictures a second           {rate:6.1f}    (wanted {RATE_TARGET:.0f} or more; the timer asks for 62.5)")
    print(
        f"  the drawing thread          {own:6.1%}    of a core (wanted {SHARE_TARGET:.0%} or less; a probe took 11 %)"
    )
    print(f"  the session beside it       {others:6.1%}    of a core; {lost} frames lost (wanted 0)")
    print(f"  from launch to first picture{median:6.2f} s  (wanted {START_TARGET_S:.0f} s or less)")
    return rate >= RATE_TARGET and own <= SHARE_TARGET and lost == 0 and median <= START_TARGET_S


if __name__ == "__main__":
    sys.exit(not main())
