"""What a session turns counts into forces by: a profile as far as the session's day upholds it, else the nominal curve.

The rule: a profile that does not hold today gives relative forces and says so; it is never dropped in silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rig.calibration.check import conversion_of
from rig.calibration.check_file import verdict_at
from rig.calibration.nominal import NominalConversion
from rig.calibration.profile import load_profile, profile_text

if TYPE_CHECKING:
    from rig.calibration.conversion import Conversion
    from rig.calibration.verdict import Verdict
    from rig.pad import PadLayout


@dataclass(frozen=True)
class Calibration:
    """One session's way from counts to forces.

    Attributes:
        conversion: used up by one session. text: the profile's file, and verdict: what holds of it on the session's
            day, for the recording to keep; None without a profile.
    """

    conversion: Conversion
    text: str | None = None
    verdict: Verdict | None = None

    @property
    def doubt(self) -> str:
        """What a screen must say of a profile's forces; empty where there is nothing to say."""
        if self.verdict is None or self.verdict.state == "valid":
            return ""
        what = "relative, not newtons" if self.verdict.state == "invalid" else "doubtful"
        return f"Forces are {what}: {self.verdict.why}."


def calibration_at(pad: PadLayout, profile: str | None, at_s: float) -> Calibration:
    """The calibration of a profile on a day; without one the nominal curve, which says that it is uncalibrated.

    Args:
        pad: the pad at hand. profile: the file. at_s: the session's date in seconds since 1970.

    Raises:
        InputError: no such profile, a damaged one, or another pad's.
    """
    if profile is None:
        return Calibration(NominalConversion(pad))
    found = load_profile(profile, pad)
    verdict = verdict_at(found, profile, pad, datetime.fromtimestamp(at_s, UTC))
    return Calibration(conversion_of(found, pad, verdict), profile_text(found), verdict)
