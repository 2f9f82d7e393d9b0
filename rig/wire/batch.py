"""Long streams at once: what `FrameDecoder` does, for thousands of frames in a few hundred numpy calls.

A packet as long as an undamaged frame goes to the fast lane, together with thousands of others, transposed so that
byte j of all of them lies in one row. There the COBS code bytes are found in one pass over the rows, the CRC by
folding (`rig.wire.crc_fold`), the samples by shifting whole rows. Whatever is not exactly an undamaged frame goes
through a `FrameDecoder` instead. The rule that makes both decoders agree: the fast lane only ever accepts; every
rejection, every other packet and every change of format is the other one's work, in the order of the stream.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.wire import cobs
from rig.wire.codec import CRC_BYTES
from rig.wire.crc_fold import is_intact
from rig.wire.decoded import Counters, Damage, Decoded, FrameColumns
from rig.wire.decoder import FrameDecoder
from rig.wire.packets import FRAME_TYPE, Hello
from rig.wire.samples import FRAME_HEAD, TILE, unpack_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.wire.samples import FrameFormat

_PIECE = 1 << 22
"""Bytes handled at once: enough frames to make numpy's cost a call small; they take about five times as much memory."""

_FEW = 16
"""Below this many frames the per-frame lane is as quick."""


def decode_stream(data: bytes, fmt: FrameFormat | None = None) -> tuple[Decoded, Counters]:
    """All that a whole captured stream holds, and what became of its bytes.

    `fmt` is the frames' format where the stream does not begin with a hello. A packet that the end of the stream
    cuts off is damage.
    """
    decoder = BatchDecoder(fmt)
    decoded = decoder.feed(data)
    return Decoded.join([decoded, Decoded(damage=tuple(decoder.finish()))]), decoder.counters


class BatchDecoder:
    """`FrameDecoder` for large pieces of a stream: the same results and counters, memory in proportion to a piece."""

    def __init__(self, fmt: FrameFormat | None = None) -> None:
        self._single = FrameDecoder(fmt)

    @property
    def fmt(self) -> FrameFormat | None:
        """The frames' format now."""
        return self._single.fmt

    @property
    def counters(self) -> Counters:
        """What was seen, taken and dropped."""
        return self._single.counters

    def feed(self, data: bytes) -> Decoded:
        """What `data` completes."""
        found: list[Decoded] = []
        view = memoryview(data)
        for at in range(0, len(data), _PIECE):
            self._feed_piece(bytes(view[at : at + _PIECE]), found)
        return Decoded.join(found)

    def finish(self) -> list[Damage]:
        """The stream is over: the packet under way, if any, as damage."""
        return self._single.finish()

    def _feed_piece(self, data: bytes, found: list[Decoded]) -> None:
        """Whole packets in the middle take the fast lane; the ends of the piece belong to its neighbours."""
        first = data.find(0) + 1
        last = data.rfind(0) + 1
        found.append(self._single.feed_columns(data[:first]))
        if last > first:
            self._feed_packets(data[first:last], found)
        found.append(self._single.feed_columns(data[last:]))

    def _feed_packets(self, data: bytes, found: list[Decoded]) -> None:
        """Whole packets, each with its zero, cut into stretches wherever a hello may change the format."""
        array = np.frombuffer(data, np.uint8)
        ends = np.flatnonzero(array == 0)
        starts = np.concatenate([[0], ends[:-1] + 1])
        filled = ends > starts
        starts, ends = starts[filled], ends[filled]
        offset = self._single.offset
        # A type is never zero, so a first code byte stands before it: it is always the packet's second byte.
        hellos = np.flatnonzero(array[starts + 1] == Hello.TYPE).tolist()
        at = 0
        for hello in [*hellos, len(starts)]:
            if hello > at:
                self._feed_stretch(data, array, starts[at:hello], ends[at:hello], offset, found)
            if hello < len(starts):
                self._single.pass_over(offset + int(starts[hello]))
                found.append(self._single.feed_columns(data[starts[hello] : ends[hello] + 1]))
            at = hello + 1
        self._single.pass_over(offset + len(data))

    def _feed_stretch(
        self,
        data: bytes,
        array: NDArray[np.uint8],
        starts: NDArray[np.intp],
        ends: NDArray[np.intp],
        offset: int,
        found: list[Decoded],
    ) -> None:
        """Packets in which the format cannot change; `offset` is where `data` begins in the stream."""
        fmt = self._single.fmt
        good = np.zeros(len(starts), bool)
        fast: FrameColumns | None = None
        if fmt is not None:
            length = fmt.body_bytes + CRC_BYTES + 1
            likely = np.flatnonzero((ends - starts == length) & (array[starts + 1] == FRAME_TYPE))
            if len(likely) >= _FEW:
                fast, intact = _fast_lane(array, starts[likely], length, fmt, offset)
                good[likely[intact]] = True
        slow = []
        done = 0
        for first, last in _runs(~good):
            self._single.pass_over(offset + int(starts[first]), frames=int(good[done:first].sum()))
            slow.append(self._single.feed_columns(data[starts[first] : ends[last - 1] + 1]))
            done = last
        self._single.pass_over(offset + int(ends[-1]) + 1, frames=int(good[done:].sum()))
        found.append(_among(fast, Decoded.join(slow)) if fast is not None and len(fast) else Decoded.join(slow))


