"""The day's gain: sensors that conduct more or less than when their profile was made."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from rig.calibration.check import check, conversion_of
from rig.calibration.circuit import conductance_s, counts_for
from rig.calibration.day_gain import shifted
from rig.calibration.fit import fit_loads
from rig.calibration.fitted_profile import profile_of
from rig.calibration.loads import Loads
from rig.calibration.readings import readings_of
from rig.calibration.verdict import Verdict
from rig.calibration.weight_reads import read_weights
from rig.frame import Block
from tests.calibration.weighing import checked, families, small_pad, weighed

if TYPE_CHECKING:
    from rig.calibration.profile import Profile

PAD = small_pad()
WEIGHED = [0, 3, 5, 8]
MADE = datetime.fromisoformat("2026-01-05T10:00:00+00:00")
TOMORROW = MADE + timedelta(days=1)


@cache
def evening(family: str, seed: int = 41) -> tuple[Profile, Loads]:
    """A profile, and the same sensors' check with weights of 3, 8 and 12 N."""
    sensors = families(PAD, seed)[family]
    profile = profile_of(fit_loads(weighed(sensors, WEIGHED, seed, cycles=1), PAD), PAD, MADE.isoformat())
    return profile, checked(sensors, WEIGHED, seed + 1, (3.0, 8.0, 12.0))


def slept(loads: Loads, factor: dict[int, float]) -> Loads:
    """The same readings, had each channel's conductance changed by its factor."""
    siemens = conductance_s(np.minimum(loads.counts, PAD.full_scale - 1), PAD.full_scale, PAD.divider_ohm)
    siemens = siemens * np.array([factor[c] for c in loads.channel.tolist()])
    counts = np.rint(counts_for(siemens, PAD.full_scale, PAD.divider_ohm)).astype(np.int64)
    return Loads("today", loads.channel, loads.t_us, loads.load_n, counts, loads.cycle)


def off(profile: Profile, loads: Loads, channels: list[int]) -> float:
    """Root mean square error of weights above 4 N, of reading."""
    read = read_weights(profile, PAD, readings_of(loads)).values()
    ratio = np.array([w.read_n / w.load_n for w in read if w.channel in channels and w.load_n > 4])
    return float(np.sqrt(((ratio - 1) ** 2).mean()))


def only(loads: Loads, channels: list[int], cycles: int = 1) -> Loads:
    """The untouched pad and the first weights, on some channels."""
    return loads.pick(np.isin(loads.channel, channels) & (loads.cycle <= cycles))


@pytest.mark.parametrize("family", ["virtual", "strange"])
@pytest.mark.parametrize("change", [0.9, 1.1])
def test_one_weight_undoes_a_common_change_at_every_load(family: str, change: float) -> None:
    profile, today = evening(family)
    night = slept(today, dict.fromkeys(WEIGHED, change))
    verdict = check(profile, PAD, TOMORROW, only(night, WEIGHED[:3]))
    still = check(profile, PAD, TOMORROW, only(today, WEIGHED[:3]))
    assert verdict.session_gain * change == pytest.approx(still.session_gain, rel=0.01)
    mended = shifted(profile, verdict.session_gain, dict(verdict.own_gains))
    assert off(profile, night, WEIGHED) > 0.08
    assert off(mended, night, WEIGHED) < 0.03


def test_the_gain_acts_before_the_curve() -> None:
    profile, today = evening("virtual")
    night = slept(today, dict.fromkeys(WEIGHED, 1.12))
    mended = shifted(profile, 1 / 1.12, {})
    as_before, now = (read_weights(p, PAD, readings_of(t)) for p, t in ((profile, today), (mended, night)))
    # At each load alike, near the ceiling too; what is left is the rounding of counts.
    assert [now[k].read_n for k in now] == pytest.approx([as_before[k].read_n for k in now], rel=0.015)


def test_a_sensor_keeps_part_of_its_own_change_and_more_with_more_weights() -> None:
    profile, today = evening("strange")
    night = slept(today, {**dict.fromkeys(WEIGHED, 1.0), 3: 1.06})
    shares = []
    for cycles in (1, 3):
        verdict, still = (check(profile, PAD, MADE, only(t, WEIGHED, cycles)) for t in (night, today))
        own, before = dict(verdict.own_gains), dict(still.own_gains)
        shares.append(np.log(before[3] / own[3]) / np.log(1.06))
        assert own[0] == pytest.approx(before[0], rel=0.02)
    assert 0.5 < shares[0] < shares[1] < 1.0


def test_a_sensor_that_went_its_own_way_has_no_say() -> None:
    profile, today = evening("strange")
    night = slept(today, {**dict.fromkeys(WEIGHED, 1.0), 3: 1.25})
    verdict = check(profile, PAD, MADE, only(night, WEIGHED))
    assert any(r.channels == (3,) for r in verdict.reasons)
    assert verdict.session_gain == pytest.approx(1.0, abs=0.03)
    assert 3 not in dict(verdict.own_gains)


def test_a_weight_at_full_scale_tells_nothing() -> None:
    profile, today = evening("virtual")
    counts = np.where((today.channel == 3) & (today.load_n > 0), PAD.full_scale, today.counts)
    full = Loads("x", today.channel, today.t_us, today.load_n, counts, today.cycle)
    verdict = check(profile, PAD, MADE, only(full, WEIGHED))
    assert any("full scale" in r.what and r.channels == (3,) for r in verdict.reasons)
    assert np.isfinite(verdict.session_gain)
    assert 3 not in dict(verdict.own_gains)


def test_a_session_reads_by_the_days_gain() -> None:
    profile, _ = evening("virtual")
    verdict = Verdict("valid", (), session_gain=0.9, own_gains=((5, 0.8),))
    conversion = conversion_of(profile, PAD, verdict)
    frame = Block.of(np.array([0]), np.full((1, PAD.n_channels), 400, np.uint16))
    plain = conversion_of(profile, PAD, Verdict("valid", ())).push(frame)[0]
    ratio = conversion.push(frame)[0] / plain
    assert (ratio < 0.95).all()
    assert ratio[5] == min(ratio)
    assert "x0.900" in conversion.about


def test_a_verdict_kept_before_own_gains_were_known_is_read() -> None:
    kept = msgspec.to_builtins(Verdict("valid", (), 0.97))
    del kept["own_gains"]
    assert msgspec.convert(kept, Verdict).session_gain == 0.97
