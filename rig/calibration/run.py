"""The guided run: what the maker should do now, and whether what the pad reads is worth keeping.

A run is a list of tasks (`rig.calibration.run_tasks`), worked off by pushing Blocks. It notices a reading that settles,
one that wobbles, a weight on another sensor, and one that reads unlike what it should weigh; the last waits until
somebody accepts it, or takes the weight before back, which may have been the wrong one. Readings are handed out as they
are kept, so that they can be written down at once; a run that was interrupted begins with what is already done. The
rule: no clock, no file, no terminal in here; time is the Blocks' own, and the same Blocks always lead to the same
place.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.memory import HOP_US
from rig.calibration.run_advice import DONE, Advice
from rig.calibration.run_likeness import doubted, reads_like, standing, stood_on
from rig.calibration.run_tasks import PRESSES, Reading, key_of, undone

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from rig.calibration.run_tasks import Task
    from rig.frame import Block
    from rig.pad import PadLayout

HOLD_S = 5.0
"""A weight stands for five seconds (CALIBRATION.md), counted from when its reading is still."""

UNLOADED_S = 3.0

STILL, STILL_COUNTS = 0.02, 2.5
"""A reading is still while its last second stays within this, relative or in counts (standard deviation)."""

TOUCHED_COUNTS = 6.0
"""Above its rest by so much, a sensor is loaded."""

_WINDOW_US = 1_000_000


@dataclass(frozen=True)
class Progress:
    """Where the run stands: the task (None: all done), what to say, how far the reading is, and what was just kept.

    `settled` goes from 0 to 1; `counts` is what the task's sensor reads. `back` is the weight that would be taken back,
    None where there is none; `doubted` says that it may have been the wrong one: others on this sensor contradict it.
    """

    task: Task | None
    says: Advice
    settled: float
    counts: float
    kept: tuple[Reading, ...]
    back: Task | None = None
    doubted: bool = False

    @property
    def advice(self) -> str:
        """What to say, as a sentence."""
        return self.says.text

    @property
    def asks(self) -> bool:
        """True where only `accept` lets the run go on."""
        return self.says.asks


class GuidedRun:
    """A run under way.

    Args:
        pad: the layout. tasks: as of `plan`. done: readings of an earlier part of the run; their tasks are left out.
        hold_s: how long a weight stands once its reading is still.
    """

    def __init__(
        self, pad: PadLayout, tasks: Sequence[Task], done: Iterable[Reading] = (), hold_s: float = HOLD_S
    ) -> None:
        self._pad = pad
        self._hold_s = hold_s
        self._readings = list(done)
        self._tasks = undone(tasks, self._readings)
        self._planned = {key_of(task): task for task in tasks}
        self._channels = sorted({t.channel for t in tasks if t.channel is not None})
        self._recent: deque[tuple[int, NDArray[np.float64]]] = deque()
        self._rest: NDArray[np.float64] | None = None
        self._highest = 0.0
        self._hop = -1
        self._begin()

    @property
    def task(self) -> Task | None:
        """What is to be done now; None when all is."""
        return self._tasks[0] if self._tasks else None

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What is to be done still, in order."""
        return tuple(self._tasks)

    @property
    def left(self) -> int:
        """How many tasks there are still."""
        return len(self._tasks)

    def accept(self) -> None:
        """Take the reading that was asked about."""
        self._accepted = True

    def back(self) -> tuple[Reading, ...]:
        """Take back the weight that reads unlike the others, or else the last one: it is to be put on anew, and next.

        Returns what was read of it, which counts no more; nothing where no weight of this run was read yet.
        """
        task = self._to_take_back()
        if task is None:
            return ()
        gone = tuple(r for r in self._readings if key_of(r) == key_of(task))
        self._readings = [r for r in self._readings if key_of(r) != key_of(task)]
        self._tasks.insert(0, task)
        self._begin()
        self._anew = True
        return gone

    def skip(self) -> None:
        """Leave the task out."""
        if self._tasks:
            self._tasks.pop(0)
            self._begin()

    def push(self, block: Block) -> Progress:
        """Look at the next scans; returns where the run stands after them."""
        kept: list[Reading] = []
        for t_us, counts in zip(block.t_us.tolist(), block.counts, strict=True):
            self._recent.append((t_us, counts.astype(np.float64)))
            while self._recent[0][0] < t_us - _WINDOW_US:
                self._recent.popleft()
            if t_us // HOP_US == self._hop:
                continue
            self._hop = t_us // HOP_US
            self._said = self._look(t_us, counts, kept)
        task = self.task
        own = task.channel if task is not None else None
        level = float(self._recent[-1][1][own]) if own is not None and self._recent else 0.0
        settled = min(self._still_s / self._needed_s, 1.0)
        back = self._to_take_back()
        # Of two that contradict each other nobody knows which one is wrong.
        of_two = self._said.asks and back is not None and [s.key for s in self._stood] == [key_of(back)]
        return Progress(task, self._said, settled, level, tuple(kept), back, self._doubted is not None or of_two)

    def _begin(self) -> None:
        self._still_s, self._needed_s = 0.0, self._hold_s
        self._since_us = -1
        self._presses, self._down = 0, False
        self._accepted, self._left, self._anew = False, False, False
        self._stood = stood_on(self._readings, self.task.channel if self.task is not None else None, self._pad)
        odd = doubted(self._stood)
        self._doubted = self._planned.get(odd.key) if odd is not None else None
        self._pending: list[Reading] = []
        self._said = DONE if self.task is None else Advice("place", self.task.says)
        if self.task is not None and self.task.phase == "unloaded":
            self._needed_s = UNLOADED_S

    def _look(self, t_us: int, counts: NDArray[np.uint16], kept: list[Reading]) -> Advice:
        task = self.task
        if task is None:
            return DONE
        if self._rest is None:
            self._rest = counts.astype(np.float64)  # until the pad has been read untouched
        self._rest = np.minimum(self._rest, self._level())
        if task.phase == "condition":
            return self._press(task, counts)
        if task.phase == "unloaded":
            return self._leave_alone(task, t_us, counts, kept)
        return self._weigh(task, t_us, counts, kept)

    def _press(self, task: Task, counts: NDArray[np.uint16]) -> Advice:
        assert task.channel is not None
        assert self._rest is not None
        above = float(counts[task.channel]) - self._rest[task.channel]
        self._highest = max(self._highest, above)
        if not self._down and above > max(0.5 * self._highest, 10 * TOUCHED_COUNTS):
            self._down = True
        elif self._down and above < 0.2 * self._highest:
            self._down = False
            self._presses += 1
        if self._presses >= PRESSES:
            self._highest = 0.0
            self.skip()
            return Advice("pressed-enough", "enough")
        return Advice("press", f"{task.says}: {self._presses} of {PRESSES}", value=self._presses)

    def _leave_alone(self, task: Task, t_us: int, counts: NDArray[np.uint16], kept: list[Reading]) -> Advice:
        spread = np.std([row for _, row in self._recent], axis=0)
        loud = [c for c in self._channels if spread[c] > STILL_COUNTS]
        if loud:
            self._restart()
            return Advice("still-moves", f"{task.says}: channel {loud[0]} still moves", loud[0])
        self._pending += [Reading(c, t_us, 0.0, int(counts[c]), 0, "unloaded") for c in self._channels]
        if self._waited(t_us):
            self._rest = self._level()
            self._keep(kept)
        return Advice("quiet", f"{task.says}: quiet")

    def _weigh(self, task: Task, t_us: int, counts: NDArray[np.uint16], kept: list[Reading]) -> Advice:
        assert task.channel is not None
        assert self._rest is not None
        above = counts - self._rest
        own = float(above[task.channel])
        other = int(np.argmax(above))
        if own < TOUCHED_COUNTS:
            self._left, self._anew = True, False
            self._restart()
            if above[other] > 5 * TOUCHED_COUNTS and other != task.channel:
                text = f"that is channel {other}: the weight belongs on channel {task.channel}"
                return Advice("elsewhere", text, other)
            return Advice("place", task.says)
        if self._anew or (not self._left and not self._changed(task, counts)):
            return Advice("change-weight", f"lift the weight, then {task.says}")
        rows = np.array([row[task.channel] for _, row in self._recent])
        if rows.std() > max(STILL * own, STILL_COUNTS):
            self._restart()
            return Advice("wobbling", f"channel {task.channel}: wobbling, let go of the weight")
        like_n = reads_like(standing(key_of(task), float(rows.mean()), self._pad), self._stood)
        if like_n is not None and not self._accepted:
            self._restart()
            text = f"reads more like {like_n:.2g} N than {task.load_n:.2g} N; is this the right weight, on the puck?"
            return Advice("unlike", f"channel {task.channel}: {text}", value=like_n)
        self._pending.append(
            Reading(task.channel, t_us, task.load_n, int(counts[task.channel]), task.cycle, task.phase)
        )
        if self._waited(t_us):
            self._keep(kept)
            return Advice("kept", "kept")
        return Advice("settling", f"channel {task.channel}: {own:.0f} counts, settling", value=own)

    def _changed(self, task: Task, counts: NDArray[np.uint16]) -> bool:
        """Whether the reading has left that of the weight before, where the puck was not lifted in between."""
        last = next((r for r in reversed(self._readings) if r.channel == task.channel and r.load_n > 0), None)
        if last is None or abs(float(counts[last.channel]) - last.counts) > max(0.04 * last.counts, TOUCHED_COUNTS):
            self._left = True
        return self._left

    def _to_take_back(self) -> Task | None:
        if self._doubted is not None:
            return self._doubted
        last = next((r for r in reversed(self._readings) if r.load_n > 0 and key_of(r) in self._planned), None)
        return self._planned[key_of(last)] if last is not None else None

    def _waited(self, t_us: int) -> bool:
        if self._since_us < 0:
            self._since_us = t_us
        self._still_s = (t_us - self._since_us) / 1e6
        return self._still_s >= self._needed_s

    def _restart(self) -> None:
        self._still_s, self._since_us, self._pending = 0.0, -1, []

    def _keep(self, kept: list[Reading]) -> None:
        kept += self._pending
        self._readings += self._pending
        self._tasks.pop(0)
        self._begin()

    def _level(self) -> NDArray[np.float64]:
        return np.asarray(np.median([row for _, row in self._recent], axis=0))
