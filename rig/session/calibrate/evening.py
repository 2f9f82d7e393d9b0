"""One calibration from the first weight to the verdict, worked off by pushing Blocks.

Weights on some sensors, free pressing of the whole pad beside the load cell, the fit, and weights at three spots to
see whether it holds. Everything that is decided is decided in `rig.calibration`; this keeps its readings and goes from
one part to the next, from wherever an earlier evening stopped. The rule: a reading is in its file before the next task
is shown; no window, no thread and no waiting in here.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Literal

import numpy as np

from rig.calibration.cell_scale import CellReading, append_cell, cell_scale, kept_cell, write_cell
from rig.calibration.check_file import keep_verdict
from rig.calibration.memory import HOP_US
from rig.calibration.profile import load_profile, save_profile
from rig.calibration.run import GuidedRun, Progress
from rig.calibration.run_file import append_readings, kept_readings, write_readings
from rig.session.calibrate.making import verdict_of_evening
from rig.session.calibrate.points import points_of
from rig.session.calibrate.pressing import SHOWN_US, PressingPart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rig.calibration.cell_scale import CellScale
    from rig.calibration.profile import Profile
    from rig.calibration.run_tasks import Reading, Task
    from rig.calibration.verdict import Verdict
    from rig.clock import Clock
    from rig.device.loads import LoadReading
    from rig.frame import Block
    from rig.pad import PadLayout
    from rig.session.calibrate.making import Made
    from rig.session.calibrate.plan import CalibrationFiles, CalibrationPlan

Stage = Literal["weigh", "press", "fit", "verify", "done"]
Pressless = Literal["", "not-wanted", "no-cell", "deaf-cell"]
"""Why the whole pad is not pressed: not in the plan, a board without a load cell, or one that felt no weight."""


class Evening:
    """A calibration under way.

    Args:
        pad, pad_text: the layout, and its file's text for the recordings. plan: what is to be done. files: where to.
        has_cell: whether the board has a load cell. clock: for dates.

    Attributes:
        stage: what is being done. guided: the weights of this stage. progress: where they stand; None before the first
            scan. pressing: the free pressing, once it began. readings, points: all that were kept, earlier evenings'
            included. resumed: how many of the readings were there already.
        profile, unused, verdict: what came of it, None or empty so far. pressless: why nobody presses.

    Raises:
        InputError: a file of an earlier evening is damaged; names it. StorageError: one cannot be written.
    """

    def __init__(
        self,
        pad: PadLayout,
        pad_text: str,
        plan: CalibrationPlan,
        files: CalibrationFiles,
        clock: Clock,
        *,
        has_cell: bool,
    ) -> None:
        self.pad, self.plan, self.files = pad, plan, files
        self.readings = kept_readings(files.loads, pad)
        self.points = points_of(self.readings)
        self.resumed = len(self.readings)
        self.progress: Progress | None = None
        self.pressing: PressingPart | None = None
        self.profile: Profile | None = None
        self.unused = ""
        self.verdict: Verdict | None = None
        self.pressless: Pressless = "" if plan.pressing and has_cell else "no-cell" if plan.pressing else "not-wanted"
        self._pad_text, self._clock = pad_text, clock
        self._cell = kept_cell(files.cell)
        self._heard: deque[LoadReading] = deque()
        self._trace: deque[tuple[int, NDArray[np.uint16]]] = deque()
        self._hop = -1
        self._checking: list[Reading] = []
        self.guided = GuidedRun(pad, plan.weighing, self.readings, plan.hold_s)
        self.stage: Stage = "weigh"
        if files.profile.exists():
            self.profile = load_profile(files.profile, pad)
            self._begin_verifying(self.readings)
        elif self.guided.task is None:
            self._begin_pressing()

    # --- what the maker says

    def accept(self) -> None:
        """Take the reading that was asked about."""
        self.guided.accept()

    def back(self) -> None:
        """Take back the weight that reads unlike the others, or else the last: its readings go, and it is put on anew.

        Raises:
            StorageError: the files cannot be written anew.
        """
        gone = set(self.guided.back()) if self.stage in {"weigh", "verify"} else set()
        if not gone:
            return
        self.readings = [r for r in self.readings if r not in gone]
        self._checking = [r for r in self._checking if r not in gone]
        self.points = points_of(self.readings)
        write_readings(self.files.loads, self.readings)
        stood = {(r.t_us, r.load_n) for r in gone}
        beside = [r for r in self._cell if (r.t_us, r.load_n) not in stood]
        if len(beside) < len(self._cell):
            self._cell = beside
            write_cell(self.files.cell, beside)

    def skip(self) -> None:
        """Leave the task out."""
        self.guided.skip()
        self._next_if_done()

    def skip_sensor(self) -> None:
        """Leave the rest of this sensor's tasks out."""
        task = self.guided.task
        while task is not None and _sensor(self.guided.task) == _sensor(task):
            self.guided.skip()
        self._next_if_done()

    def enough(self) -> None:
        """End the free pressing with what there is."""
        if self.stage == "press":
            self._end_pressing()

    def press_on(self) -> None:
        """Press more, after the fit."""
        if self.stage in {"fit", "verify", "done"}:
            self._begin_pressing()

    def verify_again(self) -> None:
        """Put the verifying weights on once more."""
        if self.profile is not None:
            self._begin_verifying([r for r in self.readings if r.phase != "verify"])

    def adopt(self, made: Made) -> None:
        """Keep the profile that the fit gave, and go on to verify it.

        Raises:
            StorageError: it cannot be written.
        """
        save_profile(made.profile, self.files.profile)
        self.profile, self.unused = made.profile, made.unused
        self._begin_verifying([r for r in self.readings if r.phase != "verify"])

    # --- what the pad says

    def push(self, block: Block, cell: Sequence[LoadReading] = ()) -> None:
        """The next scans, and what the load cell read beside them.

        Raises:
            StorageError: a reading cannot be kept.
        """
        if not len(block):
            return
        self._note(block, cell)
        if self.stage in {"weigh", "verify"}:
            self.progress = self.guided.push(block)
            if self.progress.kept:
                self._keep(self.progress.kept)
                self._next_if_done()
        elif self.stage == "press":
            assert self.pressing is not None
            if not self.pressing.push(block, cell).left:
                self._end_pressing()

    def close(self) -> None:
        """End a recording that is open; what was kept stays, and another `Evening` goes on from it."""
        if self.pressing is not None:
            self.pressing.close()

    @property
    def task(self) -> Task | None:
        """The weight that is to be put on now; None in the other stages."""
        return self.guided.task if self.stage in {"weigh", "verify"} else None

    @property
    def scale(self) -> CellScale | None:
        """The load cell's scale as far as the weights have told it."""
        return cell_scale(self._cell)

    def trace(self, channel: int) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
        """(n,) times in microseconds and (n,) counts of a channel in the last seconds, a reading each hop."""
        rows = list(self._trace)
        return np.array([t for t, _ in rows], np.int64), np.array([row[channel] for _, row in rows], np.uint16)

    # --- one stage after another

    def _next_if_done(self) -> None:
        if self.guided.task is not None:
            return
        if self.stage == "weigh":
            self._begin_pressing()
        elif self.stage == "verify" and self.profile is not None:
            self.verdict = verdict_of_evening(self.profile, self.pad, self._checking, self._clock)
            keep_verdict(self.verdict, self.files.profile)
            self.stage = "done"

    def _begin_pressing(self) -> None:
        scale = self.scale
        if scale is None and not self.pressless:
            self.pressless = "deaf-cell"
        if scale is None or self.pressless:
            self.stage = "fit"
            return
        self.stage = "press"
        self.pressing = PressingPart(
            self.pad,
            self._pad_text,
            self.files,
            self._clock,
            raw_per_n=scale.raw_per_n,
            enough_s=self.plan.press_s,
        )

    def _end_pressing(self) -> None:
        self.close()
        self.stage = "fit"

    def _begin_verifying(self, done: Sequence[Reading]) -> None:
        self.stage, self.progress, self.verdict = "verify", None, None
        self._checking = [r for r in done if r.phase == "verify"]
        self.guided = GuidedRun(self.pad, self.plan.verifying, done, self.plan.hold_s)

    # --- readings

    def _note(self, block: Block, cell: Sequence[LoadReading]) -> None:
        """Remember the last seconds."""
        for t_us, counts in zip(block.t_us.tolist(), block.counts, strict=True):
            if t_us // HOP_US != self._hop:
                self._hop = t_us // HOP_US
                self._trace.append((t_us, counts))
        self._heard.extend(cell)
        if self._trace:
            since_us = self._trace[-1][0] - SHOWN_US
            while self._trace[0][0] < since_us:
                self._trace.popleft()
            while self._heard and self._heard[0].t_us < since_us:
                self._heard.popleft()

    def _keep(self, kept: Sequence[Reading]) -> None:
        append_readings(self.files.loads, kept)
        self.readings += kept
        self.points += points_of(kept)
        if self.stage == "verify":
            self._checking += kept
        first_us, last_us = kept[0].t_us, kept[-1].t_us
        raw = [r.raw for r in self._heard if first_us <= r.t_us <= last_us and not r.saturated]
        if raw:
            felt = CellReading(last_us, kept[0].load_n, float(np.median(raw)))
            append_cell(self.files.cell, felt)
            self._cell.append(felt)


def _sensor(task: Task | None) -> int | None:
    """The sensor that a task belongs to; the untouched reading before a sensor's weights is its own."""
    if task is None:
        return None
    return task.cycle if task.phase == "unloaded" else task.channel
