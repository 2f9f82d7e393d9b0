"""What a device tells beside blocks: what became of its link, and what it counted.

The rule that keeps it right: every scan that the board counted is either in a block or in `lost`, and every byte that
was no packet is in `damaged` or `noise_bytes`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from rig.recording.format import DAMAGED_PACKETS

LinkEventKind = Literal["up", "lost", "back", "reset", "refused", "gone"]


@dataclass(frozen=True, slots=True)
class LinkEvent:
    """Something that became of the link.

    Attributes:
        kind: `up` first frames; `lost` silence or an unplug; `back` frames again; `reset` the board restarted by
            itself; `refused` another board or pad answers on the port; `gone` the session ends while it is lost.
        t_us: session time. host_s: host time. text: one sentence.
    """

    kind: LinkEventKind
    t_us: int
    host_s: float
    text: str

    def gone_by(self, now_s: float) -> LinkEvent:
        """The same loss at the end of a session, where the board has not come back."""
        return replace(self, kind="gone", t_us=self.t_us + round((now_s - self.host_s) * 1e6), host_s=now_s)

    @property
    def body(self) -> dict[str, str]:
        """The event as a recording and the event lines tell it."""
        return {"state": "up" if self.kind in {"up", "back"} else "lost", "what": self.kind, "message": self.text}


@dataclass(slots=True)
class DeviceCounters:
    """Counts since the device was made.

    Attributes:
        frames: frames in blocks. lost: scans that never came, by sequence, or by time across an unplug.
        damaged: packets dropped for COBS, CRC, type, length, or counters that contradict each other.
        noise_bytes: bytes before the first valid packet of each connection; what a starting board sends.
        reconnects: times that the port was opened anew. resets: times that the board restarted by itself.
        overruns, late: frames with these status bits.
    """

    frames: int = 0
    lost: int = 0
    damaged: int = 0
    noise_bytes: int = 0
    reconnects: int = 0
    resets: int = 0
    overruns: int = 0
    late: int = 0

    def metrics(self) -> dict[str, float]:
        """The same under the names by which a recording keeps them."""
        return {
            "frames": self.frames,
            "lost_frames": self.lost,
            DAMAGED_PACKETS: self.damaged,
            "noise_bytes": self.noise_bytes,
            "reconnects": self.reconnects,
            "resets": self.resets,
            "overrun_frames": self.overruns,
            "late_frames": self.late,
        }
