"""The firmware's framing core, compiled for this computer and called through ctypes: the C under test, nothing else.

The rule: a call copies bytes in and out and adds no meaning; what a result should be is said by the tests.
"""

from __future__ import annotations

import ctypes
import functools
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRMWARE = Path(__file__).parents[2] / "firmware"
DECODE_MAX = 255
"""The decoder is for commands: sizes are a byte."""


def make(*targets: str) -> subprocess.CompletedProcess[str]:
    """`make` in the firmware's folder; what failed, and which package is missing, is in the result's stderr."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE") and key != "MFLAGS"}
    command = ["make", "--no-print-directory", "-C", str(FIRMWARE), *targets]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


class Slot(ctypes.Structure):
    """`struct slot`: one sample, and what the scan sets up next (of no interest here)."""

    _fields_ = [(name, ctypes.c_uint8) for name in ("low", "high", "admux", "adcsrb")]


class _Payload(ctypes.Union):
    _fields_ = [
        ("rate", ctypes.c_uint8 * 2),
        ("baud", ctypes.c_uint32),
        ("pad_id", ctypes.c_uint8 * 16),
        ("cue", ctypes.c_uint8 * 4),
    ]


class RawCommand(ctypes.Structure):
    """`struct command`."""

    _fields_ = [
        ("type", ctypes.c_uint8),
        ("tag", ctypes.c_uint8),
        ("result", ctypes.c_uint8),
        ("payload", _Payload),
    ]
    type: int
    tag: int
    result: int


GOOD, DAMAGED, REFUSED = range(3)
"""`enum command_verdict`."""


_LIMITS = ("channels", "extra_max", "frame_bytes", "status_bytes", "load_bytes_per_s")


class _Limits(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint16) for name in _LIMITS]


class _Plan(ctypes.Structure):
    _fields_ = [
        ("prescaler", ctypes.c_uint8),
        ("extra", ctypes.c_uint8),
        ("baud", ctypes.c_uint32),
        ("baud_divisor", ctypes.c_uint8),
        ("with_load", ctypes.c_bool),
    ]
    extra: int
    baud_divisor: int


@dataclass(frozen=True)
class Plan:
    """What the firmware makes of a rate: conversions beyond the channels, and UBRR + 1 at double speed."""

    extra: int
    baud_divisor: int


@functools.cache
def _core() -> ctypes.CDLL:
    done = make("-s", "host")
    if done.returncode:
        raise RuntimeError(f"make host failed: {done.stderr.strip()}")
    core = ctypes.CDLL(str(FIRMWARE / "build" / "libcore.so"))
    core.frame_encode.restype = core.frame_encode_scan.restype = ctypes.c_uint16
    core.frame_decode.restype = ctypes.c_uint8
    core.rate_plan.restype = ctypes.c_bool
    return core


def wire_bytes(body: int) -> int:
    """FRAME_WIRE_BYTES: what a body of that size may take at worst."""
    return body + 4 + (body + 2) // 254


def encode(body: bytes) -> bytes:
    """A body as the firmware puts it on the line, checked for staying within its room."""
    room = wire_bytes(len(body))
    wire = ctypes.create_string_buffer(b"\xa5" * (room + 8), room + 8)
    size = _core().frame_encode(wire, body, ctypes.c_uint16(len(body)))
    assert wire.raw[room:] == b"\xa5" * 8
    return wire.raw[:size]


def encode_scan(status: int, seq: int, ticks: int, counts: Sequence[int]) -> bytes:
    """A scan of 10-bit samples as the firmware puts it on the line; the number of samples is a multiple of 4."""
    head = ctypes.create_string_buffer(8)
    _core().frame_scan_head(head, ctypes.c_uint8(status), ctypes.c_uint16(seq), ctypes.c_uint32(ticks))
    slots = (Slot * len(counts))(*(Slot(count & 0xFF, count >> 8, 0x5A, 0xA5) for count in counts))
    room = wire_bytes(8 + len(counts) // 4 * 5)
    wire = ctypes.create_string_buffer(b"\xa5" * (room + 8), room + 8)
    size = _core().frame_encode_scan(wire, head, slots, ctypes.c_uint16(len(counts)))
    assert wire.raw[room:] == b"\xa5" * 8
    return wire.raw[:size]


def decode(packet: bytes) -> bytes:
    """The body of a packet without its zero; empty where the firmware finds anything wrong with it."""
    data = ctypes.create_string_buffer(packet, DECODE_MAX + 1)
    size = _core().frame_decode(data, ctypes.c_uint8(len(packet)))
    return data.raw[:size]


def parse(packet: bytes) -> tuple[int, RawCommand]:
    """The verdict on a command's packet without its zero, and the command as far as it was read."""
    command = RawCommand()
    data = ctypes.create_string_buffer(packet, DECODE_MAX + 1)
    verdict: int = _core().command_parse(ctypes.byref(command), data, ctypes.c_uint8(len(packet)))
    return verdict, command


def plan(channels: int, prescaler: int, extra: int, baud: int, readings_per_s: int = 0) -> Plan | None:
    """The firmware's plan for a rate, with so many readings of a load cell, or None where it refuses it."""
    load_bytes = readings_per_s * wire_bytes(10)
    limits = _Limits(channels, 255, wire_bytes(8 + channels // 4 * 5), wire_bytes(28), load_bytes)
    planned = _Plan()
    if not _core().rate_plan(
        ctypes.byref(planned),
        ctypes.byref(limits),
        ctypes.c_uint8(prescaler),
        ctypes.c_uint8(extra),
        ctypes.c_uint32(baud),
    ):
        return None
    return Plan(planned.extra, planned.baud_divisor)
