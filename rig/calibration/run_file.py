"""A guided run's readings on disk, as a Loads CSV that grows line by line.

The rule: a reading is in the file before the next task is shown, so an interruption costs the weight that stood, and
the same file resumes the run and feeds `rig calibrate fit`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_args

from rig.calibration.grown_table import append_rows, replace_rows, take_off_half_line
from rig.calibration.loads import read_loads
from rig.calibration.run_tasks import Phase, Reading
from rig.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rig.pad import PadLayout

_HEADER = "channel,t_s,load_n,counts,cycle,phase\n"


def kept_readings(path: str | Path, pad: PadLayout) -> list[Reading]:
    """The readings of an earlier part of a run; none where there is no file yet. A half line at its end is taken off.

    Raises:
        InputError: the file is not such a run. StorageError: it ends in half a line and cannot be written.
    """
    path = Path(path)
    take_off_half_line(path)
    if not path.is_file() or path.stat().st_size <= len(_HEADER):
        return []
    loads = read_loads(path, pad, unit="newtons")
    phases = loads.phase or ("",) * len(loads)
    known: tuple[Phase, ...] = get_args(Phase)
    named = {phase: phase for phase in known}
    wrong = next((p for p in phases if p not in named), None)
    if wrong is not None:
        raise InputError(f"{path}: column phase: '{wrong}' is not one of a guided run's")
    columns = (loads.channel, loads.t_us, loads.load_n, loads.counts, loads.cycle)
    return [
        Reading(int(c), int(t), float(n), int(k), int(m), named[p])
        for c, t, n, k, m, p in zip(*columns, phases, strict=True)
    ]


def append_readings(path: str | Path, readings: Iterable[Reading]) -> None:
    """Add readings to the file, which is made with its folder where there is none.

    Raises:
        StorageError: it cannot be written.
    """
    append_rows(path, _HEADER, _lines(readings))


def write_readings(path: str | Path, readings: Iterable[Reading]) -> None:
    """Put these readings in the file's place, whole or not at all: what somebody took back is no longer in it.

    Raises:
        StorageError: it cannot be written.
    """
    replace_rows(path, _HEADER, _lines(readings))


def _lines(readings: Iterable[Reading]) -> str:
    return "".join(f"{r.channel},{r.t_us / 1e6:.6f},{r.load_n:g},{r.counts},{r.cycle},{r.phase}\n" for r in readings)
