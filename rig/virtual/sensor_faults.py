"""Sensors that fail in the middle of a session, as wires, solder and tape make them.

A fault works on finished counts from a moment on, because a broken wire knows nothing of force. The rule: a fault's
noise comes from its own stream, row by row, so that adding a fault changes no other channel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import numpy as np
from msgspec import Meta

from rig.virtual.severity import draws

if TYPE_CHECKING:
    from numpy.typing import NDArray

FaultKind = Literal["dead", "stuck", "shorted", "noisy", "drifting", "swapped"]


class SensorFault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One channel's fault from `t0` (seconds) on; `other` is the channel that it is swapped with."""

    kind: FaultKind
    channel: Annotated[int, Meta(ge=0)]
    t0: float = 0.0
    other: Annotated[int, Meta(ge=0)] | None = None


class Faults:
    """The faults of a scene, applied to consecutive rows of counts."""

    def __init__(self, faults: tuple[SensorFault, ...], full_scale: int, seed: int) -> None:
        for fault in faults:
            if fault.kind == "swapped" and fault.other is None:
                raise ValueError(f"channel {fault.channel}: a swapped channel needs the other one")
        self._faults = [(fault, draws(seed, "fault", fault.kind, fault.channel)) for fault in faults]
        self._full_scale = full_scale
        self._held: dict[int, int] = {}

    def spoil(self, t_s: NDArray[np.float64], counts: NDArray[np.uint16]) -> None:
        """Change (n, n_channels) counts at (n,) seconds in place."""
        for fault, rng in self._faults:
            noise = rng.standard_normal(len(t_s))
            on = t_s >= fault.t0
            if not on.any():
                continue
            column = counts[:, fault.channel]
            if fault.kind == "swapped":
                assert fault.other is not None
                other = counts[:, fault.other].copy()
                counts[on, fault.other] = column[on]
                counts[on, fault.channel] = other[on]
            else:
                counts[on, fault.channel] = self._spoilt(fault, t_s[on], column[on], noise[on])

    def _spoilt(
        self, fault: SensorFault, t_s: NDArray[np.float64], column: NDArray[np.uint16], noise: NDArray[np.float64]
    ) -> NDArray[np.uint16]:
        full = self._full_scale
        if fault.kind == "dead":
            return np.zeros_like(column)
        if fault.kind == "shorted":
            return np.full_like(column, full)
        if fault.kind == "stuck":
            # Stuck where it happened to be, but never at the quiet end: that is what "dead" is.
            held = self._held.setdefault(fault.channel, max(int(column[0]), full // 5))
            return np.full_like(column, held)
        value = column.astype(np.float64)
        if fault.kind == "noisy":
            value += noise * full / 8
        else:  # drifting: moisture or a creeping puck, a tenth of full scale in twenty seconds
            value += full * 0.005 * (t_s - fault.t0)
        return np.clip(value, 0, full).astype(np.uint16)
