"""The table of steps by fault: what it counts, how it is kept, and a short whole session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tests.technique_table import kept
from tests.technique_table.kept import Kept
from tests.technique_table.page import page
from tests.technique_table.performed import RIGHT, Seen, cells, performed
from tests.technique_table.session import session

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

GOOD = Seen("a.1", RIGHT, 1, (), "pass", 4, 4, holds_s=(0.05, -0.02), kinds=(("circle", "circle"),))
FLAGGED = Seen("a.1", RIGHT, 2, ("spine-pressure",), "fail", 3, 4, kinds=(("circle", "stroke"), ("hold", "vibration")))
CAUGHT = Seen("a.1", "too-hard", 1, ("too-hard", "uneven"), "fail", 4, 4)
MISSED = Seen("a.1", "too-hard", 2, ("uneven",), "fail", 4, 4)


def test_the_page_counts_what_was_right_caught_and_exact() -> None:
    told = page([MISSED, GOOD, CAUGHT, FLAGGED], [("a.1", RIGHT), ("a.1", "too-hard")])
    assert "| a.1 | 1/2 | 1/2 | 1/2 |" in told
    assert "without a flag: 1 of 2 (50.0 %); with a false flag about spine or direction: 1" in told
    assert "Faults caught: 1 of 2 (50.0 %)" in told
    assert "Cells below 97 %: a.1 right 1/2, a.1 too-hard 1/2" in told
    assert "Hold times, seconds off: 2 measured" in told
    assert "worst 0.05 s" in told
    assert "told apart: 1 of 2 (50.0 %)" in told
    assert "falsely taken for a vibration: 1" in told
    assert "- a.1, too-hard: 1 of 2 (2: uneven)" in told
    assert "- a.1, counted wrongly: 1 (2: 3 for 4)" in told


def test_a_run_goes_on_where_it_was_cut_short(tmp_path: Path) -> None:
    file = tmp_path / "table.jsonl"
    Kept(file).add(GOOD)
    Kept(file).add(CAUGHT)
    file.write_bytes(file.read_bytes() + b'{"code": "half a li')
    assert list(Kept(file).known()) == [GOOD, CAUGHT]
    assert list(Kept(file, nominal=True).known()) == []


def test_what_other_code_performed_counts_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "table.jsonl"
    Kept(file).add(GOOD)
    monkeypatch.setattr(kept, "fingerprint", lambda: "another")
    assert list(Kept(file).known()) == []


def test_every_step_is_there_rightly_and_with_faults_and_a_name_chooses() -> None:
    every = cells([])
    assert len({step for step, _ in every}) == 35
    assert sum(fault == RIGHT for _, fault in every) == 35
    assert {step for step, _ in cells(["breath"])} == {"backpain.1", "reflex.2"}
    assert {fault for _, fault in cells(["contact.3"])} >= {RIGHT, "too-light", "out-of-order"}


def test_a_performance_is_what_its_seed_says() -> None:
    once = performed("contact.1", RIGHT, 9)
    assert once == performed("contact.1", RIGHT, 9)
    assert once.good
    assert all(abs(error) < 0.1 for error in once.holds_s)
    assert msgspec.json.decode(msgspec.json.encode(once), type=Seen) == once


def test_a_session_of_three_steps_raises_at_most_one_false_flag() -> None:
    scene, flags = session(seed=21, minutes=2.5, steps=3)
    assert len(scene.steps) == 3
    assert scene.duration_s > 150
    assert len(flags) <= 1, [flag.kind for flag in flags]
