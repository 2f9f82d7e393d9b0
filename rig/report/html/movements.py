"""Movements on the back: strokes as arrows by their way, circles as rings, what stayed in place as dots.

The rule: a picture shows every movement of its way, or the page says how many are left out; one that was flagged is
drawn so, whether the flag is on it as a whole or on a load along its way.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from rig.report.html.paths import dots, ring, way

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.analysis.findings import Hold, Stroke
    from rig.report.report import Report
    from rig.technique.flags import Flag

MOST_MOVEMENTS = 400
"""More lines than this only blacken a picture; the latest ones are drawn, and the page says so."""

REACH_MM = 45.0
"""Half a hand: a load farther from a movement's line is not that movement's."""

Tone = Literal["up", "down", "aside"]
TITLES: dict[Tone, str] = {"up": "Toward the head", "down": "Toward the feet", "aside": "Other movements"}

_LOADS = frozenset(("spine-pressure", "too-hard"))
_ARROW_MM, _RING_MM, _STAY_MM = 11.0, 9.0, 2.5


@dataclass(frozen=True, slots=True)
class Movements:
    """Movements of one way: those in order as one path, those with a flag as another; `tone` names their colour."""

    title: str
    about: str
    tone: Tone
    fine: str
    flagged: str


def tone_of(stroke: Stroke) -> Tone:
    """The way of a stroke along the back; all else is "aside"."""
    if stroke.kind == "stroke" and stroke.direction in {"up", "down"}:
        return "up" if stroke.direction == "up" else "down"
    return "aside"


def movements(report: Report) -> tuple[list[Movements], int]:
    """The movements drawn, by their way, and how many are left out for want of room."""
    strokes = report.strokes[-MOST_MOVEMENTS:]
    holds = report.holds[-MOST_MOVEMENTS:]
    wrong = {id(stroke) for flag in report.flags for stroke in _concerned(flag, strokes)}
    pictures = []
    for tone, title in TITLES.items():
        these = [stroke for stroke in strokes if tone_of(stroke) == tone]
        resting = holds if tone == "aside" else []
        if these or resting:
            pictures.append(_picture(title, tone, these, resting, wrong))
    return pictures, len(report.strokes) - len(strokes) + len(report.holds) - len(holds)


def _picture(title: str, tone: Tone, strokes: Sequence[Stroke], holds: Sequence[Hold], wrong: set[int]) -> Movements:
    """One way's movements; `wrong` are the ids of those with a flag."""
    paths = {False: "", True: ""}
    for stroke in strokes:
        paths[id(stroke) in wrong] += _mark(stroke)
    paths[False] += "".join(ring(hold.x_mm, hold.y_mm, _STAY_MM) for hold in holds)
    counted = [*Counter(stroke.kind for stroke in strokes).items(), *([("hold", len(holds))] if holds else [])]
    about = ", ".join(f"{count} {kind if count == 1 else _plural(kind)}" for kind, count in counted)
    flagged = sum(id(stroke) in wrong for stroke in strokes)
    return Movements(title, about + (f"; {flagged} flagged" if flagged else ""), tone, paths[False], paths[True])


def _arrow(stroke: Stroke) -> str:
    """From where a stroke began to where it ended, with a head there."""
    begin, end = np.array([stroke.x0_mm, stroke.y0_mm]), np.array([stroke.x1_mm, stroke.y1_mm])
    length = float(np.hypot(*(end - begin)))
    if length < _ARROW_MM:
        return dots([(stroke.x1_mm, stroke.y1_mm)])
    back = (begin - end) / length * _ARROW_MM
    aside = np.array([-back[1], back[0]]) * 0.5
    return way([begin, end]) + way([end + back + aside, end, end + back - aside])


def _mark(stroke: Stroke) -> str:
    """An arrow for a stroke, a ring for what goes round, a line for what goes to and fro, a dot for what stays."""
    if stroke.kind == "stroke":
        return _arrow(stroke)
    if stroke.kind in {"circle", "figure-eight"}:
        return ring((stroke.x0_mm + stroke.x1_mm) / 2, (stroke.y0_mm + stroke.y1_mm) / 2, _RING_MM)
    if stroke.kind == "to-and-fro":
        return way([(stroke.x0_mm, stroke.y0_mm), (stroke.x1_mm, stroke.y1_mm)])
    return ring(stroke.x1_mm, stroke.y1_mm, _STAY_MM)


def _plural(name: str) -> str:
    if name == "to-and-fro":
        return name
    return name + ("es" if name.endswith("s") else "s")


def _concerned(flag: Flag, strokes: Sequence[Stroke]) -> list[Stroke]:
    """The movement that a flag is on (`flag_on_stroke`), or the nearest of those that may have borne its load."""
    if flag.x_mm is None or flag.y_mm is None:
        return []
    if flag.kind not in _LOADS:
        return [s for s in strokes if (s.t0, s.x1_mm, s.y1_mm) == (flag.t0, flag.x_mm, flag.y_mm)]
    end_s = flag.t0 if flag.t1 is None else flag.t1
    then = [s for s in strokes if s.t0 <= end_s and flag.t0 <= s.t1]
    distances = [_distance_mm(s, flag.x_mm, flag.y_mm) for s in then]
    nearest = min(distances, default=np.inf)
    return [then[distances.index(nearest)]] if nearest <= REACH_MM else []


def _distance_mm(stroke: Stroke, x_mm: float, y_mm: float) -> float:
    """From a place to the straight line between a movement's ends."""
    begin = np.array([stroke.x0_mm, stroke.y0_mm])
    along, there = np.array([stroke.x1_mm, stroke.y1_mm]) - begin, np.array([x_mm, y_mm]) - begin
    part = np.clip(there @ along / max(float(along @ along), 1.0), 0.0, 1.0)
    return float(np.hypot(*(there - part * along)))
