"""The day's check, kept beside its profile, so that a session right after `rig calibrate check` uses its gain.

`PROFILE.check.json` holds the last verdict and a fingerprint of the profile that it judged. The rule: a check of
another profile, or of another day, counts for nothing.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import msgspec

from rig.calibration.check import SAME_DAY_S, check
from rig.calibration.verdict import Verdict  # noqa: TC001 (msgspec reads the types at run time)
from rig.errors import InputError, StorageError

if TYPE_CHECKING:
    from rig.calibration.profile import Profile
    from rig.pad import PadLayout


class KeptVerdict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A verdict and the profile that it was about."""

    of_profile: int
    verdict: Verdict


def verdict_path(profile: str | Path) -> Path:
    """Where a profile's last check is kept."""
    path = Path(profile)
    return path.with_name(path.name + ".check.json")


def keep_verdict(verdict: Verdict, profile: str | Path) -> None:
    """Keep a verdict beside its profile.

    Raises:
        StorageError: it cannot be written.
    """
    path = verdict_path(profile)
    try:
        kept = KeptVerdict(crc32(Path(profile).read_bytes()), verdict)
        path.write_bytes(msgspec.json.format(msgspec.json.encode(kept), indent=2) + b"\n")
    except OSError as error:
        raise StorageError.writing(path, error) from error


def verdict_at(profile: Profile, path: str | Path, pad: PadLayout, now: datetime) -> Verdict:
    """What holds for a session at `now`: the day's kept check if there is one, else a check by the files alone.

    Raises:
        InputError: the kept check is damaged.
    """
    kept = verdict_path(path)
    by_files = check(profile, pad, now)
    if not kept.is_file():
        return by_files
    try:
        last = msgspec.json.decode(kept.read_bytes(), type=KeptVerdict)
        age_s = (now - datetime.fromisoformat(last.verdict.checked)).total_seconds()
    except (msgspec.MsgspecError, ValueError, TypeError, OSError) as error:
        raise InputError(f"{kept}: damaged ({error}); run rig calibrate check again") from error
    same = last.of_profile == crc32(Path(path).read_bytes())
    return last.verdict if same and abs(age_s) < SAME_DAY_S else by_files
