"""Coached sessions, live on a table and afterwards from their recordings: steps, gestures, pauses, the same flags."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from rig.calibration.nominal import NominalConversion
from rig.performance.perform import perform
from rig.performance.signs import sign_scene
from rig.recording.reader import Recording
from rig.session.batch import analyse
from rig.session.pipeline import Pipeline
from rig.session.recorded import pipeline_for
from rig.session.screen import Screen
from rig.technique.flags import report_order
from rig.technique.routine.loading import load_routine
from rig.technique.timeline import Mark
from rig.virtual.motion import Track
from rig.virtual.scene import Scene
from rig.virtual.virtual_pad import VirtualPad
from tests.session.coached import Session, Straight
from tests.session.hands import PAD, hand
from tests.session.on_firmware import FirmwareSession

if TYPE_CHECKING:
    from pathlib import Path

    from rig.virtual.hands import Hand

RATE_HZ = 100.0
BUILT = VirtualPad.drawn(PAD, 3, "mild")


def strokes(from_s: float, times: int, force_n: float = 12.0) -> list[Hand]:
    """Both palms up beside the spine, six seconds a time."""
    hands = []
    for side, x_mm in ((0, -72.0), (1, 72.0)):
        track = Track(from_s, x_mm, 30.0)
        for _ in range(times):
            track.stroke(x_mm, 390.0, 5.0, force_n).away(x_mm, 30.0, 1.0)
        hands.append(hand(track, "palm", round(from_s) + side))
    return hands


def thumb_on_the_line(from_s: float, to_s: float) -> Hand:
    return hand(Track(from_s, 0.0, 150.0).wait(0.2, 11.0).wait(to_s - from_s - 0.4).wait(0.2, 0.0), "thumb", 9)


Lived = tuple["Path", Session, bytes]
"""A recording, the session that made it, and what it came to."""


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    path = tmp_path_factory.mktemp("gestures") / "a.mcap"
    hands = [
        *strokes(1.0, 2),
        *sign_scene(BUILT, "pause", 5, RATE_HZ, "mild", wait_s=14.0).hands,
        thumb_on_the_line(21.0, 24.0),
        *strokes(25.0, 1, force_n=80.0),
        *sign_scene(BUILT, "pause", 6, RATE_HZ, "mild", wait_s=32.0).hands,
        *strokes(39.0, 2),
        *sign_scene(BUILT, "again", 7, RATE_HZ, "mild", wait_s=52.0).hands,
        *strokes(61.0, 2),
        *sign_scene(BUILT, "next", 8, RATE_HZ, "mild", wait_s=74.0).hands,
        thumb_on_the_line(82.0, 84.0),
    ]
    scene = Scene(BUILT, tuple(hands), 86.0, 1, RATE_HZ)
    counts = scene.block().counts
    session = Session(
        "relieving",
        path=path,
        rate_hz=RATE_HZ,
        frames=3,
        automatic=False,
        counts=lambda t_us: counts[(t_us * RATE_HZ / 1e6).astype(int)],
    )
    session.turns(lambda: session.pipeline.frames >= len(counts) - 3)
    return path, session, msgspec.json.encode(session.practice.finish())


@pytest.fixture(scope="module")
def led(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    path = tmp_path_factory.mktemp("itself") / "a.mcap"
    session = Session("contact", path=path, rate_hz=RATE_HZ, checklist=True)
    return path, session, msgspec.json.encode(session.run(longest_s=120.0))


class TestGesturesInASession:
    """Strokes, a pause with a thumb on the spine, strokes, again, strokes, next: all without a key."""

    def test_each_gesture_is_understood_and_carried_out(self, spoken: Lived) -> None:
        _, session, _ = spoken
        assert [line["means"] for line in session.told("gesture")] == ["pause", "pause", "again", "next"]
        assert [line["state"] for line in session.told("pause")] == ["on", "off"]
        assert [line["step"] for line in session.told("step")] == ["relieving.1", "relieving.1", "relieving.2"]

    def test_nothing_in_the_pause_and_none_of_the_gestures_is_judged(self, spoken: Lived) -> None:
        _, session, _ = spoken
        flags = session.told("flag-end")
        assert [(flag["kind"], flag["step"]) for flag in flags] == [("spine-pressure", "relieving.2")]
        assert not [line for line in session.told("stroke", "rep", "beat") if 13.5 < line["t"] < 38.5]
        # Two hands, three times two; and the thumb at the end.
        assert [line["kind"] for line in session.told("stroke")] == [*["stroke"] * 12, "press"]

    def test_repetitions_go_on_behind_a_pause_and_begin_anew_with_again(self, spoken: Lived) -> None:
        _, session, _ = spoken
        assert [line["count"] for line in session.told("rep")] == [1, 2, 3, 4, 1, 2]

    def test_the_recording_says_the_same_to_the_bit(self, spoken: Lived) -> None:
        path, _, live = spoken
        assert msgspec.json.encode(analyse(Recording.open(path))) == live

    @pytest.mark.parametrize("frames", [7, 100, 10_000])
    def test_however_it_is_cut(self, spoken: Lived, frames: int) -> None:
        path, _, live = spoken
        recording = Recording.open(path)
        pipeline = pipeline_for(recording)
        for block in recording.blocks(block_frames=frames):
            pipeline.push(block)
        pipeline.finish()
        assert msgspec.json.encode(pipeline.outcome) == live

    def test_the_board_says_that_a_gesture_was_seen(self, spoken: Lived) -> None:
        _, session, _ = spoken
        assert isinstance(session.source, Straight)
        assert [kind for kind, _ in session.source.cues].count(3) >= 4


@pytest.mark.parametrize("seed", [301, 304, 311, 317])
def test_a_gesture_in_a_step_of_presses_is_no_press_of_it(seed: int) -> None:
    reflex = load_routine("reflex", PAD)
    scene = sign_scene(VirtualPad.drawn(PAD, seed), "next", seed, RATE_HZ)
    pipeline = Pipeline(PAD, NominalConversion(PAD), reflex, None, [Mark(0, "reflex.5")], gestures=True)
    events = [event for block in scene.blocks(3) for event in pipeline.push(block)]
    pipeline.finish()
    assert [event.body["means"] for event in events if event.kind == "gesture"] == ["next"]
    assert (pipeline.outcome.strokes, pipeline.outcome.holds, pipeline.outcome.flags) == ([], [], [])


class TestThroughTheFirmware:
    """The same by the board's own clock, scan and line, for as long as its simulation may take here."""

    def test_the_recording_says_the_same_to_the_bit(self, tmp_path: Path) -> None:
        path = tmp_path / "firmware.mcap"
        with closing(FirmwareSession("relieving", seed=4, path=path)) as session:
            session.turns(lambda: session.pipeline.t_us > 10e6)
            live = msgspec.json.encode(session.practice.finish())
        recording = Recording.open(path)
        assert recording.frames > 2500
        assert recording.damaged_frames == recording.lost_frames == 0
        assert msgspec.json.encode(analyse(recording)) == live
        assert analyse(recording).strokes


