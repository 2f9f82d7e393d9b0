"""Every number that the firmware is to reach, in simulated time. `make firmware-bench` prints the same list."""

from __future__ import annotations

import pytest

from firmware.sim.figures import Figure, figures

pytestmark = pytest.mark.firmware

REQUIRED = {
    "144 channels, /16, 1 M": 519.7,
    "144 channels, /32, 500 k (default)": 259.8,
    "144 channels, /16, 2 M": 534.1,
    "96 channels on the 328P, /16, 1 M": 754.0,
    "CPU idle at 519 frames/s": 25.0,
    "multiplexers settled at /16": 60.0,
    "conversions watched at /16": 1e6,
    "conversions watched at /32": 1e6,
}


def test_every_limit_is_met() -> None:
    missed = [f"{figure.name}: {figure.value:g}, limit {figure.limit}" for figure in figures() if not figure.met]
    assert not missed


def test_the_list_holds_what_was_promised() -> None:
    limits = {figure.name: figure for figure in figures()}
    for name, least in REQUIRED.items():
        assert limits[name].least == least
    for name in ("hang to hello", "hang with interrupts off to hello", "hang to hello on the 328P"):
        assert limits[name].most == 260.0
    for what in ("damaged frames", "lost frames", "wrong samples"):
        assert limits[f"60 s at /16, 1 M: {what}"].most == 0
    assert limits["flood at full line rate: wrong samples without a flag"].most == 0
    assert limits["flood: received bytes that overran"].value >= 0


def test_a_missed_limit_is_seen() -> None:
    assert Figure("a", 1.0, least=1.0).met
    assert not Figure("a", 0.99, least=1.0).met
    assert Figure("a", 0, most=0).met
    assert not Figure("a", 1, most=0).met
