"""Bytes in, bytes out: a serial port, a pair in memory, a replayed stream."""

from rig.transport.base import Transport
from rig.transport.faults import ByteFaults, FaultRates, FaultyTransport
from rig.transport.memory import MemoryTransport, pair
from rig.transport.replay import ReplayTransport

__all__ = [
    "ByteFaults",
    "FaultRates",
    "FaultyTransport",
    "MemoryTransport",
    "ReplayTransport",
    "Transport",
    "pair",
]
