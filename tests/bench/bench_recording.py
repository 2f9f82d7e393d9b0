"""Recording and reading a session, against MCAP as it comes (a message a frame, in chunks) and against CSV.

Run it: `python -m tests.bench recording`. All write and read the same frames in one run, and times are processor
time, so that what else the computer does counts for little. The frames are two hands that stroke a back of `back-144`
for 45 minutes at 200 Hz: force-sensitive resistors with their own gains in a divider, and noise of the counts given.
The limit of size is the noise's own entropy: a coder that knew every movement in advance would still have to store it.
"""

from __future__ import annotations

import csv
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
from mcap.reader import make_reader
from mcap.writer import Writer
from scipy.special import ndtr

from rig.clock import SystemClock
from rig.frame import Block
from rig.pad import load_pad, pad_text
from rig.recording.format import Header
from rig.recording.reader import Recording
from rig.recording.writer import RecordingWriter

if TYPE_CHECKING:
    from numpy.typing import NDArray

PAD = "back-144"
RATE_HZ = 200
MINUTES = 45
N_FRAMES = MINUTES * 60 * RATE_HZ
N_STOCK = 20_000
"""Frames for the slow ways, whose speed does not depend on how many there are."""
LIVE_S = 5.0
HEADER = Header(pad=pad_text(PAD), started_s=1_700_000_000.0)

SPEED_TARGET, SHARE_TARGET, SIZE_TARGET, OPEN_TARGET_S, READ_TARGET = 1_500, 0.1, 4.0, 1.0, 50


def clean_counts(n: int, preload: float, seed: int) -> NDArray[np.float64]:
    """(n, n_channels) counts without noise; `preload` is what the foam's weight alone makes of each sensor."""
    pad, rng = load_pad(PAD), np.random.default_rng(seed)
    t = np.arange(n)[:, None] / RATE_HZ
    force = np.zeros((n, pad.n_channels))
    for side, period in ((-1, 3.1), (1, 2.9)):
        way = 2 * np.pi * t / period
        x, y = side * (50 + 12 * np.sin(way / 7)), 240 + 200 * np.sin(way + 0.3 * np.sin(t / 5))
        push = 25 * (0.55 + 0.45 * np.cos(way)) * (1 + 0.03 * np.sin(2 * np.pi * 9 * t))
        force += push * np.exp(-(((pad.x_mm - x) / 28) ** 2 + ((pad.y_mm - y) / 35) ** 2) / 2)
    siemens = 2e-5 * force**0.9 * np.exp(rng.normal(0, 0.2, pad.n_channels))
    return preload + (pad.full_scale - preload) * siemens * pad.divider_ohm / (1 + siemens * pad.divider_ohm)


