"""What a maker means to do in one calibration, and the files it leaves in `calibration/`.

A plan lies beside the readings, so that an evening that was broken off goes on tomorrow with the same sensors and
weights. The rule: all files of one evening share one stem, and none is ever written over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from rig.calibration.run import HOLD_S
from rig.calibration.run_tasks import WEIGHTS_N, Task, plan
from rig.errors import InputError, StorageError

if TYPE_CHECKING:
    from pathlib import Path

    from rig.clock import Clock
    from rig.pad import PadLayout

SPREAD = 6
"""So many sensors are weighed unless somebody wants others: what all have in common is learnt from a few."""

WELL_S = 9.0
"""So long is each sensor to be pressed: some ten minutes on 144 sensors, after which half of a virtual pad's were known
to 4 %, and all but three to 8 % (`rig.session.calibrate.virtual`). On 12 shorter pressings, those that had been pressed
for 3 to 4 s were off by 15 %, for 6 to 9 s by 7 %, for 9 to 14 s by 6 %."""

MOST_N = 60.0
"""No puck carries more; what is larger was meant as grams."""

_AFTERWARDS = -1
"""No sensor's own untouched reading: the one before the verifying weights."""

_PLAN, _LOADS = "_plan.json", "_loads.csv"


class CalibrationPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which sensors are weighed with what, how often and how long; whether and how long the whole pad is pressed."""

    pad: str
    channels: tuple[Annotated[int, Meta(ge=0)], ...]
    weights_n: tuple[Annotated[float, Meta(gt=0, le=MOST_N)], ...] = WEIGHTS_N
    cycles: Annotated[int, Meta(ge=1)] = 3
    pressing: bool = True
    press_s: Annotated[float, Meta(gt=0)] = WELL_S
    hold_s: Annotated[float, Meta(gt=0)] = HOLD_S

    @property
    def weighing(self) -> list[Task]:
        """Conditioning, the untouched pad, weights up and down, sensor by sensor."""
        return [task for task in self._tasks if task.phase != "verify"]

    @property
    def verifying(self) -> list[Task]:
        """The untouched pad once more, and one weight at three spots."""
        return [Task("unloaded", None, 0.0, _AFTERWARDS), *(task for task in self._tasks if task.phase == "verify")]

    @property
    def _tasks(self) -> list[Task]:
        return plan(self.channels, self.weights_n, self.cycles)


@dataclass(frozen=True)
class CalibrationFiles:
    """The files of one evening: a folder and what their names begin with."""

    folder: Path
    stem: str

    @property
    def plan(self) -> Path:
        """What was meant to be done."""
        return self.folder / f"{self.stem}{_PLAN}"

    @property
    def loads(self) -> Path:
        """Readings under weights, a Loads CSV."""
        return self.folder / f"{self.stem}{_LOADS}"

    @property
    def cell(self) -> Path:
        """What the load cell read beside them."""
        return self.folder / f"{self.stem}_cell.csv"

    @property
    def profile(self) -> Path:
        """What came of it."""
        return self.folder / f"{self.stem}_profile.json"

    def presses(self) -> list[Path]:
        """The recordings of free pressing that there are, in order."""
        found: list[Path] = []
        while (path := self._press(len(found) + 1)).exists():
            found.append(path)
        return found

    def next_press(self) -> Path:
        """Where the next part of free pressing is recorded."""
        return self._press(len(self.presses()) + 1)

    def _press(self, number: int) -> Path:
        return self.folder / f"{self.stem}_press{'' if number == 1 else f'_{number}'}.mcap"


def _spread_channels(pad: PadLayout) -> tuple[int, ...]:
    """Sensors spread over the pad, six or as many as there are."""
    many = min(SPREAD, pad.n_channels)
    return tuple(round((k + 0.5) * pad.n_channels / many - 0.5) for k in range(many))


def parse_channels(given: str, pad: PadLayout, where: str = "--channels") -> tuple[int, ...]:
    """Channels between commas; nothing at all gives the spread.

    Raises:
        InputError: not whole numbers, not of this pad, or one twice; names `where` it was written.
    """
    if not given.strip():
        return _spread_channels(pad)
    try:
        wanted = tuple(int(cell) for cell in given.split(","))
    except ValueError as error:
        raise InputError(f"{where} {given}: whole numbers between commas are needed") from error
    wrong = [c for c in wanted if not 0 <= c < pad.n_channels]
    if wrong:
        raise InputError(f"{where} {given}: pad {pad.name} has no channel {wrong[0]}")
    if len(set(wanted)) < len(wanted):
        raise InputError(f"{where} {given}: a channel is there twice")
    return wanted


def parse_weights(given: str, where: str = "--weights") -> tuple[float, ...]:
    """Newtons between commas; nothing at all gives the usual ones.

    Raises:
        InputError: not numbers, or none that a puck carries; names `where` it was written.
    """
    if not given.strip():
        return WEIGHTS_N
    try:
        loads = tuple(float(cell) for cell in given.split(","))
    except ValueError as error:
        raise InputError(f"{where} {given}: numbers between commas are needed") from error
    if not all(0 < load <= MOST_N for load in loads):
        raise InputError(f"{where} {given}: newtons between 0 and {MOST_N:g} are needed (100 g weigh 0.98 N)")
    return tuple(sorted(set(loads)))


def new_files(folder: Path, pad: PadLayout, clock: Clock) -> CalibrationFiles:
    """Names for an evening that begins now, none of them taken."""
    day = f"{pad.name}_{datetime.fromtimestamp(clock.date_s()):%Y-%m-%d}"
    stem, number = day, 1
    while any(folder.glob(f"{stem}_*")):
        number += 1
        stem = f"{day}_{number}"
    return CalibrationFiles(folder, stem)


def save_plan(plan: CalibrationPlan, files: CalibrationFiles) -> None:
    """Keep a plan; makes the folder.

    Raises:
        StorageError: it cannot be written.
    """
    try:
        files.folder.mkdir(parents=True, exist_ok=True)
        files.plan.write_bytes(msgspec.json.format(msgspec.json.encode(plan), indent=2) + b"\n")
    except OSError as error:
        raise StorageError.writing(files.plan, error) from error


def load_plan(files: CalibrationFiles) -> CalibrationPlan:
    """The plan of an evening that was begun.

    Raises:
        InputError: there is none, or it is damaged.
    """
    try:
        return msgspec.json.decode(files.plan.read_bytes(), type=CalibrationPlan)
    except (OSError, msgspec.MsgspecError) as error:
        raise InputError(f"{files.plan}: cannot be read ({error})") from error


def unfinished(folder: Path, pad: PadLayout) -> CalibrationFiles | None:
    """The latest evening of this pad that has a plan and no verdict yet; None where there is none."""
    begun = []
    for path in folder.glob(f"*{_PLAN}") if folder.is_dir() else ():
        files = CalibrationFiles(folder, path.name.removesuffix(_PLAN))
        try:
            is_ours = load_plan(files).pad == pad.name
        except InputError:
            continue  # A damaged plan cannot be gone on with; its readings still fit by hand.
        if is_ours and not verified(files):
            begun.append((path.stat().st_mtime, files.stem, files))
    return max(begun, key=lambda entry: entry[:2])[2] if begun else None


def verified(files: CalibrationFiles) -> bool:
    """Whether the evening got as far as its verdict."""
    from rig.calibration.check_file import verdict_path

    return verdict_path(files.profile).is_file()
