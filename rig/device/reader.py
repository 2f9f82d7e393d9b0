"""A thread that polls a device, and a bounded queue from it to whoever wants the blocks.

The thread reads and decodes and never waits for the consumer. What the consumer finds waiting it gets as one block, so
that a slow one catches up. If the queue is full the newest frames are dropped, counted, and marked in `lost` of the
next that fit. The rule that keeps it right: nothing that happens in the consumer can make the reading late.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from rig.frame import Block

if TYPE_CHECKING:
    from types import TracebackType

    from rig.device.device import Device

CAPACITY_FRAMES = 16_384
"""A minute at the default rate, about 5 MB: longer than a window or a disk stalls."""


class DeviceReader:
    """Reads a connected device from entering the context to leaving it, which closes the device.

    Args:
        device: connected; from here on only this reader's thread polls it (`ask`, `cue` and `events` may be called).
        capacity: how many frames may wait.

    Attributes:
        dropped: frames that found no room.
    """

    def __init__(self, device: Device, capacity: int = CAPACITY_FRAMES) -> None:
        self.dropped = 0
        self._device = device
        self._capacity = capacity
        self._waiting: deque[Block] = deque()
        self._frames = 0
        self._missing = 0
        self._change = threading.Condition()
        self._stopping = False
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="device reader", daemon=True)

    def get(self, timeout_s: float) -> Block | None:
        """Everything that waits, as one block; waits up to `timeout_s` for the first, then None.

        Raises:
            RigError: what ended the reading, after all that came before it was taken.
        """
        with self._change:
            self._change.wait_for(lambda: self._waiting or self._error is not None, timeout_s)
            if self._waiting:
                blocks = list(self._waiting)
                self._waiting.clear()
                self._frames = 0
                return Block.join(blocks) if len(blocks) > 1 else blocks[0]
            if self._error is not None:
                raise self._error
            return None

    def close(self) -> None:
        """Stop reading and close the device."""
        self._stopping = True
        if self._thread.is_alive():
            self._thread.join()
        self._device.close()

    def __enter__(self) -> Self:
        self._device.start()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        try:
            while not self._stopping:
                block = self._device.poll()
                if block is not None:
                    self._offer(block)
        except Exception as error:  # handed to the consumer, whose thread it must end
            with self._change:
                self._error = error
                self._change.notify_all()

    def _offer(self, block: Block) -> None:
        with self._change:
            if self._frames + len(block) > self._capacity:
                self.dropped += len(block)
                self._missing += len(block) + int(block.lost.sum())
                return
            if self._missing:
                lost = block.lost.copy()
                lost[0] += self._missing
                block = replace(block, lost=lost)
                self._missing = 0
            self._waiting.append(block)
            self._frames += len(block)
            self._change.notify_all()
