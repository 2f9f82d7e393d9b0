"""Consistent overhead byte stuffing: any bytes become bytes without a zero, so that a zero can end a packet.

Each run of up to 254 non-zero bytes is preceded by a code byte, its length plus one; the zero after a run is
implied unless the run is a full one or the packet's last. The rule that keeps a full run at the very end
right: no empty run follows it when encoding, and an empty run there is accepted when decoding (PROTOCOL.md).
After S. Cheshire and M. Baker, "Consistent Overhead Byte Stuffing", IEEE/ACM Transactions on Networking 7(2), 1999.
"""

from __future__ import annotations

FULL_RUN = 254
"""The longest run of non-zero bytes that one code byte precedes."""

_FULL_CODE = FULL_RUN + 1


def encode(data: bytes) -> bytes:
    """`data` without its zeros; one byte longer, and one more for each full run within."""
    out = bytearray()
    runs = data.split(b"\0")
    last = len(runs) - 1
    for index, run in enumerate(runs):
        full = len(run) - len(run) % FULL_RUN
        for at in range(0, full, FULL_RUN):
            out.append(_FULL_CODE)
            out += run[at : at + FULL_RUN]
        rest = run[full:]
        if rest or not full or index < last:
            out.append(len(rest) + 1)
            out += rest
    return bytes(out)


def decode(packet: bytes) -> bytes | None:
    """The data that `packet` (without its ending zero) stands for, or None if no data does."""
    n = len(packet)
    if not n or 0 in packet:
        return None
    # The bytes stay where they are: a code byte turns into the zero that its predecessor implies, or vanishes.
    data = bytearray(packet)
    vanishing = [0]
    at = 0
    while at < n:
        code = packet[at]
        at += code
        if at < n:
            if code == _FULL_CODE:
                vanishing.append(at)
            else:
                data[at] = 0
    if at != n:
        return None
    for position in reversed(vanishing):
        del data[position]
    return bytes(data)


def max_encoded(length: int) -> int:
    """The most bytes that an accepted encoding of `length` bytes can take, its empty last run included."""
    return length + 1 + length // FULL_RUN
