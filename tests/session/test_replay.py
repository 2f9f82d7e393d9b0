"""A recording at its own pace: when each slice comes, and that pace changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rig.calibration.nominal import NominalConversion
from rig.clock import ManualClock
from rig.session.pipeline import Pipeline
from rig.session.replay import replay
from tests.session.hands import PAD, session

if TYPE_CHECKING:
    from rig.session.events import Event


def test_each_slice_comes_when_it_is_due() -> None:
    clock, block = ManualClock(100.0), session(1, False)[:800]
    pipeline = Pipeline(PAD, NominalConversion(PAD))
    seen: list[tuple[float, int]] = []

    def stopped() -> bool:
        seen.append((clock.now_s(), pipeline.t_us))
        return False

    replay([block], pipeline, lambda _: None, clock, speed=2.0, stopped=stopped)
    assert clock.now_s() == pytest.approx(100.0 + 3.995 / 2)
    late = [now_s - 100.0 - t_us / 2e6 for now_s, t_us in seen]
    assert max(late) <= 0.011
    assert min(late) >= -1e-9


def test_a_slow_computer_does_not_add_up() -> None:
    class Slow(ManualClock):
        def wait_s(self, seconds: float) -> None:
            super().wait_s(seconds + 0.004)

    clock = Slow()
    replay([session(1, False)[:800]], Pipeline(PAD, NominalConversion(PAD)), lambda _: None, clock)
    assert clock.now_s() == pytest.approx(3.995, abs=0.02)


def test_as_fast_as_it_goes() -> None:
    clock = ManualClock()
    replay([session(1, False)], Pipeline(PAD, NominalConversion(PAD)), lambda _: None, clock, speed=float("inf"))
    assert clock.now_s() == 0.0


def test_a_stop_judges_what_was_seen() -> None:
    pipeline = Pipeline(PAD, NominalConversion(PAD))
    lines: list[Event] = []
    replay([session(1, False)], pipeline, lines.append, ManualClock(), stopped=lambda: pipeline.t_us > 5_000_000)
    assert lines[-1].kind == "end"
    assert pipeline.outcome.duration_s == pytest.approx(5.0, abs=0.1)


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan")])
def test_no_speed_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="more than 0"):
        replay([], Pipeline(PAD, NominalConversion(PAD)), lambda _: None, ManualClock(), speed=speed)
