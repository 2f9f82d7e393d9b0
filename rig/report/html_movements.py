"""Movements on the back: strokes as arrows by their way, circles as rings, what stayed in place as dots.

The rule: a picture shows every movement of its way, or the page says how many are left out; one that was flagged is
drawn so, whether the flag is on it as a whole or on a load along its way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.report.html_paths import dots, ring, way

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rig.analysis.findings import Hold, Stroke
    from rig.report.report import Report
    from rig.technique.flags import Flag

MOST_MOVEMENTS = 400
"""More lines than this only blacken a picture; the latest ones are drawn, and the page says so."""

REACH_MM = 45.0
"""Half a hand: a load so far from a movement's line is that movement's."""

_LOADS = frozenset(("spine-pressure", "too-hard"))
_ARROW_MM, _RING_MM, _STAY_MM = 11.0, 9.0, 2.5


@dataclass(frozen=True, slots=True)
class Movements:
    """Movements of one way: those in order as one path, those with a flag as another; `tone` names their colour."""

    title: str
    about: str
    tone: str
    fine: str
    flagged: str


def movements(report: Report) -> tuple[list[Movements], int]:
    """The movements drawn, by their way, and how many are left out for want of room."""
    strokes = report.strokes[-MOST_MOVEMENTS:]
    holds = report.holds[-MOST_MOVEMENTS:]
    wrong = {id(stroke) for stroke in strokes if any(_concerns(flag, stroke) for flag in report.flags)}
    up = [s for s in strokes if s.kind == "stroke" and s.direction == "up"]
    down = [s for s in strokes if s.kind == "stroke" and s.direction == "down"]
    across = [s for s in strokes if s.kind == "stroke" and s.direction not in {"up", "down"}]
    rest = [s for s in strokes if s.kind != "stroke"]
    pictures = [
        _straight("Toward the head", "up", up, wrong),
        _straight("Toward the feet", "down", down, wrong),
        _others(across, rest, holds, wrong),
    ]
    left_out = len(report.strokes) - len(strokes) + len(report.holds) - len(holds)
    return [picture for picture in pictures if picture is not None], left_out


def _straight(title: str, tone: str, strokes: Sequence[Stroke], wrong: set[int]) -> Movements | None:
    if not strokes:
        return None
    paths = {False: "", True: ""}
    for stroke in strokes:
        paths[id(stroke) in wrong] += _arrow(stroke)
    return Movements(title, _counted([(len(strokes), "stroke")]), tone, paths[False], paths[True])


def _others(
    across: Sequence[Stroke], rest: Sequence[Stroke], holds: Sequence[Hold], wrong: set[int]
) -> Movements | None:
    """Whatever does not run along the back: strokes across it, circles as rings, what stays in place as dots."""
    if not (across or rest or holds):
        return None
    paths = {False: "", True: ""}
    for stroke in across:
        paths[id(stroke) in wrong] += _arrow(stroke)
    for stroke in rest:
        paths[id(stroke) in wrong] += _mark(stroke)
    paths[False] += "".join(ring(hold.x_mm, hold.y_mm, _STAY_MM) for hold in holds)
    kinds = dict.fromkeys(s.kind for s in rest)
    counted = [(len(across), "stroke"), *((sum(s.kind == kind for s in rest), kind) for kind in kinds)]
    about = _counted([*counted, (len(holds), "hold")])
    return Movements("Other movements", about, "aside", paths[False], paths[True])


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
    """A ring for what goes round, a line for what goes to and fro, a dot for what stays."""
    if stroke.kind in {"circle", "figure-eight"}:
        return ring((stroke.x0_mm + stroke.x1_mm) / 2, (stroke.y0_mm + stroke.y1_mm) / 2, _RING_MM)
    if stroke.kind == "to-and-fro":
        return way([(stroke.x0_mm, stroke.y0_mm), (stroke.x1_mm, stroke.y1_mm)])
    return ring(stroke.x1_mm, stroke.y1_mm, _STAY_MM)


def _counted(counts: Iterable[tuple[int, str]]) -> str:
    """1 press, 3 circles."""
    return ", ".join(f"{n} {name if n == 1 else _plural(name)}" for n, name in counts if n)


def _plural(name: str) -> str:
    if name == "to-and-fro":
        return name
    return name + ("es" if name.endswith("s") else "s")


def _concerns(flag: Flag, stroke: Stroke) -> bool:
    """Whether a flag is on this movement (`flag_on_stroke`), or on a load that it bore."""
    if flag.x_mm is None or flag.y_mm is None:
        return False
    if flag.kind not in _LOADS:
        return (flag.t0, flag.x_mm, flag.y_mm) == (stroke.t0, stroke.x1_mm, stroke.y1_mm)
    if flag.t0 >= stroke.t1 or (flag.t1 is not None and flag.t1 <= stroke.t0):
        return False
    begin = np.array([stroke.x0_mm, stroke.y0_mm])
    along, there = np.array([stroke.x1_mm, stroke.y1_mm]) - begin, np.array([flag.x_mm, flag.y_mm]) - begin
    part = np.clip(there @ along / max(float(along @ along), 1.0), 0.0, 1.0)
    return float(np.hypot(*(there - part * along))) <= REACH_MM
