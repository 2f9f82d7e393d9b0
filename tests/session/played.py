"""Recordings to be looked at: the short session of `tests.session.hands` in a file, whole or spoilt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from rig.recording.format import STEP
from rig.recording.writer import RecordingWriter
from rig.technique.loading import load_routine, routine_text, standalone_text
from tests.session.hands import PAD, header, session

if TYPE_CHECKING:
    from pathlib import Path

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


def cut_off(path: Path, share: float = 0.6) -> Path:
    """The first part of a file, as a full disk or a power cut leaves it."""
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    return path
