"""Where on the back a step is done: its zones as a stretch along the spine and a distance beside it.

The rule: a place is drawn so that the hand's own pressure stays off the spine line with room for its unsteadiness;
only steps that the document leads along the line, and faults, come nearer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rig.errors import InputError

if TYPE_CHECKING:
    import numpy as np

    from rig.pad import PadLayout, Zone
    from rig.performance.cast import Part
    from rig.technique.routine.routine import Step

CLEAR_MM = 9.0
"""Between a hand's edge and the line: wander, tremor and a turn of the wrist take half of it at times."""

LEAST_BESIDE_MM = 20.0
_ROOM_MM = 35.0
_NECK_FROM_MM, _NECK_TO_MM = 430.0, 545.0
_INSIDE_MM = 8.0
_WRONG_BY_MM = 60.0


@dataclass(frozen=True, slots=True)
class Ground:
    """The stretch of the back that a step covers: y from `y0_mm` to `y1_mm`, and up to `out_mm` beside the line."""

    y0_mm: float
    y1_mm: float
    in_mm: float
    out_mm: float
    beside_to_mm: float = float("inf")
    """Where a long movement leads into a narrow zone, it begins no farther out."""

    @classmethod
    def of(cls, layout: PadLayout, step: Step) -> Ground:
        """A step's own zones, as far as the pad has them; the whole spine line where it names none."""
        return cls._around([z for z in layout.zones if z.name in step.zones], layout, neck=step.lighter_in is not None)

    @classmethod
    def wrong(cls, layout: PadLayout, step: Step) -> Ground | None:
        """A zone well away from all of the step's own; None where there is none."""
        own = [z for z in layout.zones if z.name in step.zones]
        far = [z for z in layout.zones if own and all(_apart_mm(z, o) >= _WRONG_BY_MM for o in own)]
        roomy = [z for z in far if z.y1_mm - z.y0_mm >= 100]
        return cls._around(roomy[-1:], layout) if roomy else None

    @classmethod
    def _around(cls, zones: list[Zone], layout: PadLayout, *, neck: bool = False) -> Ground:
        low, high = layout.spine_y0_mm, layout.spine_y1_mm
        edge = float(layout.tiles[:, 2].max()) - layout.spine_x_mm
        if not zones:
            return cls(low, high, 0.0, edge)
        y0, y1 = max(min(z.y0_mm for z in zones), low), min(max(z.y1_mm for z in zones), high)
        if y0 < _NECK_FROM_MM - 100:
            # The neck is narrow and wants less pressure: long movements of the back end where it begins, if not led on.
            y1 = min(y1, _NECK_TO_MM if neck else _NECK_FROM_MM)
        beside = min(0.0 if not z.mirrored else z.x0_mm for z in zones)
        within = min(z.x1_mm for z in zones) - _INSIDE_MM if neck else float("inf")
        return cls(y0, y1, beside, min(max(z.x1_mm for z in zones), edge), within)

    def stretch(self, rng: np.random.Generator) -> tuple[float, float]:
        """Where a long movement begins and ends along the spine."""
        inset = min(15.0, 0.1 * (self.y1_mm - self.y0_mm))
        return self.y0_mm + rng.uniform(1, 2) * inset, self.y1_mm - rng.uniform(1, 2) * inset

    def beside(self, part: Part, rng: np.random.Generator) -> float:
        """How far from the line a hand's centre lies."""
        nearest = self.nearest(part)
        farthest = max(min(nearest + _ROOM_MM, self.out_mm - 15, self.beside_to_mm), nearest)
        return float(rng.uniform(nearest, farthest))

    def nearest(self, part: Part) -> float:
        """How near to the line a hand's centre may come."""
        return max(part.across_mm + CLEAR_MM, LEAST_BESIDE_MM, self.in_mm + 5)

    def outside(self, part: Part, rng: np.random.Generator) -> float:
        """How far from the line a hand is at the edge of the body; it may hang over the pad's edge by a third."""
        return float(max(self.out_mm - part.across_mm * rng.uniform(0.6, 1.0), self.beside(part, rng) + 30))


def ground_for(layout: PadLayout, step: Step, *, wrong: bool) -> Ground:
    """Where the step is done, or where it must not be.

    Raises:
        InputError: the step may be done anywhere.
    """
    if not wrong:
        return Ground.of(layout, step)
    found = Ground.wrong(layout, step)
    if found is None:
        raise InputError(f"step '{step.id}': no zone of pad '{layout.name}' lies far enough from its own")
    return found


def _apart_mm(one: Zone, other: Zone) -> float:
    return max(one.y0_mm - other.y1_mm, other.y0_mm - one.y1_mm)
