"""The table of `docs/calibration.md` that says how the way of pressing decides how good the total gets.

Run it: `python -m tests.calibration.how_you_press [SEED ...]`, about ten minutes for three pads; prints the table's
rows. Each way of pressing teaches the same pads, scanned 50 times a second; each profile is then held against half a
minute of a fresh session inside the edge, with its error the root mean square of reading above 10 N. The rule: a way
differs from the one before it by what its name says, and the fit sees nothing but readings.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np

from rig.calibration.making import make_profile
from rig.calibration.press_file import Press
from rig.calibration.profile import Conditions, Profile
from rig.calibration.profiled import ProfiledConversion
from rig.pad import load_pad
from rig.virtual.virtual_pad import VirtualPad
from tests.calibration.example import (
    MADE,
    PAD,
    UNTOUCHED_S,
    WEIGHED,
    Pressing,
    Tiles,
    felt,
    hand_of,
    places_on,
    pressed,
    settled,
)
from tests.calibration.weighing import weighed

SEEDS = (7, 8, 9)
SCANS_PER_S = 50
FRESH_PER_S, FRESH_S, FRESH_SEED = 40, 30.0, 99
INSIDE_MM = 30.0
HELD_S, LIFTED_S, LANDS_S = 3.25, 0.35, 0.25
SCALE_STEP_N = 0.5


@dataclass(frozen=True)
class Way:
    """Free pressing beside a load cell; one that answers at once has no pace and no mean."""

    name: str
    inset_mm: float = INSIDE_MM
    seconds: float = 300.0
    place_s: float = 1.25
    per_s: float | None = None
    mean_s: float = 0.0

    def press(self, made: VirtualPad, seed: int) -> Press:
        """The scans and the cell's readings."""
        hands = pressed(made, seed + 1, self.seconds, SCANS_PER_S, self.place_s, self.inset_mm)
        rng = np.random.default_rng(seed)
        if self.per_s is None:
            read_s, read_n = hands.t_s, hands.total_n + 0.02 * rng.standard_normal(len(hands.t_s))
        else:
            read_s, read_n = settled(hands, self.per_s, self.mean_s)
            read_n = read_n + 0.01 * rng.standard_normal(len(read_s))
        t_us, read_us = (np.rint(1e6 * t_s).astype(np.int64) for t_s in (hands.t_s, read_s))
        return Press(self.name, t_us, np.interp(t_us, read_us, read_n), hands.counts, read_us, read_n)


@dataclass(frozen=True)
class Held:
    """Presses that are held still beside a scale, whose readings are typed."""

    name: str
    presses: int

    def press(self, made: VirtualPad, seed: int) -> Press:
        """The scans and the scale's readings, one in the middle of each press, and one before all of them."""
        rng, each_s = np.random.default_rng(seed), HELD_S + LIFTED_S
        t_s = np.arange(0, UNTOUCHED_S + each_s * self.presses, 1 / SCANS_PER_S)
        x, y = places_on(made.layout, rng, self.presses, INSIDE_MM)
        force = rng.uniform(10, 45, self.presses)
        at, part_s = np.divmod(t_s - UNTOUCHED_S, each_s)
        at = np.clip(at.astype(int), 0, self.presses - 1)
        stands = np.clip(np.minimum(part_s, HELD_S - part_s) / LANDS_S, 0, 1) * (t_s >= UNTOUCHED_S)
        hands = felt(made, seed + 2, t_s, [hand_of(x[at], y[at], force[at] * stands)])
        read_s = np.concatenate([[UNTOUCHED_S / 2], UNTOUCHED_S + each_s * np.arange(self.presses) + HELD_S / 2])
        read_n = SCALE_STEP_N * np.rint(np.concatenate([[0.0], force]) / SCALE_STEP_N)
        nearest = np.abs(t_s[:, None] - read_s).argmin(axis=1)
        total = np.where(np.abs(t_s - read_s[nearest]) <= 0.4, read_n[nearest], np.nan)
        t_us, read_us = (np.rint(1e6 * s).astype(np.int64) for s in (t_s, read_s))
        return Press(self.name, t_us, total, hands.counts, read_us, read_n, held=True)


WAYS: tuple[Way | Held, ...] = (
    Way("hands stay 30 mm inside the pad's edge, five minutes, a load cell that answers at once"),
    Way("the same beside an HX711 at 80 readings a second", per_s=80, mean_s=0.05),
    Way("the same beside an HX711 at 10 readings a second, each the mean of 0.4 s", per_s=10, mean_s=0.4),
    Way("that one with slower hands, a place every 2 s, seven minutes", seconds=420, place_s=2, per_s=10, mean_s=0.4),
    Way("hands that wander up to 20 mm over the edge, a load cell that answers at once", inset_mm=-20),
    Way(
        "inside, but a place every 2.5 s instead of every 1.25 s, so that each sensor is pressed half as often",
        place_s=2.5,
    ),
    Held("a scale to half a newton: 150 presses held still for three seconds", 150),
    Held("the same, 300 presses", 300),
)


def off_when_fresh(profile: Profile, made: VirtualPad) -> tuple[float, float]:
    """What the total of a fresh session is off by, of reading; and what the untouched pad reads in all, newtons."""
    fresh: Pressing = pressed(made, FRESH_SEED, FRESH_S, FRESH_PER_S, inset_mm=INSIDE_MM)
    total = ProfiledConversion(profile, made.layout).push(fresh.block).sum(axis=1) / 1024
    at = fresh.total_n > 10
    off = float(np.sqrt(np.mean((total[at] / fresh.total_n[at] - 1) ** 2)))
    return off, float(total[fresh.t_s < UNTOUCHED_S - 0.5].mean())


def main(seeds: tuple[int, ...] = SEEDS) -> None:
    """Print the table's rows, and the most that an untouched pad read."""
    pad, resting = load_pad(PAD), 0.0
    for way in WAYS:
        found = []
        for seed in seeds:
            made = VirtualPad.drawn(pad, seed)
            loads = weighed(Tiles(made), WEIGHED, seed)
            profile = make_profile(loads, pad, MADE.isoformat(), Conditions(), way.press(made, seed))
            off, rest_n = off_when_fresh(profile, made)
            found.append(100 * off)
            resting = max(resting, rest_n)
        print(f"| {way.name} | {min(found):.1f} to {max(found):.1f} % |", flush=True)
    print(f"by none of these profiles did the untouched pad read more than {resting:.2f} N in all")


if __name__ == "__main__":
    main(tuple(int(seed) for seed in sys.argv[1:]) or SEEDS)
