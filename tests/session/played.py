"""Recordings to be looked at: the short session of `tests.session.hands`, whole or spoilt, and what live showed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from rig.analysis.analysis import Analysis, Picture
from rig.calibration.nominal import NominalConversion
from rig.recording.format import STEP
from rig.recording.writer import RecordingWriter
from rig.technique.routine.loading import load_routine, routine_text, standalone_text
from tests.session.hands import PAD, header, session

if TYPE_CHECKING:
    from pathlib import Path

    from rig.calibration.conversion import Conversion
    from rig.frame import Block

ROUTINE = "relieving"
STEPS = ("relieving.1", "relieving.2")
BEGINS_S = (0.0, 15.0)


def recorded(
    path: Path,
    block: Block | None = None,
    steps: tuple[str, ...] = STEPS,
    begins_s: tuple[float, ...] = BEGINS_S,
    **fields: object,
) -> Path:
    """A session in a file; `fields` are the header's, in place of the usual ones."""
    text = standalone_text(routine_text(ROUTINE)[0], load_routine(ROUTINE, PAD))
    made = msgspec.structs.replace(header(routine=text, started_s=1.7e9), **fields)
    with RecordingWriter(path, made) as writer:
        for step, begin_s in zip(steps, begins_s, strict=True):
            writer.event(round(begin_s * 1e6), STEP, {"step": step})
        writer.write(session() if block is None else block)
    return path


def cut_off(path: Path) -> Path:
    """The first part of a file, as a full disk or a power cut leaves it."""
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.6)])
    return path


def live(t_us: int, block: Block | None = None, conversion: Conversion | None = None) -> Picture:
    """What a screen showed at `t_us`, scan by scan from the beginning."""
    block = session() if block is None else block
    analysis = Analysis(PAD, conversion or NominalConversion(PAD))
    rows = int(np.searchsorted(block.t_us, t_us, side="right"))
    for start in range(0, rows, 77):
        analysis.push(block[start : min(start + 77, rows)])
    return analysis.picture


def same(a: Picture, b: Picture) -> bool:
    columns = (
        (a.force_n, b.force_n),
        (a.contacts.contact, b.contacts.contact),
        (a.contacts.x_mm, b.contacts.x_mm),
        (a.contacts.force_n, b.contacts.force_n),
    )
    return (a.t_us, a.spine_n, a.at_least) == (b.t_us, b.spine_n, b.at_least) and all(
        np.array_equal(left, right) for left, right in columns
    )
