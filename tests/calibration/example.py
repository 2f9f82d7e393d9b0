"""The worked example in `calibration/`: one evening's readings of a virtual pad, and the profile made of them.

Run it: `make calibration-example`. A virtual pad is drawn by a seed, with foam and sensors whose physics is not the
fitted model's. Its maker weighs six sensors, presses all over the pad above a load cell, presses at known points, and
checks it the next day. The rule: the profile is made of the files as they were written, never of what only the
simulation knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.check import check
from rig.calibration.circuit import conductance_s, counts_for
from rig.calibration.loads import Loads, read_loads
from rig.calibration.making import make_profile
from rig.calibration.press_recording import press_rows
from rig.calibration.profile import Conditions, save_profile
from rig.calibration.spread import PUCK_MM, read_points
from rig.frame import Block
from rig.pad import load_pad, pad_text
from rig.recording.format import LOAD_RAW, Header
from rig.recording.reader import Recording
from rig.recording.writer import RecordingWriter
from rig.virtual.foam import FoamTables
from rig.virtual.hands import Touch
from rig.virtual.virtual_pad import VirtualPad
from tests.calibration.weighing import Reads, checked, weighed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rig.calibration.profile import Profile
    from rig.pad import PadLayout

FOLDER = Path(__file__).parents[2] / "calibration"
PAD = "back-144"
SEED = 7
MADE = datetime.fromisoformat("2026-01-05T19:30:00+01:00")
WEIGHED = [12, 36, 60, 84, 108, 132]
CHECKED = [12, 60, 132]
OVERNIGHT = 1.03
"""The sensors conduct so much better the next day."""

SCANS_PER_S, READINGS_PER_S = 20, 20
"""The board slowed down, and every fourth reading of an HX711 at 80 a second: little to keep, and enough to fit."""

PRESS_S, UNTOUCHED_S = 300.0, 5.0
PLACE_S = 1.5
SETTLING_S = 0.05
"""An HX711 at 80 readings a second averages so long (its data sheet's settling time)."""

CELL_ZERO, CELL_PER_N = 84_213.0, 4_300.0
INSET_MM = 30.0
"""How far the middle of the hand stays within the pad's edge: what presses beside the tiles is weighed, not felt."""

_LUMPS_MM = np.array([(-16.0, -14.0), (16.0, -14.0), (0.0, 14.0)])
_LUMP_SHARE, _LUMP_RADIUS = np.array([0.35, 0.35, 0.3]), np.array([12, 12, 16])


@dataclass(frozen=True, eq=False)
class Tiles:
    """A virtual pad's sensors under weights that stand on the tiles: each sensor gets its seating's share."""

    made: VirtualPad

    @property
    def pad(self) -> PadLayout:
        return self.made.layout

    def reading(self, seed: int) -> Reads:
        return _Seated(self.made.sensors.reading(seed), self.made.foam.seating)


@dataclass(frozen=True, eq=False)
class _Seated:
    run: Reads
    seating: NDArray[np.float64]

    def counts(self, t_s: NDArray[np.float64], load_n: NDArray[np.float64]) -> NDArray[np.uint16]:
        return self.run.counts(t_s, load_n * self.seating)


@dataclass(frozen=True, eq=False)
class Pressing:
    """Two hands all over a pad: (n,) seconds, (n,) true total in newtons, (n, n_channels) counts."""

    t_s: NDArray[np.float64]
    total_n: NDArray[np.float64]
    counts: NDArray[np.uint16]

    @property
    def block(self) -> Block:
        return Block.of(np.rint(self.t_s * 1e6).astype(np.int64), self.counts)


def pressed(
    made: VirtualPad,
    seed: int,
    seconds: float,
    hz: float = SCANS_PER_S,
    place_s: float = PLACE_S,
    inset_mm: float = INSET_MM,
) -> Pressing:
    """Free pressing through the foam: untouched first, then the heels of two hands, one place after another."""
    rng, t_s = np.random.default_rng(seed), np.arange(0, seconds, 1 / hz)
    # The hands do not keep step with each other.
    hands = [_hand(made.layout, rng, t_s, place_s * factor, inset_mm) for factor in (1.0, 1.2)]
    return felt(made, seed, t_s, hands)


def felt(made: VirtualPad, seed: int, t_s: NDArray[np.float64], hands: Sequence[Touch]) -> Pressing:
    """What a pad feels of some hands, each at (n,) places at (n,) seconds."""
    tables = FoamTables(made.foam, _LUMP_RADIUS.tolist())
    run, counts = made.sensors.reading(seed), []
    for a in range(0, len(t_s), 2000):
        part = slice(a, a + 2000)
        touches = [Touch(h.x_mm[part], h.y_mm[part], h.force_n[part], h.radius_mm) for h in hands]
        counts.append(run.counts(t_s[part], tables.loads(touches, len(t_s[part]))))
    total = np.sum([h.total_n for h in hands], axis=0)
    return Pressing(t_s, np.asarray(total), np.concatenate(counts))


def places_on(
    pad: PadLayout, rng: np.random.Generator, many: int, inset_mm: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(many,) x and y in mm, each sensor's neighbourhood in turn, no nearer to the edge than that."""
    order = np.concatenate([rng.permutation(pad.n_channels) for _ in range(many // pad.n_channels + 1)])[:many]
    low, high = pad.tiles[:, :2].min(axis=0) + inset_mm, pad.tiles[:, 2:].max(axis=0) - inset_mm
    x = np.clip(pad.x_mm[order] + rng.uniform(-12, 12, many), low[0], high[0])
    y = np.clip(pad.y_mm[order] + rng.uniform(-15, 15, many), low[1], high[1])
    return x, y


def _hand(pad: PadLayout, rng: np.random.Generator, t_s: NDArray[np.float64], place_s: float, inset_mm: float) -> Touch:
    places = int(t_s[-1] / place_s) + 2
    x, y = places_on(pad, rng, places, inset_mm)
    at = (t_s / place_s).astype(int)
    part = t_s / place_s - at
    sway = 1 - 0.1 * (1 + np.sin(2 * np.pi * part * rng.uniform(1, 2, places)[at]))
    force = rng.uniform(10, 45, places)[at] * np.sin(np.pi * part) ** 0.8 * sway * (t_s > UNTOUCHED_S)
    return hand_of(x[at], y[at], force)


def hand_of(x_mm: NDArray[np.float64], y_mm: NDArray[np.float64], force_n: NDArray[np.float64]) -> Touch:
    """The heel of a hand whose centre of force is at (n,) places, under (n,) newtons."""
    lumps = _LUMPS_MM - _LUMP_SHARE @ _LUMPS_MM
    return Touch(x_mm[:, None] + lumps[:, 0], y_mm[:, None] + lumps[:, 1], force_n[:, None] * _LUMP_SHARE, _LUMP_RADIUS)


def cell_readings(pressing: Pressing, seed: int) -> dict[int, int]:
    """What the load cell says: microseconds to raw counts, each the mean of the time in which it settled."""
    ready, mean = settled(pressing, READINGS_PER_S, SETTLING_S)
    raw = CELL_ZERO + CELL_PER_N * mean + 40 * np.random.default_rng(seed).standard_normal(len(ready))
    return dict(zip(np.rint(ready * 1e6).astype(int).tolist(), np.rint(raw).astype(int).tolist(), strict=True))


def settled(pressing: Pressing, per_s: float, mean_s: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """When a slow amplifier is ready, in seconds, and the total force in newtons that is the mean of so long before."""
    fine = np.arange(0, pressing.t_s[-1], 0.005)
    through = np.concatenate([[0.0], np.cumsum(np.interp(fine, pressing.t_s, pressing.total_n)) * 0.005])[:-1]
    ready = np.arange(mean_s, fine[-1], 1 / per_s)
    return ready, (np.interp(ready, fine, through) - np.interp(ready - mean_s, fine, through)) / mean_s


def points_at(made: VirtualPad, seed: int, force_n: float = 15.0) -> tuple[NDArray[np.float64], NDArray[np.uint16]]:
    """Presses with the puck at eight points, held for three seconds each: places in mm, and the settled counts."""
    points = np.array([(14, 20), (45, 60), (-28, 120), (-45, 180), (80, 220), (-80, 300), (14, 340), (-14, 430)], float)
    tables, run = FoamTables(made.foam, [round(PUCK_MM)]), made.sensors.reading(seed)
    counts = []
    for k, (x, y) in enumerate(points):
        t_s = 5.0 * k + np.arange(0, 5, 0.02)
        force = np.where(t_s - 5.0 * k < 3.5, force_n, 0.0)
        touch = Touch(np.full((250, 1), x), np.full((250, 1), y), force[:, None], np.array([round(PUCK_MM)]))
        counts.append(np.median(run.counts(t_s, tables.loads([touch], 250))[100:170], axis=0))
    return points, np.rint(counts).astype(np.uint16)


def next_day(made: VirtualPad) -> Loads:
    """The check weights of the day after, when all sensors conduct better."""
    today = checked(Tiles(made), CHECKED, SEED + 4, (5.0, 5.0))
    pad = made.layout
    siemens = OVERNIGHT * conductance_s(np.minimum(today.counts, pad.full_scale - 1), pad.full_scale, pad.divider_ohm)
    counts = np.rint(counts_for(siemens, pad.full_scale, pad.divider_ohm)).astype(np.int64)
    return Loads(today.source, today.channel, today.t_us, today.load_n, counts, today.cycle)


def write(folder: Path) -> None:
    """Everything that the evening's readings are, as files."""
    made = VirtualPad.drawn(load_pad(PAD), SEED)
    for name, loads in (
        ("example_loads.csv", weighed(Tiles(made), WEIGHED, SEED)),
        ("example_today.csv", next_day(made)),
    ):
        few = loads.pick(loads.t_us // 10_000 % 10 == 0)
        columns = (few.channel, few.t_us / 1e6, few.load_n, few.counts, few.cycle)
        rows = "".join(f"{c},{t:g},{n:g},{k},{m}\n" for c, t, n, k, m in zip(*columns, strict=True))
        (folder / name).write_text("channel,t_s,load_n,counts,cycle\n" + rows)
    pressing = pressed(made, SEED + 1, PRESS_S)
    header = Header(pad=pad_text(PAD), started_s=MADE.timestamp(), session={"source": "tests/calibration/example.py"})
    with RecordingWriter(folder / "example_press.mcap", header, overwrite=True) as writer:
        writer.write(pressing.block)
        for t_us, raw in cell_readings(pressing, SEED + 2).items():
            writer.metrics(t_us, {LOAD_RAW: raw})
    points, counts = points_at(made, SEED + 3)
    rows = "".join(f"{x:g},{y:g},{','.join(map(str, c))}\n" for (x, y), c in zip(points, counts.tolist(), strict=True))
    names = ",".join(f"c{c}" for c in range(made.layout.n_channels))
    (folder / "example_points.csv").write_text(f"x_mm,y_mm,{names}\n{rows}")


def profile_from(folder: Path, *, pressing: bool = True) -> Profile:
    """The profile that the files give; without the pressing, what the weights alone would have given."""
    pad = load_pad(PAD)
    conditions = Conditions(
        foam_spread_mm=pad.foam_spread_mm,
        foam="virtual",
        loads="example_loads.csv",
        press="example_press.mcap" if pressing else "",
        note=f"a virtual pad, seed {SEED}",
    )
    press = press_rows(Recording.open(folder / "example_press.mcap"), CELL_ZERO, CELL_PER_N) if pressing else None
    loads = read_loads(folder / "example_loads.csv", pad)
    return make_profile(
        loads, pad, MADE.isoformat(), conditions, press, read_points(folder / "example_points.csv", pad)
    )


def main() -> None:
    """Write the files, and say what came of them."""
    write(FOLDER)
    profile, pad = profile_from(FOLDER), load_pad(PAD)
    save_profile(profile, FOLDER / "example_profile.json")
    verdict = check(profile, pad, MADE + timedelta(days=1), read_loads(FOLDER / "example_today.csv", pad))
    made = VirtualPad.drawn(pad, SEED)
    print(f"held out {profile.held_out}, total {profile.total}")
    print(f"spread {profile.spread_mm} mm, really {made.foam.spread_mm:.2f}; {len(profile.left_out)} entries left out")
    print(f"next day: {verdict.state}, gain x{verdict.session_gain:.3f}, {verdict.why}")
    for path in sorted(FOLDER.glob("example_*")):
        print(f"{path.stat().st_size:9,d}  {path.name}")


if __name__ == "__main__":
    main()
