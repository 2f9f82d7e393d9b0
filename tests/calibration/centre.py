"""Where a hand presses on foam, how hard its strongest tile is pressed, and what the rig makes of both.

One hand glides over a virtual pad; its true centre of force is known. For the strongest tile, presses all over the pad
are felt through its foam and through foam that spreads next to nothing. The rule: each way sees the same frames.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.analysis import Analysis
from rig.analysis.contacts import PEAK_UNDONE
from rig.analysis.findings import HOP_US
from rig.analysis.foam import Unspread
from rig.analysis.geometry import PadGeometry
from rig.calibration.conversion import FORCE_STEPS_PER_N
from rig.frame import Block
from rig.virtual.foam import FoamTables
from rig.virtual.hands import Touch
from tests.calibration.example import hand_of, places_on

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.calibration.conversion import Conversion
    from rig.pad import PadLayout
    from rig.virtual.virtual_pad import VirtualPad

    Floats = NDArray[np.float64]

HZ = 100


def pitch_mm(pad: PadLayout) -> float:
    """The mean of the distances between columns and between rows."""
    columns, rows = np.unique(pad.x_mm), np.unique(pad.y_mm)
    return float((np.diff(columns).mean() + np.diff(rows).mean()) / 2)


def glide(made: VirtualPad, seed: int, seconds: float) -> tuple[Block, Floats]:
    """Frames of one hand that wanders over the pad under a changing force, and its (n, 2) true centre in mm."""
    rng, t_s = np.random.default_rng(seed), np.arange(0, seconds, 1 / HZ)
    low, high = made.layout.tiles[:, :2].min(axis=0) + 45, made.layout.tiles[:, 2:].max(axis=0) - 45
    phase = rng.uniform(0, 2 * np.pi, 3)
    x = (low[0] + high[0]) / 2 + (high[0] - low[0]) / 2 * np.sin(2 * np.pi * t_s / 7.3 + phase[0])
    y = (low[1] + high[1]) / 2 + (high[1] - low[1]) / 2 * np.sin(2 * np.pi * t_s / 17.1 + phase[1])
    force = (18 + 8 * np.sin(2 * np.pi * t_s / 2.9 + phase[2])) * np.clip((t_s - 1) / 0.3, 0, 1)
    touch = hand_of(x, y, force)
    tables = FoamTables(made.foam, touch.radius_mm.tolist())
    run, counts = made.sensors.reading(seed), []
    for a in range(0, len(t_s), 2000):
        part = slice(a, a + 2000)
        now = Touch(touch.x_mm[part], touch.y_mm[part], touch.force_n[part], touch.radius_mm)
        counts.append(run.counts(t_s[part], tables.loads([now], len(t_s[part]))))
    return Block.of(np.rint(t_s * 1e6).astype(np.int64), np.concatenate(counts)), np.stack([x, y], axis=1)


def off_mm(pad: PadLayout, conversion: Conversion, block: Block, truth: Floats) -> float:
    """Root mean square distance between the analysis' strongest contact and the true centre."""
    analysis = Analysis(pad, conversion)
    found = []
    for findings in (analysis.push(block), analysis.finish()):
        contacts = findings.contacts
        found.append(np.stack([contacts.t_us, contacts.force_n, contacts.x_mm, contacts.y_mm], axis=1))
    table = np.concatenate(found)
    table = table[np.lexsort((-table[:, 1], table[:, 0]))]
    _, strongest = np.unique(table[:, 0], return_index=True)
    table = table[strongest]
    at = np.minimum(np.searchsorted(block.t_us, table[:, 0] + HOP_US / 2), len(block) - 1)
    return _rms(table[:, 2:] - truth[at], table[:, 0] > 2e6)


def naively_off_mm(pad: PadLayout, block: Block, truth: Floats) -> float:
    """The same for the mean of the sensors' places, weighted by counts above rest: linear in the voltage."""
    above = np.maximum(block.counts - np.median(block.counts[:50], axis=0), 0.0)
    total = np.maximum(above.sum(axis=1), 1.0)
    centre = np.stack([above @ pad.x_mm / total, above @ pad.y_mm / total], axis=1)
    return _rms(centre - truth, block.t_us > 2e6)


def peaks(made: VirtualPad, seed: int, thumb_mm: int | None = None) -> tuple[float, float, float]:
    """What the strongest tile reads over what it would without foam: felt, as a contact tells it, all undone; medians.

    Under 600 presses with the heel of a hand, or with a thumb of that radius; each tile's force is known exactly, and
    so is the spread.
    """
    rng, pad = np.random.default_rng(seed), made.layout
    x, y = places_on(pad, rng, 600, 45.0)
    force = rng.uniform(10, 45, 600)
    touch = Touch(x[:, None], y[:, None], force[:, None], np.array([thumb_mm])) if thumb_mm else hand_of(x, y, force)
    rigid = replace(made.foam, spread_mm=1.0, known={}, _joined=[])
    felt, bare = (FoamTables(foam, touch.radius_mm.tolist()).loads([touch], 600) for foam in (made.foam, rigid))
    steps = np.rint(felt * FORCE_STEPS_PER_N).astype(np.int32)
    undone = np.maximum(Unspread(PadGeometry(pad), made.foam.spread_mm).loads_n(steps), 0.0)
    told = felt + PEAK_UNDONE * (undone - felt)
    felt_ratio, told_ratio, all_ratio = (
        float(np.median(v.max(axis=1) / bare.max(axis=1))) for v in (felt, told, undone)
    )
    return felt_ratio, told_ratio, all_ratio


def _rms(apart: Floats, rows: NDArray[np.bool_]) -> float:
    return float(np.sqrt((apart[rows] ** 2).sum(axis=1).mean()))
