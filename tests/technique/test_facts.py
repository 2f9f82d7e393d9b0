"""What people can read of a routine: every demand, with who says so, and every disagreement of TECHNIQUE."""

from __future__ import annotations

import msgspec
import pytest

from rig.pad import load_pad
from rig.technique.routine.facts import facts
from rig.technique.routine.loading import builtin_routines, load_routine
from rig.technique.routine.routine import Breath, Contrast, EndLine, LighterIn, Point, Spine, Step, Unbroken, Want

PAD = load_pad("back-144")
ROUTINES = {name: load_routine(name, PAD) for name in builtin_routines()}

NO_DEMANDS = {"id", "title", "about", "source", "unseen", "counted", "each_point", "returns"}
"""What names a step, or says how another field is meant."""

DEMANDS = {
    "hands": "thumbs",
    "motions": ("circle",),
    "sides": "each",
    "zones": ("neck",),
    "points": (Point("here", 1.0, 2.0, "page 9"),),
    "directions": ("up",),
    "travel": "out",
    "end_line": EndLine(33.0, "page 10"),
    "pressure": Want(low=1, high=7, source="page 11"),
    "speed": Want(low=1, high=7, source="page 12"),
    "rate": Want(low=1, high=7, source="page 13"),
    "count": Want(low=1, high=7, source="page 14"),
    "hold": Want(low=1, high=7, source="page 15"),
    "duration": Want(low=1, high=7, source="page 16"),
    "contrast": Contrast("up", "down", "page 17"),
    "contrast_ratio": Want(low=2, source="page 18"),
    "fading": True,
    "even": True,
    "rising": True,
    "unbroken": Unbroken("page 19"),
    "lighter_in": LighterIn("neck", "page 20"),
    "deeper_than": "relieving.1",
    "breath": Breath("up", "down", "page 21"),
    "spine": Spine("rest", "page 22"),
    "after": ("relieving.1",),
    "repeats": ("relieving.1",),
}

PLAIN = Step(id="relieving.x", title="t", about="a", source="page 1", hands="palms")


@pytest.mark.parametrize("field", [field for field in Step.__struct_fields__ if field not in NO_DEMANDS])
def test_every_demand_can_be_read_with_its_source(field: str) -> None:
    routine = ROUTINES["relieving"]
    before = facts(routine, PLAIN)
    asked = DEMANDS[field]
    now = facts(routine, msgspec.structs.replace(PLAIN, **{field: asked}))
    new = [fact for fact in now if fact not in before]
    assert new
    source = getattr(asked, "source", None) or (asked[0].source if field == "points" else "")  # type: ignore[index]
    assert any(source in fact.source for fact in new)


def test_counts_say_of_what() -> None:
    routine = ROUTINES["therapeutic"]
    told = {step.id: {f.about: f.asked for f in facts(routine, step)} for step in routine.steps}
    assert told["therapeutic.5"]["count"] == "5 times at each point"
    assert told["therapeutic.4"]["count"] == "3 times on each side"
    assert told["therapeutic.6"]["count"] == "6 times"


def test_how_long_the_whole_takes() -> None:
    length = ROUTINES["backpain"].whole_length
    assert length is not None
    assert length.text == "1800 to 2700 s"
    assert "length and rhythms" in length.source
    assert ROUTINES["reflex"].whole_length is None


@pytest.mark.parametrize(
    ("step", "topics"),
    [
        ("reflex.1", ["Direction"]),
        ("relieving.1", ["Direction", "Tempo"]),
        ("therapeutic.1", ["Direction"]),
        ("backpain.1", ["Direction", "How deep"]),
        ("reflex.3", ["The spine"]),
        ("relieving.3", ["The spine"]),
        ("relieving.12", ["The spine"]),
        ("contact.2", ["How often"]),
        ("backpain.2", ["How often"]),
        ("reflex.5", ["What the points do"]),
    ],
)
def test_each_disagreement_of_the_documents_is_told_where_it_arises(step: str, topics: list[str]) -> None:
    routine = ROUTINES[step.partition(".")[0]]
    found = routine.disagreements_on(routine.step(step))
    assert [d.topic for d in found] == topics
    for disagreement in found:
        assert disagreement.coached in disagreement.note
        assert all(source in disagreement.note for source in disagreement.sources)
        assert "\n" not in disagreement.note
