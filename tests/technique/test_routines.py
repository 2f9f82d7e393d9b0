from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from rig.errors import InputError
from rig.pad import builtin_pads, load_pad, parse_pad
from rig.technique.loading import (
    builtin_routines,
    default_bands,
    load_routine,
    parse_routine,
    routine_text,
    standalone_text,
)
from rig.technique.routine import UNITS, Routine

if TYPE_CHECKING:
    from pathlib import Path

ROUTINES = {name: load_routine(name) for name in builtin_routines()}
STEPS = [(routine, step) for routine in ROUTINES.values() for step in routine.steps]

SMALL = """\
name = "school"
title = "A school's own"
about = "Two steps."
document = "our book"
spine = { policy = "avoid", source = "our book, page 1" }

[[steps]]
id = "school.1"
title = "Up"
about = "Palms go up."
source = "page 2"
hands = "palms"
motions = ["stroke"]
zones = ["lower-back"]
directions = ["up"]
pressure = "gentle"
speed = { low = 2, high = 5, unit = "cm/s" }

[[steps]]
id = "school.2"
title = "Round"
about = "Thumbs go round."
source = "page 3"
hands = "thumbs"
motions = ["circle"]
count = "several"
after = ["school.1"]

[[bands]]
name = "gentle"
unit = "N"
low = 3
high = 8
source = "our teacher's hands"
"""


def problem(old: str, new: str) -> str:
    assert old in SMALL
    with pytest.raises(InputError) as caught:
        parse_routine(SMALL.replace(old, new, 1), "school.toml")
    message = str(caught.value)
    assert "\n" not in message
    return message


def line_with(words: str) -> int:
    return next(n for n, line in enumerate(SMALL.splitlines(), 1) if words in line)


class TestBuiltins:
    def test_the_five_documents_with_all_their_steps(self) -> None:
        assert {name: len(r.steps) for name, r in ROUTINES.items()} == {
            "backpain": 4,
            "contact": 4,
            "reflex": 5,
            "relieving": 13,
            "therapeutic": 9,
        }

    @pytest.mark.parametrize("pad", sorted(builtin_pads()))
    @pytest.mark.parametrize("name", sorted(ROUTINES))
    def test_every_zone_exists_on_every_built_in_pad(self, name: str, pad: str) -> None:
        load_routine(name, load_pad(pad))

    @pytest.mark.parametrize(("routine", "step"), STEPS, ids=lambda v: getattr(v, "id", ""))
    def test_every_number_comes_with_the_item_that_says_so(self, routine: Routine, step: object) -> None:
        for quantity in UNITS:
            band = routine.wanted(step, quantity)  # type: ignore[arg-type]
            if band is not None:
                assert band.source.startswith(routine.cite(""))
                assert band.low is not None or band.high is not None
                assert band.unit in UNITS[quantity]

    def test_what_the_documents_count(self) -> None:
        wanted = {
            "relieving.2": (5, 6),
            "relieving.3": (4, 5),
            "relieving.8": (5, 5),
            "therapeutic.4": (3, 3),
            "therapeutic.5": (5, 5),
            "therapeutic.6": (6, 6),
            "reflex.5": (12, 12),
        }
        for step_id, (low, high) in wanted.items():
            routine = ROUTINES[step_id.split(".")[0]]
            band = routine.wanted(routine.step(step_id), "count")
            assert band is not None
            assert (band.low, band.high) == (low, high)

    def test_only_the_steps_that_travel_or_rest_on_the_line_may_touch_it(self) -> None:
        allowed = {s.id: r.spine_of(s).policy for r, s in STEPS if r.spine_of(s).policy != "avoid"}
        assert allowed == {
            "contact.1": "rest",
            "relieving.3": "light-only",
            "relieving.8": "light-only",
            "relieving.12": "light-only",
            "relieving.13": "rest",
        }

    def test_the_twelve_points_lie_beside_the_line_from_top_to_bottom(self) -> None:
        points = ROUTINES["reflex"].step("reflex.5").points
        assert len(points) == 12
        assert all(abs(p.x_mm) >= 20 for p in points)
        heights = [p.y_mm for p in points]
        assert heights == sorted(heights, reverse=True)

    def test_disagreements_are_data(self) -> None:
        topics = {d.topic for r in ROUTINES.values() for d in r.disagreements}
        assert {"Direction", "The spine", "Tempo", "What the points do"} <= topics

    def test_the_deepening_of_the_therapeutic_movements(self) -> None:
        routine = ROUTINES["therapeutic"]
        lows = [routine.wanted(routine.step(f"therapeutic.{n}"), "pressure") for n in (1, 2, 3)]
        tops = [band.high or 0.0 for band in lows if band is not None]
        assert len(tops) == 3
        assert tops == sorted(tops)

    def test_force_bands_do_not_contradict_each_other(self) -> None:
        by_name = {band.name: band for band in default_bands()}
        order = [by_name[name] for name in ("light", "moderate", "deep")]
        for lower, higher in combinations(order, 2):
            assert (lower.high or 0) <= (higher.low or 0)
        assert (by_name["deep"].high or 0) < (by_name["ceiling"].high or 0)


