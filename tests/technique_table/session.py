"""A whole session performed rightly: how many flags it raises, of which there should be at most one.

Each step is gone on with at place after place until its share of the time is over. The rule: nothing in it is wrong,
so every flag is false.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.performance.marks import marks_of
from rig.performance.perform import perform
from rig.session.pipeline import Pipeline
from tests.technique_table.performed import PAD, RATE_HZ, ROUTINES, SEVERITIES, pad_of

if TYPE_CHECKING:
    from rig.technique.flags import Flag
    from rig.virtual.scene import Scene

ROUTINE = "backpain"
MINUTES = 35.0
"""Within the 30 to 45 minutes of the document."""


def session(seed: int, minutes: float = MINUTES, steps: int | None = None) -> tuple[Scene, list[Flag]]:
    """The scene, at least so long, and its flags; only the first `steps` steps if so many are named."""
    routine = ROUTINES[ROUTINE]
    pad, conversion = pad_of(seed, nominal=False)
    severity = SEVERITIES[seed % len(SEVERITIES)]
    chosen = [step.id for step in routine.steps[:steps]]
    scene = perform(
        pad, routine, chosen, seed=seed, severity=severity, rate_hz=RATE_HZ, at_least_s=60 * minutes / len(chosen)
    )
    pipeline = Pipeline(PAD, conversion, routine, None, marks_of(scene))
    for block in scene.blocks(500):
        pipeline.push(block)
    pipeline.finish()
    return scene, pipeline.outcome.flags


def told(seed: int, minutes: float = MINUTES) -> str:
    """One line on a session."""
    scene, flags = session(seed, minutes)
    named = ", ".join(
        f"{f.kind} in {f.step} at {f.t0:.1f} s ({f.value:.3g} {f.unit}, limit {f.limit:.3g})" for f in flags
    )
    return f"- session of {scene.duration_s / 60:.1f} minutes, seed {seed}: {len(flags)} false flags {named}".rstrip()
