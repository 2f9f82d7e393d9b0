"""Whether frames flow, and what is told of it: each change once, in session time.

No I/O: the owner says what became of the link. The rule that keeps it right: nobody is told of a loss who was not told
of frames, or has not asked for them, and a board that is refused again for the same reason is told of once.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from rig.device.records import LinkEvent

if TYPE_CHECKING:
    from rig.clock import Clock
    from rig.device.records import LinkEventKind
    from rig.device.timeline import Timeline


class Flow:
    """The frames of one session, as far as their coming and going is concerned.

    Attributes:
        now: whether frames come. ever: whether any have come so far.
    """

    def __init__(self, timeline: Timeline, clock: Clock) -> None:
        self.now = False
        self.ever = False
        self._timeline = timeline
        self._clock = clock
        self._awaited = False
        self._refusal: str | None = None
        self._events: deque[LinkEvent] = deque()

    def events(self) -> list[LinkEvent]:
        """What there was to tell since the last call."""
        return [self._events.popleft() for _ in range(len(self._events))]

    def wanted(self) -> None:
        """Frames were asked for: it is told if they do not come."""
        self._awaited = True

    def unwanted(self) -> None:
        """No more frames were asked for; that they end is no news."""
        self.now = False

    def accepted(self) -> None:
        """A board that fits has answered."""
        self._refusal = None

    def began(self, lost: int, remark: str = "") -> None:
        """Frames come, `lost` scans after the last that came; `remark` is told the first time."""
        first, self.ever = not self.ever, True
        self.now, self._awaited = True, False
        if first:
            self._tell("up", f"frames come; {remark}" if remark else "frames come")
        else:
            self._tell("back", f"frames come again, {lost} lost")

    def ended(self, kind: LinkEventKind, why: str) -> None:
        """Frames come no more, or not at all; that the board restarted is told in any case."""
        if self.now or self._awaited or kind == "reset":
            self._tell(kind, why)
        self.now = self._awaited = False

    def refused(self, why: str) -> None:
        """What answers is not the board of this session."""
        if why != self._refusal:
            self._refusal = why
            self._tell("refused", why)
            self.now = self._awaited = False

    def _tell(self, kind: LinkEventKind, text: str) -> None:
        now_s = self._clock.now_s()
        self._events.append(LinkEvent(kind, self._timeline.now_us(now_s), now_s, text))
