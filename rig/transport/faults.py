"""What lines do to bytes: lose, double, flip and invent them, mishear them, stall and break.

`ByteFaults` spoils a stream with seeded rates; `misheard` is a receiver at the wrong baud, bit by bit;
`FaultyTransport` puts the first around any transport and adds the break and the stall. The rule: every byte draws the
same few numbers whether it is hit or not, so that a seed spoils a stream in the same places however it is cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.errors import InputError, LinkError
from rig.transport.base import READ_BYTES, Closing

if TYPE_CHECKING:
    from rig.clock import Clock
    from rig.transport.base import Transport


@dataclass
class FaultRates:
    """Probabilities a byte; may be changed while the stream runs.

    Attributes:
        drop: the byte is lost. double: it comes twice. flip: one of its bits is inverted.
        noise: a burst of 1 to `longest_burst` random bytes comes before it.
    """

    drop: float = 0.0
    double: float = 0.0
    flip: float = 0.0
    noise: float = 0.0
    longest_burst: int = 8

    def __post_init__(self) -> None:
        for name in ("drop", "double", "flip", "noise"):
            if not 0 <= getattr(self, name) <= 1:
                raise InputError(f"{name} is {getattr(self, name)}, but a probability lies between 0 and 1")
        if self.drop + self.double + self.flip + self.noise > 1:
            raise InputError("drop, double, flip and noise together exceed 1, but a byte meets one fault at most")
        if self.longest_burst < 1:
            raise InputError(f"longest_burst is {self.longest_burst}, but a burst has at least 1 byte")


class ByteFaults:
    """A line that spoils what passes, a byte at a time; call it with the bytes.

    Attributes:
        rates: the probabilities. hits: how many bytes were spoilt so far.
    """

    def __init__(self, rates: FaultRates, seed: int) -> None:
        self.rates = rates
        self.hits = 0
        self._rng = np.random.default_rng(seed)
        self._burst = np.random.default_rng([seed, 1])

    def __call__(self, data: bytes) -> bytes:
        """The bytes as they arrive; at most one fault a byte."""
        rates = self.rates
        which, bit = self._rng.random((len(data), 2)).T
        drop, double, flip, noise = np.cumsum([rates.drop, rates.double, rates.flip, rates.noise])
        out = bytearray()
        done = 0
        for at in np.flatnonzero(which < noise).tolist():
            byte = data[at : at + 1]
            out += data[done:at]
            done = at + 1
            if which[at] < drop:
                pass
            elif which[at] < double:
                out += byte * 2
            elif which[at] < flip:
                out.append(byte[0] ^ 1 << int(bit[at] * 8))
            else:
                out += self._burst.bytes(1 + int(bit[at] * rates.longest_burst)) + byte
            self.hits += 1
        return bytes(out + data[done:])


def misheard(data: bytes, sent_baud: int, heard_baud: int) -> bytes:
    """What a receiver at `heard_baud` makes of bytes sent back to back at `sent_baud` (8N1, idle line after them).

    The receiver waits for a low line, looks at the middle of each of its own bit times, and drops a byte whose stop
    bit is low, as UARTs do. At most one of the bytes heard ends after the last was sent.
    """
    bits = np.unpackbits(np.frombuffer(data, np.uint8)[:, None], axis=1, bitorder="little")
    framed = np.ones((len(data), 10), np.uint8)
    framed[:, 0] = 0
    framed[:, 1:9] = bits
    line = framed.tobytes()
    levels = framed.ravel()
    ratio = sent_baud / heard_baud
    heard = bytearray()
    at = 0.0
    while (low := line.find(0, int(at))) >= 0:
        start = max(at, float(low))
        middle = (start + (np.arange(1, 10) + 0.5) * ratio).astype(np.int64)
        seen = np.where(middle < len(line), levels[np.minimum(middle, len(line) - 1)], 1)
        if seen[8]:
            heard += np.packbits(seen[:8], bitorder="little").tobytes()
        at = start + 9.5 * ratio
    return bytes(heard)


class FaultyTransport(Closing):
    """Any transport with faults on the way in.

    Parameters:
        inner: the transport itself. spoil: what happens to the bytes read (None: nothing).
        break_after: the line is lost, for good, once this many bytes have been read.
        stall_after, stall_s: after this many bytes nothing comes for so long, and then all that was held back.
        clock: tells when a stall is over, and waits while a read finds nothing.
        timeout_s: how long a read waits during a stall.
    """

    def __init__(
        self,
        inner: Transport,
        spoil: ByteFaults | None = None,
        *,
        break_after: int | None = None,
        stall_after: int | None = None,
        stall_s: float = 0.0,
        clock: Clock | None = None,
        timeout_s: float = 0.05,
    ) -> None:
        if stall_after is not None and clock is None:
            raise InputError("stall_after needs a clock, to tell when the stall is over")
        self._inner = inner
        self._spoil = spoil
        self._break_after = break_after
        self._stall_after = stall_after
        self._stall_s = stall_s
        self._clock = clock
        self._timeout_s = timeout_s
        self._stalled_until_s: float | None = None
        self._passed = 0

    @property
    def name(self) -> str:
        """The inner transport's name."""
        return self._inner.name

    def read(self, max_bytes: int = READ_BYTES) -> bytes:
        """As the inner transport reads, with the faults."""
        limits = [limit for limit in (self._break_after, self._stall_after) if limit is not None]
        if self._break_after is not None and self._passed >= self._break_after:
            self._inner.close()
            raise LinkError(f"{self.name} was lost after {self._passed} bytes, as asked")
        if self._stall_after is not None and self._passed >= self._stall_after and self._clock is not None:
            now_s = self._clock.now_s()
            if self._stalled_until_s is None:
                self._stalled_until_s = now_s + self._stall_s
            if now_s < self._stalled_until_s:
                self._clock.wait_s(min(self._timeout_s, self._stalled_until_s - now_s))
                return b""
            self._stall_after = None
        data = self._inner.read(min([max_bytes, *(limit - self._passed for limit in limits if limit > self._passed)]))
        self._passed += len(data)
        return self._spoil(data) if self._spoil is not None else data

    def write(self, data: bytes) -> None:
        """As the inner transport writes."""
        self._inner.write(data)

    def set_baud(self, baud: int) -> None:
        """As the inner transport does."""
        self._inner.set_baud(baud)

    def close(self) -> None:
        """Close the inner transport."""
        self._inner.close()
