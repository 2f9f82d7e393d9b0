from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from rig.calibration.circuit import counts_for
from rig.calibration.loads import read_loads
from rig.calibration.run import GuidedRun, Progress
from rig.calibration.run_file import append_readings, kept_readings
from rig.calibration.run_pressing import FreePressing
from rig.calibration.run_tasks import Reading, Task, plan
from rig.errors import InputError
from rig.frame import Block
from tests.calibration.weighing import small_pad

if TYPE_CHECKING:
    from pathlib import Path

PAD = small_pad(3, 2)
WEIGHTS = (1.0, 2.0, 5.0)
HZ = 100


class Bench:
    """A maker at the pad: puts loads on channels and pushes what the sensors read, a fifth of a second at a time."""

    def __init__(self, tasks: list[Task], done: list[Reading] | None = None) -> None:
        self.run = GuidedRun(PAD, tasks, done or [])
        self.rng = np.random.default_rng(1)
        self.t_us = 0
        self.kept: list[Reading] = []
        self.last: Progress | None = None

    def hold(self, loads: dict[int, float], seconds: float, wobble: float = 0.0) -> Progress:
        for _ in range(round(seconds * 5)):
            n = HZ // 5
            force = np.zeros((n, PAD.n_channels))
            for channel, load in loads.items():
                force[:, channel] = load * (1 + wobble * np.sin(np.arange(n) + self.t_us / 3e4))
            clean = counts_for(1.1e-4 * force**0.85, PAD.full_scale, PAD.divider_ohm)
            counts = np.rint(clean + 3 + 0.5 * self.rng.standard_normal(force.shape)).clip(0, PAD.full_scale)
            t_us = self.t_us + (np.arange(n) * 1_000_000 // HZ)
            self.t_us += n * 1_000_000 // HZ
            self.last = self.run.push(Block.of(t_us.astype(np.int64), counts.astype(np.uint16)))
            self.kept += self.last.kept
        assert self.last is not None
        return self.last

    def weigh(self, channel: int, load: float) -> Progress:
        self.hold({}, 0.6)
        return self.hold({channel: load}, 7.5)


def weights(channel: int = 2) -> list[Task]:
    return [Task("up", channel, w, 1) for w in WEIGHTS]


def test_a_whole_run_in_order() -> None:
    tasks = plan([1, 4], WEIGHTS, cycles=1)
    bench = Bench(tasks)
    bench.hold({}, 1)
    while bench.run.task is not None:
        task = bench.run.task
        left = bench.run.left
        if task.phase == "condition":
            assert task.load_n == pytest.approx(5.5)
            for _ in range(5):
                bench.hold({task.channel or 0: 5.5}, 0.6)
                bench.hold({}, 0.6)
        elif task.phase == "unloaded":
            bench.hold({}, 5)
        else:
            assert task.channel is not None
            bench.weigh(task.channel, task.load_n)
        assert bench.run.left < left, f"stuck at {task}"
    assert bench.last is not None
    assert {(r.phase, r.channel, r.load_n) for r in bench.kept if r.phase == "down"} == {
        ("down", c, w) for c in (1, 4) for w in (1.0, 2.0)
    }
    assert {r.phase for r in bench.kept} == {"unloaded", "up", "down", "verify"}


def test_settling_is_shown_and_rises_to_one() -> None:
    bench = Bench(weights())
    bench.hold({}, 1)
    shown = [bench.hold({2: 1.0}, 0.4).settled for _ in range(12)]
    assert shown == sorted(shown)
    assert 0.3 < shown[-1] < 1


def test_a_wobbling_weight_is_not_kept() -> None:
    bench = Bench(weights())
    bench.hold({}, 1)
    progress = bench.hold({2: 1.0}, 8, wobble=0.15)
    assert "wobbling" in progress.advice
    assert not bench.kept
    bench.hold({2: 1.0}, 8)
    assert bench.kept


def test_the_wrong_sensor_is_named() -> None:
    bench = Bench(weights())
    bench.hold({}, 1)
    progress = bench.hold({5: 1.0}, 3)
    assert "that is channel 5" in progress.advice
    assert not bench.kept


def test_a_wrong_weight_is_asked_about_and_can_be_accepted() -> None:
    bench = Bench(weights())
    bench.weigh(2, 1.0)
    progress = bench.weigh(2, 5.0)
    assert progress.asks
    assert "reads more like" in progress.advice
    assert {r.load_n for r in bench.kept} == {1.0}
    bench.run.accept()
    bench.hold({2: 5.0}, 7)
    assert {r.load_n for r in bench.kept} == {1.0, 2.0}


def test_a_wrong_first_weight_can_be_taken_back() -> None:
    bench = Bench(weights())
    bench.weigh(2, 3.0)
    progress = bench.weigh(2, 2.0)
    assert progress.asks
    assert progress.back == weights()[0]
    assert progress.doubted, "of two nobody knows which one is wrong"
    gone = bench.run.back()
    assert {r.load_n for r in gone} == {1.0}
    # What stands there still is not taken for the weight that is asked for again.
    progress = bench.hold({2: 2.0}, 8)
    assert progress.task == weights()[0]
    assert "lift the weight" in progress.advice
    bench.kept.clear()
    for load in WEIGHTS:
        assert not bench.weigh(2, load).asks
    assert {r.load_n for r in bench.kept} == set(WEIGHTS)
    assert bench.run.left == 0


def test_a_first_weight_that_the_others_contradict_is_told_and_they_are_not_questioned() -> None:
    bench = Bench([*weights(), Task("down", 2, 2.0, 1), Task("down", 2, 1.0, 1), Task("up", 2, 5.0, 2)])
    bench.weigh(2, 3.0)
    assert bench.weigh(2, 2.0).asks
    bench.run.accept()
    bench.hold({2: 2.0}, 7)
    progress = bench.weigh(2, 5.0)
    assert progress.doubted
    assert progress.back == weights()[0]
    assert not bench.weigh(2, 2.0).asks
    assert not bench.weigh(2, 1.0).asks, "the one that was wrong has no say"
    assert {r.load_n for r in bench.run.back()} == {1.0}
    progress = bench.weigh(2, 1.0)
    assert not progress.asks
    assert not progress.doubted
    assert bench.run.tasks == (Task("up", 2, 5.0, 2),)
    progress = bench.weigh(2, 1.5)
    assert progress.asks
    assert not progress.doubted, "all the others contradict this one"


def test_there_is_nothing_to_take_back_before_the_first_weight() -> None:
    bench = Bench(weights())
    assert bench.hold({}, 1).back is None
    assert bench.run.back() == ()
    assert bench.run.left == 3


def test_the_same_weight_left_on_is_not_taken_for_the_next() -> None:
    bench = Bench(weights())
    bench.hold({}, 1)
    progress = bench.hold({2: 1.0}, 20)
    assert {r.load_n for r in bench.kept} == {1.0}
    assert "lift the weight" in progress.advice


def test_a_task_can_be_skipped() -> None:
    bench = Bench(weights())
    bench.run.skip()
    assert bench.run.task == weights()[1]


def test_an_interrupted_run_goes_on_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "calibration" / "run.csv"
    assert kept_readings(path, PAD) == []
    first = Bench(weights())
    first.weigh(2, 1.0)
    append_readings(path, first.kept)
    first.kept.clear()
    first.weigh(2, 2.0)
    append_readings(path, first.kept)
    with path.open("a") as file:
        file.write("2,11.98,5,71")  # the power went

    done = kept_readings(path, PAD)
    second = Bench(weights(), done)
    assert second.run.left == 1
    second.weigh(2, 5.0)
    append_readings(path, second.kept)
    assert second.run.left == 0
    loads = read_loads(path, PAD)
    assert set(loads.load_n.tolist()) == set(WEIGHTS)


def test_another_loads_file_is_not_a_run(tmp_path: Path) -> None:
    path = tmp_path / "loads.csv"
    path.write_text("channel,t_s,load_n,counts\n0,0.0,1.0,270\n0,0.1,1.0,270\n")
    with pytest.raises(InputError, match="phase"):
        kept_readings(path, PAD)


def test_only_a_sensor_that_still_wants_weights_is_pressed_again_after_an_interruption() -> None:
    tasks = plan([1, 4], WEIGHTS, cycles=1)
    done = [Reading(t.channel, 0, t.load_n, 300, t.cycle, t.phase) for t in tasks if t.channel == 1]
    done += [Reading(4, 1, 1.0, 200, 1, "up")]
    left = GuidedRun(PAD, tasks, done).tasks
    assert [t.channel for t in left if t.phase == "condition"] == [4]
    assert {t.channel for t in left} == {4}
    assert len(left) == 1 + 4 + 1  # condition, the other weights up and down, the verifying one


def test_the_maker_is_sent_to_the_sensor_that_had_least() -> None:
    pressing = FreePressing(PAD, None, enough_s=3.0)
    counts = np.full((700, PAD.n_channels), 3, np.uint16)
    counts[400:, [0, 1, 2, 3, 5]] = 500
    t_us = np.arange(700) * 10_000
    first = pressing.push(Block.of(t_us[:200], counts[:200]))
    assert "alone" in first.advice
    progress = pressing.push(Block.of(t_us[200:], counts[200:]))
    assert progress.left == 1
    assert "channel 4" in progress.advice


def test_the_same_weight_partly_on_the_next_sensor_is_asked_about_and_told() -> None:
    bench = Bench([Task(phase, 2, 5.0, cycle) for cycle in (1, 2) for phase in ("up", "down")])
    bench.weigh(2, 5.0)
    bench.hold({}, 0.6)
    progress = bench.hold({2: 4.0, 1: 1.0}, 7.5)
    assert progress.asks
    assert "reads more like 4 N than 5 N" in progress.advice
    # Put right, it goes on by itself.
    assert not bench.weigh(2, 5.0).asks
    bench.hold({}, 0.6)
    bench.hold({2: 4.0, 1: 1.0}, 1.5)
    bench.run.accept()
    assert not bench.hold({2: 4.0, 1: 1.0}, 7).asks
    assert bench.hold({}, 0.6).doubted, "two contradict the one that was accepted"
    assert not bench.weigh(2, 5.0).asks
