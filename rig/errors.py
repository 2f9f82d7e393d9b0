"""The errors that the rig raises on purpose, and whose fault each one is.

    RigError                    anything below; the command line prints it as one line
    ├── InputError (ValueError)   the caller's file, line, field or argument is wrong      exit 2
    └── OperationError            the input was fine, the world was not                    exit 1
        ├── LinkError (OSError)     no board, a busy or forbidden port, an unplug
        ├── ProtocolError           a board that speaks, but not our protocol or not this pad
        └── StorageError (OSError)  a disk that is full, a file that cannot be read or written

Each subclasses the matching builtin too, so that code which knows nothing of the rig can still catch it.
The rule: a message is one sentence that names the file, line or field, and what to do where that is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path


class RigError(Exception):
    """Base of all errors that the rig raises on purpose; `exit_code` is what the command line leaves with."""

    exit_code = 1


class InputError(RigError, ValueError):
    """A file, line, field or argument that the caller can correct."""

    exit_code = 2


class OperationError(RigError):
    """Correct input met a world that did not play along."""


class LinkError(OperationError, OSError):
    """No board, a port that is busy or forbidden, or one that went away."""


class ProtocolError(OperationError):
    """Something answers on the port, but it is not a board that this host or this pad can work with."""


class StorageError(OperationError, OSError):
    """A file that cannot be written any further, or cannot be read at all."""

    @classmethod
    def writing(cls, path: str | Path, error: OSError) -> Self:
        """That a file cannot be written, and why as the system says it."""
        return cls(f"{path}: cannot be written: {error.strerror or error}")

    @classmethod
    def reading(cls, path: str | Path, error: OSError) -> Self:
        """That a file cannot be read, and why as the system says it."""
        return cls(f"{path}: cannot be read: {error.strerror or error}")
