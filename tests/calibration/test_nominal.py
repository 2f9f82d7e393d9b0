"""The typical sensor's curve through the pad's circuit, and where it stops being one."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from rig.calibration.circuit import conductance_s, counts_for
from rig.calibration.conversion import FORCE_STEP_N, Conversion
from rig.calibration.nominal import NominalConversion, nominal_conductance_s
from rig.frame import Block
from rig.pad import load_pad

PAD = load_pad("back-144")


def block(counts: list[int]) -> Block:
    return Block.of(np.zeros(1, np.int64), np.array([counts], np.uint16))


@pytest.mark.parametrize("divider_ohm", [1_000.0, 3_300.0, 47_000.0])
def test_the_divider_inverts_exactly(divider_ohm: float) -> None:
    counts = np.arange(0, 1023)
    back = counts_for(conductance_s(counts, 1023, divider_ohm), 1023, divider_ohm)
    assert np.abs(back - counts).max() < 1e-9


def test_a_known_resistor_reads_as_itself() -> None:
    half = conductance_s(np.array([511.5]), 1023, 3_300.0)
    assert half == pytest.approx(1 / 3_300.0)


def test_full_scale_is_infinite_not_an_error() -> None:
    assert np.isinf(conductance_s([1023, 4000], 1023, 3_300.0)).all()


@pytest.mark.parametrize(("force_n", "ohm"), [(0.2, 30e3), (1.0, 6e3), (10.0, 1e3), (100.0, 250.0)])
def test_the_curve_follows_the_published_figures_within_a_factor_of_1_6(force_n: float, ohm: float) -> None:
    ratio = nominal_conductance_s(np.array(force_n)) * ohm
    assert 1 / 1.6 < ratio < 1.6


@pytest.mark.parametrize("force_n", [0.5, 2.0, 8.0, 20.0, 60.0])
@pytest.mark.parametrize("bits", [10, 12, 16])
def test_forces_come_back_within_a_count(force_n: float, bits: int) -> None:
    pad = msgspec.structs.replace(PAD, adc_bits=bits)
    exact = counts_for(nominal_conductance_s(np.array(force_n)), pad.full_scale, pad.divider_ohm)
    low, near, high = NominalConversion(pad).push(block([int(exact) - 1, round(float(exact)), int(exact) + 2]))[0]
    assert low * FORCE_STEP_N <= force_n <= high * FORCE_STEP_N
    assert near * FORCE_STEP_N == pytest.approx(force_n, rel=0.02)


def test_beyond_its_range_a_reading_is_at_least_the_range() -> None:
    conversion = NominalConversion(PAD)
    counts = np.array([[0, 500, conversion.limit_counts - 1, conversion.limit_counts, 1022, 1023, 65535]], np.uint16)
    forces = conversion.push(block(counts[0].tolist()))[0]
    assert conversion.at_least(counts).tolist() == [[False, False, False, True, True, True, True]]
    assert len(set(forces[3:].tolist())) == 1
    assert forces[3] * FORCE_STEP_N == pytest.approx(100, rel=0.02)
    assert (np.diff(forces) >= 0).all()


def test_a_coarse_adc_ends_the_range_early() -> None:
    coarse = NominalConversion(msgspec.structs.replace(PAD, adc_bits=8, divider_ohm=47_000.0))
    end = coarse.push(block([255]))[0, 0] * FORCE_STEP_N
    assert 0.5 < end < 5


def test_it_says_that_it_is_not_calibrated() -> None:
    conversion: Conversion = NominalConversion(PAD)
    assert not conversion.calibrated
    assert "not calibrated" in conversion.about
