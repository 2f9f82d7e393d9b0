"""A recording that is looked at: opened at once, seen at any moment, judged again at wish.

Opening reads the recording's index; all else (`rig.session.player.survey`) follows in the background. Until that has
gone through everything, the flags are those that the session itself wrote down. The rule: a view holds a `Player` and
asks it; it knows of no window, and everything that takes longer than a blink is in a thread.
"""

from __future__ import annotations

from bisect import bisect_right
from copy import deepcopy
from typing import TYPE_CHECKING

import msgspec

from rig.calibration.nominal import NominalConversion
from rig.errors import OperationError
from rig.recording.reader import Recording
from rig.session.player.align import Span
from rig.session.player.seek import Seeker
from rig.session.player.survey import Survey
from rig.session.player.wishes import RECORDED, Wishes, check, conversion_for, level_for, readable, routine_for
from rig.session.recorded import recorded_marks
from rig.technique.flags import HARM_ORDER, Flag, report_order

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rig.session.player.seek import Shown
    from rig.technique.routine.routine import Routine

TOLD_S = 1.0
"""A flag is shown for so long at least, however short what it is about."""

BEAT_OVER_S = 10.0
"""A rate is shown until so long after its last beat."""

CLOSE_S = 1.0
"""Closing waits so long at most for the background pass, which then ends by itself."""

_FLAG_END, _NONE = "flag-end", "flag-withdrawn"