def session(n: int, noise: float, preload: float = 0.0, seed: int = 4) -> Block:
    """Frames as a device hands them over, in minutes so that the making stays small."""
    rng, pieces = np.random.default_rng(seed), []
    for start in range(0, n, 60 * RATE_HZ):
        clean = clean_counts(min(60 * RATE_HZ, n - start), preload, seed + start)
        counts = np.clip(np.rint(clean + rng.normal(0, noise, clean.shape)), 0, 1023).astype(np.uint16)
        t_us = (start + np.arange(len(clean))) * (1_000_000 // RATE_HZ) + rng.integers(0, 2, len(clean))
        received_s = 5_000 + t_us / 1e6 + rng.exponential(3e-4, len(clean))
        pieces.append(Block.of(t_us, counts, received_s=received_s))
    return Block.join(pieces)


def entropy_limit(noise: float, preload: float, seed: int = 4) -> float:
    """Raw bits over the bits of noise in a count, the movement being known: no lossless coder does better."""
    clean = clean_counts(4_000, preload, seed)
    near, bits = np.rint(clean), np.zeros_like(clean)
    for step in range(-6, 7):
        value = near + step
        low = np.where(value <= 0, -np.inf, value - 0.5)
        p = np.where(value < 0, 0.0, ndtr((value + 0.5 - clean) / noise) - ndtr((low - clean) / noise))
        bits -= p * np.log2(np.maximum(p, 1e-300))
    return 16 / float(bits.mean())


def write_ours(path: Path, frames: Block, at_once: int) -> float:
    began = time.process_time()
    with RecordingWriter(path, HEADER, overwrite=True) as writer:
        for start in range(0, len(frames), at_once):
            writer.write(frames[start : start + at_once])
    return time.process_time() - began


def write_stock(path: Path, frames: Block) -> float:
    began = time.process_time()
    with path.open("wb") as file:
        writer = Writer(file)
        writer.start()
        channel = writer.register_channel("/frames", "raw", writer.register_schema("frame", "", b""))
        for t_us, counts in zip(frames.t_us.tolist(), frames.counts, strict=True):
            writer.add_message(channel, 1000 * t_us, counts.tobytes(), 1000 * t_us)
        writer.finish()  # type: ignore[no-untyped-call]  # mcap leaves it untyped
    return time.process_time() - began


def read_stock(path: Path) -> float:
    began = time.process_time()
    with path.open("rb") as file:
        rows = [np.frombuffer(message.data, np.uint16) for _, _, message in make_reader(file).iter_messages()]
    np.stack(rows)
    return time.process_time() - began


def write_csv(path: Path, frames: Block) -> float:
    began = time.process_time()
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(
            [t, *row] for t, row in zip(frames.t_s.tolist(), frames.counts.tolist(), strict=True)
        )
    return time.process_time() - began


def read_csv(path: Path) -> float:
    began = time.process_time()
    np.loadtxt(path, delimiter=",")
    return time.process_time() - began


def live_share(path: Path, frames: Block) -> float:
    """Per cent of a core that `write` takes as frames come in by twos, waited for, so that caches are cold."""
    spent_s, began = 0.0, time.perf_counter()
    with RecordingWriter(path, HEADER, SystemClock(), overwrite=True) as writer:
        for start in range(0, int(LIVE_S * RATE_HZ), 2):
            time.sleep(max(0.0, began + start / RATE_HZ - time.perf_counter()))
            block = frames[start : start + 2]
            before = time.thread_time()
            writer.write(block)
            spent_s += time.thread_time() - before
    return 100 * spent_s / LIVE_S


def verdict(held: list[bool], value: float, target: float, at_most: bool = False) -> str:
    reached = value <= target if at_most else value >= target
    held.append(reached)
    return f"target {'<=' if at_most else '>='} {target:g}: {'reached' if reached else 'MISSED'}"


def main() -> bool:
    """Print the figures, each beside its target and its limit; whether all were reached."""
    held: list[bool] = []
    print(f"recording {MINUTES} min of {PAD} at {RATE_HZ} Hz ({N_FRAMES} frames)")
    frames = session(N_FRAMES, 0.5)
    with TemporaryDirectory() as folder:
        path, stock, plain = (Path(folder) / name for name in ("ours.mcap", "stock.mcap", "plain.csv"))
        ours_s = min(write_ours(path, frames, 512) for _ in range(2)) / N_FRAMES
        stock_s, csv_s = write_stock(stock, frames[:N_STOCK]) / N_STOCK, write_csv(plain, frames[:N_STOCK]) / N_STOCK
        raw = Path(folder) / "raw"
        began = time.process_time()
        raw.write_bytes(frames.counts.tobytes())
        limit_s = (time.process_time() - began) / N_FRAMES
        speed = 1 / RATE_HZ / ours_s
        print(
            f"  writing: {speed:,.0f}x real time ({verdict(held, speed, SPEED_TARGET)}; limit, raw bytes to the file: "
            f"{1 / RATE_HZ / limit_s:,.0f}x), {stock_s / ours_s:.1f}x as fast as stock MCAP, {csv_s / ours_s:.1f}x CSV"
        )
        share = 100 / speed
        paced = live_share(Path(folder) / "live.mcap", frames)
        print(
            f"  share of a core at {RATE_HZ} Hz: {share:.3f} % ({verdict(held, share, SHARE_TARGET, True)}); "
            f"{paced:.2f} % where two frames at a time are waited for and caches are cold"
        )
        began = time.process_time()
        recording = Recording.open(path)
        open_s = time.process_time() - began
        began = time.process_time()
        found = list(recording.blocks())
        read_s = (time.process_time() - began) / N_FRAMES
        for name in ("t_us", "counts", "status", "lost"):
            assert np.array_equal(getattr(Block.join(found), name), getattr(frames, name)), "not lossless"
        print(f"  opening: {open_s:.2f} s ({verdict(held, open_s, OPEN_TARGET_S, True)})")
        stock_read_s, csv_read_s = read_stock(stock) / N_STOCK, read_csv(plain) / N_STOCK
        speed = 1 / RATE_HZ / read_s
        print(
            f"  reading, lossless: {speed:,.0f}x the sensor rate ({verdict(held, speed, READ_TARGET)}), "
            f"{stock_read_s / read_s:.1f}x as fast as stock MCAP, {csv_read_s / read_s:.1f}x as CSV"
        )
        for noise, preload in ((0.5, 0.0), (0.75, 0.0), (1.0, 0.0), (0.5, 20.0), (1.0, 20.0)):
            some = session(N_STOCK, noise, preload)
            for way in (write_stock, write_csv):
                way(stock if way is write_stock else plain, some)
            write_ours(path, some, 512)
            raw_size = some.counts.nbytes
            ours, others = raw_size / path.stat().st_size, [raw_size / p.stat().st_size for p in (stock, plain)]
            print(
                f"  size, {noise:4.2f} counts of noise, foam's weight {preload:2.0f} counts: {ours:.2f}:1 "
                f"({verdict(held, ours, SIZE_TARGET)}; limit, its entropy: {entropy_limit(noise, preload):.1f}:1; "
                f"stock MCAP {others[0]:.2f}:1, CSV {others[1]:.2f}:1)"
            )
    return all(held)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
