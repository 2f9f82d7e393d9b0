"""One window per workspace: the first one holds a lock, a second one brings the first to the front and says so.

The lock and the local socket are named after the workspace's path and lie in the system's place for such things, not
in the workspace. The rule: a window that crashed leaves nothing that keeps the next one out.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDir, QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from rig.errors import OperationError

if TYPE_CHECKING:
    from rig.workspace import Workspace

_ANSWER_MS = 500


class OnlyWindow(QObject):
    """Held for as long as the window is open; `called` when a second instance was started.

    Raises:
        OperationError: another window has this workspace open; it was asked to come to the front.
    """

    called = Signal()

    def __init__(self, home: Workspace) -> None:
        super().__init__()
        name = "massage-rig-" + sha256(str(home.home.absolute()).encode()).hexdigest()[:16]
        self._lock = QLockFile(str(Path(QDir.tempPath()) / f"{name}.lock"))
        self._lock.setStaleLockTime(0)
        if not self._lock.tryLock(0):
            _call(name)
            raise OperationError(f"the window of {home.home} is open already (process {self._lock.getLockInfo()[0]})")
        QLocalServer.removeServer(name)
        self._server = QLocalServer(self)
        self._server.newConnection.connect(self._answer)
        self._server.listen(name)

    def close(self) -> None:
        """Let another window have the workspace."""
        self._server.close()
        self._lock.unlock()

    def _answer(self) -> None:
        connection = self._server.nextPendingConnection()
        connection.disconnectFromServer()
        self.called.emit()


def _call(name: str) -> None:
    socket = QLocalSocket()
    socket.connectToServer(name)
    socket.waitForConnected(_ANSWER_MS)
    socket.disconnectFromServer()
