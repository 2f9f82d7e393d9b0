"""The scenes that issue the rig's acceptance: hands on the line, hands beside it, strokes, rhythms.

Each family draws its hands, forces, speeds and places from `Ranges`; pads differ in sensors, foam and severity. The
held-out scenes come from other ranges and from a random stream of another name; nobody tunes anything on them. The
rule: a scene is its family, its seed and whether it is held out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from rig.pad import load_pad
from rig.performance.cast import Part
from rig.virtual.foam import Foam
from rig.virtual.hands import Hand
from rig.virtual.irregularity import Irregularity
from rig.virtual.motion import Track
from rig.virtual.patches import Patch
from rig.virtual.scene import Scene
from rig.virtual.sensors import SensorArray
from rig.virtual.severity import draws
from rig.virtual.virtual_pad import VirtualPad

if TYPE_CHECKING:
    from collections.abc import Callable

    from rig.virtual.patches import HandKind
    from rig.virtual.severity import Severity

PAD = load_pad("back-144")

SEVERITIES: tuple[Severity, ...] = ("real", "mild", "nasty", "real")

Span = tuple[float, float]


@dataclass(frozen=True)
class Ranges:
    """Where a family draws from: mm, N, cm/s, times a minute."""

    on_line_mm: Span = (0.0, 6.5)
    press_n: Span = (8.0, 25.0)
    press_s: Span = (0.5, 1.4)
    land_s: Span = (0.08, 0.3)
    thumb_mm: Span = (20.0, 27.0)
    thumb_n: Span = (4.0, 20.0)
    edge_mm: Span = (3.0, 15.0)
    hand_n: Span = (6.0, 35.0)
    speed_cm_s: Span = (2.5, 20.0)
    rate: Span = (8.0, 30.0)
    angle: float = 0.25


OPEN = Ranges()
HELD_OUT = Ranges(
    on_line_mm=(3.0, 7.0),
    press_n=(6.8, 14.0),
    press_s=(0.4, 0.9),
    land_s=(0.05, 0.5),
    thumb_mm=(20.0, 22.0),
    thumb_n=(2.5, 30.0),
    edge_mm=(2.0, 8.0),
    hand_n=(4.0, 45.0),
    speed_cm_s=(1.5, 28.0),
    rate=(6.0, 45.0),
    angle=0.45,
)


class Shoot:
    """One scene being made."""

    def __init__(self, family: str, seed: int, held_out: bool) -> None:
        self.rng = draws(seed, "held-out" if held_out else "acceptance", family)
        self.ranges = HELD_OUT if held_out else OPEN
        self.severity: Severity = SEVERITIES[seed % len(SEVERITIES)]
        self.name = f"{family} {seed}{' held out' if held_out else ''} ({self.severity})"
        self.seed, self.held_out = seed, held_out
        self.pad_seed = int(self.rng.integers(1 << 31))
        self.rate_hz = float(self.rng.choice((100.0, 130.0, 200.0, 260.0)))
        self.hands: list[Hand] = []

    def within(self, span: Span) -> float:
        return float(self.rng.uniform(*span))

    def side(self) -> int:
        return int(self.rng.choice((-1, 1)))

    def part(self, kind: HandKind, side: int = 1, turned: float = 0.0) -> Part:
        turn = turned + self.rng.uniform(-1, 1) * self.ranges.angle
        return Part(Patch.drawn(kind, self.rng, "left" if side < 0 else "right"), float(turn))

    def enter(self, part: Part, track: Track) -> None:
        unsteady = Irregularity.drawn(self.rng, len(part.patch.share), self.severity)
        self.hands.append(Hand(part.patch, track.path(), unsteady))

    def beside(self, part: Part) -> float:
        """A centre whose patch stays off the line, or a thumb's that stays so far from it, however the hand strays."""
        thumb = part.patch.kind == "thumb"
        nearest = self.within(self.ranges.thumb_mm) if thumb else part.across_mm + self.within(self.ranges.edge_mm)
        return nearest + 3 * _WANDER_MM[self.severity]

    def scene(self) -> Scene:
        sensors = SensorArray.drawn(PAD, self.pad_seed, self.severity)
        pad = VirtualPad(PAD, _foam(self.seed, self.severity, self.held_out), sensors)
        end_s = max(hand.path.end_s for hand in self.hands) + 1.0
        return Scene(pad, tuple(self.hands), end_s, self.pad_seed, self.rate_hz, name=self.name)


@lru_cache(maxsize=1)
def _foam(seed: int, severity: Severity, held_out: bool) -> Foam:
    """One foam for all families of a seed: its tables take longer to work out than a scene."""
    return Foam.drawn(PAD, 2 * seed + held_out, severity)


