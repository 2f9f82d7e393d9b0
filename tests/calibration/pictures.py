"""The pictures of docs/calibration.md, drawn from the worked example's files and from its pad's own truth.

Run it: `make calibration-example`. It also prints every figure that the page quotes. The rule: nothing is drawn that a
command has not computed; what only the simulation knows is used to judge the profiles, never to make them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.circuit import conductance_s
from rig.calibration.loads import read_loads
from rig.calibration.profile import load_profile
from rig.calibration.profiled import ProfiledConversion, static_table
from rig.calibration.readings import readings_of
from rig.calibration.weight_reads import read_weights
from rig.frame import Block
from rig.pad import load_pad
from rig.virtual.virtual_pad import VirtualPad
from tests.calibration.example import FOLDER, PAD, SEED, WEIGHED, Tiles, pressed, profile_from
from tests.calibration.svg import GOOD, INK, NAIVE, POWER, Panel, Picture

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.calibration.profile import Profile
    from rig.pad import PadLayout

DOCS = Path(__file__).parents[2] / "docs"
SHOWN = 60
"""The sensor whose curve is drawn."""

MOST = 0.25
"""Error at which the map's colours end."""


def rms(error: NDArray[np.float64]) -> float:
    """Root mean square, in per cent."""
    return 100 * float(np.sqrt(np.mean(error**2)))


