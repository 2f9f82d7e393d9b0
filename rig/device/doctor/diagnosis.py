"""All verdicts on one pad's counts, in the order in which one fault hides another.

Multiplexers come first, because a dead one looks like sixteen dead sensors; then single sensors; then, among what is
left and moves, the places. The rule that keeps it right: what a finding explains is not looked at again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.device.doctor.evidence import Evidence
from rig.device.doctor.places import Places
from rig.device.doctor.sensors import sensor_findings
from rig.device.doctor.wiring import Wiring

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rig.device.doctor.findings import Finding
    from rig.pad import PadLayout

    Counts = NDArray[np.uint16]


def diagnose(pad: PadLayout, rest: Counts, pressed: Counts | None = None) -> list[Finding]:
    """What is wrong with the sensors and the wiring of a pad.

    Args:
        pad: the layout that the board claims to be.
        rest: (n, n_channels) counts with nothing on the pad, a second of them or more.
        pressed: (m, n_channels) counts while one hand stroked slowly over all of the pad, if somebody did; without
            them only faults that show at rest are found.
    """
    return diagnose_evidence(Evidence.of(pad, rest, pressed))


def diagnose_evidence(evidence: Evidence) -> list[Finding]:
    """As `diagnose`."""
    wiring = Wiring(evidence)
    found = list(wiring.findings())
    explained = {channel for finding in found for channel in finding.channels}
    found += sensor_findings(evidence, explained)
    explained = {channel for finding in found if finding.kind != "noisy" for channel in finding.channels}
    found += Places(evidence, wiring, explained).findings()
    return found