class TestByItself:
    """The whole contact routine, hands following the coach."""

    def test_every_step_is_reached_in_order_and_the_session_ends(self, led: Lived) -> None:
        _, session, _ = led
        steps = [step.id for step in session.routine.steps]
        assert [line["step"] for line in session.told("step")] == steps
        assert session.lines[-1]["event"] == "end"

    def test_the_checklist_is_ticked_by_a_gesture_and_not_judged(self, led: Lived) -> None:
        _, session, _ = led
        assert [line["state"] for line in session.told("pause")] == ["on", "off"]
        assert session.told("step")[0]["t"] == pytest.approx(session.told("pause")[1]["t"], abs=0.05)

    def test_nothing_is_flagged(self, led: Lived) -> None:
        assert not led[1].told("flag")

    def test_the_recording_says_the_same_to_the_bit(self, led: Lived) -> None:
        path, _, live = led
        assert msgspec.json.encode(analyse(Recording.open(path))) == live

    def test_a_screen_follows_the_lines(self, led: Lived) -> None:
        _, session, _ = led
        screen, seen = Screen(), []
        for line in session.lines:
            screen.take(line)
            screen.now(float(line["t"]))
            if screen.coach is not None:
                following = screen.next_step.id if screen.next_step is not None else None
                seen.append((screen.brief.id if screen.brief is not None else None, following))
            assert screen.say.good is not False
        ids = [step.id for step in session.routine.steps]
        assert list(dict.fromkeys(seen)) == list(zip([None, *ids], [*ids, None], strict=True))
        assert screen.ended
        assert session.lines[-1]["score"] == 100


def test_a_short_session_with_the_breath_is_flawless_and_in_order(tmp_path: Path) -> None:
    """A minute and a half of the backpain massage; the whole of it takes minutes to compute (see the docs)."""
    path = tmp_path / "a.mcap"
    session = Session("backpain", path=path, rate_hz=RATE_HZ, length_s=100.0, breaths_per_min=6.0)
    outcome = session.run(longest_s=300.0)
    assert [line["step"] for line in session.told("step")] == [step.id for step in session.routine.steps]
    assert outcome.flags == []
    pacer: dict[str, Any] = next(line["state"]["pacer"] for line in session.told("coach"))
    assert pacer == {"t_us": 0, "per_min": 6.0}
    assert not any("no pacer" in reason for reason in outcome.steps[0].not_judged)
    assert msgspec.json.encode(analyse(Recording.open(path))) == msgspec.json.encode(outcome)


@pytest.mark.parametrize(
    ("step", "fault"), [("contact.1", "hold-short"), ("contact.1", "wrong-place"), ("contact.3", "too-light")]
)
def test_hands_that_stay_are_judged_where_corners_speak_as_well(step: str, fault: str) -> None:
    routine = load_routine("contact", PAD)
    scene = perform(BUILT, routine, step, fault, seed=5, severity="mild", rate_hz=50.0)
    flags = []
    for gestures in (False, True):
        pipeline = Pipeline(PAD, NominalConversion(PAD), routine, marks=[Mark(0, step)], gestures=gestures)
        for block in scene.blocks(500):
            pipeline.push(block)
        pipeline.finish()
        flags.append(pipeline.flags)
    assert fault in {flag.kind for flag in flags[0]}
    assert sorted(flags[0], key=report_order) == sorted(flags[1], key=report_order)
