"""Work that takes longer than a blink, done beside the window: connecting to a board, writing a report.

The rule: a result or an error comes back in the window's own thread, and one nobody waits for any more is dropped.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, SignalInstance

if TYPE_CHECKING:
    from collections.abc import Callable


class Work(QObject):
    """Runs a function in a thread.

    Args:
        task: gives the result. name: of the thread.

    Attributes:
        result: once there is one; None before, and after a failure.

    Signals:
        done(object): the result. failed(object): the exception, whatever it was.
    """

    done = Signal(object)
    failed = Signal(object)

    def __init__(self, task: Callable[[], object], name: str) -> None:
        super().__init__()
        self.result: object = None
        self._task = task
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin; connect the signals before."""
        self._thread.start()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end; the signals come only once the window's loop runs again."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self.result = self._task()
        except Exception as error:  # It must reach whoever waits, in the window's thread.
            self._tell(self.failed, error)
        else:
            self._tell(self.done, self.result)

    @staticmethod
    def _tell(signal: SignalInstance, what: object) -> None:
        try:
            signal.emit(what)
        except RuntimeError:
            return  # The window has gone meanwhile, and Qt's half of this object with it.
