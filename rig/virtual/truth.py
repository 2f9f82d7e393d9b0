"""What really happened on the virtual pad: contacts, strokes, force on the spine line, rhythm, gaps, faults.

`rig.virtual.telling` reads it off the hands. Two definitions matter, both from the rig's acceptance: pressure is
*direct* where a hand presses with at least 6 N and its centre of force lies within 8 mm of the spine line, and the line
is *clear* while no hand's own pressure reaches it. Between the two lies a grey zone about which the truth says nothing.
The rule: the truth is a value that JSON carries (`rig perform --truth FILE` writes it), with times in seconds from the
scene's start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from rig.errors import InputError, StorageError
from rig.virtual.motion import PassKind  # noqa: TC001 (msgspec reads the types at run time)
from rig.virtual.patches import HandKind  # noqa: TC001 (likewise)
from rig.virtual.sensor_faults import SensorFault  # noqa: TC001 (likewise)

if TYPE_CHECKING:
    from pathlib import Path

TRACE_S = 0.01
"""How far apart the rows of a contact are."""

TrueDirection = Literal["up", "down", "out", "in", "none"]
TrueSide = Literal["left", "right", "centre"]


class TrueContact(msgspec.Struct, frozen=True):
    """One hand from touch-down to lift, sampled every 10 ms: seconds, mm, mm, newtons.

    `clearance_mm` is how far its own pressure stays from the spine line (negative over it).
    """

    hand: int
    kind: HandKind
    t0: float
    t1: float
    t: list[float]
    x_mm: list[float]
    y_mm: list[float]
    force_n: list[float]
    clearance_mm: list[float]


class TrueStroke(msgspec.Struct, frozen=True):
    """One pass that a hand meant; speed is the way along its path over the time in contact."""

    hand: int
    hand_kind: HandKind
    kind: PassKind
    t0: float
    t1: float
    direction: TrueDirection
    side: TrueSide
    length_mm: float
    speed_cm_s: float
    force_mean_n: float
    force_peak_n: float
    x0_mm: float
    y0_mm: float
    x1_mm: float
    y1_mm: float
    step: str | None = None


class TrueRhythm(msgspec.Struct, frozen=True):
    """A run of strokes in one direction; hands in unison make one beat."""

    t0: float
    t1: float
    direction: TrueDirection
    rate_per_min: float
    regularity_cv: float
    beats: int


class SpinePress(msgspec.Struct, frozen=True):
    """Direct pressure on the line: at least 6 N, centred within 8 mm.

    `on_line_n` is the most of it that lay on the line itself, within 13 mm: half the width of the tiles beneath it.
    """

    hand: int
    t0: float
    t1: float
    force_peak_n: float
    y_mm: float
    on_line_n: float


class Span(msgspec.Struct, frozen=True):
    """From `t0` to `t1`, in seconds."""

    t0: float
    t1: float


class ExpectedFlag(msgspec.Struct, frozen=True):
    """A flag of this kind should be raised somewhere between `t0` and `t1`."""

    kind: str
    t0: float
    t1: float
    step: str | None = None


class Breathing(msgspec.Struct, frozen=True):
    """What the hands breathe along with: a breath in begins at `t0` seconds, half of each breath is one."""

    t0: float
    per_min: float


class StepSpan(msgspec.Struct, frozen=True):
    """When a documented step was performed; `breath` is what a pacer showed, in steps that follow one."""

    step: str
    t0: float
    t1: float
    breath: Breathing | None = None


class Truth(msgspec.Struct, frozen=True):
    """Everything that is known about a scene; `touched` and `clear` are spans, see the module's head."""

    duration_s: float
    contacts: list[TrueContact]
    strokes: list[TrueStroke]
    rhythms: list[TrueRhythm]
    spine: list[SpinePress]
    touched: list[Span]
    clear: list[Span]
    gaps: list[Span]
    faults: list[SensorFault]
    expected: list[ExpectedFlag]
    steps: list[StepSpan]
    schema: str = "rig.truth/1"

    @property
    def line_stays_clear(self) -> bool:
        """Whether no hand's own pressure ever reaches the spine line."""
        down = sum(s.t1 - s.t0 for s in self.touched)
        return abs(down - sum(s.t1 - s.t0 for s in self.clear)) < TRACE_S / 2

    def to_json(self) -> str:
        """The truth as text."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1).decode()


def load_truth(path: Path) -> Truth:
    """A truth file.

    Raises:
        StorageError: it cannot be read. InputError: it is no truth file.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Truth)
    except OSError as error:
        raise StorageError(f"{path}: cannot be read ({error.strerror})") from error
    except msgspec.MsgspecError as error:
        raise InputError(f"{path}: not a truth file: {error}") from error
