"""What a replay shows, as a table: the curves of a range hop by hop, or its raw counts frame by frame.

It is written in a thread and may be broken off; the file appears under its name once it is whole. The rule: the figures
are those that the screen shows, from the same analysis taken up before the range.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.analysis import Analysis
from rig.calibration.nominal import NominalConversion
from rig.errors import OperationError, RigError, StorageError
from rig.recording.table import TableWriter
from rig.session.player.wishes import conversion_for

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from numpy.typing import NDArray

    from rig.frame import Block
    from rig.session.player.player import Player

BLOCK_FRAMES = 1_000
_LOOK_S = 0.1


class TableExport:
    """One table on its way to a file.

    Args:
        player: whose recording. path: ends in `.csv` or `.parquet`; a file of that name is replaced at the end.
        t0_us, t1_us: the range, its end included. raw: raw counts instead of curves.
        hidden: channels that are left out of the raw counts.

    Attributes:
        error: why it did not succeed; None as long as all is well. done: whether the table is whole.
    """

    def __init__(
        self, player: Player, path: Path, t0_us: int, t1_us: int, *, raw: bool, hidden: Collection[int] = ()
    ) -> None:
        self.path = path
        self.error: RigError | None = None
        self.done = False
        self._player = player
        self._t0_us, self._t1_us = t0_us, t1_us
        self._raw = raw
        self._channels = [c for c in range(player.pad.n_channels) if c not in set(hidden)]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run_told, name="table", daemon=True)

    @property
    def running(self) -> bool:
        """Whether it is being written."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread.start()

    def cancel(self) -> None:
        """Break it off; no file is left."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def run(self) -> None:
        """Write the table.

        Raises:
            InputError: the path's ending. OperationError: Parquet without pyarrow. StorageError: the disk.
        """
        written = self.path.with_name(f".{self.path.stem}.part{self.path.suffix}")
        try:
            if self._raw:
                self._write_counts(written)
            else:
                self._write_curves(written)
            if not self._stopping.is_set():
                written.replace(self.path)
                self.done = True
        except OSError as error:
            if isinstance(error, RigError):
                raise
            raise StorageError.writing(self.path, error) from error
        finally:
            written.unlink(missing_ok=True)

    def _run_told(self) -> None:
        try:
            self.run()
        except RigError as error:
            self.error = error
        finally:
            if not (self.done or self.error or self._stopping.is_set()):
                self.error = OperationError(f"{self.path}: not written: the program failed")

    def _write_counts(self, path: Path) -> None:
        names = [f"c{channel}" for channel in self._channels]
        with TableWriter(path, ["t_s", "step", *names]) as table:
            for block in self._player.recording.blocks(self._t0_us, self._t1_us + 1, BLOCK_FRAMES):
                if self._stopping.is_set():
                    return
                counts = dict(zip(names, block.counts[:, self._channels].T, strict=True))
                table.write({"t_s": block.t_s, "step": self._steps(block.t_us), **counts})

    def _write_curves(self, path: Path) -> None:
        """The rates and flags of all of it are known once the background pass is over."""
        while not self._player.survey.wait(_LOOK_S):
            if self._stopping.is_set():
                return
        if self._player.survey.outcome is None:
            raise self._player.survey.error or OperationError(f"{self.path}: the recording was closed meanwhile")
        conversion = conversion_for(self._player.recording, self._player.wishes)
        # Relative forces are no newtons, and no program shall take them for such.
        unit = "n" if conversion.calibrated or isinstance(conversion, NominalConversion) else "relative"
        kept = self._player.survey.checkpoints.before(self._t0_us)
        if kept is None:
            analysis, begin_us = Analysis(self._player.pad, conversion), self._player.first_us - 1
        else:
            analysis, begin_us = kept.restored(), kept.t_us
        names = ["t_s", "step", f"total_{unit}", f"spine_{unit}", "contacts", "rate_per_min", "flags"]
        with TableWriter(path, names) as table:
            for block in self._player.recording.blocks(begin_us + 1, self._t1_us + 1, BLOCK_FRAMES):
                if self._stopping.is_set():
                    return
                self._write_hops(table, names, analysis, block)

    def _write_hops(self, table: TableWriter, names: list[str], analysis: Analysis, block: Block) -> None:
        findings = analysis.push(block)
        wanted = findings.hops.t_us >= self._t0_us
        t_us = findings.hops.t_us[wanted]
        first = np.searchsorted(findings.contacts.t_us, t_us, side="left")
        stop = np.searchsorted(findings.contacts.t_us, t_us, side="right")
        player = self._player
        columns = (
            t_us / 1e6,
            self._steps(t_us),
            findings.hops.total_n[wanted],
            findings.hops.spine_n[wanted],
            stop - first,
            np.array([player.rate_at(t) for t in t_us.tolist()], np.float64),
            np.array([" ".join(flag.kind for flag in player.flags_at(t)) for t in t_us.tolist()], object),
        )
        table.write(dict(zip(names, columns, strict=True)))

    def _steps(self, t_us: NDArray[np.int64]) -> NDArray[np.object_]:
        return np.array([self._player.step_at(t) for t in t_us.tolist()], object)
