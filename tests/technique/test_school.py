"""A school's file: what it changes, what stays, and what it may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rig.errors import InputError
from rig.pad import load_pad
from rig.technique.limits import Limits
from rig.technique.routine.loading import load_routine, parse_routine, standalone_text

if TYPE_CHECKING:
    from pathlib import Path

PAD = load_pad("back-144")
BASE = load_routine("backpain", PAD)

NORTH = """\
base = "backpain"
school = "north"

[[steps]]
id = "backpain.1"
speed = { low = 4, high = 7, source = "lesson-3.mcap" }
pressure = { band = "light", source = "our head teacher" }

[[steps]]
id = "backpain.2"
contrast_ratio = { low = 1.4, source = "lesson-3.mcap" }

[[bands]]
name = "vibration"
unit = "Hz"
low = 4
high = 6
source = "our head teacher"

[[levels]]
name = "kind"
about = "For the first day."

[[levels.bands]]
name = "vibration"
unit = "Hz"
low = 3
high = 8
source = "us"
"""


def problem(old: str, new: str) -> str:
    assert old in NORTH
    with pytest.raises(InputError) as caught:
        parse_routine(NORTH.replace(old, new, 1), "north.toml", PAD)
    message = str(caught.value)
    assert "\n" not in message
    return message


def line_with(words: str) -> int:
    return next(n for n, line in enumerate(NORTH.splitlines(), 1) if words in line)


class TestWhatItChanges:
    routine = parse_routine(NORTH, "north.toml", PAD)

    def test_its_numbers_and_who_says_so(self) -> None:
        band = self.routine.wanted(self.routine.step("backpain.1"), "speed")
        assert band is not None
        assert (band.low, band.high, band.unit) == (4, 7, "cm/s")
        assert band.source == "backpain (north): lesson-3.mcap"
        assert BASE.document not in band.source

    def test_a_band_by_name_is_the_schools_wish_too(self) -> None:
        band = self.routine.wanted(self.routine.step("backpain.1"), "pressure")
        assert band is not None
        assert band.high == 10
        assert band.source.startswith("backpain (north): our head teacher; light: ")

    def test_all_else_is_the_bases(self) -> None:
        before, after = BASE.step("backpain.1"), self.routine.step("backpain.1")
        assert after.about == before.about
        assert after.zones == before.zones
        assert self.routine.spine == BASE.spine
        assert self.routine.step("backpain.3") == BASE.step("backpain.3")
        assert self.routine.disagreements == BASE.disagreements
        assert self.routine.wanted(self.routine.step("backpain.4"), "rate") is not None

    def test_bands_and_levels(self) -> None:
        assert self.routine.band("vibration").high == 6
        assert self.routine.at_level("kind").band("vibration").high == 8
        assert self.routine.at_level("strict").band("slow") == BASE.at_level("strict").band("slow")

    def test_what_harms_stays_as_it_is(self) -> None:
        ours, theirs = Limits(self.routine, calibrated=True), Limits(BASE, calibrated=True)
        for step in BASE.steps:
            assert ours.of(step.id).spine == theirs.of(step.id).spine
        assert ours.high("ceiling") == theirs.high("ceiling")

    def test_its_name_tells_the_school(self) -> None:
        assert self.routine.called == "backpain (north)"
        assert BASE.called == "backpain"

    def test_what_a_recording_keeps_needs_no_base(self) -> None:
        kept = standalone_text(NORTH, self.routine)
        assert "base" not in {line.partition(" ")[0] for line in kept.splitlines()}
        assert parse_routine(kept, "x", PAD) == self.routine

    def test_a_base_in_a_file_beside_it(self, tmp_path: Path) -> None:
        (tmp_path / "ours.toml").write_text(standalone_text(NORTH, self.routine), "utf-8")
        file = tmp_path / "south.toml"
        file.write_text(NORTH.replace('"backpain"', '"ours.toml"', 1).replace("north", "south"), "utf-8")
        assert load_routine(str(file), PAD).called == "backpain (south)"


class TestMistakes:
    def test_unknown_base(self) -> None:
        message = problem('base = "backpain"', 'base = "backpian"')
        assert message.startswith("north.toml, line 1: base: unknown routine 'backpian': did you mean 'backpain'?")

    def test_a_school_on_a_school(self, tmp_path: Path) -> None:
        (tmp_path / "north.toml").write_text(NORTH, "utf-8")
        (tmp_path / "south.toml").write_text(NORTH.replace('"backpain"', '"north.toml"', 1), "utf-8")
        with pytest.raises(InputError, match=r"line 1: base: 'north.toml' is a school's file itself"):
            load_routine(str(tmp_path / "south.toml"), PAD)

    def test_a_base_that_is_not_sound_is_told_by_its_own_line(self, tmp_path: Path) -> None:
        (tmp_path / "bad.toml").write_text('name = "x"\ntitle = 3\n', "utf-8")
        (tmp_path / "south.toml").write_text(NORTH.replace('"backpain"', '"bad.toml"', 1), "utf-8")
        with pytest.raises(InputError, match=r"bad\.toml, line 2: title: expected some text, not 3"):
            load_routine(str(tmp_path / "south.toml"), PAD)

    def test_unknown_step(self) -> None:
        message = problem('id = "backpain.2"', 'id = "backpain.9"')
        assert message.startswith(f"north.toml, line {line_with('backpain.2')}: steps[1].id: unknown step 'backpain.9'")

    def test_a_step_twice(self) -> None:
        assert "step 'backpain.1' is given twice" in problem('id = "backpain.2"', 'id = "backpain.1"')

    def test_band_upside_down(self) -> None:
        message = problem("low = 4, high = 7", "low = 7, high = 4")
        assert message.startswith(
            f"north.toml, line {line_with('speed')}: steps[0].speed.high: the band is upside down"
        )

    def test_missing_source(self) -> None:
        message = problem(', source = "lesson-3.mcap"', "")
        assert message.startswith(f"north.toml, line {line_with('speed')}: steps[0].speed: `source` is missing")

    def test_what_only_a_whole_routine_can_say(self) -> None:
        message = problem('pressure = { band = "light"', 'spine = { policy = "light-only"')
        assert f"line {line_with('pressure')}: steps[0].spine: unknown field" in message

    def test_a_contrast_that_the_step_does_not_have(self) -> None:
        assert "has no contrast" in problem('id = "backpain.2"', 'id = "backpain.3"')

    def test_wrong_unit(self) -> None:
        assert "steps[0].speed.unit: must be in cm/s, not in mm" in problem("high = 7,", 'high = 7, unit = "mm",')
        message = problem('unit = "Hz"\nlow = 4', 'unit = "s"\nlow = 4')
        assert "bands[0].unit: band 'vibration' is in Hz, not in s" in message

    @pytest.mark.parametrize("name", ["ceiling", "spine-avoid", "spine-light-only", "spine-rest"])
    def test_nothing_that_harms_more(self, name: str) -> None:
        was = BASE.band(name)
        assert was.high is not None
        looser = was.high + 1
        sustained = "" if was.sustained_s is None else f"sustained_s = {was.sustained_s}\n"
        band = f'name = "{name}"\nunit = "N"\n{sustained}high = {looser}\nsource = "us"\n\n'
        message = problem('[[bands]]\nname = "vibration"', f'[[bands]]\n{band}[[bands]]\nname = "vibration"')
        assert f"'{name}' keeps from harm" in message
        message = problem('[[levels.bands]]\nname = "vib', f'[[levels.bands]]\n{band}[[levels.bands]]\nname = "vib')
        assert f"levels[0].bands[0].high: '{name}' keeps from harm" in message

    def test_a_stricter_spine_is_welcome(self) -> None:
        stricter = '[[bands]]\nname = "spine-avoid"\nunit = "N"\nhigh = 1\nsustained_s = 0.1\nsource = "us"\n\n'
        routine = parse_routine(NORTH.replace("[[bands]]", stricter + "[[bands]]", 1), "north.toml", PAD)
        assert Limits(routine, calibrated=True).anywhere.spine.value == 1

    def test_more_force_than_the_ceiling(self) -> None:
        assert "the ceiling of 90 N" in problem('{ band = "light"', "{ high = 95")
