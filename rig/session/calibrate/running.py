"""A calibration in a thread of its own, for windows that only look at it.

The thread polls the board and pushes what comes; a second one fits, since a fit takes up to some seconds and no frame
may be lost meanwhile. The rule: nothing here waits for a window, and what a window asks for is done between two polls.
"""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Literal

from rig.errors import RigError
from rig.session.calibrate.live_fit import FitSoFar, fit_so_far
from rig.session.calibrate.making import Made, profile_of_evening
from rig.session.calibrate.picture import Picture, picture_of
from rig.wire.packets import Ability, CueKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from rig.clock import Clock
    from rig.device.device import Device
    from rig.session.calibrate.evening import Evening
    from rig.wire.packets import Hello

KEPT_MS = 60
"""The board's buzzer, for each reading that was kept."""

Act = Literal["accept", "back", "skip", "skip-sensor", "enough", "press-on", "verify-again", "fit-again"]


class RunningCalibration:
    """Runs an evening until somebody stops it or it fails.

    Args:
        device: not connected yet; closed in the end. begin: makes the evening, told whether the board has a load cell.
        clock: the host's. watch: called with the evening once it has begun.

    Attributes:
        error: why it ended, if it did not end well; what was read until then is kept.
    """

    def __init__(
        self,
        device: Device,
        begin: Callable[[bool], Evening],
        clock: Clock,
        watch: Callable[[Evening], None] = lambda _: None,
    ) -> None:
        self.error: Exception | None = None
        self._device, self._begin, self._clock, self._watch = device, begin, clock, watch
        self._evening: Evening | None = None
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._asked: deque[Act] = deque()
        self._link = self._problem = ""
        self._fit: FitSoFar | None = None
        self._fitted = -1
        self._live: Future[FitSoFar | None] | None = None
        self._making: Future[Made] | None = None
        self._thread = threading.Thread(target=self._run, name="calibration", daemon=True)

    def start(self) -> None:
        """Begin: connect, then work the evening off."""
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end; returns at once."""
        self._stopping.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end, at most `seconds`; True when it is over."""
        if self._thread.ident is not None:
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def act(self, what: Act) -> None:
        """Ask for something that the maker decides; done before the next scans are looked at."""
        self._asked.append(what)

    def picture(self) -> Picture | None:
        """What is to be seen now; None while the board is being greeted."""
        with self._lock:
            if self._evening is None:
                return None
            fitting = self._making is not None
            return picture_of(self._evening, self._fit, link=self._link, problem=self._problem, fitting=fitting)

    def _run(self) -> None:
        fits = ThreadPoolExecutor(1, "calibration fit")
        try:
            with self._device as device:
                self._work(device, fits, device.connect())
        except Exception as error:  # Nothing may end in a thread unseen: whoever looks shows it.
            self.error = error
        finally:
            fits.shutdown(wait=False, cancel_futures=True)
            if self._evening is not None:
                self._evening.close()

    def _work(self, device: Device, fits: ThreadPoolExecutor, hello: Hello) -> None:
        evening = self._begin(bool(hello.flags & Ability.LOAD_CELL))
        self._watch(evening)
        with self._lock:
            self._evening = evening
        device.start()
        while not self._stopping.is_set():
            block = device.poll()
            for change in device.events():
                self._link = "" if change.kind in {"up", "back"} else change.text
            with self._lock:
                while self._asked:
                    self._do(evening, self._asked.popleft())
                kept = len(evening.readings)
                if block is not None:
                    evening.push(block, device.loads.take())
            if len(evening.readings) > kept:
                # Whoever holds weights does not look at a screen: the board says that it has the reading.
                device.cue(CueKind.TICK, KEPT_MS)
            self._mind_fits(evening, fits)

    def _do(self, evening: Evening, what: Act) -> None:
        match what:
            case "accept":
                evening.accept()
            case "back":
                evening.back()
            case "skip":
                evening.skip()
            case "skip-sensor":
                evening.skip_sensor()
            case "enough":
                evening.enough()
            case "press-on":
                self._problem = ""
                evening.press_on()
            case "verify-again":
                evening.verify_again()
            case "fit-again":
                self._problem = ""

    def _mind_fits(self, evening: Evening, fits: ThreadPoolExecutor) -> None:
        """Take what was fitted, and ask for the next where there is something new."""
        if self._live is not None and self._live.done():
            self._fit, self._live = self._live.result(), None
        if self._live is None and evening.stage == "weigh" and len(evening.readings) != self._fitted:
            self._fitted = len(evening.readings)
            self._live = fits.submit(fit_so_far, tuple(evening.readings), evening.pad)
        if self._making is not None and self._making.done():
            making, self._making = self._making, None
            try:
                made = making.result()
                with self._lock:
                    evening.adopt(made)
            except RigError as error:
                self._problem = str(error)
        if evening.stage == "fit" and self._making is None and not self._problem:
            self._making = fits.submit(profile_of_evening, evening.pad, evening.files, self._clock)
