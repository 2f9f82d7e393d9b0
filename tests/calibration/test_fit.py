from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from rig.calibration.fit import fit_loads
from rig.calibration.fitted_profile import profile_of
from rig.calibration.loads import Loads
from rig.calibration.making import make_profile
from rig.calibration.profile import Conditions, load_profile, save_profile
from rig.calibration.profiled import ProfiledConversion
from rig.frame import Block
from tests.calibration.weighing import HZ, families, loads_of, off, read, small_pad, strokes, weighed

if TYPE_CHECKING:
    from pathlib import Path

    from rig.calibration.profile import Profile
    from rig.pad import PadLayout


PAD = small_pad()
MADE = "2026-01-05T10:00:00+00:00"


def profile(loads: Loads) -> Profile:
    return profile_of(fit_loads(loads, PAD), PAD, MADE)


def newtons(made: Profile, t_s: np.ndarray, counts: np.ndarray, pad: PadLayout = PAD) -> np.ndarray:
    block = Block.of(np.rint(t_s * 1e6).astype(np.int64), counts)
    return ProfiledConversion(made, pad).push(block) / 1024


@pytest.mark.parametrize(("family", "seed"), [("virtual", 11), ("strange", 12)])
def test_a_moving_load_after_a_continuous_reference(family: str, seed: int) -> None:
    sensors = families(PAD, seed)[family]
    channels = [1, 5, 6, 10]
    t_s = np.arange(0, 140, 1 / HZ)
    load = np.zeros((len(t_s), PAD.n_channels))
    load[200:, channels] = strokes(seed, t_s[200:], 4)
    counts = read(sensors.reading(seed), t_s, load)
    train = t_s < 100
    made = profile(loads_of(channels, t_s[train], load[train][:, channels], counts[train][:, channels]))
    found = newtons(made, t_s, counts)
    test = ~train
    of_reading, of_full = off(found[test][:, channels], load[test][:, channels])
    assert of_reading <= 0.04
    assert of_full <= 0.02
    told = made.held_out.of_reading
    assert told is not None
    assert made.linear is not None
    assert made.power is not None
    assert made.linear > 2 * told
    assert made.power > 1.1 * told


def test_hysteresis_is_learnt_only_where_loads_were_reached_from_above() -> None:
    # What is felt lags the load by a twentieth either way, and begins at 0.08 N.
    weights = [0.1, 0.2, 2.0, 15.0]
    up_and_down = [*weights, *weights[-2::-1]] * 3
    for lifted in (True, False):
        stays = [stay for w in up_and_down for stay in ([w, 0.0] if lifted else [w])]
        load_n = np.repeat([0.0, *stays, 0.0], 3 * HZ)
        felt = np.zeros(len(load_n))
        for k in range(1, len(load_n)):
            felt[k] = np.clip(felt[k - 1], 0.95 * load_n[k], 1.05 * load_n[k])
        through = 1.1e-4 * np.maximum(felt - 0.08, 0) ** 0.85 * PAD.divider_ohm
        counts = np.floor(through / (1 + through) * (PAD.full_scale + 1)).astype(np.uint16)
        made = profile(loads_of([5], np.arange(len(load_n)) / HZ, load_n[:, None], counts[:, None]))
        assert bool(made.memory.width) is not lifted, made.method


@pytest.mark.parametrize("family", ["virtual", "strange"])
@pytest.mark.parametrize("seed", [21, 22])
def test_settled_weights(family: str, seed: int) -> None:
    sensors = families(PAD, seed)[family]
    made = fit_loads(weighed(sensors, [0, 3, 7], seed), PAD)
    # Loads above 1 N: below, the foam's own weight is a tenth of the load.
    large = np.array([t.load_n >= 1 for t in made.readings.trials])
    assert made.errors.rms(large & ~made.strange) <= 0.025
    assert made.errors.median() <= 0.02


