"""What one scan of a recording finds: its header, its damage, and where blocks and messages lie.

A block says how many frames were written before it, and so where it belongs, wherever in the file a broken copy or a
bad disk has put it, and whether it stands there twice. The rule: nothing enters the index whose check sum did not
hold, the blocks in it stand in the order in which they were written, and each knows how many frames were eaten right
before it.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from rig.errors import InputError
from rig.recording.block_code import BlockHead, NewerFormatError, read_head
from rig.recording.format import (
    CHANNEL_IDS,
    EVENTS,
    FORMAT_VERSION,
    FRAMES,
    MCAP_PROFILE,
    METADATA,
    METRICS,
    TOTALS,
    Damage,
    check_version,
    read_header,
)
from rig.recording.records import (
    ATTACHMENT,
    CHUNK,
    DATA_END,
    FOOTER,
    HEADER,
    METADATA_RECORD,
    read_attachment,
    read_profile,
    read_texts,
)
from rig.recording.scan import scan

if TYPE_CHECKING:
    from pathlib import Path

    from rig.recording.records import Message
    from rig.recording.scan import Record, Window

_TOPICS = {number: topic for topic, number in CHANNEL_IDS.items()}


class Index:
    """The contents of a recording, found by one scan.

    Attributes:
        header, damage, closed, lost_frames, damaged_frames, n_channels: as in `Recording`.
        start, size: where the message of each stored block lies in the file, and how long it is.
        n_frames, lost: its frames, and how many are lost within it by its own column.
        earliest_us, latest_us: the times that it covers.
        eaten: frames missing before it because blocks are, be they recorded or already lost on the line.
        events, metrics: start and size of each such message.

    Raises:
        InputError: the file is no recording, or one of a newer format.
    """

    def __init__(self, path: Path, window: Window) -> None:
        self.damage: list[Damage] = []
        self.closed = False
        self.n_channels = 0
        self.lost_frames = 0
        self.damaged_frames = 0
        self.start, self.size = array("q"), array("q")
        self.n_frames, self.lost = array("q"), array("q")
        self.earliest_us, self.latest_us = array("q"), array("q")
        self.eaten = array("q")
        self.events: list[tuple[int, int]] = []
        self.metrics: list[tuple[int, int]] = []
        self._path = path
        self._frames_so_far = 0
        self._lost_so_far = 0
        self._blocks: list[tuple[BlockHead, int, int]] = []
        self._totals = 0, 0
        self._known_events: set[bytes] = set()
        self._entries: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        if not window.size:
            raise InputError(f"{path}: empty, not a recording")
        for found in scan(window):
            if isinstance(found, Damage):
                self.damage.append(found)
            else:
                self._take(found)
        self._arrange()
        if not (self._entries or self._texts or self.start or self.events):
            raise InputError(f"{path}: not a recording of this rig, or cut off before anything was in it")
        self.header = read_header(self._entries, self._texts)
        self.n_channels = self.n_channels or int(self._entries.get("n_channels", "0"))

    def _take(self, record: Record) -> None:
        if record.message is not None:
            self._take_message(record.message, (record.start, record.end - record.start))
        elif record.kind == METADATA_RECORD:
            name, entries = read_texts(record.content)
            if name == METADATA:
                check_version(int(entries["format"]), str(self._path))
                self._entries = entries
            elif name == TOTALS:
                self._totals = int(entries["frames"]), int(entries["lost_frames"])
        elif record.kind == ATTACHMENT:
            name, data = read_attachment(record.content)
            self._texts[name] = data.decode("utf-8", "replace")
        elif record.kind == HEADER:
            profile = read_profile(record.content)
            if profile != MCAP_PROFILE:
                raise InputError(f"{self._path}: an MCAP file of the profile '{profile}', not a recording of this rig")
        elif record.kind == CHUNK:
            raise InputError(
                f"{self._path}: an MCAP file in chunks; another program has rewritten it, use the original"
            )
        elif record.kind in (DATA_END, FOOTER):
            self.closed = True

    def _take_message(self, message: Message, place: tuple[int, int]) -> None:
        topic = _TOPICS.get(message.channel)
        if topic == FRAMES:
            self._take_block(message.data, *place)
        elif topic == EVENTS:
            # One that stands twice, by a broken copy, happened once.
            if message.data not in self._known_events:
                self._known_events.add(message.data)
                self.events.append(place)
        elif topic == METRICS:
            self.metrics.append(place)

    def _take_block(self, data: bytes, start: int, size: int) -> None:
        try:
            head = read_head(data)
            if self.n_channels not in (0, head.n_channels):
                raise ValueError(f"frames of {head.n_channels} channels among those of {self.n_channels}")
        except NewerFormatError:
            check_version(FORMAT_VERSION + 1, str(self._path))
        except ValueError as error:
            self.damage.append(Damage(start, start + size, str(error)))
        else:
            self.n_channels = head.n_channels
            self._blocks.append((head, start, size))

    def _arrange(self) -> None:
        """Put the blocks in their order, each once, and count what is missing between them."""
        again: list[Damage] = []
        for head, start, size in sorted(self._blocks, key=lambda block: block[0].frames_before):
            if head.frames_before < self._frames_so_far:
                again.append(Damage(start, start + size, "frames that stand here again, or are another recording's"))
                continue
            eaten = self._count_missing(head.frames_before, head.lost_before)
            self._frames_so_far = head.frames_before + head.n_frames
            self._lost_so_far = head.lost_before + head.lost
            self.lost_frames += head.lost
            self.start.append(start)
            self.size.append(size)
            self.n_frames.append(head.n_frames)
            self.lost.append(head.lost)
            self.earliest_us.append(head.earliest_us)
            self.latest_us.append(head.latest_us)
            self.eaten.append(eaten)
        self._count_missing(*self._totals)
        if again:
            first, last = min(a.start for a in again), max(a.end for a in again)
            self.damage.append(Damage(first, last, f"{len(again)} blocks of {again[0].what}: not read"))
        self._blocks = []

    def _count_missing(self, frames_before: int, lost_before: int) -> int:
        """Count what must have stood between the last block and a place that knows how much is before it."""
        eaten_frames = max(0, frames_before - self._frames_so_far)
        eaten_lost = max(0, lost_before - self._lost_so_far)
        self.damaged_frames += eaten_frames
        self.lost_frames += eaten_lost
        return eaten_frames + eaten_lost
