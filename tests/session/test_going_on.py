"""Hands that go on to the next step by themselves: the coach follows, and gives each step what was done of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest

from rig.performance.perform import perform
from rig.recording.reader import Recording
from rig.session.batch import analyse
from rig.session.recorded import pipeline_for
from rig.session.screen import Screen
from rig.technique.routine.loading import load_routine
from rig.virtual.virtual_pad import VirtualPad
from tests.session.coached import Session
from tests.session.hands import PAD

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

RATE_HZ = 100.0
STEPS = ("relieving.5", "relieving.6", "relieving.7", "relieving.8")

Lived = tuple["Path", Session, dict[str, float]]
"""A recording, the session that made it, and when its hands began each step."""


def _counts(drawn: NDArray[np.uint16], t_us: NDArray[np.int64]) -> NDArray[np.uint16]:
    return np.asarray(drawn[(t_us * RATE_HZ / 1e6).astype(int)])


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    path = tmp_path_factory.mktemp("on") / "a.mcap"
    routine = load_routine("relieving", PAD)
    scene = perform(VirtualPad.drawn(PAD, 1, "mild"), routine, STEPS, seed=1, severity="mild", rate_hz=RATE_HZ)
    drawn = scene.block().counts
    session = Session("relieving", path=path, rate_hz=RATE_HZ, counts=partial(_counts, drawn), first=STEPS[0])
    session.turns(lambda: session.pipeline.frames >= len(drawn) - 2)
    session.practice.finish()
    return path, session, {span.step: span.t0 for span in scene.steps}


def _told(lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was told of the hands, without the host's times, in an order of its own."""
    of_the_hands = (line for line in lines if line["event"] not in {"coach", "end", "link"})
    return sorted(({**line, "received": None, "emitted": None} for line in of_the_hands), key=str)


def test_each_step_has_what_was_done_of_it(lived: Lived) -> None:
    _, session, began_s = lived
    results = {step.id: step for step in session.practice.pipeline.outcome.steps}
    assert any(mark.since_us is not None for mark in session.pipeline.marks)
    for step in STEPS:
        result = results[step]
        assert result.verdict == "pass", (step, result.reasons)
        assert abs(result.t0 - began_s[step]) < 2.0
        assert (result.reps or 0) >= (result.reps_expected or 1)
    strokes = session.practice.pipeline.outcome.strokes
    assert all(s.step == step for step in STEPS for s in strokes if results[step].t0 <= s.t0 < results[step].t1)


def test_what_was_flagged_of_the_wrong_step_is_taken_back(lived: Lived) -> None:
    _, session, _ = lived
    raised, back = session.told("flag-end"), session.told("flag-withdrawn")
    assert back
    bodies = [{k: v for k, v in line.items() if k in {"kind", "t0", "t1", "step", "value"}} for line in raised]
    kept = [msgspec.structs.asdict(flag) for flag in session.practice.pipeline.outcome.flags]
    assert len(kept) == len(bodies) - len(back)
    screen = Screen()
    for line in session.lines:
        screen.take(line)
    assert screen.flags == len(kept)


def test_the_recording_says_the_same_however_it_is_cut(lived: Lived) -> None:
    path, session, _ = lived
    recording = Recording.open(path)
    said = msgspec.json.encode(session.practice.pipeline.outcome)
    assert msgspec.json.encode(analyse(recording)) == said
    lines: list[list[dict[str, Any]]] = []
    for frames in (1_000_000, 997, 61):
        pipeline = pipeline_for(recording)
        events = [e for block in recording.blocks(block_frames=frames) for e in pipeline.push(block)]
        events += pipeline.finish()
        assert msgspec.json.encode(pipeline.outcome) == said
        lines.append(_told(e.line() for e in events))
    assert lines[0] == lines[1] == lines[2] == _told(session.lines)