_WANDER_MM: dict[Severity, float] = {"mild": 0.6, "real": 1.2, "nasty": 2.0}


def on_the_line(shoot: Shoot) -> None:
    """Presses and glides on the line: thumbs, and hands and fingertips that lie along it."""
    _row_of_presses(shoot, (("thumb", 0.0), ("thumb", 0.0), ("heel", 0.0), ("palm", 0.0), ("fingertips", np.pi / 2)))


def across_the_line(shoot: Shoot) -> None:
    """A hand or a row of fingertips laid across the line: much of its force falls to either side."""
    _row_of_presses(shoot, (("palm", np.pi / 2), ("reinforced", np.pi / 2), ("heel", np.pi / 2), ("fingertips", 0.0)))


def on_the_line_beside_a_hand(shoot: Shoot) -> None:
    """A thumb on the line while the other hand works beside it."""
    _in_company(shoot, (shoot.side(),))


def on_the_line_between_two_hands(shoot: Shoot) -> None:
    """A thumb on the line while two hands work beside it: one hand more than anybody has."""
    _in_company(shoot, (-1, 1))


def _in_company(shoot: Shoot, sides: tuple[int, ...]) -> None:
    end_s = _press_line(shoot, shoot.part("thumb"), 2.0)
    end_s = _press_line(shoot, shoot.part("thumb"), end_s + 1.0)
    kind: HandKind = shoot.rng.choice(np.array(["thumb", "heel", "palm"]))
    for side in sides:
        part = shoot.part(kind, side)
        x = side * (shoot.beside(part) + 20)
        track = Track(1.0, x, 20.0, part.angle_rad)
        track.stroke(x, 400.0, end_s, shoot.within(shoot.ranges.hand_n))
        shoot.enter(part, track)


def thumbs_beside(shoot: Shoot) -> None:
    """Two thumbs beside the line, on both sides at once: pressing, then gliding."""
    parts = {side: shoot.part("thumb", side) for side in (-1, 1)}
    x_mm = {side: side * shoot.beside(part) for side, part in parts.items()}
    _pair(shoot, "thumb", x_mm, shoot.ranges.thumb_n, parts)


def hands_beside(shoot: Shoot) -> None:
    """Heels or palms close beside the line, on one side or both, pressing, then gliding."""
    kind: HandKind = shoot.rng.choice(np.array(["heel", "palm"]))
    parts = {side: shoot.part(kind, side) for side in (-1, 1)}
    sides = (-1, 1) if shoot.rng.random() < 0.7 else (shoot.side(),)
    _pair(shoot, kind, {side: side * shoot.beside(parts[side]) for side in sides}, shoot.ranges.hand_n, parts)


def strokes(shoot: Shoot) -> None:
    """Strokes of all directions with all hands, on one side or both."""
    t_s = 1.0
    for way in shoot.rng.permutation(np.array(["up", "down", "out", "in", "up", "down"])):
        kind: HandKind = shoot.rng.choice(np.array(["thumb", "palm", "heel", "fingertips"]))
        both = shoot.rng.random() < 0.5
        speed, force = shoot.within(shoot.ranges.speed_cm_s), shoot.within(shoot.ranges.hand_n)
        y, length, slant = shoot.rng.uniform(20, 120), shoot.rng.uniform(110, 280), shoot.rng.uniform(-0.3, 0.3)
        for side in (-1, 1) if both else (shoot.side(),):
            part = shoot.part(kind, side)
            track = _one_way(shoot, part, side, str(way), (float(y), float(length), float(slant)), speed, force, t_s)
            shoot.enter(part, track)
        t_s = max(hand.path.end_s for hand in shoot.hands) + shoot.rng.uniform(0.8, 1.5)


def rhythm(shoot: Shoot) -> None:
    """Eight like strokes at a steady rate, with the unevenness of a practised hand."""
    period = 60 / shoot.within(shoot.ranges.rate)
    seconds = min(period * shoot.rng.uniform(0.45, 0.7), 8.0)
    length = float(np.clip(seconds * shoot.rng.uniform(50, 120), 90, 340))
    kind: HandKind = shoot.rng.choice(np.array(["thumb", "palm", "heel"]))
    periods = period * (1 + 0.03 * np.clip(shoot.rng.standard_normal(8), -2, 2))
    starts = 1.0 + np.concatenate([[0.0], np.cumsum(periods[:-1])])
    up, force = shoot.rng.random() < 0.7, shoot.within(shoot.ranges.hand_n)
    ends = (30.0, 30.0 + length) if up else (30.0 + length, 30.0)
    for side in (-1, 1) if shoot.rng.random() < 0.6 else (shoot.side(),):
        part = shoot.part(kind, side)
        x = side * shoot.beside(part)
        track = Track(0.9, x, ends[0], part.angle_rad)
        for start in starts:
            track.away(x, ends[0], max(float(start) - track.t_s, 0.04))
            track.stroke(x, ends[1], float(seconds), force)
        shoot.enter(part, track)


