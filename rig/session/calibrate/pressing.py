"""The free pressing of one evening: recorded with the load cell's readings, and how long each sensor was pressed.

Each part that is begun is a recording of its own, since a recording is never written into again; coverage goes on
from the parts before. The rule: frames and readings are recorded before anything is made of them.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.press_recording import UNTOUCHED_US
from rig.calibration.run_pressing import FreePressing, Pressed
from rig.recording.format import LOAD_RAW, Header
from rig.recording.reader import Recording
from rig.recording.writer import RecordingWriter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rig.clock import Clock
    from rig.device.loads import LoadReading
    from rig.frame import Block
    from rig.pad import PadLayout
    from rig.session.calibrate.plan import CalibrationFiles

SHOWN_US = 12_000_000
"""So much of the past is kept to be drawn."""


class PressingPart:
    """One part of the pressing, recorded from its first scan on.

    Args:
        pad, pad_text: the layout, and its file's text. files: where the parts are. raw_per_n: the cell's scale.
        enough_s: how long each sensor is to be pressed.

    Attributes:
        enough_s: how long each sensor is to be pressed, earlier parts included.
        pressed: how far it is; None before the first scan.
    """

    def __init__(
        self,
        pad: PadLayout,
        pad_text: str,
        files: CalibrationFiles,
        clock: Clock,
        *,
        raw_per_n: float,
        enough_s: float,
    ) -> None:
        self.pressed: Pressed | None = None
        before = _pressed_before(files, pad)
        # Whoever presses on after every sensor had enough wants as much again.
        self.enough_s = enough_s if (before < enough_s).any() else float(before.min()) + enough_s
        self._coverage = FreePressing(pad, before, self.enough_s)
        self._files, self._clock = files, clock
        self._header = Header(pad=pad_text, session={"what": "free pressing for a calibration"})
        self._raw_per_n = raw_per_n
        self._writer: RecordingWriter | None = None
        self._began_us: int | None = None
        self._zero: list[int] = []
        self._totals: deque[tuple[int, float]] = deque()

    def push(self, block: Block, cell: Sequence[LoadReading]) -> Pressed:
        """The next scans, and what the load cell read beside them.

        Raises:
            StorageError: the recording cannot be written.
        """
        if self._writer is None:
            self._writer = RecordingWriter(self._files.next_press(), self._header, self._clock)
        self._writer.write(block)
        for reading in cell:
            self._writer.metrics(reading.t_us, {LOAD_RAW: reading.raw})
        if self._writer.error is not None:
            raise self._writer.error
        self.pressed = self._coverage.push(block)
        if self._began_us is None:
            self._began_us = int(block.t_us[0])
        self._weigh_hands(cell, self._began_us)
        return self.pressed

    def close(self) -> None:
        """End the recording."""
        if self._writer is not None:
            self._writer.close()

    @property
    def pressed_s(self) -> NDArray[np.float64]:
        """(n_channels,) seconds that each sensor was pressed, in earlier parts too."""
        return self._coverage.pressed_s

    def totals(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """(n,) times in microseconds and (n,) newtons on the load cell in the last seconds."""
        rows = np.array(list(self._totals), np.float64).reshape(-1, 2)
        return rows[:, 0].astype(np.int64), rows[:, 1]

    def _weigh_hands(self, cell: Sequence[LoadReading], began_us: int) -> None:
        """The total for the eye; the fit works it out anew from the recording."""
        self._zero += [reading.raw for reading in cell if reading.t_us < began_us + UNTOUCHED_US]
        if not self._zero:
            return
        zero = float(np.median(self._zero))
        self._totals.extend((reading.t_us, (reading.raw - zero) / self._raw_per_n) for reading in cell)
        while self._totals and self._totals[0][0] < self._totals[-1][0] - SHOWN_US:
            self._totals.popleft()


def _pressed_before(files: CalibrationFiles, pad: PadLayout) -> NDArray[np.float64]:
    """(n_channels,) seconds that earlier parts of the pressing came to."""
    pressed_s = np.zeros(pad.n_channels)
    for path in files.presses():
        part = FreePressing(pad, pressed_s, np.inf)
        for block in Recording.open(path).blocks():
            part.push(block)
        pressed_s = part.pressed_s
    return pressed_s
