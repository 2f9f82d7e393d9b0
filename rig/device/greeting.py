"""From an open port to a hello that fits the pad, or to one sentence that says why not.

No I/O: the owner hands over what was decoded and what time it is, and does what it is told. Opening an Arduino's port
resets it, and a bootloader must not be talked to, so the first two seconds only listen (PROTOCOL.md). A board that
is heard to stream already is asked at once. After that each rate is tried in turn, because a board that was not reset
keeps the rate of its last session. The rule that keeps it right: a board is accepted by a valid hello alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rig.errors import LinkError, OperationError, ProtocolError
from rig.pad import builtin_pads
from rig.wire.codec import Reason
from rig.wire.packets import PROTOCOL, ForeignHello, Hello, ResetCause

if TYPE_CHECKING:
    from rig.pad import PadLayout
    from rig.wire.decoded import Decoded

LISTEN_S = 2.0
"""How long a board may take from the reset that opening causes to its hello."""

ASK_S = 0.4
"""How long an asked board may take to answer at one rate."""

BAUDS = (500_000, 1_000_000, 2_000_000, 250_000, 115_200)
"""The rates that are tried, the one after a reset first."""

SAMPLE_BYTES = 4_096
"""So much of what a wrong board says is kept, to recognise text."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Set this rate and ask for a hello."""

    baud: int


class Greeting:
    """One attempt, begun at `now_s` on the port `name`; `pad` is what the board must fit (None: any board will do)."""

    def __init__(self, name: str, pad: PadLayout | None, now_s: float) -> None:
        self._name = name
        self._pad = pad
        self._next_s = now_s + LISTEN_S
        self._bauds = list(BAUDS)
        self._heard = bytearray()

    def push(self, data: bytes, decoded: Decoded, now_s: float) -> Hello | Ask | None:
        """What came of the bytes: the hello, something to do, or nothing yet.

        Raises:
            ProtocolError: another version of the protocol, another pad, or another program on the board.
            LinkError: nothing answers.
        """
        self._heard += data[: SAMPLE_BYTES - len(self._heard)]
        for received in decoded.packets:
            if isinstance(received.packet, Hello | ForeignHello):
                return fitting(received.packet, self._pad, self._name)
        if len(self._bauds) == len(BAUDS) and any(damage.reason is Reason.FORMAT for damage in decoded.damage):
            self._next_s = now_s
        if now_s < self._next_s:
            return None
        if not self._bauds:
            raise self._failure()
        self._next_s = now_s + ASK_S
        return Ask(self._bauds.pop(0))

    def _failure(self) -> OperationError:
        if not self._heard:
            return LinkError(
                f"{self._name}: nothing answers: it is another device's port, or the board has no rig firmware yet"
            )
        text = bytes(b for b in self._heard if 32 <= b < 127 or b in b"\r\n\t")
        if len(text) > 0.9 * len(self._heard):
            line = text.decode("ascii").strip().splitlines()[0][:40] if text.strip() else ""
            return ProtocolError(
                f"{self._name}: the board runs another program: it prints '{line}'; flash the firmware"
            )
        return ProtocolError(
            f"{self._name}: {len(self._heard)} bytes came, but no packet at any rate: "
            "the board runs another program, or the line is disturbed"
        )


def fitting(hello: Hello | ForeignHello, pad: PadLayout | None, name: str) -> Hello:
    """The hello, if the board and the pad fit each other.

    Raises:
        ProtocolError: they do not; names both numbers.
    """
    if isinstance(hello, ForeignHello):
        raise ProtocolError(
            f"{name}: the board speaks protocol {hello.protocol}, this program protocol {PROTOCOL}: "
            f"update {'the firmware' if hello.protocol < PROTOCOL else 'this program'}"
        )
    if hello.frame_format is None or not (hello.tick_hz and hello.frame_ticks and hello.baud):
        raise ProtocolError(
            f"{name}: the board's hello makes no sense: {hello.channels} channels of {hello.adc_bits} bits, "
            f"{hello.frame_ticks} ticks a frame at {hello.tick_hz} Hz"
        )
    if pad is None:
        return hello
    if hello.channels != pad.n_channels:
        raise ProtocolError(
            f"{name}: the board scans {hello.channels} channels, but the pad '{pad.name}' has {pad.n_channels}"
        )
    if hello.adc_bits != pad.adc_bits:
        raise ProtocolError(
            f"{name}: the board sends {hello.adc_bits} bits a count, but the pad '{pad.name}' has {pad.adc_bits}"
        )
    return hello


def other_pad(hello: Hello, pad: PadLayout | None) -> str:
    """What there is to say where a board names another of the built-in pads than the one asked for; else nothing.

    An id of somebody's own choice tells boards apart, and names no layout.
    """
    if pad is None or hello.pad_id == pad.name or hello.pad_id not in builtin_pads():
        return ""
    return f"the board says that it is pad '{hello.pad_id}', and pad '{pad.name}' was asked for"


def check_same_pad(hello: Hello, before: Hello, name: str) -> None:
    """A board that is back must be the one that the session began with.

    Raises:
        ProtocolError: it names another pad.
    """
    if hello.pad_id != before.pad_id:
        raise ProtocolError(
            f"{name}: another pad answers: its id is '{hello.pad_id}', and this session is with '{before.pad_id}'"
        )


def cause_of_reset(hello: Hello) -> str:
    """What restarted the board, in words."""
    causes = [str(cause.name).lower().replace("_", " ") for cause in ResetCause if cause & hello.reset_cause]
    return ", ".join(causes) or "cause unknown"
