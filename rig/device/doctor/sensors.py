"""Single sensors: dead, stuck, shorted or noisy.

A sensor's reading is a divider's: an open sensor reads zero, a short reads full scale less the multiplexer's own
resistance, and a real sensor under a real hand does neither. The rule that keeps it right: at rest a
healthy sensor may read zero too, so a sensor is dead only where everything around it moved and it did not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.device.doctor.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from rig.device.doctor.evidence import Evidence
    from rig.pad import PadLayout

OPEN_COUNTS = 2
"""No more than this is zero: offset and noise of the converter."""

SHORT_SHARE = 0.92
"""A short through a 74HC4067 (70 ohm, its data sheet) into 3.3 kohm reads 0.98; no unloaded sensor comes near this."""

STUCK_SHARE = 0.05
"""Below this a constant count at rest proves nothing: a stiff sensor may rest there without any noise."""

NOISY_COUNTS = 8.0
"""Noise at 10 bits that no sound joint shows: the converter's own is below one count."""


def sensor_findings(evidence: Evidence, explained: Set[int]) -> Iterator[Finding]:
    """Findings about single sensors, leaving out the channels that a wiring fault explains."""
    pad = evidence.pad
    reached = evidence.reached(explained)
    for channel in range(pad.n_channels):
        if channel in explained:
            continue
        if is_shorted(evidence, channel):
            text = f"{place(pad, channel)} reads full scale with nothing on it: its two leads touch"
            yield Finding("shorted", (channel,), text)
        elif is_dead(evidence, channel, bool(reached[channel])):
            text = f"{place(pad, channel)} reads zero whatever presses it: a lead is open or the sensor is torn"
            yield Finding("dead", (channel,), text)
        elif is_stuck(evidence, channel, bool(reached[channel])):
            count = round(float(evidence.level[channel]))
            text = f"{place(pad, channel)} reads {count} whatever presses it: a joint leaks or the sensor is jammed"
            yield Finding("stuck", (channel,), text)
        elif is_noisy(evidence, channel):
            rms = float(evidence.noise[channel])
            text = f"{place(pad, channel)} is noisy at rest ({rms:.0f} counts rms): a joint is loose"
            yield Finding("noisy", (channel,), text)


def is_shorted(evidence: Evidence, channel: int) -> bool:
    """At full scale with nothing on the pad, and never below."""
    return bool(evidence.low[channel] >= SHORT_SHARE * evidence.pad.full_scale)


def is_dead(evidence: Evidence, channel: int, reached: bool) -> bool:
    """At zero throughout although it was pressed, or on a pad where every other sensor reads something at rest."""
    silent = evidence.peak[channel] <= OPEN_COUNTS
    if reached:
        return bool(silent)
    return bool(evidence.rests_above_zero and evidence.high[channel] == 0)


def is_stuck(evidence: Evidence, channel: int, reached: bool) -> bool:
    """Constant between zero and full scale although it was pressed, or at rest without any noise well above zero."""
    if evidence.low[channel] <= OPEN_COUNTS:
        return False
    if reached:
        return bool(np.ptp(evidence.bins[:, channel]) <= max(2, evidence.pad.full_scale / 400))
    without_noise = evidence.high[channel] == evidence.low[channel]
    return bool(without_noise and evidence.low[channel] >= STUCK_SHARE * evidence.pad.full_scale)


def is_noisy(evidence: Evidence, channel: int) -> bool:
    """Noise far above what the converter and the other sensors show."""
    limit = max(NOISY_COUNTS * (evidence.pad.full_scale + 1) / 1024, 6 * float(np.median(evidence.noise)))
    return bool(evidence.noise[channel] > limit)


def place(pad: PadLayout, channel: int) -> str:
    """A channel as a maker finds it: number, millimetres, multiplexer input."""
    sensor = pad.sensors[channel]
    wire = "" if sensor.mux is None else f", multiplexer {sensor.mux} input {sensor.input}"
    return f"channel {channel} (x {sensor.x_mm:g}, y {sensor.y_mm:g} mm{wire})"
