from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from rig.errors import InputError
from rig.pad import builtin_pads, load_pad
from rig.technique.routine.loading import (
    builtin_routines,
    default_bands,
    load_routine,
    parse_routine,
    routine_text,
    standalone_text,
)
from rig.technique.routine.routine import UNITS, Routine
from tests.technique.school import SMALL, line_with

if TYPE_CHECKING:
    from pathlib import Path

ROUTINES = {name: load_routine(name) for name in builtin_routines()}
STEPS = [(routine, step) for routine in ROUTINES.values() for step in routine.steps]


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
