"""Cuts a stream of bytes at its zeros, in bounded memory.

The one rule for finding the place again after damage lives here: a packet ends at the next zero, whatever came
before it, and the next one begins behind that zero. A packet too long to be one is dropped as it comes; of it
only where it began and how long it is are kept.
"""

from __future__ import annotations

from rig.wire import cobs
from rig.wire.codec import CRC_BYTES
from rig.wire.samples import MAX_BODY


class Splitter:
    """The state between two pieces of a stream: the packet under way, or how much of an overlong one has passed.

    Attributes:
        longest: the most bytes that a packet may have, its ending zero not counted.
    """

    def __init__(self, longest_body: int = MAX_BODY) -> None:
        self.longest = cobs.max_encoded(longest_body + CRC_BYTES)
        self._kept = b""
        self._length = 0
        self._start = 0

    @property
    def pending(self) -> int:
        """Bytes of the packet that is still under way."""
        return self._length

    def split(self, data: bytes) -> list[tuple[int, int, bytes | None]]:
        """Each packet that `data` completes: offset in the stream, length, bytes (None if it was overlong)."""
        *ended, rest = data.split(b"\0")
        packets = []
        for piece in ended:
            length = self._length + len(piece)
            start = self._start
            packet = self._kept + piece
            self._kept, self._length, self._start = b"", 0, start + length + 1
            if length:
                packets.append((start, length, packet if length <= self.longest else None))
        self._length += len(rest)
        self._kept = (self._kept + rest)[: self.longest + 1]
        return packets

    def pass_over(self, to: int) -> None:
        """Go on at the offset `to`, where a packet begins; none may be under way."""
        if self._length or to < self._start:
            raise ValueError("only whole packets can be passed over")
        self._start = to

    def finish(self) -> tuple[int, int] | None:
        """The stream is over: offset and length of the packet that was under way, if any."""
        unfinished = (self._start, self._length) if self._length else None
        self._start += self._length
        self._kept, self._length = b"", 0
        return unfinished
