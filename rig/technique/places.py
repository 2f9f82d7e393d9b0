"""Where on the back something is: its side, and how far it lies from where a step wants it.

A step wants its points, where it names some, and else its zones. The rule: a place that the pad does not have is
not judged, so what is asked for beyond the pad's edge is nobody's fault.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rig.analysis.findings import Heading, Side, Stroke
    from rig.pad import PadLayout
    from rig.technique.routine.routine import Point, Step

CENTRE_MM = 14.0
"""Nearer to the line than this is the centre: half the spacing of the reference pad's columns beside the spine."""


def side_of(dx_mm: float) -> Side:
    """The recipient's side, from the distance to the spine line (positive to the right)."""
    return "centre" if abs(dx_mm) <= CENTRE_MM else "right" if dx_mm > 0 else "left"


def goes_against(step: Step, course: Stroke | Heading) -> bool:
    """Whether a pass goes where the step does not.

    A step that winds about the line has its direction there: what its hands do beside the line is a bend of the figure.
    """
    return course.direction in step.forbids and (step.counts != "figure-eight" or course.side == "centre")


def distance_mm(pad: PadLayout, step: Step, x_mm: float, y_mm: float) -> float:
    """How far a place lies from the nearest that the step wants; 0 where it wants none that the pad has."""
    if step.points:
        return min(point_distance_mm(pad, point, x_mm, y_mm) for point in step.points)
    dx = x_mm - pad.spine_x_mm
    distances = []
    for zone in (zone for zone in pad.zones if zone.name in step.zones):
        for x in (dx, -dx) if zone.mirrored else (dx,):
            across = max(zone.x0_mm - x, x - zone.x1_mm, 0.0)
            along = max(zone.y0_mm - y_mm, y_mm - zone.y1_mm, 0.0)
            distances.append(sqrt(across * across + along * along))
    return min(distances, default=0.0)


def point_distance_mm(pad: PadLayout, point: Point, x_mm: float, y_mm: float) -> float:
    """How far a place lies from a point, or from its mirror image where that serves as well."""
    dx, along = x_mm - pad.spine_x_mm, y_mm - point.y_mm
    return min(sqrt((x - point.x_mm) ** 2 + along * along) for x in ((dx, -dx) if point.mirrored else (dx,)))
