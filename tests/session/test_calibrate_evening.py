"""A whole calibration without a window: to the verdict, broken off and gone on with, and every way it goes wrong."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from rig.calibration.cell_scale import kept_cell
from rig.calibration.check_file import verdict_path
from rig.calibration.profile import load_profile
from rig.calibration.run_file import kept_readings
from rig.calibration.run_tasks import Task
from rig.errors import InputError, LinkError, ProtocolError, StorageError
from rig.frame import Block
from rig.session.calibrate.live_fit import fit_so_far
from rig.session.calibrate.making import profile_of_evening
from rig.session.calibrate.picture import Picture, picture_of
from rig.session.calibrate.plan import load_plan, new_files, save_plan, unfinished
from rig.virtual.board import VirtualBoard
from rig.virtual.board_state import BoardModel
from tests.session.calibrating import PAD, PLAN, Bench, bench, work

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rig.session.calibrate.running import RunningCalibration


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """An evening that went well."""
    there = bench(tmp_path_factory.mktemp("evening"))
    evening = there.evening(True)
    work(there, evening, "fit")
    evening.adopt(profile_of_evening(PAD, there.files, there.clock))
    work(there, evening, "done")
    return there


def looked_at(running: RunningCalibration, wanted: Callable[[Picture], bool], longest_s: float = 20.0) -> Picture:
    """The first picture that is as wanted."""
    until_s = time.monotonic() + longest_s
    while time.monotonic() < until_s:
        picture = running.picture()
        if picture is not None and wanted(picture):
            return picture
        assert running.error is None, running.error
        time.sleep(0.005)
    raise AssertionError(f"never came; the last: {running.picture()}")


def test_a_whole_evening_leaves_its_files_and_a_valid_profile(done: Bench) -> None:
    profile = load_profile(done.files.profile, PAD)
    assert {s.method for s in profile.sensors} == {"weights", "pressing"}
    assert verdict_path(done.files.profile).is_file()
    readings = kept_readings(done.files.loads, PAD)
    assert {r.phase for r in readings} == {"unloaded", "up", "down", "verify"}
    gains = np.array([s.ln_gain for s in profile.sensors])
    assert np.corrcoef(gains, np.log(done.maker.sensors.gain))[0, 1] > 0.5


def test_a_finished_evening_opens_at_its_verification(done: Bench) -> None:
    evening = done.evening(True)
    assert evening.stage == "verify"
    marks = picture_of(evening, None).marks
    assert {mark.state for mark in marks} <= {"done", "weak", "doubtful"}
    assert all(mark.share == 1 for mark in marks if mark.state == "done")


def test_it_goes_on_where_it_was_broken_off(tmp_path: Path) -> None:
    there = bench(tmp_path)
    first = there.evening(True)
    there.maker.follow(first)
    with there.device() as device:
        device.connect()
        device.start()
        while len([p for p in first.points if p.load_n > 0]) < 3:
            block = device.poll()
            if block is not None:
                first.push(block, device.loads.take())
    first.close()

    second = there.evening(True)
    assert second.resumed == len(first.readings)
    assert second.scale is not None
    assert [t.phase for t in second.guided.tasks[:2]] == ["condition", "down"]
    work(there, second, "press")
    assert {(p.channel, p.phase, p.load_n) for p in second.points if p.load_n > 0} == {
        (t.channel, t.phase, t.load_n) for t in PLAN.weighing if t.load_n > 0 and t.phase != "condition"
    }


def test_a_weight_that_is_taken_back_is_in_no_file(tmp_path: Path) -> None:
    there = bench(tmp_path)
    evening = there.evening(True)
    there.maker.follow(evening)
    with there.device() as device:
        device.connect()
        device.start()
        while len([p for p in evening.points if p.load_n > 0]) < 3:
            block = device.poll()
            if block is not None:
                evening.push(block, device.loads.take())
    left, cells = evening.guided.left, len(kept_cell(there.files.cell))
    evening.back()
    assert evening.guided.left == left + 1
    assert evening.task == Task("up", 1, 10.0, 1)
    assert {p.load_n for p in evening.points} == {0.0, 1.0, 3.0}
    assert kept_readings(there.files.loads, PAD) == evening.readings
    assert [c.load_n for c in kept_cell(there.files.cell)] == [0.0, 1.0, 3.0]
    assert len(kept_cell(there.files.cell)) == cells - 1
    evening.close()
    again = there.evening(True)
    assert Task("up", 1, 10.0, 1) in again.guided.tasks
    work(there, again, "press")
    assert {p.load_n for p in again.points} == {0.0, 1.0, 3.0, 10.0}


def test_pressing_that_was_broken_off_goes_on_in_a_second_recording(tmp_path: Path) -> None:
    there = bench(tmp_path, msgspec.structs.replace(PLAN, channels=(1,), weights_n=(1.0, 5.0)))
    first = there.evening(True)
    work(there, first, "press")
    there.maker.follow(first)
    with there.device() as device:
        device.connect()
        device.start()
        while first.pressing is None or (first.pressing.pressed_s >= 3).sum() < 3:
            block = device.poll()
            if block is not None:
                first.push(block, device.loads.take())
    first.close()

    second = there.evening(True)
    assert second.stage == "press"
    assert second.pressing is not None
    assert (second.pressing.pressed_s >= 3).sum() >= 2
    work(there, second, "fit")
    assert len(there.files.presses()) == 2
    made = profile_of_evening(PAD, there.files, there.clock)
    assert made.unused == ""
    assert made.profile.conditions.press == "small_today_press.mcap, small_today_press_2.mcap"


def test_pressing_on_after_the_profile_presses_as_much_again(tmp_path: Path) -> None:
    there = bench(tmp_path, msgspec.structs.replace(PLAN, channels=(1,), weights_n=(1.0, 5.0), press_s=1.0))
    evening = there.evening(True)
    work(there, evening, "fit")
    assert evening.pressing is not None
    enough = evening.pressing.pressed_s.min()
    evening.press_on()
    assert evening.stage == "press"
    work(there, evening, "fit")
    assert evening.pressing.pressed_s.min() >= enough + 1.0
    assert len(there.files.presses()) == 2


def test_a_board_without_a_load_cell_leaves_the_pressing_out(tmp_path: Path) -> None:
    there = bench(tmp_path, msgspec.structs.replace(PLAN, channels=(1,)), cell=False)
    evening = there.evening(False)
    work(there, evening, "fit")
    assert evening.pressless == "no-cell"
    made = profile_of_evening(PAD, there.files, there.clock)
    assert {s.method for s in made.profile.sensors} == {"weights", "population"}


def test_a_load_cell_that_feels_no_weight_is_not_believed(tmp_path: Path) -> None:
    there = bench(tmp_path, msgspec.structs.replace(PLAN, channels=(1,)))
    there.maker.cell = lambda t_us: np.full(len(t_us), 84_000)  # type: ignore[method-assign]  # it hangs free
    assert there.board.load_cell is not None
    there.board.load_cell = type(there.board.load_cell)(there.maker.cell)
    evening = there.evening(True)
    work(there, evening, "fit")
    assert evening.pressless == "deaf-cell"


def test_a_sensor_can_be_left_out(tmp_path: Path) -> None:
    evening = bench(tmp_path).evening(True)
    evening.skip_sensor()
    assert {t.channel for t in evening.guided.tasks if t.channel is not None} == {6}
    evening.skip()
    assert evening.task is not None
    assert evening.task.phase == "unloaded"


@pytest.mark.parametrize(
    ("mistake", "kind"),
    [("wrong-sensor", "elsewhere"), ("wobble", "wobbling"), ("wrong-weight", "unlike")],
)
def test_a_mistake_is_told_and_nothing_is_kept(tmp_path: Path, mistake: str, kind: str) -> None:
    there = bench(tmp_path, msgspec.structs.replace(PLAN, channels=(1,)))
    with there.running() as running:
        # The first weight has nothing beside it that could tell a wrong one.
        looked_at(running, lambda p: p.task is not None and p.task.load_n == 3.0 and p.task.phase == "up")
        there.maker.mistake = mistake  # type: ignore[assignment]
        seen = looked_at(running, lambda p: p.progress is not None and p.progress.says.kind == kind)
        assert seen.task is not None
        assert seen.task.load_n == 3.0
        there.maker.mistake = ""
        looked_at(running, lambda p: p.task is not None and p.task.load_n == 10.0)


def test_a_weight_that_was_asked_about_is_taken_when_accepted(tmp_path: Path) -> None:
    there = bench(tmp_path, msgspec.structs.replace(PLAN, channels=(1,)))
    with there.running() as running:
        looked_at(running, lambda p: p.task is not None and p.task.load_n == 3.0 and p.task.phase == "up")
        there.maker.mistake = "wrong-weight"
        looked_at(running, lambda p: p.progress is not None and p.progress.asks)
        running.act("accept")
        looked_at(running, lambda p: p.task is not None and p.task.load_n == 10.0)


def test_the_thread_works_to_the_verdict_and_every_look_is_sound(tmp_path: Path) -> None:
    there = bench(tmp_path, msgspec.structs.replace(PLAN, channels=(1,), press_s=1.5))
    stages, curves, fits = set(), 0, set()
    with there.running() as running:
        while not (picture := looked_at(running, lambda _: True)).verdict:
            stages.add(picture.stage)
            assert len(picture.marks) == PAD.n_channels
            assert len(picture.trace) == len(picture.trace_s)
            assert not picture.problem
            curves += picture.curve is not None and len(picture.curve.model_n) > 0
            fits.add(picture.of_reading)
            time.sleep(0.02)
    assert stages >= {"weigh", "press", "verify"}
    assert curves
    assert any(f is not None for f in fits)
    assert picture.verdict.state != "invalid"
    assert picture.profile is not None


def test_an_unplug_is_told_and_nothing_is_lost_when_it_comes_back(tmp_path: Path) -> None:
    there = bench(tmp_path, msgspec.structs.replace(PLAN, channels=(1,)))
    with there.running() as running:
        looked_at(running, lambda p: p.readings > 200)
        there.port.unplug()
        before = looked_at(running, lambda p: bool(p.link)).readings
        there.port.plug(there.board)
        looked_at(running, lambda p: not p.link and p.readings > before)
    assert len(kept_readings(there.files.loads, PAD)) >= before


def test_a_folder_that_takes_no_file_ends_it_with_clear_words(tmp_path: Path) -> None:
    there = bench(tmp_path)
    there.files.folder.parent.joinpath("calibration").write_text("in the way")
    with there.running() as running:
        running.wait(20)
        assert isinstance(running.error, StorageError | InputError)
        assert "calibration" in str(running.error)


def test_a_profile_that_cannot_be_written_is_told_and_can_be_tried_again(tmp_path: Path) -> None:
    there = bench(tmp_path, msgspec.structs.replace(PLAN, channels=(1,), pressing=False))
    part = there.files.profile.with_name(there.files.profile.name + ".part")
    part.mkdir(parents=True)
    with there.running() as running:
        problem = looked_at(running, lambda p: bool(p.problem)).problem
        assert str(there.files.profile) in problem
        part.rmdir()
        running.act("fit-again")
        looked_at(running, lambda p: p.stage == "verify")


def test_no_board_and_another_pad_end_it_at_once(tmp_path: Path) -> None:
    there = bench(tmp_path)
    there.port.unplug()
    with there.running() as running:
        assert running.wait(20)
        assert isinstance(running.error, LinkError)
        assert running.picture() is None
    other = bench(tmp_path)
    other.port.board = VirtualBoard(BoardModel(5, 10, 1), other.maker.counts, now_s=other.clock.now_s())
    with other.running() as running:
        assert running.wait(20)
        assert isinstance(running.error, ProtocolError)


def test_a_plan_is_found_again_until_its_verdict(tmp_path: Path, done: Bench) -> None:
    folder = tmp_path / "calibration"
    assert unfinished(folder, PAD) is None
    files = new_files(folder, PAD, done.clock)
    save_plan(PLAN, files)
    assert unfinished(folder, PAD) == files
    assert load_plan(files) == PLAN
    assert new_files(folder, PAD, done.clock).stem == files.stem + "_2"
    files.plan.write_text("{")
    assert unfinished(folder, PAD) is None
    with pytest.raises(InputError, match="plan"):
        load_plan(files)
    save_plan(PLAN, done.files)
    assert unfinished(done.files.folder, PAD) is None


def test_the_fit_so_far_needs_weights() -> None:
    assert fit_so_far([], PAD) is None


def test_an_empty_block_changes_nothing(tmp_path: Path) -> None:
    evening = bench(tmp_path).evening(True)
    evening.push(Block.empty(PAD.n_channels))
    assert picture_of(evening, None).readings == 0
