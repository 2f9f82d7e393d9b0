"""What calibration and doctor say: every kind has its words, in each language, with all values filled in; no Qt."""

from __future__ import annotations

import re
from typing import get_args

import numpy as np
import pytest

from rig.calibration.run import Progress
from rig.calibration.run_advice import Advice, AdviceKind
from rig.calibration.run_pressing import Pressed
from rig.calibration.run_tasks import Task
from rig.device.doctor.findings import Finding, Kind
from rig.gui.calibrate.words import WHY_WORDS, mark_words, place_words, task_words, told, weight_words
from rig.gui.doctor.words import MEASURES, SIGNS, STAGES, finding_words, listed, measure_words
from rig.gui.words import Words, languages
from rig.pad import load_pad
from rig.session.calibrate.marks import DONE, Mark, State, Why
from rig.session.calibrate.picture import Picture
from rig.session.doctor.map import HARM, Measure

PAD = load_pad("back-144")
WEIGHT = Task("up", 75, 2.0, 1)


def picture(**changed: object) -> Picture:
    there = dict.fromkeys(Picture.__dataclass_fields__)
    plain = {
        "stage": "weigh",
        "task": WEIGHT,
        "needed_s": 5.0,
        "done": 3,
        "of": 10,
        "marks": (DONE,) * PAD.n_channels,
        "trace": np.zeros(0),
        "trace_s": np.zeros(0),
        "link": "",
        "problem": "",
        "fitting": False,
    }
    return Picture(**there | plain | changed)  # type: ignore[arg-type]  # the rest is None


def complete(said: str) -> bool:
    return bool(said) and not re.search(r"[{}]", said)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", get_args(AdviceKind))
def test_every_advice_has_its_words(kind: AdviceKind, language: str) -> None:
    progress = Progress(WEIGHT, Advice(kind, "", 12, 3.3), 0.5, 200.0, ())
    words = told(picture(progress=progress), PAD, Words(language))
    assert complete(words.headline)
    assert complete(words.where)
    assert complete(words.mind)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", ["place", "change-weight", "unlike"])
def test_a_weight_before_that_may_be_wrong_is_named(kind: AdviceKind, language: str) -> None:
    before = Task("up", 75, 1.0, 1)
    progress = Progress(WEIGHT, Advice(kind, "", 12, 3.3), 0.5, 200.0, (), before, doubted=True)
    assert "1 N (102 g)" in told(picture(progress=progress), PAD, Words(language)).mind


def test_what_keeps_a_run_from_going_on_comes_before_everything() -> None:
    assert told(picture(problem="disk full"), PAD, Words()).mind == "disk full"
    assert told(picture(link="unplugged"), PAD, Words()).tone == "wrong"


@pytest.mark.parametrize("pressed", [None, Pressed("", 0.0, 144), Pressed("", 0.4, 80, 12)])
def test_pressing_leads_to_the_sensor_that_had_least(pressed: Pressed | None) -> None:
    words = told(picture(stage="press", task=None, pressed=pressed), PAD, Words())
    leads = pressed is not None and pressed.least is not None
    assert ("Sensor 12" in words.where) == leads
    assert complete(words.mind)


def test_a_weight_is_told_in_newtons_and_as_it_is_stamped() -> None:
    say = Words().say
    assert weight_words(0.5, say) == "0.5 N (51 g)"
    assert weight_words(12.0, say) == "12 N (1.22 kg)"
    assert task_words(WEIGHT, say) == "Put on 2 N (204 g)"
    assert task_words(Task("condition", 75, 22.0, 0), say) == "Press firmly, 5 times"
    assert task_words(Task("unloaded", None, 0.0, 75), say) == "Take everything off the pad"


def test_a_place_is_told_from_the_spine_and_from_l5() -> None:
    say = Words().say
    assert place_words(75, PAD, say) == "Sensor 75: 28 mm left of the spine, 260 mm above L5"
    spine = next(s.channel for s in PAD.sensors if s.x_mm == 0 and s.y_mm < 0)
    assert "on the spine line" in place_words(spine, PAD, say)
    assert "below L5" in place_words(spine, PAD, say)


@pytest.mark.parametrize("state", get_args(State))
@pytest.mark.parametrize("why", get_args(Why))
def test_every_mark_has_its_words(state: State, why: Why) -> None:
    said = mark_words(75, Mark(state, 0.5, why, 0.123), PAD, Words("de").say)
    assert complete(said)
    assert ("12" in said.splitlines()[-1]) == ("{" in WHY_WORDS[why] or not why)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_finding_has_its_words_and_its_place_in_the_order(kind: Kind, language: str) -> None:
    finding = Finding(kind, (10, 50), "", (2, 3, 4), (0, 1))
    title, mend = finding_words(finding, PAD, Words(language).say)
    assert complete(title)
    assert complete(mend)
    assert kind in HARM
    assert SIGNS[kind]


@pytest.mark.parametrize("key", MEASURES)
def test_every_figure_has_a_name_a_unit_and_a_meaning(key: str) -> None:
    measure = Measure(key, 0.01, True, 20.0)  # type: ignore[arg-type]
    assert all(complete(said) for said in measure_words(measure, Words("de").say))


def test_every_stage_of_a_visit_has_its_words() -> None:
    assert all(headline for headline, _ in STAGES.values())


def test_runs_of_numbers_are_ranges() -> None:
    assert listed([3, 1, 2, 7, 8, 20]) == "1\N{EN DASH}3, 7, 8, 20"
