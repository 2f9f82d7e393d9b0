"""Writes a recording while the session runs, so that a crash costs a quarter of a second and nothing more.

Frames gather in an open block that is packed, checked and handed to the operating system as soon as it holds 50
frames or 0.25 s of device time; in a live recording a keeper thread also ends a block that host time has
overtaken (the stream stalled), and does the slow part, `fsync`, away from the thread that reads the line. The
rule: the file ends with a whole record after every call, and a disk that fails ends the recording, never the session.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import msgspec
import numpy as np

from rig.errors import StorageError
from rig.frame import Block
from rig.pad import parse_pad
from rig.recording.append import AppendOnly, begin_recording
from rig.recording.block_code import BlockEncoder
from rig.recording.format import (
    CHANNEL_IDS,
    EVENTS,
    FRAMES,
    GAPS,
    METRICS,
    OVERVIEW,
    TOTALS,
    Event,
    Header,
    Metrics,
    Overview,
    gaps_in,
    message_crc,
    to_json,
    totals_metadata,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rig.clock import Clock

BLOCK_FRAMES = 50
"""Frames in a full block: a fifth of a second of the reference pad. Shorter ones compress worse."""

BLOCK_US = 250_000
"""The longest stretch of device time in one block, and in live recordings of host time."""

_CUT_FRAMES = 4_096
"""The most frames that are joined at a time, so that a whole session in one Block is not copied at once."""

SYNC_EVERY_S = 1.0
"""How often a live recording asks the disk to keep what it was given; this bounds what a power cut costs."""


class RecordingWriter:
    """A recording being written; safe to use from several threads.

    Args:
        path: the file; it must not exist unless `overwrite` is set.
        header: what the recording says about itself; its pad tells how many channels the frames have.
        clock: the host clock of a live session. None where frames come from a file or a simulation: the bytes
            written then depend on the frames alone, and the disk is only waited for at the end.

    Attributes:
        error: why the recording stopped, or None; what was written before stays readable.
        saved_frames, lost_frames: how many frames are in the file, and how many were missing between them.
        dropped_frames: how many were handed over but are not in the file, because the recording stopped.

    Raises:
        InputError: the path is taken, or the header's pad is no pad.
        StorageError: nothing can be written there at all.
    """

    def __init__(
        self,
        path: str | Path,
        header: Header,
        clock: Clock | None = None,
        *,
        overwrite: bool = False,
    ) -> None:
        self.path = Path(path)
        self.n_channels = parse_pad(header.pad, "the recording's pad").n_channels
        if header.started_s is None and clock is not None:
            header = msgspec.structs.replace(header, started_s=clock.date_s())
        self.header = header
        self.error: StorageError | None = None
        self.saved_frames = 0
        self.lost_frames = 0
        self.dropped_frames = 0
        self._clock = clock
        self._start_us = round((header.started_s or 0.0) * 1e6)
        self._encoder = BlockEncoder()
        self._waiting: list[Block] = []
        self._n_waiting = 0
        self._first_us = 0
        self._opened_s = 0.0
        self._last_us = 0
        self._told: list[Event] = []
        self._lock = threading.RLock()
        self._file = AppendOnly(self.path, overwrite)
        try:
            self._mcap = begin_recording(self._file, header, self.n_channels)
        except OSError as error:
            self._file.abandon()
            raise StorageError.writing(self.path, error) from error
        self._closing = threading.Event()
        self._synced_s = clock.now_s() if clock is not None else 0.0
        self._keeper: threading.Thread | None = None
        if clock is not None:
            self._keeper = threading.Thread(target=self._keep, name=f"keeper of {self.path.name}", daemon=True)
            self._keeper.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, block: Block) -> None:
        """Record frames, any number at a time; the Block's arrays are the writer's from then on.

        Most calls only note the Block, so that the thread that reads the line loses no time.
        """
        if block.n_channels != self.n_channels:
            raise ValueError(f"frames of {block.n_channels} channels for a pad of {self.n_channels}")
        with self._lock:
            for start in range(0, len(block), _CUT_FRAMES):
                self._gather(block[start : start + _CUT_FRAMES] if len(block) > _CUT_FRAMES else block)

    def event(self, t_us: int, kind: str, body: Mapping[str, Any] | None = None) -> None:
        """Record that something happened at device time `t_us`; `body` is what JSON can hold."""
        event = Event(t_us, kind, dict(body or {}))
        with self._lock:
            # While the board is silent its time stands still, and the same may happen twice at one moment.
            if self._told and self._told[-1].t_us != t_us:
                self._told.clear()
            again = self._told.count(event)
            self._told.append(event)
            self._add_json(EVENTS, t_us, msgspec.structs.replace(event, again=again))

    def metrics(self, t_us: int, values: Mapping[str, float]) -> None:
        """Record numbers at device time `t_us`, each under a name that carries its unit."""
        self._add_json(METRICS, t_us, Metrics(t_us, dict(values)))

    def flush(self) -> None:
        """End the open block, so that all frames so far survive a crash of this program."""
        with self._lock:
            self._end_block()

    def keep(self) -> None:
        """What the keeper does each time it wakes: end a block that is due, sync when that is due."""
        if self._clock is None or self._closing.is_set():
            return
        now_s = self._clock.now_s()
        with self._lock:
            if self._waiting and now_s - self._opened_s >= BLOCK_US / 1e6:
                self._end_block()
            sync = self.error is None and now_s - self._synced_s >= SYNC_EVERY_S
        if sync:
            self._synced_s = now_s
            try:
                self._file.sync()  # without the lock: this may take long, and nobody shall wait for it
            except OSError as error:
                with self._lock:
                    self._stop(error)

    def close(self) -> None:
        """Finish the file; harmless when repeated. A disk that fails now shows in `error`, not as an exception."""
        self._closing.set()
        if self._keeper is not None and self._keeper is not threading.current_thread():
            self._keeper.join()
        with self._lock:
            if self._file.closed:
                return
            self._end_block()
            if self.error is None:
                self._attempt(self._finish)
                self._file.mark()
            if self.error is None:
                self._attempt(self._file.sync)
            self._file.close()

    def _finish(self) -> None:
        self._mcap.add_metadata(TOTALS, totals_metadata(self.saved_frames, self.lost_frames))
        self._mcap.finish()  # type: ignore[no-untyped-call]  # mcap leaves it untyped

    def _gather(self, block: Block) -> None:
        if self.error is not None or self._file.closed:
            self.dropped_frames += len(block)
            return
        if not self._waiting:
            self._begin_block(int(block.t_us[0]))
        self._waiting.append(block)
        self._n_waiting += len(block)
        age_us = int(block.t_us[-1]) - self._first_us
        if self._n_waiting >= BLOCK_FRAMES or not 0 <= age_us < BLOCK_US:
            self._end_block(whole_only=True)

    def _begin_block(self, first_us: int) -> None:
        self._first_us = first_us
        if self._clock is not None:
            self._opened_s = self._clock.now_s()

    def _end_block(self, whole_only: bool = False) -> None:
        """Write the frames that wait; where `whole_only`, not those that later ones may still join in a block."""
        if not self._waiting:
            return
        frames = Block.join(self._waiting) if len(self._waiting) > 1 else self._waiting[0]
        start = 0
        while start < len(frames) and self.error is None:
            # As unsigned numbers, times before the block's first are far too late as well.
            t_us = frames.t_us[start : start + BLOCK_FRAMES]
            elsewhere = (t_us - t_us[0]).view(np.uint64) >= BLOCK_US
            n = int(elsewhere.argmax()) or len(t_us)
            if whole_only and n < BLOCK_FRAMES and start + n == len(frames):
                break
            self._store(frames[start : start + n])
            start += n
        if self.error is not None:
            self.dropped_frames += len(frames) - start
            start = len(frames)
        self._waiting = [frames[start:]] if start < len(frames) else []
        self._n_waiting = len(frames) - start
        if self._waiting:
            self._begin_block(int(frames.t_us[start]))

    def _store(self, block: Block) -> None:
        """Write one block: the frames first, then what is said about them."""
        t_us = int(block.t_us[0])
        self._add(FRAMES, t_us, self._encoder.encode(block, self.saved_frames, self.lost_frames))
        if self.error is not None:
            self.dropped_frames += len(block)
            return
        previous_us = self._last_us if self.saved_frames else t_us
        self.saved_frames += len(block)
        self.lost_frames += int(block.lost.sum())
        self._last_us = int(block.t_us[-1])
        mean_sum = float(block.counts.sum(dtype=np.int64)) / len(block)
        self._add_json(OVERVIEW, t_us, Overview(t_us, round(mean_sum, 1), int(block.counts.max())))
        for gap in gaps_in(block, previous_us):
            self._add_json(GAPS, gap.t1_us, gap)

    def _add_json(self, topic: str, t_us: int, message: msgspec.Struct) -> None:
        self._add(topic, t_us, to_json(message))

    def _add(self, topic: str, t_us: int, data: bytes) -> None:
        time_ns = max(0, 1000 * (self._start_us + int(t_us)))
        channel = CHANNEL_IDS[topic]
        crc = message_crc(channel, time_ns, time_ns, data)
        with self._lock:
            if self.error is None and not self._file.closed:
                self._attempt(lambda: self._mcap.add_message(channel, time_ns, data, time_ns, crc))
                self._file.mark()

    def _attempt(self, action: Callable[[], None]) -> None:
        """Do something to the file, and stop the recording where the disk refuses."""
        try:
            action()
        except OSError as error:
            self._stop(error)

    def _stop(self, error: OSError) -> None:
        """The recording ends here: cut a half-written record off, keep the reason."""
        self._file.undo()
        if self.error is None:
            saved = f"the {self.saved_frames} frames before that are safe"
            self.error = StorageError(f"{self.path}: the recording stopped: {error.strerror or error}; {saved}")

    def _keep(self) -> None:
        while not self._closing.wait(self._until_due_s()):
            self.keep()

    def _until_due_s(self) -> float:
        """Until the open block is due; one that opens meanwhile is not due before that either."""
        longest = BLOCK_US / 1e6
        with self._lock:
            if not self._waiting or self._clock is None:
                return longest
            return min(max(self._opened_s + longest - self._clock.now_s(), 0.01), longest)
