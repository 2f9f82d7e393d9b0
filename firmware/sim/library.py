"""The simulated board's C library as Python sees it: its records, its counters and what it can be asked.

The rule: each record mirrors a struct of `board.h` field by field; a change there is a change here.
"""

from __future__ import annotations

import ctypes
import functools
from typing import Final

import numpy as np

from firmware.sim.toolchain import built

SAMPLE: Final = np.dtype(
    [
        ("held_at", "<u8"),
        ("settled", "<u4"),
        ("channel", "<i2"),
        ("admux", "<u2"),
        ("value", "<u2"),
        ("ideal", "<u2"),
        ("_", "<u4"),
    ]
)
"""One conversion: cycle of its sample-and-hold, cycles since that multiplexer's select lines moved, channel (-1: not
behind a multiplexer), ADMUX with MUX5 as bit 5, counts converted, counts that the sensor had."""

SENT_BYTE: Final = np.dtype([("done_at", "<u8"), ("cycles_per_bit", "<u4"), ("value", "<u4")])
"""One byte from the board: cycle of its stop bit's end, its rate, the byte."""

EDGE: Final = np.dtype([("at", "<u8"), ("pin", "<u4"), ("level", "<u4")])
"""One edge of a cue pin: `BUZZER` or `LIGHT`."""

CONVERSION: Final = np.dtype([("ready_at", "<u8"), ("raw", "<i4"), ("_", "<u4")])
"""One reading of the load cell amplifier: cycle at which its data line fell, and its value."""


class Counters(ctypes.Structure):
    """What a board has counted since it was made; the C side's `struct counters`."""

    _fields_ = [
        *((name, ctypes.c_uint64) for name in ("cycle", "idle", "conversions", "conversions_lost")),
        *((name, ctypes.c_uint64) for name in ("buzzer_edges", "resets")),
        *((name, ctypes.c_uint64) for name in ("rx_bytes", "rx_overruns", "tx_bytes", "tx_lost")),
        *((name, ctypes.c_uint32) for name in ("buzzer", "light", "cycles_per_bit", "asleep")),
    ]
    cycle: int
    idle: int
    conversions: int
    conversions_lost: int
    buzzer_edges: int
    resets: int
    rx_bytes: int
    rx_overruns: int
    tx_bytes: int
    tx_lost: int
    buzzer: int
    light: int
    cycles_per_bit: int
    asleep: int


class LoadCounters(ctypes.Structure):
    """What befell the load cell amplifier; the C side's `struct load_counters`.

    Readings were made, clocked out, never touched, spoilt by the next one; pulses too short to be seen, the longest
    one in cycles; times it was switched off by its clock, and port writes that left chip and amplifier driving
    the data line against each other.
    """

    _NAMES = ("conversions", "readings", "unread", "torn", "short_pulses", "longest_pulse", "power_downs", "fights")
    _fields_ = tuple((name, ctypes.c_uint32) for name in _NAMES)
    conversions: int
    readings: int
    unread: int
    torn: int
    short_pulses: int
    longest_pulse: int
    power_downs: int
    fights: int


@functools.cache
def board_library() -> ctypes.CDLL:
    """The library, built if need be. Raises OperationError when that fails."""
    library = ctypes.CDLL(str(built("libboard.so")))
    pointer, text, size, real = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_double
    signatures: dict[str, tuple[type | None, list[type]]] = {
        "board_new": (pointer, [text, text, text, pointer, pointer, size]),
        "board_free": (None, [pointer]),
        "board_run": (ctypes.c_int, [pointer, ctypes.c_uint64]),
        "board_send": (None, [pointer, text, size, ctypes.c_int]),
        "board_peer_baud": (None, [pointer, real]),
        "board_take": (size, [pointer, ctypes.c_int, pointer, size]),
        "board_count": (None, [pointer, pointer]),
        "board_keep": (None, [pointer, ctypes.c_int, ctypes.c_int]),
        "board_analogue": (None, [pointer, real, real, real, real, real]),
        "board_reset": (None, [pointer, ctypes.c_int]),
        "board_hang": (None, [pointer, ctypes.c_int]),
        "board_poke": (None, [pointer, ctypes.c_uint16, ctypes.c_uint8]),
        "board_stall": (None, [pointer, ctypes.c_uint32]),
        "board_wear_eeprom": (None, [pointer, ctypes.c_int]),
        "board_eeprom": (ctypes.c_int, [pointer, pointer, size, ctypes.c_int]),
        "board_load_cell": (None, [pointer, ctypes.c_int, real]),
        "board_load_short": (None, [pointer, ctypes.c_int]),
        "board_load": (None, [pointer, ctypes.c_int32, ctypes.c_uint32]),
        "board_load_count": (None, [pointer, pointer]),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
    return library