def test_one_sensor_with_six_weights() -> None:
    sensors = families(PAD, 5)["virtual"]
    loads = weighed(sensors, [4], 5, cycles=1)
    six = loads.pick(np.isin(loads.load_n, (0.5, 1, 2, 5, 8, 12)))
    made = profile(six)
    assert made.sensors[4].method == "weights"
    assert made.sensors[0].method == "population"
    assert made.sensors[0].uncertainty > 0.1, "a sensor that nobody weighed is not known"
    assert made.held_out.of_reading is not None
    assert made.held_out.of_reading < 0.08


def test_a_strange_trial_is_named_and_not_averaged_in() -> None:
    sensors = families(PAD, 6)["virtual"]
    loads = weighed(sensors, [2, 8], 6, cycles=3)
    clean = profile(loads)
    spoilt = np.array(loads.counts)
    wrong = (loads.channel == 8) & (loads.cycle == 2) & (loads.load_n == 5.0)
    first = np.flatnonzero(wrong)[: wrong.sum() // 2]
    spoilt[first] = np.minimum(spoilt[first] * 1.25, PAD.full_scale - 1)
    found = profile(Loads("x", loads.channel, loads.t_us, loads.load_n, spoilt, loads.cycle))
    named = [entry.what for entry in found.left_out]
    assert [what for what in named if "channel 8, cycle 2, 5 N" in what]
    assert len(named) == 1
    assert found.sensors[8].ln_gain == pytest.approx(clean.sensors[8].ln_gain, abs=0.01)


def test_a_dead_sensor_is_named_and_gives_nothing() -> None:
    sensors = families(PAD, 7)["virtual"]
    loads = weighed(sensors, [1, 2], 7, cycles=1)
    counts = np.where(loads.channel == 2, 0, loads.counts)
    made = profile(Loads("x", loads.channel, loads.t_us, loads.load_n, counts, loads.cycle))
    assert made.sensors[2].method == "dead"
    assert any("channel 2" in entry.what and "respond" in entry.why for entry in made.left_out)
    block = Block.of(np.array([0]), np.full((1, PAD.n_channels), 500, np.uint16))
    assert ProfiledConversion(made, PAD).push(block)[0, 2] == 0


def test_a_sensor_that_rests_near_full_scale_is_called_dead(tmp_path: Path) -> None:
    """Else its profile would be refused as damaged."""
    loads = weighed(families(PAD, 7)["virtual"], [1, 2, 4], 7, cycles=1)
    counts = np.where(loads.channel == 2, 930 + loads.counts // 20, loads.counts)
    shorted = Loads("x", loads.channel, loads.t_us, loads.load_n, counts, loads.cycle)
    save_profile(make_profile(shorted, PAD, MADE, Conditions()), tmp_path / "p.json")
    made = load_profile(tmp_path / "p.json", PAD)
    assert [s.channel for s in made.sensors if s.method == "dead"] == [2]
    assert any(entry.what == "channel 2" and "shorted" in entry.why for entry in made.left_out)


def test_memory_switches_itself_off_where_there_is_none() -> None:
    t_s = np.arange(0, 80, 1 / HZ)
    load = strokes(3, t_s, 1)
    siemens = 1e-4 * load**0.9 * 3300
    rng = np.random.default_rng(0)
    counts = np.floor(siemens / (1 + siemens) * 1024 + 0.5 * rng.standard_normal(load.shape)).clip(0, 1023)
    found = fit_loads(loads_of([0], t_s, load, counts.astype(np.uint16)), PAD)
    assert not found.choice.plays
    assert not found.choice.creep
    assert found.errors.median() < 0.01


def test_a_cycle_that_was_cut_off_is_told() -> None:
    sensors = families(PAD, 9)["virtual"]
    loads = weighed(sensors, [3], 9, cycles=3)
    cut = loads.pick(~((loads.cycle == 3) & (loads.load_n > 3)))
    assert any("cycle 3" in warning and "cut off" in warning for warning in profile(cut).warnings)
    # Without cycles in the file nobody knows: the largest weight stands once where the others stand up and down.
    counted = Loads(cut.source, cut.channel, cut.t_us, cut.load_n, cut.counts, np.zeros_like(cut.cycle))
    assert not any("cut off" in warning for warning in profile(counted).warnings)
