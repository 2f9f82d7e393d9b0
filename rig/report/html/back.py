"""The back as each picture of the page has it: its frame, the silhouette, the spine line, and places on it.

All in the pad's millimetres, y turned round because SVG's grows downward; the template puts the paths into tags. The
rule: the frame holds the silhouette and the whole pad, so that no place of a report lies outside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.back import extent_mm, outline_mm
from rig.report.html.paths import dots, way

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rig.pad import PadLayout
    from rig.technique.flags import Flag

MARGIN_MM = 12.0


@dataclass(frozen=True, slots=True)
class Body:
    """The frame as an SVG view box; the outline and the spine line as paths."""

    box: str
    outline: str
    spine: str


def body_of(pad: PadLayout) -> Body:
    """The silhouette on this pad, framed so that all of both is seen."""
    outline = outline_mm() + np.array([pad.spine_x_mm, 0.0])
    x0, y0, x1, y1 = extent_mm(pad)
    low = np.minimum(outline.min(axis=0), (x0, y0)) - MARGIN_MM
    high = np.maximum(outline.max(axis=0), (x1, y1)) + MARGIN_MM
    box = f"{low[0]:.0f} {-high[1]:.0f} {high[0] - low[0]:.0f} {high[1] - low[1]:.0f}"
    spine = way([(pad.spine_x_mm, pad.spine_y0_mm), (pad.spine_x_mm, pad.spine_y1_mm)])
    return Body(box, way(outline[::2]) + "Z", spine)


def places(flags: Iterable[Flag]) -> str:
    """A dot where each flag was, as far as it was anywhere."""
    return dots((f.x_mm, f.y_mm) for f in flags if f.x_mm is not None and f.y_mm is not None)