class TestLoading:
    def test_a_file_by_path(self, tmp_path: Path) -> None:
        path = tmp_path / "school.toml"
        path.write_text(SMALL, "utf-8")
        assert load_routine(str(path)).step("school.1").title == "Up"

    def test_a_file_as_windows_editors_write_it(self, tmp_path: Path) -> None:
        path = tmp_path / "school.toml"
        path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
        assert load_routine(str(path)).step("school.2").title == "Round"
        path.write_bytes(SMALL.replace('"thumbs"', '"toes"').replace("\n", "\r\n").encode("utf-8-sig"))
        with pytest.raises(InputError, match=rf"line {line_with('thumbs')}: steps\[1\]\.hands: expected one of"):
            load_routine(str(path))

    def test_its_own_band_goes_before_the_default(self) -> None:
        routine = parse_routine(SMALL, "school.toml")
        band = routine.wanted(routine.step("school.1"), "pressure")
        assert band is not None
        assert (band.low, band.high) == (3, 8)
        assert band.source == "school (our book), page 2; gentle: our teacher's hands"

    def test_levels_take_the_place_of_bands(self) -> None:
        routine = load_routine("relieving")
        assert routine.at_level(None) == routine
        assert routine.at_level("strict").band("slow").high == 9
        assert routine.at_level("gentle").band("ceiling") == routine.band("ceiling")
        with pytest.raises(InputError, match=r"no level 'kind' .*gentle, strict"):
            routine.at_level("kind")

    def test_no_level_moves_the_spine_or_the_ceiling(self) -> None:
        for level in load_routine("relieving").levels:
            assert not {b.name for b in level.bands} & {"ceiling", "spine-avoid", "spine-light-only", "spine-rest"}

    def test_what_a_recording_keeps_explains_itself(self) -> None:
        for name in builtin_routines():
            text, _ = routine_text(name)
            routine = load_routine(name)
            kept = standalone_text(text, routine)
            assert parse_routine(kept, name) == routine
            assert kept.count('name = "spine-avoid"') == 1

    def test_an_unknown_name(self) -> None:
        with pytest.raises(InputError, match=r"no routine 'reiki'.*relieving"):
            load_routine("reiki")

    def test_an_unknown_step(self) -> None:
        with pytest.raises(InputError, match=r"no step 'relieving.99'.*relieving.13"):
            load_routine("relieving").step("relieving.99")


