"""The sessions of a workspace judged in the background, one after the other; no Qt.

Judging takes seconds a session, reading the copy that is kept beside it milliseconds (`rig.report.judged`). The rule:
what has come in can be shown at once, and a recording that cannot be read is told and holds up no other.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from rig.recording.reader import Recording
from rig.report.history import History, LeftOut, build_history, gather
from rig.report.judged import Judged
from rig.report.report import build_report
from rig.session.batch import analyse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rig.report.report import Report


class Gathering:
    """Goes through recordings; `start` it, then look at it.

    Attributes:
        done: how many of `total` are through. left_out: those that cannot be judged, so far.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self.total = len(paths)
        self.done = 0
        self.left_out: list[LeftOut] = []
        self._paths = list(paths)
        self._judged: list[Judged] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self.run, name="gathering", daemon=True)

    @property
    def running(self) -> bool:
        """Whether there is more to come."""
        return self._thread.is_alive()

    @property
    def reports(self) -> list[Report]:
        """What the sessions came to, in the order in which they were begun, so far."""
        return [one.report for one in sorted(self._judged, key=lambda one: one.started_s or 0.0)]

    def history(self) -> History:
        """Progress over the sessions so far."""
        return build_history(list(self._judged), list(self.left_out))

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """End after the session that is being judged; does not wait for it."""
        self._stopping.set()

    def run(self) -> None:
        """Go through all of them."""
        for path in self._paths:
            if self._stopping.is_set():
                return
            judged, left_out = gather([path], judge)
            self._judged += judged
            self.left_out += left_out
            self.done += 1


def judge(path: Path) -> Judged:
    """A recording judged as it was practised.

    Raises:
        InputError, StorageError: it cannot be read or judged.
    """
    recording = Recording.open(path)
    return Judged.of(recording, recording.pad, build_report(recording, analyse(recording)))
