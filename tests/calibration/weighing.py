"""A maker with weights and a load cell, at sensors whose physics no fit knows.

`StrangeSensors` is a family of its own beside those of `rig.virtual`: a bent power law with a soft ceiling, hysteresis
by a backlash that yields, creep that runs faster the harder the sensor is pressed, a drifting gain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from rig.calibration.loads import Loads
from rig.pad import PadLayout, parse_pad
from rig.virtual.sensors import SensorArray

if TYPE_CHECKING:
    from numpy.typing import NDArray

HZ = 100
WEIGHTS_N = (0.3, 0.5, 1, 2, 3, 5, 8, 12, 20)


class Reads(Protocol):
    """A run of sensors: consecutive times and loads to counts."""

    def counts(self, t_s: NDArray[np.float64], load_n: NDArray[np.float64]) -> NDArray[np.uint16]: ...


class Sensors(Protocol):
    """Sensors that can be read from rest."""

    @property
    def pad(self) -> PadLayout: ...

    def reading(self, seed: int) -> Reads: ...


def small_pad(across: int = 4, along: int = 3) -> PadLayout:
    """A pad of few sensors, 40 mm apart."""
    sensors = ", ".join(
        f"{{channel = {along_at * across + at}, x_mm = {40 * at}, y_mm = {40 * along_at}}}"
        for along_at in range(along)
        for at in range(across)
    )
    text = f'name = "small"\nadc_bits = 10\ndivider_ohm = 3300\nsensors = [{sensors}]\n'
    return parse_pad(text, "small")


@dataclass(frozen=True, eq=False)
class StrangeSensors:
    """Sensors of this file's own physics; every array is (n_channels,)."""

    pad: PadLayout
    seed: int

    def reading(self, seed: int) -> StrangeReading:
        return StrangeReading(self, seed)

    def drawn(self) -> dict[str, NDArray[np.float64]]:
        rng, n = np.random.default_rng(self.seed), self.pad.n_channels
        return {
            "gain": 1.2e-4 * np.exp(rng.normal(0, 0.2, n)),
            "exponent": rng.normal(0.86, 0.04, n),
            "ceiling": rng.uniform(3e-3, 8e-3, n),
            "yield_n": rng.uniform(0.05, 0.12, n),
            "back": rng.uniform(0.02, 0.05, n),
            "creep": rng.uniform(0.03, 0.08, n),
            "slow_s": rng.uniform(3, 8, n),
        }


class StrangeReading:
    """One run of `StrangeSensors`."""

    def __init__(self, sensors: StrangeSensors, seed: int) -> None:
        self._p, self._full, self._ohm = sensors.drawn(), sensors.pad.full_scale, sensors.pad.divider_ohm
        n = sensors.pad.n_channels
        self._held, self._crept = np.zeros(n), np.zeros(n)
        self._rng = np.random.default_rng(seed)

    def counts(self, t_s: NDArray[np.float64], load_n: NDArray[np.float64]) -> NDArray[np.uint16]:
        p = self._p
        step = 1 / HZ
        held, crept = np.empty_like(load_n), np.empty_like(load_n)
        for k, force in enumerate(load_n):
            width = p["yield_n"] + 0.08 * force
            self._held = np.clip(self._held, force - width, force + width)
            self._crept += step / p["slow_s"] * (1 + force / 5) * (np.sqrt(force) - self._crept)
            held[k], crept[k] = self._held, self._crept
        felt = load_n + p["back"] / 0.08 * 0.5 * (held - load_n)
        siemens = (
            p["gain"] * np.maximum(felt, 0) ** p["exponent"] * (1 + p["creep"] * (crept / np.sqrt(load_n + 1) - 0.5))
        )
        siemens = siemens / (1 + siemens / p["ceiling"])
        through = siemens * self._ohm * (1 + 0.002 * self._rng.standard_normal(load_n.shape))
        count = through / (1 + through) * (self._full + 1) + 0.5 * self._rng.standard_normal(load_n.shape)
        return np.clip(np.floor(count), 0, self._full).astype(np.uint16)


def families(pad: PadLayout, seed: int) -> dict[str, Sensors]:
    """Sensors of the virtual pad's families and of this file's, drawn by a seed."""
    return {"virtual": SensorArray.drawn(pad, seed), "strange": StrangeSensors(pad, seed)}


def read(run: Reads, t_s: NDArray[np.float64], load_n: NDArray[np.float64]) -> NDArray[np.uint16]:
    """A long run in pieces."""
    return np.concatenate([run.counts(t_s[a : a + 2000], load_n[a : a + 2000]) for a in range(0, len(t_s), 2000)])


