"""Free pressing: the Press CSV, scans of the whole pad beside the total force that a reference under it reads.

Header `t_s,total_n,c0,c1,...`, one row a scan. The reference may be slower than the scans: its last reading is then
repeated, or the cell left empty (or `nan`) where it had nothing new; a scale's typed readings serve with a row each.
The rule: what is not a number, out of range or cut off is an error that names line and column.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rig.errors import InputError
from rig.recording.cells import number, read_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rig.pad import PadLayout

MOST_N = 2000.0
"""More than a person's weight and a half on the pad is grams, or a mistake."""


@dataclass(frozen=True, eq=False)
class Press:
    """Free pressing.

    Attributes:
        source: the file's name, for messages. t_us: (n,) microseconds, rising. counts: (n, n_channels).
        total_n: (n,) newtons at each scan; NaN where they are not known.
        read_us, read_n: (r,) the reference's own readings, where it keeps its own time.
        held: whether the readings are those of presses that were held still, so that the reference cannot be late.
    """

    source: str
    t_us: NDArray[np.int64]
    total_n: NDArray[np.float64]
    counts: NDArray[np.uint16]
    read_us: NDArray[np.int64] | None = None
    read_n: NDArray[np.float64] | None = None
    held: bool = False

    def __len__(self) -> int:
        return len(self.t_us)

    @property
    def readings(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """(r,) microseconds, rising, and (r,) newtons: the readings themselves, without a slow reference's repeats."""
        if self.read_us is not None and self.read_n is not None:
            return self.read_us, self.read_n
        at = np.flatnonzero(np.isfinite(self.total_n))
        changed = np.diff(self.total_n[at], prepend=np.nan) != 0
        if at.size and changed.mean() < 0.5:
            at = at[changed]
        return self.t_us[at], self.total_n[at]


def joined(parts: Sequence[Press], apart_us: int) -> Press:
    """Several pressings as one, so far apart from each other."""
    shifts, end_us = [], 0
    for part in parts:
        shifts.append(end_us - int(part.t_us[0]))
        end_us += int(part.t_us[-1] - part.t_us[0]) + apart_us
    readings = [part.readings for part in parts]
    return Press(
        ", ".join(part.source for part in parts),
        np.concatenate([part.t_us + shift for part, shift in zip(parts, shifts, strict=True)]),
        np.concatenate([part.total_n for part in parts]),
        np.concatenate([part.counts for part in parts]),
        np.concatenate([t_us + shift for (t_us, _), shift in zip(readings, shifts, strict=True)]),
        np.concatenate([read_n for _, read_n in readings]),
    )


def read_press(path: str | Path, pad: PadLayout) -> Press:
    """The scans and totals of a Press CSV of this pad.

    Raises:
        InputError: the file is not a Press CSV of this pad, is cut off, or its totals cannot be newtons.
    """
    path = Path(path)
    names = ["t_s", "total_n", *(f"c{c}" for c in range(pad.n_channels))]
    lines = read_text(path).splitlines()
    if not lines or not lines[0].strip():
        raise InputError(f"{path}: line 1: empty, where the header belongs")
    found = [name.strip().strip('"') for name in lines[0].split(",")]
    if found != names:
        wrong = next((n for n in names if n not in found), None) or next((f for f in found if f not in names), None)
        said = f"column {wrong}" if wrong else "the columns' order"
        raise InputError(f"{path}: line 1: {said} is not as pad {pad.name} needs it (t_s,total_n,c0 to {names[-1]})")
    row = np.dtype([("t_s", np.float64), ("total_n", np.float64), ("counts", np.uint16, (pad.n_channels,))])
    body = [line for line in lines[1:] if line.strip()]
    if not body:
        raise InputError(f"{path}: holds no scans, only the header")
    try:
        table = np.loadtxt(body, delimiter=",", comments=None, dtype=row, ndmin=1)
    except ValueError:
        table = _one_by_one(path, lines, names, row)
    press = Press(
        path.name,
        np.rint(table["t_s"] * 1e6).astype(np.int64),
        table["total_n"].copy(),
        np.ascontiguousarray(table["counts"]),
    )
    _check(press, path, lines, pad)
    return press


def _check(press: Press, path: Path, lines: list[str], pad: PadLayout) -> None:
    numbers = [k for k, line in enumerate(lines, start=1) if k > 1 and line.strip()]
    back = np.flatnonzero(np.diff(press.t_us) <= 0)
    if back.size:
        raise InputError(f"{path}: line {numbers[int(back[0]) + 1]}, column t_s: not after the scan before")
    if press.counts.max() > pad.full_scale:
        r, c = (int(v) for v in np.argwhere(press.counts > pad.full_scale)[0])
        raise InputError(
            f"{path}: line {numbers[r]}, column c{c}: {press.counts[r, c]} is not within 0 to {pad.full_scale}"
        )
    total = press.total_n[np.isfinite(press.total_n)]
    if not total.size:
        raise InputError(f"{path}: column total_n: no reading at all")
    if total.max() > MOST_N:
        raise InputError(f"{path}: column total_n: {total.max():g} N is beyond what a person presses; are these grams?")


def _one_by_one(path: Path, lines: list[str], names: list[str], row: np.dtype[np.void]) -> NDArray[np.void]:
    """The same without numpy's parser: takes empty totals and names the first bad cell."""
    table = np.empty(sum(1 for line in lines[1:] if line.strip()), row)
    filled = 0
    for at, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.split(",")]
        if len(cells) != len(names):
            cut = ": the file is cut off here" if at == len(lines) else ""
            raise InputError(f"{path}: line {at}: {len(cells)} columns instead of {len(names)}{cut}")
        values = [
            math.nan
            if name == "total_n" and cell.lower() in {"", "nan"}
            else number(cell, f"{path}: line {at}, column {name}")
            for name, cell in zip(names, cells, strict=True)
        ]
        for name, value in zip(names[2:], values[2:], strict=True):
            if value != math.floor(value) or not 0 <= value <= 0xFFFF:
                raise InputError(f"{path}: line {at}, column {name}: {value:g} is not a number of counts")
        table[filled] = (values[0], values[1], values[2:])
        filled += 1
    return table
