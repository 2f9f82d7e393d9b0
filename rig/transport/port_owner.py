"""Why a port would not open, in one sentence that says what to do: no such port, whose it is, who holds it.

The rule: never more than was found out. On Linux the program that holds a port is looked up among the open files of all
processes that this user may see; elsewhere it stays unnamed.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

_BUSY = frozenset({errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})
_ABSENT = frozenset({errno.ENOENT, errno.ENODEV, errno.ENXIO})
_NO_TERMINAL = frozenset({errno.ENOTTY, errno.EINVAL, errno.EISDIR})

PROCESSES = Path("/proc")
"""Where Linux shows each process and the files it has open."""


def why_refused(port: str, error: Exception, processes: Path = PROCESSES) -> str:
    """One sentence on why `port` did not open with `error`, and what to do about it."""
    number = _number(error)
    text = str(error)
    if number in _ABSENT or "FileNotFoundError" in text:
        return f"{port}: there is no such port; `rig devices` lists those that there are"
    if number in _BUSY:
        held = holder(port, processes)
        by = f"{held} holds it" if held else "another program holds it"
        return f"{port}: the port is in use: {by}; close that first"
    if number in _FORBIDDEN or "PermissionError" in text:
        return _why_forbidden(port)
    if number in _NO_TERMINAL:
        return f"{port}: this is not a serial port"
    return f"{port}: the port does not open: {text}"


def _number(error: Exception) -> int | None:
    """The system's error number; pyserial leaves it in the error that it replaced where it set the port up."""
    for told in (error, error.__context__):
        number = told.args[0] if told is not None and told.args else None
        if isinstance(number, int):
            return number
    return None


def _why_forbidden(port: str) -> str:
    if sys.platform == "win32":
        # Windows gives the same error for a port in use and for a forbidden one.
        return f"{port}: the port is in use by another program, or forbidden; close what may use it"
    group = _group_of(port)
    if group is None:
        return f"{port}: you may not open this port"
    return (
        f"{port}: you may not open this port; it belongs to the group {group}: "
        f"`sudo usermod -aG {group} $USER`, then log in again"
    )


def _group_of(port: str) -> str | None:
    if sys.platform == "win32":
        return None
    import grp

    try:
        return grp.getgrgid(Path(port).stat().st_gid).gr_name
    except (OSError, KeyError):
        return None


def holder(port: str, processes: Path = PROCESSES) -> str | None:
    """The name and number of a process that has `port` open, or None where none can be seen."""
    target = os.path.realpath(port)
    for process in processes.glob("[0-9]*"):
        try:
            if any(os.path.realpath(link) == target for link in (process / "fd").iterdir()):
                return f"{(process / 'comm').read_text().strip()} (process {process.name})"
        except OSError:
            continue  # it ended meanwhile, or belongs to someone else
    return None
