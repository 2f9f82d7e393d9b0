"""A strip of few sensors and frames on it, for the tests of recordings."""

from __future__ import annotations

import numpy as np

from rig.frame import Block
from rig.recording.format import Header

CHANNELS = 5


def pad_toml(channels: int = CHANNELS) -> str:
    rows = "".join(f"[[sensors]]\nchannel = {k}\nx_mm = {40 * k}\ny_mm = 0\n" for k in range(channels))
    return f'name = "strip"\nadc_bits = 10\ndivider_ohm = 10000\n{rows}'


def some_frames(n: int, channels: int = CHANNELS, seed: int = 0, step_us: int = 5_000) -> Block:
    """Frames of a strip that is pressed to and fro, with one count of noise, some lost and some late."""
    rng = np.random.default_rng(seed)
    t_us = np.arange(n, dtype=np.int64) * step_us
    wave = 300 + 250 * np.sin(t_us[:, None] / 3e5 + np.arange(channels))
    counts = np.clip(np.rint(wave + rng.normal(0, 1, wave.shape)), 0, 1023).astype(np.uint16)
    lost = np.where(rng.random(n) < 0.02, rng.integers(1, 9, n), 0)
    received_s = np.rint((70_000 + t_us / 1e6 + rng.exponential(3e-4, n)) * 1e6) / 1e6
    return Block(t_us, counts, (rng.random(n) < 0.05).astype(np.uint8), lost, received_s)


def assert_same(found: Block, expected: Block) -> None:
    np.testing.assert_array_equal(found.t_us, expected.t_us)
    np.testing.assert_array_equal(found.counts, expected.counts)
    np.testing.assert_array_equal(found.status, expected.status)
    np.testing.assert_array_equal(found.lost, expected.lost)
    np.testing.assert_array_equal(found.received_s, expected.received_s)


HEADER = Header(
    pad=pad_toml(),
    hello={"board": "virtual", "channels": CHANNELS},
    profile='{"gain": 1}',
    routine='name = "back"\n',
    started_s=1_700_000_000.25,
    session={"trainee": "Ada", "level": 2},
)

SMALL_HEADER = Header(pad=pad_toml(2), started_s=1.0)
