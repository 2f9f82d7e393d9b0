"""What a session lets people hear: the spine alarm, and the beat and the breath of the coach.

The board's buzzer takes one cue at a time, a new one in place of the old; so while the alarm is on, nothing else is
cued. A computer's own sound is a `Sounder`, given by whoever can make one. The rule: the alarm outranks all else, and
is renewed for as long as the pressure lasts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from rig.wire.packets import CueKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from rig.clock import Clock
    from rig.technique.coach.metronome import Beat

CUE_MS = 5_000
"""The longest cue that a board takes (PROTOCOL.md); renewed while the pressure lasts."""

CUE_RENEW_S = 4.0

TICK_MS = 30
"""Long enough to be heard, too short to be a tone."""

_BEATS: dict[Beat, CueKind] = {"tick": CueKind.TICK, "accent": CueKind.ACCENT}


class Sounder(Protocol):
    """A computer's sound. Each call returns at once, from the session's own thread; what cannot sound stays silent."""

    def beat(self, kind: Beat) -> None:
        """A beat of the metronome; an accent where a breath in begins."""
        ...

    def alarm(self, on: bool) -> None:
        """The spine is pressed, or no more."""
        ...


class Cues:
    """The cues of one session.

    Args:
        cue: the board's buzzer and light. clock: the host's. sounder: the computer's sound, if it has one.
        on: whether anything is to be heard at all.
    """

    def __init__(
        self, cue: Callable[[int, int], None], clock: Clock, sounder: Sounder | None = None, *, on: bool = True
    ) -> None:
        self._cue = cue
        self._clock = clock
        self._sounder = sounder
        self._on = on
        self._alarm_s: float | None = None

    def alarm(self) -> None:
        """The spine is pressed."""
        if not self._on:
            return
        if self._alarm_s is None and self._sounder is not None:
            self._sounder.alarm(True)
        self._alarm_s = self._clock.now_s()
        self._cue(CueKind.SPINE_ALARM, CUE_MS)

    def silence(self) -> None:
        """It is no more."""
        if self._alarm_s is None:
            return
        self._alarm_s = None
        self._cue(CueKind.OFF, 0)
        if self._sounder is not None:
            self._sounder.alarm(False)

    def link_is_back(self) -> None:
        """The board forgot what it was told: an alarm that lasts is told again."""
        if self._alarm_s is not None:
            self.alarm()

    def keep(self) -> None:
        """Renew an alarm before the board lets it end."""
        if self._alarm_s is not None and self._clock.now_s() - self._alarm_s >= CUE_RENEW_S:
            self.alarm()

    def beat(self, kind: Beat) -> None:
        """A beat, unless the alarm is on."""
        if not self._on or self._alarm_s is not None:
            return
        self._cue(_BEATS[kind], TICK_MS)
        if self._sounder is not None:
            self._sounder.beat(kind)