FAMILIES: dict[str, Callable[[Shoot], None]] = {
    "on the line": on_the_line,
    "across the line": across_the_line,
    "on the line, beside a hand": on_the_line_beside_a_hand,
    "on the line, between two hands": on_the_line_between_two_hands,
    "thumbs beside": thumbs_beside,
    "hands beside": hands_beside,
    "strokes": strokes,
    "rhythm": rhythm,
}

ACROSS = "across the line"
BEYOND = (ACROSS, "on the line, between two hands")
ASKED = tuple(name for name in FAMILIES if name not in BEYOND)
"""What the promises speak of: pressure on the line by hands that lie along it, and everything beside it."""


def made(family: str, seed: int, *, held_out: bool = False) -> Scene:
    """The scene of a family and seed."""
    shoot = Shoot(family, seed, held_out)
    FAMILIES[family](shoot)
    return shoot.scene()


def _row_of_presses(shoot: Shoot, lying: tuple[tuple[HandKind, float], ...]) -> None:
    """Five presses, each by one of these parts, turned as said."""
    t_s = 1.0
    for choice in shoot.rng.integers(len(lying), size=5):
        kind, turned = lying[choice]
        t_s = _press_line(shoot, shoot.part(kind, shoot.side(), turned), t_s) + shoot.rng.uniform(0.6, 1.2)


def _press_line(shoot: Shoot, part: Part, t_s: float) -> float:
    """A press or a short glide on the line; gives when it is over."""
    ranges = shoot.ranges
    x, y = shoot.side() * shoot.within(ranges.on_line_mm), float(shoot.rng.uniform(20, 420))
    force, seconds = shoot.within(ranges.press_n), shoot.within(ranges.press_s)
    track = Track(t_s, x, y, part.angle_rad).wait(shoot.within(ranges.land_s), force)
    if shoot.rng.random() < 0.4:
        track.to(x, y + float(shoot.rng.choice((-1, 1))) * 10 * shoot.within(ranges.speed_cm_s) * seconds / 2, seconds)
    else:
        track.wait(seconds)
    track.wait(0.15, 0.0)
    shoot.enter(part, track)
    return track.t_s


def _pair(
    shoot: Shoot, kind: HandKind, x_mm: dict[int, float], force: Span, parts: dict[int, Part] | None = None
) -> None:
    """Hands at these places, at once: two presses and a glide up the back."""
    y = float(shoot.rng.uniform(40, 200))
    plan = [(y + float(shoot.rng.uniform(-20, 150)), shoot.within((0.6, 1.5))) for _ in range(2)]
    speed = shoot.within((5.0, 12.0))
    for side, x in x_mm.items():
        part = parts[side] if parts is not None else shoot.part(kind, side)
        track = Track(1.0, x, y, part.angle_rad)
        for place, seconds in plan:
            apart = float(shoot.rng.normal(0, 4))  # two hands never press quite side by side
            track.away(x, place + apart, 0.7).wait(shoot.within((0.1, 0.3)), shoot.within(force))
            track.wait(seconds).wait(0.15, 0.0)
        track.away(x, y, 0.8).stroke(x, y + 150, 15 / speed, shoot.within(force))
        shoot.enter(part, track)


def _one_way(
    shoot: Shoot,
    part: Part,
    side: int,
    way: str,
    place: tuple[float, float, float],
    speed_cm_s: float,
    force_n: float,
    t_s: float,
) -> Track:
    y, length, slant = place
    near = shoot.beside(part)
    if way in ("up", "down"):
        ends = [(near + 15, y), (near + 15 + slant * length * 0.4, y + length)]
    else:
        y += 60
        ends = [(near, y), (max(near + 60, 140 - part.across_mm / 2), y + 60 * slant)]
    if way in ("down", "in"):
        ends.reverse()
    (x0, y0), (x1, y1) = ends
    seconds = float(np.hypot(x1 - x0, y1 - y0)) / 10 / speed_cm_s
    return Track(t_s, side * x0, y0, part.angle_rad).stroke(side * x1, y1, max(seconds, 0.35), force_n)
