"""What happens in a session, as lines for other programs and for the screens.

INTERFACES names the kinds; a line is the kind, the three times and the fields of the report's entry. The rule: `t`
is device time and the same in every run over the same frames; `received` and `emitted` are host times and belong to
this run only, so they are None where nothing was received or nothing is emitted live.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import msgspec

if TYPE_CHECKING:
    from rig.technique.flags import FlagEvent

EventKind = Literal[
    "flag",
    "flag-end",
    "flag-withdrawn",
    "stroke",
    "beat",
    "rep",
    "step",
    "pause",
    "gesture",
    "coach",
    "link",
    "recording",
    "end",
]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Attributes:
        kind: what. t_us: device time at which it became certain.
        received_s: host monotonic time of the byte that completed the frame which brought it; NaN when not live.
        body: the fields of the report's entry.
    """

    kind: EventKind
    t_us: int
    received_s: float = math.nan
    body: dict[str, Any] = field(default_factory=dict)

    def line(self, emitted_s: float | None = None) -> dict[str, Any]:
        """The event as an object of plain values, ready for JSON."""
        received = None if math.isnan(self.received_s) else self.received_s
        # The times come last: a beat's own `t` is the same moment.
        return {"event": self.kind, **self.body, "t": self.t_us / 1e6, "received": received, "emitted": emitted_s}


def entry(thing: msgspec.Struct) -> dict[str, Any]:
    """The fields of a report's entry."""
    return msgspec.structs.asdict(thing)


def flag_event(event: FlagEvent, received_s: float) -> Event:
    """A flag that was raised or is over."""
    return Event("flag-end" if event.over else "flag", event.t_us, received_s, entry(event.flag))
