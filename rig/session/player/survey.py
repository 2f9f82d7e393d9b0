"""The whole of a recording, gone through once in the background: what a timeline draws and what seeking needs.

A thread pushes every block through the same pipeline as live and batch, and fills in while it goes: the overview of
forces, the states to seek from, strokes, beats and flags. A screen looks at it whenever it likes. The rule: everything
here grows from the left, what a screen has seen never changes, and nobody waits for it.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rig.analysis.analysis import Analysis
from rig.errors import RigError
from rig.session.player.checkpoints import Checkpoints
from rig.session.player.overview import Overview
from rig.session.player.wishes import conversion_for, pipeline_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rig.analysis.analysis import Picture, Sight
    from rig.analysis.findings import Beat, Findings
    from rig.frame import Block
    from rig.recording.reader import Recording
    from rig.session.player.wishes import Wishes
    from rig.technique.flags import Flag
    from rig.technique.tally import Outcome
    from rig.technique.timeline import Mark

BLOCK_FRAMES = 500
"""Frames pushed at a time: some 3 ms of work, so that a screen's own thread is never kept waiting for long."""

AFTER_YOU_S = 0.005
"""What a picture takes to be painted, about: so long the pass stays back when it has stood aside."""


class Survey:
    """One pass over a recording.

    Args:
        recording: what is gone through. wishes: by what it is judged.

    Attributes:
        marks: which step is practised from when on; None until that is known.
        overview, checkpoints, beats: filled in so far.
        until_us: everything before this device time has been gone through.
        outcome: what the session came to, once the pass has ended well.
        error: why it did not; None as long as all is well.
    """

    def __init__(self, recording: Recording, wishes: Wishes) -> None:
        self.recording = recording
        self.wishes = wishes
        self.overview = Overview(recording.first_us, recording.last_us)
        self.checkpoints = Checkpoints()
        self.marks: tuple[Mark, ...] | None = None
        self.beats: list[Beat] = []
        self.until_us = recording.first_us
        self.outcome: Outcome | None = None
        self.error: RigError | None = None
        self._flags: Sequence[Flag] = ()
        self._stopping = threading.Event()
        self._free_to_go = threading.Event()
        self._free_to_go.set()
        self._thread: threading.Thread | None = None

    @property
    def flags(self) -> Sequence[Flag]:
        """The flags that are over so far: in the order of a report once the pass has ended, else in that of ending."""
        return self._flags if self.outcome is None else self.outcome.flags

    @property
    def share(self) -> float:
        """How much of the session has been gone through, 0 to 1."""
        whole = self.recording.last_us - self.recording.first_us
        if self.outcome is not None or whole <= 0:
            return 1.0
        return (self.until_us - self.recording.first_us) / whole

    @property
    def running(self) -> bool:
        """Whether the pass is under way."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Begin the pass in a thread of its own."""
        self._thread = threading.Thread(target=self._run_told, name="survey", daemon=True)
        self._thread.start()

    def stop(self, wait_s: float = 0.0) -> None:
        """Break the pass off, and wait so long at most until it has ended."""
        self._stopping.set()
        self.wait(wait_s)

    def wait(self, seconds: float) -> bool:
        """Wait until the pass has ended, so long at most; True when it has."""
        if self._thread is not None:
            self._thread.join(seconds)
        return not self.running

    @contextmanager
    def standing_aside(self) -> Iterator[None]:
        """While inside, the pass takes up no further block: somebody waits for something quicker."""
        self._free_to_go.clear()
        try:
            yield
        finally:
            self._free_to_go.set()

    def run(self) -> None:
        """Go through the recording, until somebody breaks it off.

        Raises:
            InputError: the recording cannot be judged by the wishes. StorageError: its file has changed.
        """
        pipeline = pipeline_by(self.recording, self.wishes, conversion_for(self.recording, self.wishes))
        analysis = Analysis(pipeline.pad, pipeline.conversion)
        pipeline.analysis = _Watched(analysis, self)
        self._flags = pipeline.flags
        self.marks = pipeline.marks
        for block in self.recording.blocks(block_frames=BLOCK_FRAMES):
            if not self._free_to_go.is_set():
                self._free_to_go.wait()
                # Whoever was let through has something to draw now.
                self._stopping.wait(AFTER_YOU_S)
            if self._stopping.is_set():
                return
            pipeline.push(block)
            self.checkpoints.offer(int(block.t_us[-1]), analysis)
            self.until_us = int(block.t_us[-1])
        pipeline.finish()
        self.outcome = pipeline.outcome

    def _run_told(self) -> None:
        try:
            self.run()
        except RigError as error:
            self.error = error


class _Watched:
    """The pipeline's analysis, looked at on its way."""

    def __init__(self, analysis: Analysis, survey: Survey) -> None:
        self._analysis = analysis
        self._survey = survey

    @property
    def picture(self) -> Picture:
        return self._analysis.picture

    @picture.setter
    def picture(self, picture: Picture) -> None:
        self._analysis.picture = picture

    def see(self, block: Block) -> list[Sight]:
        return self._analysis.see(block)

    def follow(self, sights: list[Sight]) -> Findings:
        return self._noted(self._analysis.follow(sights))

    def prepare(self) -> None:
        self._analysis.prepare()

    def finish(self) -> Findings:
        return self._noted(self._analysis.finish())

    def _noted(self, findings: Findings) -> Findings:
        self._survey.overview.take(findings.hops)
        self._survey.beats += findings.beats
        return findings
