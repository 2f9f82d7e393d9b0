"""How well frames come: rate, loss, and the jitter of the board's clock and of the way to the host.

The rule that keeps it right: the rate is judged by the host's clock and the jitter of the scan by the board's own, so
that neither is blamed for the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from rig.device.clockfit import ClockFit
from rig.frame import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.device.records import LinkEvent
    from rig.frame import Block

LOW_RATE = 0.98
"""A board that reaches less than this share of the rate that it announces is too slow, or its clock is off."""

HIGH_LOSS = 0.001
HIGH_JITTER_MS = 20.0
"""A hundredth of arrivals later than this make flags late by more than a trainee forgives."""


class LineHealth(msgspec.Struct, frozen=True):
    """What came of some seconds of stream.

    Attributes:
        rate_hz: scans a second by the host's clock, lost ones included. nominal_hz: as the hello announces.
        frames, lost: how many came and did not; loss: the share of scans that did not come.
        jitter_ms: how much later than the earliest possible a hundredth of the frames arrived.
        scan_jitter_us: largest difference of a scan's duration from nominal, by the board's clock.
        skew_ppm: how much slower the board's clock runs than the host's.
        late, overruns, references: frames with these status bits.
    """

    rate_hz: float
    nominal_hz: float
    frames: int
    lost: int
    loss: float
    jitter_ms: float
    scan_jitter_us: float
    skew_ppm: float
    late: int
    overruns: int
    references: int


def line_health(block: Block, nominal_hz: float) -> LineHealth | None:
    """The health of the line that brought a live block, or None for fewer than two frames."""
    if len(block) < 2:
        return None
    fit = ClockFit()
    for t_us, received_s in zip(block.t_us.tolist(), block.received_s.tolist(), strict=True):
        fit.push(t_us, received_s)
    late_s = [fit.late_s(t, r) for t, r in zip(block.t_us.tolist(), block.received_s.tolist(), strict=True)]
    lost = int(block.lost[1:].sum())
    scans = len(block) - 1 + lost
    span_s = fit.host_s(int(block.t_us[-1])) - fit.host_s(int(block.t_us[0]))
    scan_us = np.diff(block.t_us) - (block.lost[1:] + 1) * (1e6 / nominal_hz)
    return LineHealth(
        rate_hz=scans / span_s,
        nominal_hz=nominal_hz,
        frames=len(block),
        lost=lost,
        loss=lost / (scans + 1),
        jitter_ms=float(np.percentile(late_s, 99)) * 1e3,
        scan_jitter_us=float(np.abs(scan_us).max()),
        skew_ppm=fit.skew * 1e6,
        late=_having(block, Status.LATE),
        overruns=_having(block, Status.OVERRUN),
        references=_having(block, Status.REFERENCE),
    )


def line_remarks(line: LineHealth, damaged: int, breaks: Sequence[LinkEvent] = ()) -> list[str]:
    """What of it needs mending, a sentence each; `breaks` are the times that the link was lost meanwhile."""
    remarks = [f"the link broke meanwhile: {event.text}; look at the plug and the supply" for event in breaks]
    if line.rate_hz < LOW_RATE * line.nominal_hz:
        remarks.append(f"the board scans {line.rate_hz:.1f} times a second instead of {line.nominal_hz:.1f}")
    if line.overruns:
        remarks.append(f"the line was too slow for {line.overruns} scans: raise the baud or lower the rate")
    if damaged:
        remarks.append(f"{damaged} packets were damaged on the line: try a shorter cable or a lower baud")
    if not breaks and line.loss > HIGH_LOSS and line.lost > 2 * (damaged + line.overruns):
        remarks.append(f"{line.loss:.1%} of the scans never came: the computer or its USB hub loses bytes")
    if line.late:
        remarks.append(f"{line.late} scans took longer than nominal: something on the board holds up its interrupts")
    if line.references:
        remarks.append(f"the reference readings were out of band in {line.references} scans: the supply is unsteady")
    if line.jitter_ms > HIGH_JITTER_MS:
        remarks.append(f"frames arrive up to {line.jitter_ms:.0f} ms late: the computer is busy, or USB saves power")
    return remarks


def _having(block: Block, bit: Status) -> int:
    return int(np.count_nonzero(block.status & bit))