class TestMistakes:
    def test_unknown_zone(self) -> None:
        message = problem('"lower-back"', '"lower-bak"')
        assert message.startswith(
            f"school.toml, line {line_with('zones')}: steps[0].zones[0]: unknown zone 'lower-bak'"
        )
        assert "lower-back" in message

    def test_a_zone_that_this_pad_does_not_have(self) -> None:
        tiny = parse_pad(
            'name="t"\nadc_bits=10\ndivider_ohm=3300\nsensors=[{channel=0,x_mm=0,y_mm=0}]\n'
            'zones=[{name="knee",x0_mm=0,y0_mm=0,x1_mm=9,y1_mm=9}]',
            "t",
        )
        with pytest.raises(InputError, match=r"unknown zone 'lower-back': .known: knee"):
            parse_routine(SMALL, "school.toml", tiny)

    def test_band_upside_down_in_a_step(self) -> None:
        message = problem("low = 2, high = 5", "low = 5, high = 2")
        assert f"line {line_with('speed =')}: steps[0].speed.high: the band is upside down" in message

    def test_band_upside_down_in_the_bands(self) -> None:
        message = problem("low = 3\nhigh = 8", "low = 8\nhigh = 3")
        assert f"line {line_with('high = 8')}: bands[0].high: the band is upside down: high 3 is below low 8" in message

    def test_missing_source_of_a_step(self) -> None:
        message = problem('source = "page 3"\n', "")
        assert f"line {line_with('school.2') - 1}: steps[1]: " in message
        assert "`source`" in message

    def test_missing_source_of_a_band(self) -> None:
        message = problem('source = "our teacher\'s hands"\n', "")
        assert f"line {line_with('[[bands]]')}: bands[0]: " in message
        assert "`source`" in message

    def test_empty_source(self) -> None:
        assert "steps[1].source" in problem('source = "page 3"', 'source = ""')

    def test_a_circle_in_the_order(self) -> None:
        message = problem('pressure = "gentle"', 'after = ["school.2"]')
        assert "the order runs in a circle: school.1 after school.2 after school.1" in message
        assert "line " in message

    def test_a_step_after_itself(self) -> None:
        assert "circle" in problem('after = ["school.1"]', 'after = ["school.2"]')

    def test_unknown_step_in_the_order(self) -> None:
        message = problem('after = ["school.1"]', 'after = ["school.9"]')
        assert f"line {line_with('after')}: steps[1].after[0]: unknown step 'school.9'" in message

    def test_unknown_band(self) -> None:
        message = problem('"several"', '"many"')
        assert f"line {line_with('several')}: steps[1].count: unknown band in times 'many'" in message

    def test_a_band_in_the_wrong_unit(self) -> None:
        assert "steps[1].count: must be in times; band 'slow' is in cm/s" in problem('"several"', '"slow"')

    def test_a_quantity_in_the_wrong_unit(self) -> None:
        assert "steps[0].speed.unit: must be in cm/s, not in mm" in problem('unit = "cm/s"', 'unit = "mm"')

    def test_neither_band_nor_number(self) -> None:
        assert "steps[1].count: give either a band's name or numbers" in problem('"several"', '{ unit = "times" }')

    def test_unknown_field(self) -> None:
        message = problem('hands = "thumbs"', 'hand = "thumbs"')
        assert "steps[1]" in message
        assert "`hand`" in message

    def test_unknown_word(self) -> None:
        message = problem('hands = "thumbs"', 'hands = "toes"')
        assert f"line {line_with('thumbs')}: steps[1].hands: " in message

    @pytest.mark.parametrize(
        ("old", "new", "field", "told"),
        [
            ('zones = ["lower-back"]', 'zones = ["lower-back", "neck", "neck"]', "zones[2]", "'neck' is given twice"),
            ('motions = ["stroke"]', 'motions = ["stroke", "stroke"]', "motions[1]", "'stroke' is given twice"),
            (
                'directions = ["up"]',
                'directions = ["up", "none"]',
                "directions[1]",
                "expected one of down, in, out, up",
            ),
            ('directions = ["up"]', 'travel = "none"', "travel", "expected one of down, in, out, up"),
            (
                'directions = ["up"]',
                'contrast = { more = "up", less = "up" }',
                "contrast.less",
                "more and less name the same direction",
            ),
            (
                'directions = ["up"]',
                'breath = { inhale = "up", exhale = "up", source = "x" }',
                "breath.exhale",
                "inhale and exhale name the same direction",
            ),
            ('directions = ["up"]', "count = { low = 2.5 }", "count.low", "expected a whole number of times, not 2.5"),
            ('directions = ["up"]', "contrast_ratio = { low = 2 }", "contrast_ratio", "the step has no contrast"),
            ('directions = ["up"]', 'deeper_than = "school.7"', "deeper_than", "unknown step 'school.7'"),
        ],
    )
    def test_what_contradicts_itself(self, old: str, new: str, field: str, told: str) -> None:
        message = problem(old, new)
        assert message.startswith(f"school.toml, line {line_with(old)}: steps[0].{field}: ")
        assert told in message

    def test_a_step_twice(self) -> None:
        assert "step 'school.1' is given twice" in problem('id = "school.2"', 'id = "school.1"')

    def test_a_step_of_another_routine(self) -> None:
        assert "must begin with the routine's name" in problem('id = "school.2"', 'id = "other.2"')

    def test_a_band_that_the_judge_needs_without_its_number(self) -> None:
        text = SMALL + '\n[[bands]]\nname = "ceiling"\nunit = "N"\nlow = 3\nsource = "us"\n'
        with pytest.raises(InputError, match=r"bands\[1\]: band 'ceiling' must be in N and give high"):
            parse_routine(text, "school.toml")

    def test_no_toml_at_all(self) -> None:
        assert "school.toml, line 1: not TOML:" in problem('name = "school"', 'name = "school')

    def test_a_level_that_replaces_nothing(self) -> None:
        text = (
            SMALL
            + '\n[[levels]]\nname = "kind"\nabout = "x"\nbands = [{ name = "zz", unit = "N", low = 1, source = "s" }]\n'
        )
        with pytest.raises(InputError, match="no band 'zz' that this could replace"):
            parse_routine(text, "school.toml")

    def test_bytes_that_are_no_text(self, tmp_path: Path) -> None:
        path = tmp_path / "x.toml"
        path.write_bytes(b"\xff\xfe\x00")
        with pytest.raises(InputError, match=r"x\.toml: cannot be read as text"):
            load_routine(str(path))
