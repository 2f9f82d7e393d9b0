"""A performance's steps as a session marks them, the pacer that the hands follow included.

The rule: what the hands breathe along with is what the judge compares them with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.technique.timeline import Mark, Pacer

if TYPE_CHECKING:
    from rig.virtual.scene import Scene
    from rig.virtual.truth import Breathing


def marks_of(scene: Scene) -> list[Mark]:
    """One mark for each step performed, in order."""
    return [Mark(round(span.t0 * 1e6), span.step, _pacer(span.breath)) for span in scene.steps]


def _pacer(breath: Breathing | None) -> Pacer | None:
    return None if breath is None else Pacer(round(breath.t0 * 1e6), breath.per_min)
