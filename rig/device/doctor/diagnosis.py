"""All verdicts on one pad's counts, in the order in which one fault hides another.

Multiplexers come first, because a dead one looks like sixteen dead sensors; then single sensors; then, among what is
left and moves, the places. The rule that keeps it right: what a finding explains is not looked at again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.device.doctor.places import Places
from rig.device.doctor.sensors import sensor_findings
from rig.device.doctor.wiring import Wiring

if TYPE_CHECKING:
    from rig.device.doctor.evidence import Evidence
    from rig.device.doctor.findings import Finding


def diagnose(evidence: Evidence) -> list[Finding]:
    """What is wrong with the sensors and the wiring of a pad; without presses only what shows at rest is found."""
    wiring = Wiring(evidence)
    found = list(wiring.findings())
    explained = {channel for finding in found for channel in finding.channels}
    found += sensor_findings(evidence, explained)
    explained = {channel for finding in found if finding.kind != "noisy" for channel in finding.channels}
    found += Places(evidence, wiring, explained).findings()
    return found