def curve(by_weights: Profile, pad: PadLayout) -> Picture:
    """One sensor's readings, three curves through them, and what each is off by."""
    loads = read_loads(FOLDER / "example_loads.csv", pad)
    readings = readings_of(loads.pick(loads.channel == SHOWN))
    weights = [w for w in read_weights(by_weights, pad, readings).values() if w.channel == SHOWN]
    load = np.array([w.load_n for w in weights])
    ours = np.array([w.read_n for w in weights])
    stood = [np.flatnonzero(readings.trial == k) for k in range(len(readings.trials))]
    counts = np.array([readings.counts[rows[len(rows) // 2 :]].mean() for rows in stood if rows.size])
    slope, offset = np.polyfit(counts, load, 1)
    siemens = conductance_s(counts, pad.full_scale, pad.divider_ohm)
    exponent, gain = np.polyfit(np.log(siemens), np.log(load), 1)
    linear, power = slope * counts + offset, np.exp(gain) * siemens**exponent

    picture = Picture(900, 430)
    upper = Panel(picture, (70, 50, 370, 310), (0, 21), (0, 1023))
    upper.axes((0, 5, 10, 15, 20), (0, 250, 500, 750, 1000), "load, N", "counts of one sensor")
    every = np.arange(1, 1000)
    conducts = conductance_s(every, pad.full_scale, pad.divider_ohm)
    upper.line(slope * every + offset, every, NAIVE)
    upper.line(np.exp(gain) * conducts**exponent, every, POWER)
    upper.line(static_table(by_weights, pad)[SHOWN, 1:1000], every, GOOD)
    upper.points(load, counts, INK)
    lower = Panel(picture, (520, 50, 350, 310), (0.28, 22), (-40, 40), log=True)
    lower.axes((0.3, 0.5, 1, 2, 5, 10, 20), (-40, -20, 0, 20, 40), "load, N", "off by, % of reading")
    for made, colour in ((linear, NAIVE), (power, POWER), (ours, GOOD)):
        lower.points(load, 100 * (made / load - 1), colour, 3.5)
    at = load >= 1
    names = ("linear in voltage", "power law", "the profile")
    for k, (name, made, colour) in enumerate(zip(names, (linear, power, ours), (NAIVE, POWER, GOOD), strict=True)):
        error = rms(made[at] / load[at] - 1)
        picture.text(70 + 290 * k, 420, f"{name}: off by {error:.1f} %", colour=colour)
        print(f"curve, sensor {SHOWN}: {name} {error:.2f} %")
    return picture


def settled_error(profile: Profile, made: VirtualPad, load_n: float = 5.0) -> NDArray[np.float64]:
    """(n_channels,) relative error of a weight that stands on each tile, after three seconds."""
    t_s = np.arange(0, 5, 0.01)
    load = np.where(t_s > 1.0, load_n, 0.0)[:, None] * np.ones(made.layout.n_channels)
    counts = Tiles(made).reading(5).counts(t_s, load)
    force = ProfiledConversion(profile, made.layout).push(Block.of(np.rint(t_s * 1e6).astype(np.int64), counts)) / 1024
    return np.asarray(force[400:].mean(axis=0) / load_n - 1)


def pad_map(profiles: dict[str, Profile], made: VirtualPad) -> Picture:
    """Each tile coloured by its error, profile beside profile."""
    picture, pad = Picture(900, 640), made.layout
    x0, y1 = pad.tiles[:, 0].min(), pad.tiles[:, 3].max()
    for k, (name, profile) in enumerate(profiles.items()):
        error = settled_error(profile, made)
        left = 40 + 430 * k
        picture.text(left, 30, f"{name}: {rms(error):.1f} %, worst {100 * np.abs(error).max():.0f} %", size=15)
        print(
            f"map: {name}: {rms(error):.1f} %, worst {100 * np.abs(error).max():.0f} %, mean {100 * error.mean():+.1f}"
        )
        for sensor, tile in enumerate(pad.tiles):
            x, y = left + 1.1 * (tile[0] - x0), 46 + 0.82 * (y1 - tile[3])
            width, height = 1.1 * (tile[2] - tile[0]), 0.82 * (tile[3] - tile[1])
            ring = INK if sensor in WEIGHED else "none"
            picture.box(x, y, width, height, shade(float(error[sensor])), ring)
            picture.text(x + width / 2, y + height / 2 + 4, signed(100 * error[sensor]), size=11, anchor="middle")
    picture.text(40, 620, "Off by, % of a weight of 5 N that stands on the tile. Ringed: sensors that were weighed.")
    return picture


def signed(value: float) -> str:
    """A whole number with its sign; nothing is neither high nor low."""
    whole = round(value)
    return f"{whole:+d}" if whole else "0"


def shade(error: float) -> str:
    """A colour from blue (reads low) over white to red (reads high)."""
    part = min(abs(error) / MOST, 1.0)
    far = np.array([210, 90, 70]) if error > 0 else np.array([70, 120, 200])
    red, green, blue = np.rint(255 + (far - 255) * part).astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"


def totals(profiles: dict[str, Profile], made: VirtualPad) -> Picture:
    """The total force of a fresh session, as it was and as each profile tells it."""
    fresh = pressed(made, 99, 60.0, 40)
    picture = Picture(900, 400)
    panel = Panel(picture, (70, 50, 800, 270), (20, 32), (0, 90))
    panel.axes(range(20, 33, 2), (0, 20, 40, 60, 80), "seconds", "total force on the pad, N")
    at = fresh.total_n > 10
    for k, ((name, profile), colour) in enumerate(zip(profiles.items(), (NAIVE, GOOD), strict=True)):
        force = ProfiledConversion(profile, made.layout).push(fresh.block).sum(axis=1) / 1024
        panel.line(fresh.t_s, force, colour, 2.4)
        error = rms(force[at] / fresh.total_n[at] - 1)
        picture.text(300 + 300 * k, 385, f"{name}: off by {error:.1f} %", colour=colour)
        print(f"total: {name}: {error:.1f} %")
    panel.line(fresh.t_s, fresh.total_n, INK, 1.0)
    picture.text(70, 385, "thin line: what really pressed")
    return picture


def main() -> None:
    """Draw them all."""
    pad = load_pad(PAD)
    made = VirtualPad.drawn(pad, SEED)
    by_weights = profile_from(FOLDER, pressing=False)
    profiles = {
        "six sensors weighed": by_weights,
        "and five minutes of pressing": load_profile(FOLDER / "example_profile.json", pad),
    }
    curve(by_weights, pad).save(DOCS / "calibration-curve.svg")
    pad_map(profiles, made).save(DOCS / "calibration-map.svg")
    totals(profiles, made).save(DOCS / "calibration-total.svg")


if __name__ == "__main__":
    main()
