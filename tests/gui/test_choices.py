"""What is offered before a practice, and what becomes of a choice that is not there any more; no Qt."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rig.device.ports import Port
from rig.gui.choices import VIRTUAL, Choice, Choices, remembered, to_remember
from rig.gui.words import Words
from rig.pad import builtin_pads
from rig.workspace import Workspace
from tests.gui.practising import EXAMPLE_PROFILE

MEGA = Port("/dev/ttyACM0", (0x2341, 0x0042), "1", "Arduino Mega")


def choices(home: Path, *ports: Port) -> Choices:
    return Choices(Workspace(home), Words(), lambda: list(ports))


def test_a_virtual_pad_is_always_there_and_boards_come_before_it(tmp_path: Path) -> None:
    assert [d.value for d in choices(tmp_path).devices()] == [VIRTUAL]
    mouse = Port("/dev/ttyS0", None)
    assert [d.value for d in choices(tmp_path, mouse, MEGA).devices()] == ["/dev/ttyACM0", VIRTUAL]


def test_own_pads_and_routines_are_offered_where_they_are_sound(tmp_path: Path) -> None:
    (tmp_path / "pads").mkdir()
    (tmp_path / "pads" / "mine.toml").write_text(builtin_pads()["back-96"].replace("back-96", "mine"))
    (tmp_path / "pads" / "broken.toml").write_text("name = ")
    names = [pad.title for pad in choices(tmp_path).pads()]
    assert any("96" in name for name in names)
    assert [pad.value for pad in choices(tmp_path).pads()][-1] == str(tmp_path / "pads" / "mine.toml")


def test_profiles_of_the_pad_alone_are_offered(tmp_path: Path) -> None:
    offered = choices(tmp_path)
    assert [p.value for p in offered.profiles("back-144")] == [""]
    (tmp_path / "calibration").mkdir()
    shutil.copy(EXAMPLE_PROFILE, tmp_path / "calibration" / "mine.json")
    (tmp_path / "calibration" / "other.json").write_text('{"schema": "rig.profile"')
    (tmp_path / "calibration" / "notes.json").write_bytes(b"\xff\xfe")
    assert [Path(p.value).name for p in offered.profiles("back-144") if p.value] == ["mine.json"]
    assert [p.value for p in offered.profiles("back-96")] == [""]


def test_levels_and_steps_follow_the_routine(tmp_path: Path) -> None:
    offered = choices(tmp_path)
    assert [level.value for level in offered.levels("backpain")] == ["", "gentle", "strict"]
    assert [step.value for step in offered.steps("backpain")] == ["", *(f"backpain.{n}" for n in range(1, 5))]


def test_what_has_gone_gives_way_to_the_first_that_is_there(tmp_path: Path) -> None:
    gone = Choice("/dev/ttyACM7", "no-pad", "/gone.json", "no-routine", "cruel", "7", "backpain.9")
    mended = choices(tmp_path, MEGA).mended(gone)
    assert mended == Choice(
        device="/dev/ttyACM0", pad="back-144", profile="", routine="backpain", level="", length="", step=""
    )
    assert choices(tmp_path).mended(mended).device == VIRTUAL


def test_a_choice_is_remembered() -> None:
    choice = Choice("COM3", "back-96", "/p.json", "reflex", "gentle", "15", "reflex.2", sound=False)
    assert remembered(to_remember(choice)) == choice


@pytest.mark.parametrize("kept", ["", "nonsense", "[]", "{}", '{"sound": true, "device": 3}', '{"device": "x"}'])
def test_what_was_kept_and_cannot_be_read_is_as_good_as_nothing(kept: str) -> None:
    assert remembered(kept).pad == Choice().pad
