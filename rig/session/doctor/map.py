"""An examination as places on the pad and rows of figures: what a window or a page draws of it.

The rule: every limit is the doctor's own, so that a row is never called good where the doctor has a remark.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from rig.device.doctor.line import HIGH_JITTER_MS, HIGH_LOSS, LOW_RATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.device.doctor.examination import Examination
    from rig.device.doctor.findings import Finding, Kind

MeasureKey = Literal[
    "rate", "loss", "damaged", "latency", "jitter", "noise", "late", "overruns", "supply", "references"
]

HARM: tuple[Kind, ...] = (
    "enable",
    "mux-rail",
    "mux-dead",
    "mux-constant",
    "select-stuck",
    "select-swapped",
    "mux-swapped",
    "shorted",
    "bridged",
    "swapped",
    "stuck",
    "dead",
    "noisy",
)
"""What to mend first: what spoils most sensors, then what may hide something else."""


@dataclass(frozen=True)
class Fault:
    """One finding where it is: the tiles that it spoils, and the pairs of tiles that it ties together."""

    finding: Finding
    links: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Measure:
    """One figure: its value and whether it is as it should be; `limit` is None where the doctor has none."""

    key: MeasureKey
    value: float
    good: bool
    limit: float | None = None


def faults_of(found: Examination) -> list[Fault]:
    """The findings, the one to mend first at the top."""
    ordered = sorted(found.findings, key=lambda f: (HARM.index(f.kind), f.channels))
    return [Fault(f, (_pair(f.channels),) if f.kind in {"bridged", "swapped"} else ()) for f in ordered]


def measures_of(found: Examination) -> list[Measure]:
    """The line's and the board's figures in the order in which a maker asks for them."""
    line = found.line
    rows = [
        Measure("rate", line.rate_hz, line.rate_hz >= LOW_RATE * line.nominal_hz, line.nominal_hz),
        Measure("loss", found.loss, found.loss <= HIGH_LOSS, HIGH_LOSS),
        Measure("damaged", found.damaged, found.damaged == 0, 0),
        Measure("latency", found.latency_ms, True),
        Measure("jitter", line.jitter_ms, line.jitter_ms <= HIGH_JITTER_MS, HIGH_JITTER_MS),
        Measure("noise", float(np.median(found.noise)), True),
    ]
    if line.late:
        rows.append(Measure("late", line.late, False, 0))
    if line.overruns:
        rows.append(Measure("overruns", line.overruns, False, 0))
    if found.references is not None and found.references.failed:
        rows.append(Measure("supply", found.references.supply_mv / 1000, False))
    if line.references:
        rows.append(Measure("references", line.references, False, 0))
    return rows


def worst_kind(faults: Sequence[Fault], n_channels: int) -> list[Kind | None]:
    """The worst fault of each channel; None where it has none."""
    worst: list[Kind | None] = [None] * n_channels
    for fault in reversed(faults):
        for channel in fault.finding.channels:
            worst[channel] = fault.finding.kind
    return worst


def noise_top(found: Examination) -> float:
    """The noise of the noisiest sound channel in counts rms, and no less than the converter's own half count."""
    return max(0.5, *(n for c, n in enumerate(found.noise) if c not in found.noisy), 0.0)


def noise_shares(found: Examination) -> list[float]:
    """Each channel's noise over `noise_top`: 0 to 1, and beyond that only faulty ones."""
    top = noise_top(found)
    return [min(value / top, 1.5) for value in found.noise]


def _pair(channels: tuple[int, ...]) -> tuple[int, int]:
    a, b = channels
    return a, b
