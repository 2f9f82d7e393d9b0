from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from rig.calibration.check import check, conversion_of
from rig.calibration.check_file import keep_verdict, verdict_at, verdict_path
from rig.calibration.circuit import conductance_s, counts_for
from rig.calibration.fit import fit_loads
from rig.calibration.fitted_profile import profile_of
from rig.calibration.loads import Loads
from rig.calibration.profile import Conditions, save_profile
from rig.errors import InputError
from tests.calibration.weighing import checked, families, small_pad, weighed

if TYPE_CHECKING:
    from rig.calibration.verdict import Verdict


PAD = small_pad()
SENSORS = families(PAD, 31)["virtual"]
WEIGHED = [0, 3, 5, 8]
MADE = datetime.fromisoformat("2026-01-05T10:00:00+00:00")
CONDITIONS = Conditions(foam_spread_mm=PAD.foam_spread_mm)
PROFILE = profile_of(fit_loads(weighed(SENSORS, WEIGHED, 31), PAD), PAD, MADE.isoformat(), CONDITIONS)
SAME_DAY, NEXT_DAY = MADE + timedelta(hours=1), MADE + timedelta(days=1)
TODAY = checked(SENSORS, WEIGHED, 77)


def moved(gain: float, channels: list[int] | None = None, exponent: float = 1.0) -> Loads:
    """Today's check with the sensors' conductance multiplied, as overnight."""
    siemens = conductance_s(np.minimum(TODAY.counts, PAD.full_scale - 1), PAD.full_scale, PAD.divider_ohm)
    at = np.isin(TODAY.channel, channels if channels is not None else WEIGHED)
    siemens = np.where(at, gain * (siemens / 3e-4) ** exponent * 3e-4, siemens)
    counts = np.rint(counts_for(siemens, PAD.full_scale, PAD.divider_ohm)).astype(np.int64)
    return Loads("today", TODAY.channel, TODAY.t_us, TODAY.load_n, counts, TODAY.cycle)


def said(verdict: Verdict) -> str:
    return "; ".join(r.what for r in verdict.reasons)


def test_the_same_day_is_valid_with_and_without_weights() -> None:
    assert check(PROFILE, PAD, SAME_DAY).state == "valid"
    verdict = check(PROFILE, PAD, SAME_DAY, TODAY)
    assert verdict.state == "valid", said(verdict)
    assert verdict.session_gain == pytest.approx(1, abs=0.04)


def test_another_day_needs_a_weight() -> None:
    verdict = check(PROFILE, PAD, NEXT_DAY)
    assert verdict.state == "invalid"
    assert "another day" in said(verdict)
    assert check(PROFILE, PAD, NEXT_DAY, TODAY).state == "valid"
    only_unloaded = TODAY.pick(TODAY.load_n == 0)
    assert check(PROFILE, PAD, NEXT_DAY, only_unloaded).state == "invalid"


def test_a_profile_that_tells_its_own_weights_poorly_is_doubtful() -> None:
    poor = msgspec.structs.replace(PROFILE, held_out=msgspec.structs.replace(PROFILE.held_out, of_reading=0.67))
    verdict = check(poor, PAD, SAME_DAY, TODAY)
    assert verdict.state == "doubtful"
    assert "67 % only" in said(verdict)


def test_another_day_needs_a_weight_on_three_sensors() -> None:
    for spots in (WEIGHED[:1], WEIGHED[:2]):
        few = TODAY.pick(np.isin(TODAY.channel, spots))
        verdict = check(PROFILE, PAD, NEXT_DAY, few)
        assert verdict.state == "doubtful"
        assert "take 3 spots" in said(verdict)
        assert check(PROFILE, PAD, SAME_DAY, few).state == "valid"
    assert check(PROFILE, PAD, NEXT_DAY, TODAY.pick(np.isin(TODAY.channel, WEIGHED[:3]))).state == "valid"


def test_a_common_change_is_repaired_by_one_gain_up_to_a_point() -> None:
    verdict = check(PROFILE, PAD, NEXT_DAY, moved(1.08))
    assert verdict.state == "doubtful"
    assert verdict.off is not None
    assert verdict.off < 0.03
    assert verdict.session_gain == pytest.approx(1 / 1.08, abs=0.05)
    refused = check(PROFILE, PAD, NEXT_DAY, moved(1.2))
    assert refused.state == "invalid"
    assert not conversion_of(PROFILE, PAD, refused).calibrated