def _fast_lane(
    array: NDArray[np.uint8], starts: NDArray[np.intp], length: int, fmt: FrameFormat, offset: int
) -> tuple[FrameColumns, NDArray[np.bool_]]:
    """The undamaged frames among packets of `length` bytes, and which of them they are: (len(starts),)."""
    n = len(starts)
    rows = np.lib.stride_tricks.sliding_window_view(array, length)
    packets = np.empty((length, n), np.uint8)
    for at in range(0, n, TILE):
        packets[:, at : at + TILE] = rows[starts[at : at + TILE]].T
    intact = _unstuff(packets)
    body = packets[1:]
    head = np.ascontiguousarray(body[: FRAME_HEAD.itemsize].T).view(FRAME_HEAD)[:, 0]
    counts = unpack_rows(body[FRAME_HEAD.itemsize : -CRC_BYTES], fmt)
    intact &= is_intact(body)
    columns = FrameColumns(
        fmt,
        head["seq"].astype(np.uint16),
        head["ticks"].astype(np.uint32),
        head["status"].copy(),
        counts,
        starts + (offset + length + 1),
    )
    return (columns if intact.all() else columns[intact]), intact


def _unstuff(packets: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Turn the COBS code bytes of packets (bytes down, packets across) into the zeros they imply: (n,) where allowed.

    Row 0 holds the first code bytes and is left over. A packet whose full run has something behind it is not
    allowed: the code byte there implies no zero and would have to vanish.
    """
    length, n = packets.shape
    allowed = np.ones(n, bool)
    to_go = np.ones(n, np.uint8)
    is_code = np.empty(n, bool)
    mask = is_code.view(np.uint8)
    code = np.empty(n, np.uint8)
    for at in range(length):
        to_go -= 1
        np.equal(to_go, 0, out=is_code)
        np.negative(mask, out=mask)
        np.bitwise_and(packets[at], mask, out=code)
        to_go |= code
        packets[at] ^= code
        if at + cobs.FULL_RUN + 1 < length:
            allowed &= code != cobs.FULL_RUN + 1
    allowed &= to_go == 1
    return allowed


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where runs of True begin and end."""
    edges = np.flatnonzero(np.diff(mask, prepend=False, append=False))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _among(fast: FrameColumns, slow: Decoded) -> Decoded:
    """The frames of the slow lane put in their places among those of the fast one, which have the same format."""
    if not slow.frames:
        return Decoded((fast,), slow.packets, slow.damage)
    both = FrameColumns.join([fast, *slow.frames])
    return Decoded((both[np.argsort(both.end)],), slow.packets, slow.damage)
