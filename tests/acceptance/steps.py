"""The documented steps, performed rightly and with their faults, as the judge of a session sees them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rig.performance.faults import possible_faults
from rig.performance.perform import perform
from rig.technique.routine.loading import builtin_routines, load_routine
from rig.virtual.virtual_pad import VirtualPad
from tests.acceptance.families import PAD
from tests.acceptance.verdicts import watched

if TYPE_CHECKING:
    from rig.technique.flags import FlagKind

ROUTINES = {name: load_routine(name, PAD) for name in builtin_routines()}
STEPS = [step.id for routine in ROUTINES.values() for step in routine.steps]

JUDGED: tuple[FlagKind, ...] = (
    "spine-pressure",
    "wrong-direction",
    "too-fast",
    "too-slow",
    "irregular",
    "too-hard",
    "signal-gap",
    "sensor-fault",
)
"""The flags of this version; a fault of another kind is performed, and not asked for yet."""

RATE_HZ = 100.0
_HELD_OUT_FROM = 1_000_000


@dataclass(frozen=True)
class Judged:
    """One performance: the fault it had, and the kinds of flags that it earned, with their times."""

    name: str
    fault: FlagKind | None
    flags: tuple[str, ...]

    @property
    def caught(self) -> bool:
        """Whether the fault's own flag was raised."""
        return self.fault is not None and any(flag.startswith(f"{self.fault} ") for flag in self.flags)


def faults_of(step_id: str) -> tuple[FlagKind, ...]:
    """The faults of a step that this version is asked to catch."""
    routine = ROUTINES[step_id.partition(".")[0]]
    return tuple(kind for kind in possible_faults(PAD, routine, routine.step(step_id)) if kind in JUDGED)


def judged(step_id: str, fault: FlagKind | None, seed: int, *, held_out: bool = False) -> Judged:
    """A performance on a pad of its own, and what the judge said."""
    routine = ROUTINES[step_id.partition(".")[0]]
    seed += _HELD_OUT_FROM if held_out else 0
    scene = perform(_built(seed), routine, step_id, fault, seed=seed, rate_hz=RATE_HZ)
    seen = watched(scene.blocks(500), scene, routine)
    flags = tuple(f"{flag.kind} at {flag.t0:.1f} s ({_amount(flag.value)})" for flag in seen.flags)
    return Judged(f"{scene.name}, seed {seed}", fault, flags)


@lru_cache(maxsize=1)
def _built(seed: int) -> VirtualPad:
    """One pad for all steps of a seed: the tables of its foam take longer to work out than a scene."""
    return VirtualPad.drawn(PAD, seed)


def _amount(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}"
