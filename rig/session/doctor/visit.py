"""A visit to the doctor in a thread of its own: what the pad reads meanwhile, and in the end what is wrong with it.

The examination is `rig.device.doctor.examination`; this only looks over its shoulder, at the same Blocks, so that a
window can show which tiles the hand has reached. The rule: an unplug ends the visit and says so, since a gap in the
listening would be taken for a fault of the line.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from rig.device.device import Device
from rig.device.doctor.evidence import COVERED_SHARE, PRESSED_SHARE
from rig.device.doctor.examination import PRESS_TEXT, examine
from rig.errors import LinkError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rig.clock import Clock
    from rig.device.doctor.examination import Examination
    from rig.frame import Block
    from rig.pad import PadLayout

HAND_CHANNELS = 3
"""A flat hand presses at least so many sensors; a loose joint jumps on one."""

AWAY_US = 3_000_000
"""A hand that has left the pad for so long does not come back."""

Stage = Literal["greet", "rest", "press", "judge"]

REST_S, PRESS_MOST_S = 3.0, 120.0
"""How long the pad is listened to untouched, and at most while somebody strokes over it."""


class WatchedDevice(Device):
    """A device that shows each Block to somebody else, and does not come back by itself after an unplug.

    Attributes:
        watch: called with each Block, in the thread that polls.
    """

    watch: Callable[[Block], None] = staticmethod(lambda _: None)

    def poll(self) -> Block | None:
        """What one read brought, or None.

        Raises:
            LinkError: the board was lost. ProtocolError: as of `Device`.
        """
        block = super().poll()
        for change in self.events():
            if change.kind in {"lost", "refused"}:
                raise LinkError(change.text)
        if block is not None:
            self.watch(block)
        return block


@dataclass(frozen=True, eq=False)
class VisitPicture:
    """One look at a visit.

    Attributes:
        stage: what is being done. share: how far this stage is, 0 to 1.
        counts: (n_channels,) what each sensor reads now. reached: (n_channels,) True where a press was felt.
        found: the examination, once it is over.
    """

    stage: Stage
    share: float
    counts: NDArray[np.uint16]
    reached: NDArray[np.bool_]
    found: Examination | None


class Visit:
    """One examination.

    Args:
        device: not connected yet; closed in the end. pad: what it is taken for. clock: the host's. port: what to call
            it. press_s: how long to listen at most while somebody strokes over the pad; 0: nobody does.

    Attributes:
        error: why it ended, if it did not end well.
    """

    def __init__(
        self, device: WatchedDevice, pad: PadLayout, clock: Clock, port: str, press_s: float = PRESS_MOST_S
    ) -> None:
        self.error: Exception | None = None
        self._device, self._pad, self._clock, self._port = device, pad, clock, port
        self._press_s = press_s
        self._stage: Stage = "greet"
        self._since_s = clock.now_s()
        self._resting: list[NDArray[np.uint16]] = []
        self._level: NDArray[np.float64] | None = None
        self._counts = np.zeros(pad.n_channels, np.uint16)
        self._reached = np.zeros(pad.n_channels, bool)
        self._hand_us = 0
        self._found: Examination | None = None
        self._enough = threading.Event()
        self._stopping = False
        device.watch = self._look
        self._thread = threading.Thread(target=self._run, name="doctor", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def enough(self) -> None:
        """The pad was pressed all over."""
        self._enough.set()

    def stop(self) -> None:
        """Break it off; returns at once."""
        self._stopping = True
        self._enough.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end, at most `seconds`; True when it is over."""
        if self._thread.ident is not None:
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def picture(self) -> VisitPicture:
        """What is to be seen now."""
        spent_s = self._clock.now_s() - self._since_s
        # A pad that was stroked all over has most of its tiles reached; the dead ones never are.
        share = {
            "greet": 0.0,
            "rest": min(spent_s / REST_S, 1.0),
            "press": min(float(self._reached.mean()) / COVERED_SHARE, 1.0),
            "judge": 1.0,
        }[self._stage]
        return VisitPicture(self._stage, share, self._counts, self._reached.copy(), self._found)

    def _run(self) -> None:
        try:
            with self._device as device:
                device.connect()
                found = examine(
                    device,
                    self._pad,
                    self._clock,
                    port=self._port,
                    rest_s=REST_S,
                    press_s=self._press_s,
                    tell=self._hear,
                    enough=self._enough.is_set,
                )
                self._found = None if self._stopping else found
        except Exception as error:  # Nothing may end in a thread unseen: whoever looks shows it.
            self.error = error

    def _hear(self, said: str) -> None:
        """The examination goes on to its next part."""
        self._stage = "press" if said == PRESS_TEXT else "rest"
        self._since_s = self._clock.now_s()
        if self._stage == "press":
            self._level = np.median(self._resting, axis=0) if self._resting else np.zeros(self._pad.n_channels)

    def _look(self, block: Block) -> None:
        if self._stopping:
            raise LinkError("the visit was broken off")
        self._counts = block.counts[-1]
        if self._stage == "rest":
            self._resting += list(block.counts)
        elif self._level is not None:
            pressed = block.counts.max(axis=0) - self._level >= PRESSED_SHARE * self._pad.full_scale
            self._reached |= pressed
            self._mind_the_hand(int(block.t_us[-1]), int(pressed.sum()))

    def _mind_the_hand(self, t_us: int, pressed: int) -> None:
        """A hand that has been all over the pad and has left it is done."""
        if pressed >= HAND_CHANNELS:
            self._hand_us = t_us
        if self._reached.mean() >= COVERED_SHARE and t_us - self._hand_us >= AWAY_US:
            self._enough.set()
