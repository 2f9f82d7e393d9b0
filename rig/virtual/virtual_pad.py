"""One pad as a maker built it: this foam, these sensors.

The same `VirtualPad` can carry many scenes, as one real pad carries many sessions. The rule: everything about it
follows from the layout, the seed and the severity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rig.virtual.foam import Foam
from rig.virtual.sensors import SensorArray

if TYPE_CHECKING:
    from rig.pad import PadLayout
    from rig.virtual.severity import Severity


@dataclass(frozen=True, eq=False)
class VirtualPad:
    """A layout with its foam and its sensors."""

    layout: PadLayout
    foam: Foam
    sensors: SensorArray

    @classmethod
    def drawn(cls, layout: PadLayout, seed: int, severity: Severity = "real") -> VirtualPad:
        """A pad as it might come off the bench."""
        return cls(layout, Foam.drawn(layout, seed, severity), SensorArray.drawn(layout, seed, severity))