def staircase(cycles: int, hold_s: float = 3.0) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Loads and cycle numbers: rest, conditioning presses (cycle -1), then weights up and down, lifted between."""
    pieces: list[tuple[float, float, int]] = [(0.0, 2.0, 0)]
    pieces += [(22.0, 1.0, -1), (0.0, 1.0, -1)] * 5
    for cycle in range(1, cycles + 1):
        for w in (*WEIGHTS_N, *WEIGHTS_N[-2::-1]):
            pieces += [(w, hold_s, cycle), (0.0, 1.5, cycle)]
    load = np.concatenate([np.full(round(s * HZ), w) for w, s, _ in pieces])
    cycles_of = np.concatenate([np.full(round(s * HZ), c) for _, s, c in pieces])
    return load, cycles_of


def weighed(sensors: Sensors, channels: list[int], seed: int, cycles: int = 2) -> Loads:
    """The weights on some channels, all at once, up and down."""
    return _laid_on(sensors, channels, seed, *staircase(cycles))


def checked(sensors: Sensors, channels: list[int], seed: int, weights_n: tuple[float, ...] = (2.0, 5.0, 5.0)) -> Loads:
    """The check before a session: pressed a few times, then the pad untouched, then weights one after another."""
    pieces = [(22.0, 1.0, -1), (0.0, 1.0, -1)] * 3 + [(0.0, 3.0, 0)]
    for cycle, weight in enumerate(weights_n, start=1):
        pieces += [(weight, 4.0, cycle), (0.0, 2.0, cycle)]
    load = np.concatenate([np.full(round(s * HZ), w) for w, s, _ in pieces])
    cycle_of = np.concatenate([np.full(round(s * HZ), c) for _, s, c in pieces])
    return _laid_on(sensors, channels, seed, load, cycle_of)


def _laid_on(
    sensors: Sensors, channels: list[int], seed: int, load: NDArray[np.float64], cycle: NDArray[np.int64]
) -> Loads:
    """Readings under stated loads, whose edges are a tenth of a second soft; cycles below 0 are not written down."""
    soft = np.convolve(np.pad(load, (6, 5), "edge"), np.ones(12) / 12, "valid")
    t_s = np.arange(len(load)) / HZ
    everywhere = np.zeros((len(load), sensors.pad.n_channels))
    everywhere[:, channels] = soft[:, None]
    counts = read(sensors.reading(seed), t_s, everywhere)[:, channels]
    kept = cycle >= 0
    return loads_of(channels, t_s[kept], np.tile(load[kept, None], len(channels)), counts[kept], cycle[kept])


def loads_of(
    channels: list[int],
    t_s: NDArray[np.float64],
    load_n: NDArray[np.float64],
    counts: NDArray[np.uint16],
    cycle: NDArray[np.int64] | None = None,
) -> Loads:
    """Loads from (n,) times and (n, channels) loads and counts."""
    many = len(channels)
    return Loads(
        "made.csv",
        np.repeat(np.array(channels, np.int64), len(t_s)),
        np.tile(np.rint(t_s * 1e6).astype(np.int64), many),
        load_n.T.ravel(),
        counts.T.ravel().astype(np.int64),
        np.tile(cycle if cycle is not None else np.zeros(len(t_s), np.int64), many),
    )


def strokes(seed: int, t_s: NDArray[np.float64], n: int, top_n: float = 18.0) -> NDArray[np.float64]:
    """(len(t_s), n) presses of varying length, height and shape, each sensor for itself, with pauses."""
    rng = np.random.default_rng(seed)
    out = np.empty((len(t_s), n))
    for c in range(n):
        period, phase = rng.uniform(0.6, 3.0), rng.uniform(0, 1)
        slow = 1 + 0.45 * np.sin(2 * np.pi * t_s / rng.uniform(7, 23) + rng.uniform(0, 6))
        turn = (t_s / period + phase) % 1.5
        rise = np.sin(np.pi * np.clip(turn, 0, 1)) ** rng.uniform(0.8, 1.6)
        out[:, c] = rng.uniform(0.5, 1) * top_n / 1.45 * slow * rise
    return out


def massage(pad: PadLayout, seed: int, t_s: NDArray[np.float64], wide_mm: float = 22.0) -> NDArray[np.float64]:
    """(n, n_channels) loads of two hands that press all over a pad, one place after another."""
    rng, n = np.random.default_rng(seed), pad.n_channels
    out = np.zeros((len(t_s), n))
    visit_s = 2.5
    for _ in range(2):
        visits = int(t_s[-1] / visit_s) + 2
        order = np.concatenate([rng.permutation(n) for _ in range(visits // n + 1)])[:visits]
        x, y = pad.x_mm[order] + rng.uniform(-15, 15, visits), pad.y_mm[order] + rng.uniform(-15, 15, visits)
        at = (t_s / visit_s).astype(int)
        part = t_s / visit_s - at
        peak, dip, beats = rng.uniform(8, 40, visits), rng.uniform(0.1, 0.4, visits), rng.uniform(1, 3, visits)
        force = peak[at] * np.sin(np.pi * part) ** 0.8 * (1 - dip[at] * (1 + np.sin(2 * np.pi * part * beats[at])))
        width = rng.uniform(0.6, 1.3, visits)[at] * wide_mm
        apart = (pad.x_mm - x[at, None]) ** 2 + (pad.y_mm - y[at, None]) ** 2
        share = np.exp(-apart / (2 * width[:, None] ** 2))
        out += force[:, None] * share / share.sum(axis=1, keepdims=True)
    return out


def off(found_n: NDArray[np.float64], true_n: NDArray[np.float64], above_n: float = 2.0) -> tuple[float, float]:
    """Root mean square error of reading, and of full scale (20 N), where the truth is above a load."""
    at = true_n > above_n
    error = found_n[at] - true_n[at]
    return float(np.sqrt(np.mean((error / true_n[at]) ** 2))), float(np.sqrt(np.mean(error**2)) / 20.0)
