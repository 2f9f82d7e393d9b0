"""What every way to a board can do: bytes in, bytes out, and one error when it is gone.

The rule: a read gives what has come as soon as anything has, nothing after `timeout_s` without a byte, and a
`LinkError` once the other side is lost or this one is closed - never anything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from types import TracebackType

READ_BYTES = 1 << 16
"""How much a read takes at most unless it is told otherwise."""


class Transport(Protocol):
    """A line to a board: serial port, pair in memory or replayed stream."""

    @property
    def name(self) -> str:
        """What messages call it: the port's path, say."""
        ...

    def read(self, max_bytes: int = READ_BYTES) -> bytes:
        """The bytes that have come; b"" if none did within the transport's timeout; LinkError once lost or closed."""
        ...

    def write(self, data: bytes) -> None:
        """Send all of `data`; LinkError if that cannot be done."""
        ...

    def set_baud(self, baud: int) -> None:
        """Change this end's rate."""
        ...

    def close(self) -> None:
        """Let go of the line. A read under way in another thread ends with LinkError; closing twice does no harm."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Closing:
    """The context manager that every transport is: leaving it closes the line."""

    def close(self) -> None:
        """Let go of the line."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
