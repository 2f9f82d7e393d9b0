"""What the rig promises of pressure on the line, direction and rate, on a few seeds of `python -m tests.acceptance`."""

from __future__ import annotations

from functools import lru_cache

import pytest

from tests.acceptance.board import through_firmware
from tests.acceptance.families import ASKED, FAMILIES, made
from tests.acceptance.steps import ROUTINES, judged
from tests.acceptance.verdicts import RATE_TOLERANCE, Verdict, verdict_on, watched

SEEDS = range(3)


GIVEN = pytest.mark.parametrize("held_out", [False, True], ids=["open", "held out"])


@lru_cache
def came_of(held_out: bool) -> dict[str, Verdict]:
    """What came of each family; seed by seed, because a seed's scenes share their foam."""
    verdicts = {family: Verdict() for family in FAMILIES}
    for seed in SEEDS:
        for family, verdict in verdicts.items():
            verdict += verdict_on(made(family, seed, held_out=held_out))  # noqa: PLW2901 - adds to the one in the dict
    return verdicts


def total(held_out: bool) -> Verdict:
    verdict = Verdict()
    for family in ASKED:
        verdict += came_of(held_out)[family]
    return verdict


@GIVEN
def test_direct_pressure_is_always_flagged_in_time(held_out: bool) -> None:
    verdict = total(held_out)
    assert verdict.presses >= 15
    assert verdict.missed + verdict.late == 0, verdict.wrong


@GIVEN
def test_hands_beside_the_line_are_never_taken_for_direct(held_out: bool) -> None:
    verdict = total(held_out)
    assert verdict.clear_s > 60
    assert verdict.needless == 0, verdict.wrong


@GIVEN
def test_directions_are_right(held_out: bool) -> None:
    verdict = total(held_out)
    assert verdict.strokes > 50
    assert verdict.turned <= 0.01 * verdict.strokes, verdict.wrong


@GIVEN
def test_rates_are_right(held_out: bool) -> None:
    verdict = total(held_out)
    assert verdict.rhythms >= len(SEEDS)
    assert verdict.off == 0, verdict.wrong
    assert max(verdict.rate_errors) <= RATE_TOLERANCE


def test_a_hand_across_the_line_is_mostly_seen() -> None:
    verdict = came_of(False)["across the line"]
    assert verdict.presses >= 10
    assert verdict.missed + verdict.late <= 0.5 * verdict.presses, verdict.wrong
    assert verdict.firm >= 5
    assert verdict.unfirm <= 0.2 * verdict.firm, verdict.wrong


@pytest.mark.firmware
@pytest.mark.parametrize("family", ["on the line", "thumbs beside"])
def test_the_real_firmware_shows_the_same(family: str) -> None:
    scene = made(family, 0)
    blocks = through_firmware(scene)
    assert sum(int(block.lost.sum()) for block in blocks) == 0
    verdict = verdict_on(scene, watched(blocks, scene))
    assert verdict.presses + verdict.clear_s + verdict.strokes > 0
    assert (verdict.missed, verdict.late, verdict.needless, verdict.turned) == (0, 0, 0, 0), verdict.wrong


@pytest.mark.parametrize(
    "step_id",
    [
        "relieving.1",
        "relieving.2",
        "relieving.11",
        "relieving.13",
        "therapeutic.1",
        "therapeutic.6",
        "backpain.1",
        "backpain.2",
        "contact.1",
        "contact.2",
        "reflex.4",
    ],
)
def test_a_right_performance_raises_no_flag(step_id: str) -> None:
    assert judged(step_id, None, 1).flags == ()


@pytest.mark.parametrize(
    ("step_id", "fault"),
    [
        ("relieving.2", "spine-pressure"),
        ("contact.1", "spine-pressure"),
        ("contact.2", "wrong-direction"),
        ("relieving.11", "too-fast"),
        ("relieving.1", "too-slow"),
        ("therapeutic.1", "irregular"),
        ("contact.1", "too-hard"),
        ("reflex.4", "signal-gap"),
        ("backpain.2", "sensor-fault"),
    ],
)
def test_a_fault_is_caught(step_id: str, fault: str) -> None:
    found = judged(step_id, fault, 1)  # type: ignore[arg-type]  # a literal of FlagKind, which parametrize widens
    assert found.caught, found


def test_the_families_are_enough() -> None:
    assert len(FAMILIES) * len(SEEDS) * 2 >= 40
    assert set(ASKED) < set(FAMILIES)
    assert ROUTINES
