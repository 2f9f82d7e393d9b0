"""The acceptance in full: `python -m tests.acceptance [--seeds N] [--jobs N] [--out docs/acceptance.md]`.

Runs every family of scenes over N seeds, open and held out, some through the real firmware, and every documented step
rightly and with each fault that this version judges; writes the tables, after each part anew, so that a run that is
cut short leaves what it has counted. Exits 1 where a promise is not kept.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tests.acceptance.families import FAMILIES, made
from tests.acceptance.page import page, promises
from tests.acceptance.steps import STEPS, faults_of, judged
from tests.acceptance.verdicts import Verdict, verdict_on, watched
from tests.technique.known_pad import KnownConversion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rig.technique.flags import FlagKind
    from tests.acceptance.steps import Judged

T = TypeVar("T")

FIRMWARE_FAMILIES = ("on the line", "on the line, beside a hand", "thumbs beside", "hands beside", "strokes", "rhythm")


def one_scene(family: str, seed: int, held_out: bool) -> tuple[Verdict, Verdict]:
    """One scene straight from the virtual pad, by the nominal curve and by the pad's own, misjudged a little."""
    scene = made(family, seed, held_out=held_out)
    known = KnownConversion(scene.pad, seed)
    return verdict_on(scene), verdict_on(scene, watched(scene.blocks(500), scene, conversion=known))


def one_on_the_board(family: str, seed: int) -> Verdict:
    """One scene through the real firmware."""
    from tests.acceptance.board import through_firmware

    scene = made(family, seed)
    return verdict_on(scene, watched(through_firmware(scene), scene))


def one_performance(step: str, fault: FlagKind | None, seed: int, held_out: bool) -> Judged:
    """One performance of a step."""
    return judged(step, fault, seed, held_out=held_out)


def _mapped(pool: ProcessPoolExecutor, work: Callable[..., T], turns: Sequence[tuple[object, ...]]) -> Iterator[T]:
    """The work's results in order; a long run of turns to a process, because its scenes then share their foam."""
    return pool.map(work, *zip(*turns, strict=True), chunksize=len(FAMILIES))


def main(arguments: list[str] | None = None) -> int:
    """Run it all, write the page, say what was not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance", description=__doc__)
    parser.add_argument("--seeds", type=int, default=12, help="scenes of each family, open and held out each")
    parser.add_argument("--performances", type=int, default=2, help="of each step and fault, half of them held out")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("docs/acceptance.md"))
    parser.add_argument("--on-board", type=int, default=1, help="scenes of each family through the real firmware")
    wanted = parser.parse_args(arguments)
    scenes = {(family, held): Verdict() for family in FAMILIES for held in (False, True)}
    calibrated = {key: Verdict() for key in scenes}
    board = {family: Verdict() for family in FIRMWARE_FAMILIES}
    told: list[tuple[str, Judged]] = []

    def write() -> None:
        wanted.out.write_text(page(wanted.seeds, wanted.performances, scenes, calibrated, board, told), "utf-8")

    with ProcessPoolExecutor(wanted.jobs) as pool:
        shots = [(family, seed, held) for held in (False, True) for seed in range(wanted.seeds) for family in FAMILIES]
        for (family, seed, held), (verdict, known) in zip(shots, _mapped(pool, one_scene, shots), strict=True):
            scenes[family, held] += verdict
            calibrated[family, held] += known
            print("\n".join([f"{family} {seed}{', held out' if held else ''}", *verdict.wrong]), flush=True)
        write()
        turns = [
            (step, fault, number // 2, bool(number % 2))
            for number in range(wanted.performances)
            for step in STEPS
            for fault in (None, *faults_of(step))
        ]
        for (step, *_), performance in zip(turns, _mapped(pool, one_performance, turns), strict=True):
            told.append((step, performance))
            print(performance.name, *performance.flags, sep="; ", flush=True)
        told.sort(key=lambda one: STEPS.index(one[0]))
        write()
        through = [(family, seed) for seed in range(wanted.on_board) for family in FIRMWARE_FAMILIES]
        for (family, seed), verdict in zip(through, _mapped(pool, one_on_the_board, through), strict=True):
            board[family] += verdict
            print("\n".join([f"{family} {seed} through the firmware", *verdict.wrong]), flush=True)
        write()
    broken = [promise.about for promise in promises(scenes, calibrated, board, told) if not promise.kept]
    print(f"{wanted.out}: " + ("; ".join(f"not kept: {about}" for about in broken) or "all promises kept"))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
