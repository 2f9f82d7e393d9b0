"""The picture at any moment of a recording, as live showed it.

From the nearest kept state before (`rig.session.player.checkpoints`) the analysis goes on to the moment asked for; a
cursor that moves on a little goes on from where it is. As long as the background pass has not come to a moment, the
analysis begins `SETTLE_US` before it, and the picture says that it is settling: baselines and the sensors' hysteresis
may be a little off. The rule: a picture that does not say so is the one that live showed, to the bit.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rig.analysis.analysis import Analysis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from rig.analysis.analysis import Picture
    from rig.analysis.findings import Findings
    from rig.calibration.conversion import Conversion
    from rig.frame import Block
    from rig.recording.reader import Recording
    from rig.session.player.checkpoints import Checkpoint, Checkpoints

SETTLE_US = 5_000_000
"""The sensors' hysteresis and an unloaded tile's baseline are nearly there by then, and it takes a moment's work."""

TRAIL_US = 750_000
"""How far back the trail of a contact reaches."""

RUN_ON_US = 1_000_000
"""So far the analysis rather goes on than back to a kept state: as much work as taking one up."""

FAR_US = 30_000_000
"""From a state that is farther away than this (and than states are apart), as while the background pass has yet to
come, nobody waits to go on."""

NEAR_US = 200_000
"""A neighbouring frame is looked for so far away at first, then farther, for there may be a gap."""

Trail = list[tuple[float, float]]


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What there is to see at one moment.

    Attributes:
        t_us: the moment asked for. picture: the last hop that had closed by then.
        trails: by contact's number, the centres of the contacts that are there, oldest first, in mm.
        frame_us: time of the last frame at or before `t_us`; None where there is none.
        counts: (n_channels,) that frame's raw counts; None where there is none.
        exact: whether this is what live showed; False while it is settling.
    """

    t_us: int
    picture: Picture
    trails: dict[int, Trail]
    frame_us: int | None
    counts: NDArray[np.uint16] | None
    exact: bool


@dataclass(frozen=True, slots=True)
class _Beginning:
    """Where an analysis begins: behind `t_us`, with a kept state or anew; whether it is then as live was."""

    t_us: int
    kept: Checkpoint | None
    exact: bool


class Seeker:
    """Goes to moments of one recording.

    Args:
        recording: whose blocks are read, a few seconds at a time.
        conversion: makes a fresh one, where no state is kept yet.
        checkpoints: the states that are kept so far.
    """

    def __init__(self, recording: Recording, conversion: Callable[[], Conversion], checkpoints: Checkpoints) -> None:
        self._recording = recording
        self._pad = recording.pad
        # Asked for at every picture, and the recording looks through all of its blocks for them.
        self._first_us, self._last_us = recording.first_us, recording.last_us
        self._conversion = conversion
        self._checkpoints = checkpoints
        self._analysis: Analysis | None = None
        self._begun = _Beginning(0, None, exact=False)
        self._at_us = 0
        self._trail: deque[tuple[int, int, float, float]] = deque()
        self._frame: tuple[int, NDArray[np.uint16]] | None = None

    def see(self, t_us: int) -> Shown:
        """What there is to see at `t_us`.

        Raises:
            StorageError: the file has changed since it was opened.
        """
        analysis = self._brought_before(t_us)
        for block in self._recording.blocks(self._at_us + 1, t_us + 1):
            self._keep_trail(analysis.push(block))
            self._at_us = int(block.t_us[-1])
            self._frame = (int(block.t_us[-1]), block.counts[-1])
        self._at_us = t_us
        frame_us, counts = self._frame if self._frame is not None else self._frame_before(t_us)
        return Shown(t_us, analysis.picture, self._trails(analysis.picture), frame_us, counts, self._begun.exact)

    def frame_after(self, t_us: int) -> int | None:
        """Time of the first frame behind `t_us`; None behind the last."""
        for reach_us in _widening(self._last_us - t_us):
            block = next(self._recording.blocks(t_us + 1, t_us + 1 + reach_us), None)
            if block is not None:
                return int(block.t_us[0])
        return None

    def frame_before(self, t_us: int) -> int | None:
        """Time of the last frame before `t_us`; None before the first."""
        return self._frame_before(t_us - 1)[0]

    def _frame_before(self, t_us: int) -> tuple[int | None, NDArray[np.uint16] | None]:
        """The last frame at or before `t_us`."""
        for reach_us in _widening(t_us - self._first_us):
            last: Block | None = None
            for block in self._recording.blocks(t_us - reach_us, t_us + 1):
                last = block
            if last is not None:
                return int(last.t_us[-1]), last.counts[-1]
        return None, None

    def _brought_before(self, t_us: int) -> Analysis:
        """An analysis that has seen what comes before `t_us`, whichever way is the shortest."""
        begin = self._beginning(t_us)
        if self._analysis is not None and self._goes_on(t_us, begin):
            return self._analysis
        self._begun = begin
        self._at_us = begin.t_us
        if begin.kept is not None:
            self._analysis = begin.kept.restored()
        else:
            self._analysis = Analysis(self._pad, self._conversion())
        self._trail.clear()
        self._frame = None
        return self._analysis

    def _beginning(self, t_us: int) -> _Beginning:
        """The best place to begin anew from; far enough before `t_us` that its trails are whole."""
        kept = self._checkpoints.before(t_us - TRAIL_US)
        if kept is not None and t_us - kept.t_us <= max(FAR_US, 2 * self._checkpoints.every_us):
            return _Beginning(kept.t_us, kept, exact=True)
        before_all_us = self._first_us - 1
        if t_us - before_all_us <= SETTLE_US:
            return _Beginning(before_all_us, None, exact=True)
        return _Beginning(t_us - SETTLE_US, None, exact=False)

    def _goes_on(self, t_us: int, begin: _Beginning) -> bool:
        """Whether to go on from where the analysis is, rather than to begin anew."""
        as_good = self._begun.exact or not begin.exact
        whole = self._begun.t_us <= max(t_us - TRAIL_US, self._first_us)
        return as_good and whole and 0 <= t_us - self._at_us <= max(RUN_ON_US, t_us - begin.t_us)

    def _keep_trail(self, findings: Findings) -> None:
        table = findings.contacts
        self._trail.extend(
            zip(table.t_us.tolist(), table.contact.tolist(), table.x_mm.tolist(), table.y_mm.tolist(), strict=True)
        )

    def _trails(self, picture: Picture) -> dict[int, Trail]:
        while self._trail and self._trail[0][0] < picture.t_us - TRAIL_US:
            self._trail.popleft()
        there: dict[int, Trail] = {number: [] for number in picture.contacts.contact.tolist()}
        for _, number, x_mm, y_mm in self._trail:
            if number in there:
                there[number].append((x_mm, y_mm))
        return there


def _widening(whole_us: int) -> Iterator[int]:
    """How far to look, farther and farther, at last as far as `whole_us`."""
    reach_us = NEAR_US
    while reach_us < whole_us:
        yield reach_us
        reach_us *= 4
    yield max(whole_us, 0)