class Player:
    """One recording; get it with `Player.open`, and `close` it.

    Attributes:
        recording: what it is of. pad: its pad. first_us, last_us: device time of its first and last frame.
        doubts: what of it cannot be read or trusted, a sentence each.
        routine, level: what it is judged by; None without. estimated: whether forces come from no profile at all.
        survey: the pass that is shown. judging: a pass by other wishes, while it is under way.
    """

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.pad = recording.pad
        self.first_us, self.last_us = recording.first_us, recording.last_us
        wishes, doubts = readable(recording)
        self.doubts = [*recording.warnings, *doubts]
        self._written = _written_flags(recording)
        self.judging: Survey | None = None
        self._sorted: list[Flag] = []
        self._take(Survey(recording, wishes))

    @classmethod
    def open(cls, path: str | Path) -> Player:
        """Open a recording; the background pass begins with `start`.

        Raises:
            InputError: no such file, no recording, or its pad is lost. StorageError: it cannot be read.
        """
        return cls(Recording.open(path))

    def start(self) -> None:
        """Begin the background pass."""
        if self.recording.frames:
            self.survey.start()

    def close(self) -> None:
        """End all background work."""
        self.cancel()
        self.survey.stop(CLOSE_S)

    @property
    def flags(self) -> Sequence[Flag]:
        """The flags, in order of time; from the recording itself until the background pass knows better."""
        if self.survey.outcome is None and self._written and self.wishes.as_recorded:
            return self._written
        if self.survey.outcome is not None:
            return self.survey.outcome.flags
        if len(self._sorted) != len(self.survey.flags):
            self._sorted = sorted(self.survey.flags, key=report_order)
        return self._sorted

    @property
    def spans(self) -> list[Span]:
        """Which step was practised when, from the first frame to the last, as far as it is known."""
        if not self.recording.frames:
            return []
        marks = self._marked if self.survey.marks is None else self.survey.marks
        begins = [(max(mark.begun_us, self.first_us), mark.step) for mark in marks]
        if not begins or begins[0][0] > self.first_us:
            begins.insert(0, (self.first_us, None))
        ends = [t_us for t_us, _ in begins[1:]] + [self.last_us]
        return [Span(step, t0, t1) for (t0, step), t1 in zip(begins, ends, strict=True) if t1 > t0]

    def see(self, t_us: int) -> Shown:
        """What there is to see at a moment.

        Raises:
            StorageError: the file has changed since it was opened.
        """
        with (self.judging or self.survey).standing_aside():
            return self.seeker.see(t_us)

    def frame_after(self, t_us: int) -> int | None:
        """Time of the first frame behind a moment; None behind the last."""
        return self.seeker.frame_after(t_us)

    def frame_before(self, t_us: int) -> int | None:
        """Time of the last frame before a moment; None before the first."""
        return self.seeker.frame_before(t_us)

    def step_at(self, t_us: int) -> str | None:
        """The step practised at a moment."""
        return next((span.step for span in reversed(self.spans) if span.t0_us <= t_us), None)

    def is_judged(self, t_us: int) -> bool:
        """Whether the flags around a moment are known: the session wrote them down, or the pass has come there."""
        return self.flags is self._written or self.survey.outcome is not None or t_us < self.survey.until_us

    def flags_at(self, t_us: int) -> list[Flag]:
        """What was wrong at a moment, the most harmful first."""
        t_s = t_us / 1e6
        there = [flag for flag in self.flags if flag.t0 <= t_s <= max(flag.t1 or flag.t0, flag.t0 + TOLD_S)]
        return sorted(there, key=lambda flag: HARM_ORDER.index(flag.kind))

    def next_flag(self, t_us: int) -> int | None:
        """When the first flag behind a moment begins; None behind the last."""
        return min((t for t in self._flag_times() if t > t_us), default=None)

    def previous_flag(self, t_us: int) -> int | None:
        """When the last flag before a moment begins; None before the first."""
        return max((t for t in self._flag_times() if t < t_us), default=None)

    def rate_at(self, t_us: int) -> float | None:
        """Strokes a minute over the last beats; None where there was no beat for a while."""
        t_s = t_us / 1e6
        beats = self.survey.beats
        row = bisect_right(beats, t_s, key=lambda beat: beat.t)
        return beats[row - 1].rate_per_min if row and t_s - beats[row - 1].t <= BEAT_OVER_S else None

    def judge_again(self, wishes: Wishes) -> None:
        """Judge by other wishes, in the background; `look` takes the outcome over.

        Raises:
            InputError: no such routine, level, step or profile, or they do not fit the recording.
        """
        check(self.recording, wishes)
        self.cancel()
        self.judging = Survey(self.recording, wishes)
        self.judging.start()

    def cancel(self) -> None:
        """Break off judging again; everything stays as it was."""
        judging, self.judging = self.judging, None
        if judging is not None:
            judging.stop()

    def look(self) -> bool:
        """Take over what judging again came to, once it has ended; True when something has changed.

        Raises:
            RigError: why it did not come to anything; everything stays as it was.
        """
        judging = self.judging
        if judging is None or judging.running:
            return False
        self.judging = None
        if judging.error is not None:
            raise judging.error
        if judging.outcome is None:
            raise OperationError(f"{self.recording.path}: not judged again: the program failed")
        self.survey.stop()
        self._take(judging)
        return True

    @property
    def wishes(self) -> Wishes:
        """By what it is judged."""
        return self.survey.wishes

    def _take(self, survey: Survey) -> None:
        recording, wishes = self.recording, survey.wishes
        self.survey = survey
        unused = conversion_for(recording, wishes)
        self.seeker = Seeker(recording, lambda: deepcopy(unused), survey.checkpoints)
        self.routine: Routine | None = routine_for(recording, wishes)
        self.estimated = isinstance(unused, NominalConversion)
        self.level = level_for(recording, wishes) if self.routine is not None else None
        # Most recordings are marked; the others' steps the background pass finds.
        self._marked = recorded_marks(recording) if wishes.step == RECORDED else []
        self._sorted = []

    def _flag_times(self) -> list[int]:
        """Rounded up, so that the flag has begun there."""
        return [-int(-flag.t0 * 1e6 // 1) for flag in self.flags]


def _written_flags(recording: Recording) -> list[Flag]:
    """The flags that the session wrote down while it went on; what cannot be read is left to the background pass."""
    try:
        found, none = ([msgspec.convert(e.body, Flag) for e in recording.events(kind)] for kind in (_FLAG_END, _NONE))
    except msgspec.ValidationError:
        return []
    return sorted((flag for flag in found if flag not in none), key=report_order)
