"""Reads a recording: whole, cut off or damaged, all that can be read and a word on all that cannot.

Opening scans the file once and keeps an index of where each block lies and which times it covers; frames are read by
seeking, so that memory does not grow with the session (the index takes 56 bytes a block). The rule: what comes out was
checked, what is missing is counted: frames that damage ate appear in the `lost` of the frame behind them.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import msgspec
import numpy as np

from rig.errors import InputError, StorageError
from rig.pad import parse_pad
from rig.recording.block_code import BlockDecoder, read_head, room_for, unpack
from rig.recording.format import PAD, Event, Gap, Metrics, gaps_in
from rig.recording.index import Index
from rig.recording.records import read_message
from rig.recording.scan import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rig.frame import Block
    from rig.pad import PadLayout

_Message = TypeVar("_Message", bound=msgspec.Struct)

BLOCK_FRAMES = 1_024
"""Frames in the Blocks that reading yields if nobody asks otherwise: so many that a Block's own cost is nothing."""

UNPACKED_TOGETHER = 16
"""Stored blocks that are unpacked at a time: their arrays still fit a core's cache."""


class Recording:
    """A recording on disk; get one with `Recording.open`. It holds no file open between calls.

    Attributes:
        path: the file.
        header: what the recording says about itself; empty texts where that was lost to damage.
        damage: the ranges of the file that could not be read.
        closed: whether the writer got to its end.
        frames: how many frames can be read.
        lost_frames: how many never arrived, by the board's own count.
        damaged_frames: how many were recorded but can no longer be read (not those behind a cut).
    """

    def __init__(self, path: Path, index: Index) -> None:
        self.path = path
        self.header = index.header
        self.damage = tuple(index.damage)
        self.closed = index.closed
        self.frames = sum(index.n_frames)
        self.lost_frames = index.lost_frames
        self.damaged_frames = index.damaged_frames
        self._index = index

    @classmethod
    def open(cls, path: str | Path) -> Recording:
        """Scan a file.

        Raises:
            InputError: there is no such file, it is no recording, or one of a newer format.
            StorageError: the disk does not give it.
        """
        path = Path(path)
        try:
            with path.open("rb") as file:
                return cls(path, Index(path, Window(file)))
        except FileNotFoundError as error:
            raise InputError(f"{path}: no such recording") from error
        except IsADirectoryError as error:
            raise InputError(f"{path}: a folder, not a recording") from error
        except OSError as error:
            raise StorageError.reading(path, error) from error

    @cached_property
    def pad(self) -> PadLayout:
        """The pad on which this was recorded.

        Raises:
            InputError: the pad's description was lost to damage.
        """
        if not self.header.pad:
            raise InputError(f"{self.path}: the description of its pad is lost")
        return parse_pad(self.header.pad, f"{self.path} ({PAD})")

    @property
    def n_channels(self) -> int:
        """How many channels the frames have; 0 where there is neither a frame nor a pad."""
        return self._index.n_channels

    @property
    def first_us(self) -> int:
        """Device time of the earliest frame (0 where there is none)."""
        return min(self._index.earliest_us, default=0)

    @property
    def last_us(self) -> int:
        """Device time of the latest frame (0 where there is none)."""
        return max(self._index.latest_us, default=0)

    @property
    def duration_s(self) -> float:
        """Device time from the first frame to the last."""
        return (self.last_us - self.first_us) / 1e6

    @property
    def warnings(self) -> tuple[str, ...]:
        """What somebody who trusts this recording should know first, a sentence each, naming the file."""
        said = [str(damage) for damage in self.damage]
        if self.damaged_frames:
            said.append(f"{self.damaged_frames} recorded frames are lost to damage")
        if not self.header.pad:
            said.append("the description of its pad is lost")
        if not self.closed:
            said.append("the recording was not closed; up to a quarter of a second may be missing at its end")
        if not self.frames:
            said.append("holds no frames")
        return tuple(f"{self.path}: {what}" for what in said)

    def blocks(
        self, t0_us: int | None = None, t1_us: int | None = None, block_frames: int = BLOCK_FRAMES
    ) -> Iterator[Block]:
        """The frames with t0_us <= t < t1_us in recorded order, in Blocks of about `block_frames`.

        Raises:
            StorageError: the file has changed since it was opened.
        """
        index = self._index
        earliest, latest = np.array(index.earliest_us, np.int64), np.array(index.latest_us, np.int64)
        wanted = np.ones(len(earliest), bool)
        if t0_us is not None:
            wanted &= latest >= t0_us
        if t1_us is not None:
            wanted &= earliest < t1_us
        numbers = np.flatnonzero(wanted)
        together = 0
        start = 0
        for stop, number in enumerate(numbers.tolist(), 1):
            together += index.n_frames[number]
            if together >= block_frames or stop == len(numbers):
                yield from _within(self._read(numbers[start:stop].tolist()), t0_us, t1_us)
                together, start = 0, stop

    def events(self, kind: str | None = None) -> Iterator[Event]:
        """The events in recorded order, all or those of one kind."""
        for event in self._messages(self._index.events, Event):
            if kind is None or event.kind == kind:
                yield event

    def metrics(self) -> Iterator[Metrics]:
        """The metrics in recorded order."""
        return self._messages(self._index.metrics, Metrics)

    def gaps(self) -> list[Gap]:
        """Where frames are missing, whether they were lost on the line or to damage."""
        index = self._index
        found: list[Gap] = []
        for number in range(len(index.start)):
            if index.lost[number] or index.eaten[number]:
                previous_us = index.latest_us[number - 1] if number else index.earliest_us[0]
                found += gaps_in(self._read([number]), previous_us)
        return found

    def _read(self, numbers: list[int]) -> Block:
        """The stored blocks of these numbers as one."""
        index = self._index
        block = room_for(sum(index.n_frames[number] for number in numbers), index.n_channels)
        decoder = BlockDecoder()
        row = 0
        with self._file() as file:
            for n, alike in groupby(numbers, index.n_frames.__getitem__):
                while some := list(islice(alike, UNPACKED_TOGETHER)):
                    end = row + n * len(some)
                    unpack([self._body(file, number, decoder) for number in some], n, block[row:end])
                    block.lost[row:end:n] += [index.eaten[number] for number in some]
                    row = end
        return block

    def _body(self, file: BinaryIO, number: int, decoder: BlockDecoder) -> bytes:
        """The decompressed body of a stored block."""
        index = self._index
        with self._at(index.start[number]):
            data = _message(file, index.start[number], index.size[number])
            head = read_head(data)
            if (head.n_frames, head.n_channels) != (index.n_frames[number], index.n_channels):
                raise ValueError(f"a block of {head.n_frames} frames of {head.n_channels} channels")
            return decoder.body(data, head)

    def _messages(self, places: list[tuple[int, int]], kind: type[_Message]) -> Iterator[_Message]:
        with self._file() as file:
            for start, size in places:
                with self._at(start):
                    message = msgspec.json.decode(_message(file, start, size), type=kind)
                yield message

    @contextmanager
    def _file(self) -> Iterator[BinaryIO]:
        """The file, opened anew; it may be gone since it was opened first, with the stick that it was on."""
        try:
            with self.path.open("rb") as file:
                yield file
        except StorageError:
            raise
        except OSError as error:
            raise StorageError.reading(self.path, error) from error

    @contextmanager
    def _at(self, start: int) -> Iterator[None]:
        """Says where in the file something that was sound when it was opened is no longer so."""
        try:
            yield
        except (ValueError, msgspec.DecodeError) as error:
            raise StorageError(f"{self.path}: byte {start}: changed since it was opened: {error}") from error


def _message(file: BinaryIO, start: int, size: int) -> bytes:
    file.seek(start)
    return read_message(file.read(size)).data


def _within(block: Block, t0_us: int | None, t1_us: int | None) -> Iterator[Block]:
    keep = np.ones(len(block), bool)
    if t0_us is not None:
        keep &= block.t_us >= t0_us
    if t1_us is not None:
        keep &= block.t_us < t1_us
    if keep.all():
        yield block
    elif keep.any():
        yield block[keep]
