"""The CRC of thousands of packets of one length at once, by folding instead of by bytes.

CRC-16/XMODEM is the remainder of a polynomial over GF(2) by P = x^16 + x^12 + x^5 + 1. Modulo P, x^16 =
x^12 + x^5 + 1, and since squaring is linear there, x^(16 m) = x^(12 m) + x^(5 m) + 1 for every power of two m. From
m = 8 on the three exponents are whole bytes: a packet's leading bytes vanish if they are xored onto three places
further back. Byte j of all packets lies in one row, so each fold is three xors of whole rows. The last bytes go two at
a time through a table. The rule: a body with its CRC behind it is a multiple of P, so an intact packet leaves nothing.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_POLYNOMIAL = 0x1021

_FOLDS = (1024, 512, 256, 128, 64, 32, 16, 8)
"""The powers m in use, largest first; one that is too long for a packet does nothing."""


@cache
def _times_x16() -> NDArray[np.uint16]:
    """(65536,) each polynomial of degree below 16, times x^16, modulo P."""
    value = np.arange(1 << 16, dtype=np.uint16)
    for _ in range(16):
        carry = value >> np.uint16(15)
        value = (value << np.uint16(1)) ^ (carry * np.uint16(_POLYNOMIAL))
    value.setflags(write=False)
    return value


def is_intact(packets: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which packets, bytes with CRC down and packets across, have the CRC they carry: (n,). Overwrites `packets`."""
    count = len(packets)
    begin = 0
    for m in _FOLDS:
        unit, near, far = 2 * m, 2 * m - m * 3 // 2, 2 * m - m * 5 // 8
        # A piece is as long as the nearest place is away, so that it is done with before anything lands on it.
        while begin + unit < count:
            end = min(begin + near, count - unit)
            head = packets[begin:end]
            for distance in (near, far, unit):
                packets[begin + distance : end + distance] ^= head
            begin = end
    rest = packets[begin:]
    times_x16 = _times_x16()
    odd = len(rest) % 2
    remainder = np.zeros(packets.shape[1], np.uint16)
    for row in rest[:odd]:
        remainder ^= row
    for high, low in zip(rest[odd::2], rest[odd + 1 :: 2], strict=True):
        remainder = times_x16[remainder]
        remainder ^= high.astype(np.uint16) << np.uint16(8)
        remainder ^= low
    intact: NDArray[np.bool_] = remainder == 0
    return intact
