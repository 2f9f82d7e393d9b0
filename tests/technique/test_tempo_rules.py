"""Rates, the breath and vibration: each rule broken and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.technique.rules.breath import inhaled_share
from rig.technique.timeline import Mark, Pacer
from tests.technique.judging import judged, of_kind
from tests.technique.script import Script, stroke

if TYPE_CHECKING:
    from rig.technique.flags import Flag


class TestRate:
    @pytest.mark.parametrize(("period", "found"), [(0.5, "too-fast"), (0.9, None), (1.7, "too-slow")])
    def test_friction(self, period: float, found: str | None) -> None:
        script = Script(30)
        rub = {"kind": "to-and-fro", "direction": "none"}
        script.strokes = [stroke(t0=1 + period * k, t1=1 + period * (k + 1), **rub) for k in range(12)]
        flags = [f for f in judged(script, Mark(0, "relieving.9")) if f.kind in {"too-fast", "too-slow"}]
        assert {f.kind for f in flags} == ({found} if found else set())
        assert all(f.unit == "Hz" and f.value == pytest.approx(1 / period) for f in flags)
        assert all("frictions" in f.source for f in flags)

    def test_one_movement_of_the_step_before_is_no_beat_of_this_one(self) -> None:
        script = Script(30)
        circle = {"kind": "circle", "direction": "none"}
        script.strokes = [stroke(t0=1.0, t1=2.6, y0_mm=150.0, y1_mm=150.0, **circle)]
        here = {"y0_mm": -10.0, "y1_mm": -10.0, "contact": 2}
        script.strokes += [stroke(t0=4.0 + 1.2 * k, t1=5.2 + 1.2 * k, **circle, **here) for k in range(8)]
        assert of_kind("irregular", script, "therapeutic.low") == []

    def test_a_hand_that_is_seen_late_is_not_fast(self) -> None:
        script = Script(30)
        rub = {"kind": "to-and-fro", "direction": "none"}
        script.strokes = [stroke(t0=1.0, t1=1.52, **rub)]
        script.strokes += [stroke(t0=1.52 + 0.85 * k, t1=2.37 + 0.85 * k, **rub) for k in range(8)]
        assert not [f for f in judged(script, Mark(0, "relieving.9")) if f.kind == "too-fast"]

    def test_a_breath_too_fast(self) -> None:
        script = Script(60)
        script.strokes = [stroke(t0=4.0 * k, t1=4.0 * k + 1.9) for k in range(6)]
        flags = of_kind("too-fast", script, "reflex.2")
        assert {(f.value, f.limit, f.unit) for f in flags if f.unit == "1/min"} == {(15.0, 10.0, "1/min")}


class TestBreath:
    SIX = Pacer(2_000_000, 6.0)

    def strokes(self, *spans: tuple[float, float, str]) -> Script:
        script = Script(60)
        script.strokes = [stroke(t0=t0, t1=t1, direction=way) for t0, t1, way in spans]
        return script

    def breath_flags(self, script: Script, pacer: Pacer | None) -> list[Flag]:
        return [f for f in judged(script, Mark(0, "reflex.2", pacer)) if f.kind == "breath"]

    def test_up_with_the_breath_in_and_down_with_the_breath_out(self) -> None:
        with_it = self.strokes((2.2, 6.5, "up"), (7.3, 11.8, "down"), (12.5, 17.5, "up"))
        assert self.breath_flags(with_it, self.SIX) == []
        against = self.strokes((7.5, 11.5, "up"), (12.5, 16.5, "down"))
        flags = self.breath_flags(against, self.SIX)
        assert [(f.t0, f.limit) for f in flags] == [(7.5, 0.5), (12.5, 0.5)]
        assert [f.value for f in flags] == pytest.approx([0.0, 0.0], abs=1e-9)
        assert "item 3" in flags[0].source

    def test_without_a_pacer_it_is_not_judged(self) -> None:
        assert self.breath_flags(self.strokes((7.5, 11.5, "up")), None) == []

    @given(st.floats(0, 1e3), st.floats(0.01, 100), st.floats(4, 10), st.integers(0, 10**9))
    def test_what_is_not_breathed_in_is_breathed_out(self, t0: float, span: float, rate: float, t_us: int) -> None:
        pacer, later = Pacer(t_us, rate), Pacer(t_us + round(30e6 / rate), rate)
        share = inhaled_share(pacer, t0, t0 + span)
        assert -1e-6 <= share <= 1 + 1e-6
        assert share + inhaled_share(later, t0, t0 + span) == pytest.approx(1.0, abs=1e-3)

    def test_a_mark_keeps_its_pacer_in_a_recording(self) -> None:
        for mark in (Mark(5, "reflex.2", self.SIX), Mark(7, None)):
            assert Mark.of_event(mark.t_us, mark.event_body()) == mark


class TestVibration:
    def scene(self, rate_hz: float, swell: float) -> Script:
        script = Script(12)
        t = np.arange(1, 5, 0.02)
        ramp = np.clip(np.minimum(t - 1, 5 - t) / 0.3, 0.05, 1)
        forces = 12 * ramp * (1 + swell * np.sin(2 * np.pi * rate_hz * t))
        for at, force in zip(t.tolist(), forces.tolist(), strict=True):
            script.touch(at, at + 0.02, force, x_mm=60.0)
        return script

    @pytest.mark.parametrize(("rate_hz", "found"), [(1.5, "too-slow"), (3.3, None), (10.5, None), (17.0, "too-fast")])
    def test_its_rate(self, rate_hz: float, found: str | None) -> None:
        flags = judged(self.scene(rate_hz, 0.25), Mark(0, "backpain.4"))
        assert [f.kind for f in flags] == ([found] if found else [])
        assert all(f.value == pytest.approx(rate_hz, rel=0.02) and "McCarren" in f.source for f in flags)

    def test_a_hand_that_only_rests_has_no_rate(self) -> None:
        assert judged(self.scene(17.0, 0.03), Mark(0, "backpain.4")) == []