def test_swapped_channels() -> None:
    gains = np.array([s.ln_gain for s in PROFILE.sensors])
    a, b = max(((a, b) for a in WEIGHED for b in WEIGHED if a < b), key=lambda p: abs(gains[p[0]] - gains[p[1]]))
    channel = TODAY.channel.copy()
    channel[TODAY.channel == a], channel[TODAY.channel == b] = b, a
    swapped = Loads("x", channel, TODAY.t_us, TODAY.load_n, TODAY.counts, TODAY.cycle)
    verdict = check(PROFILE, PAD, SAME_DAY, swapped)
    assert verdict.state == "invalid"
    assert f"channels {a} and {b} read as if they were swapped" in said(verdict)


def test_a_dead_sensor() -> None:
    counts = np.where(TODAY.channel == 5, 0, TODAY.counts)
    verdict = check(PROFILE, PAD, SAME_DAY, Loads("x", TODAY.channel, TODAY.t_us, TODAY.load_n, counts, TODAY.cycle))
    assert verdict.state == "invalid"
    assert any(r.channels == (5,) and "dead" in r.what for r in verdict.reasons)


def test_one_sensor_that_went_its_own_way() -> None:
    verdict = check(PROFILE, PAD, SAME_DAY, moved(1.1, [3]))
    assert verdict.state == "doubtful"
    assert any(r.channels == (3,) for r in verdict.reasons)


def test_sensors_that_each_went_their_own_way_are_refused() -> None:
    counts = TODAY.counts
    for channel, gain in zip(WEIGHED, (1.25, 0.8, 1.02, 0.98), strict=True):
        counts = np.where(TODAY.channel == channel, moved(gain, [channel]).counts, counts)
    verdict = check(PROFILE, PAD, NEXT_DAY, Loads("x", TODAY.channel, TODAY.t_us, TODAY.load_n, counts, TODAY.cycle))
    assert verdict.state == "invalid"
    assert verdict.off is not None
    assert verdict.off > 0.1
    assert "still off by" in said(verdict)


def test_a_small_weight_alone_is_doubted() -> None:
    verdict = check(PROFILE, PAD, SAME_DAY, checked(SENSORS, WEIGHED, 5, (1.0, 1.0)))
    assert "smaller ones say little" in said(verdict)


def test_changed_foam_shows_in_the_curve_the_rest_and_the_pad_file() -> None:
    assert "foam" in said(check(PROFILE, PAD, SAME_DAY, moved(1.0, exponent=1.25)))
    pressed = np.where(TODAY.load_n == 0, TODAY.counts + 250, TODAY.counts)
    verdict = check(PROFILE, PAD, SAME_DAY, Loads("x", TODAY.channel, TODAY.t_us, TODAY.load_n, pressed, TODAY.cycle))
    assert verdict.state == "invalid"
    assert "untouched" in said(verdict)
    other = msgspec.structs.replace(PAD, foam_spread_mm=14.0)
    assert check(PROFILE, other, SAME_DAY).state == "invalid"


def test_old_profiles_and_other_pads() -> None:
    assert "days old" in said(check(PROFILE, PAD, MADE + timedelta(days=200), TODAY))
    assert check(PROFILE, msgspec.structs.replace(PAD, name="other"), SAME_DAY).state == "invalid"


def test_a_first_press_after_a_rest_is_set_aside() -> None:
    weights = checked(SENSORS, [3], 5, (5.0, 5.0, 5.0))
    counts = np.where((weights.cycle == 1) & (weights.load_n > 0), weights.counts * 0.92, weights.counts)
    rested = Loads("x", weights.channel, weights.t_us, weights.load_n, counts.astype(np.int64), weights.cycle)
    verdict = check(PROFILE, PAD, SAME_DAY, rested)
    assert "first press" in said(verdict)
    assert verdict.session_gain == pytest.approx(1, abs=0.05)


def test_the_days_check_is_kept_beside_the_profile(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    save_profile(PROFILE, path)
    assert verdict_at(PROFILE, path, PAD, NEXT_DAY).state == "invalid"
    verdict = check(PROFILE, PAD, NEXT_DAY, TODAY)
    keep_verdict(verdict, path)
    assert verdict_at(PROFILE, path, PAD, NEXT_DAY + timedelta(hours=2)) == verdict
    assert verdict_at(PROFILE, path, PAD, NEXT_DAY + timedelta(days=1)).state == "invalid"
    save_profile(msgspec.structs.replace(PROFILE, valid_days=10), path)
    assert verdict_at(PROFILE, path, PAD, NEXT_DAY + timedelta(hours=2)).state == "invalid", "of another profile"
    verdict_path(path).write_text("{")
    with pytest.raises(InputError, match="damaged"):
        verdict_at(PROFILE, path, PAD, NEXT_DAY)
