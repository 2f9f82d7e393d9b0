"""From the files of an evening to its profile, and to the verdict of the weights put on at its end.

Both read what lies on disk, so that they give the same whether the evening was done in one go or in three. The rule:
pressing that tells nothing is left aside and named; it never costs the profile that the weights give.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rig.calibration.cell_scale import cell_scale, kept_cell
from rig.calibration.check import check
from rig.calibration.loads import read_loads
from rig.calibration.making import make_profile
from rig.calibration.press_file import joined
from rig.calibration.press_recording import press_rows, untouched_raw
from rig.calibration.profile import Conditions
from rig.errors import InputError
from rig.recording.reader import Recording
from rig.session.calibrate.live_fit import loads_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.calibration.press_file import Press
    from rig.calibration.profile import Profile
    from rig.calibration.run_tasks import Reading
    from rig.calibration.verdict import Verdict
    from rig.clock import Clock
    from rig.pad import PadLayout
    from rig.session.calibrate.plan import CalibrationFiles

_APART_US = 60_000_000
"""Parts of the pressing are laid a minute apart: time enough for what a sensor remembers to be forgotten."""


@dataclass(frozen=True)
class Made:
    """A profile, and why pressing that was recorded is not in it; empty where it is, or where there was none."""

    profile: Profile
    unused: str = ""


def profile_of_evening(pad: PadLayout, files: CalibrationFiles, clock: Clock) -> Made:
    """The profile by all that the evening has left; takes some seconds.

    Raises:
        InputError: the weights tell too little, or a file is damaged; names it.
    """
    loads = read_loads(files.loads, pad, unit="newtons")
    made = datetime.fromtimestamp(clock.date_s(), UTC).isoformat(timespec="seconds")
    recorded = files.presses()

    def conditions(press: str) -> Conditions:
        return Conditions(foam_spread_mm=pad.foam_spread_mm, loads=files.loads.name, press=press)

    try:
        press = _pressing(files)
        if press is not None:
            names = ", ".join(path.name for path in recorded)
            return Made(make_profile(loads, pad, made, conditions(names), press))
        unused = ""
    except InputError as error:
        unused = str(error)
    return Made(make_profile(loads, pad, made, conditions("")), unused)


def verdict_of_evening(profile: Profile, pad: PadLayout, readings: Sequence[Reading], clock: Clock) -> Verdict:
    """What the weights put on at the end say of the profile; `readings` hold the untouched pad too, or nothing."""
    now = datetime.fromtimestamp(clock.date_s(), UTC)
    loads = loads_of(readings, "the verifying weights") if readings else None
    return check(profile, pad, now, loads)


def _pressing(files: CalibrationFiles) -> Press | None:
    """All parts of the free pressing as one; None where nobody pressed."""
    paths = files.presses()
    if not paths:
        return None
    scale = cell_scale(kept_cell(files.cell))
    if scale is None:
        raise InputError(f"{files.cell}: the load cell did not follow the weights, so the pressing has no total")
    parts, why = [], ""
    for path in paths:
        recording = Recording.open(path)
        try:
            parts.append(press_rows(recording, untouched_raw(recording), scale.raw_per_n))
        except InputError as error:
            why = str(error)  # A part that was broken off at once tells nothing; the others may.
    if not parts:
        raise InputError(why)
    return joined(parts, _APART_US)
