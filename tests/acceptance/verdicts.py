"""What a scene's truth and the rig's flags, strokes and rhythms come to, as counts that add up over scenes.

The rule: what is right is read off the truth alone; a scene where the truth leaves a question open counts for neither.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from rig.calibration.nominal import NominalConversion
from rig.session.pipeline import Pipeline
from rig.technique.timeline import Mark

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rig.analysis.findings import Rhythm, Stroke
    from rig.calibration.conversion import Conversion
    from rig.frame import Block
    from rig.session.events import Event
    from rig.technique.flags import Flag
    from rig.technique.routine.routine import Routine
    from rig.virtual.scene import Scene
    from rig.virtual.truth import SpinePress, Truth

IN_TIME_S = 0.25
LEAST_PRESS_S = 0.25
"""A press that is over before its flag is due cannot be asked for one."""

FIRM_N = 6.0
"""A hand laid across the line presses on it directly with so much on the line itself: the rest lies beside it."""

SAME_PRESS_S = 0.3
BESIDE_S = 0.06
"""A spell is told in hops of 20 ms; so far beyond the truth's span it may still belong to it."""

RATE_TOLERANCE = 0.02


@dataclass
class Verdict:
    """Counts over scenes.

    Attributes:
        presses, missed, late: direct presses on the line; of these never flagged, and flagged after more than 250 ms.
        firm, unfirm: direct presses with `FIRM_N` on the line itself; of these missed or late.
        latency_s: of each that was flagged, from the press' beginning (at most 0 if flagged already).
        clear_s, needless: seconds of touch with the line clear, and spine flags raised in them.
        strokes, turned: strokes with a direction; of these seen with another one, or not at all.
        rhythms, off: rhythms; of these told with a rate off by more than 2 %, or not told. rate_errors: relative.
        wrong: one line for each thing that went wrong, naming the scene.
    """

    scenes: int = 0
    presses: int = 0
    missed: int = 0
    late: int = 0
    firm: int = 0
    unfirm: int = 0
    latency_s: list[float] = field(default_factory=list)
    clear_s: float = 0.0
    needless: int = 0
    strokes: int = 0
    turned: int = 0
    rhythms: int = 0
    off: int = 0
    rate_errors: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __iadd__(self, other: Verdict) -> Verdict:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))
        return self


@dataclass
class Seen:
    """What the rig made of a scene."""

    raised: list[tuple[float, Flag]]
    flags: list[Flag]
    strokes: list[Stroke]
    rhythms: list[Rhythm]


def watched(
    blocks: Iterable[Block], scene: Scene, routine: Routine | None = None, conversion: Conversion | None = None
) -> Seen:
    """Blocks through analysis and judge, as in any session; without a conversion nobody has calibrated the pad."""
    marks = [Mark(round(span.t0 * 1e6), span.step) for span in scene.steps]
    layout = scene.pad.layout
    pipeline = Pipeline(layout, conversion or NominalConversion(layout), routine, None, marks)
    events: list[Event] = []
    for block in blocks:
        events += pipeline.push(block)
    events += pipeline.finish()
    outcome = pipeline.outcome
    by_start = {(flag.kind, flag.t0): flag for flag in outcome.flags}
    raised = [
        (event.t_us / 1e6, by_start[(event.body["kind"], event.body["t0"])])
        for event in events
        if event.kind == "flag" and (event.body["kind"], event.body["t0"]) in by_start
    ]
    return Seen(raised, outcome.flags, outcome.strokes, outcome.rhythms)


def verdict_on(scene: Scene, seen: Seen | None = None) -> Verdict:
    """What came of a scene; watched here unless it was seen otherwise."""
    seen = watched(scene.blocks(500), scene) if seen is None else seen
    verdict = Verdict(scenes=1)
    _on_presses(verdict, scene, seen)
    _on_clearness(verdict, scene, seen)
    _on_strokes(verdict, scene, seen)
    _on_rhythms(verdict, scene, seen)
    return verdict


def direct_presses(truth: Truth) -> list[SpinePress]:
    """The direct presses that last; what flickers about six newtons is one press."""
    found: list[SpinePress] = []
    ends: list[float] = []
    for press in truth.spine:
        if found and press.t0 - ends[-1] < SAME_PRESS_S and press.hand == found[-1].hand:
            ends[-1] = press.t1
            continue
        found.append(press)
        ends.append(press.t1)
    return [p for p, end in zip(found, ends, strict=True) if min(p.t1, end) - p.t0 >= LEAST_PRESS_S]


def _on_presses(verdict: Verdict, scene: Scene, seen: Seen) -> None:
    told = [(t, flag) for t, flag in seen.raised if flag.kind == "spine-pressure"]
    for press in direct_presses(scene.truth):
        verdict.presses += 1
        firm = press.on_line_n >= FIRM_N
        verdict.firm += firm
        times = [t for t, flag in told if (flag.t1 or t) >= press.t0 and flag.t0 <= press.t1]
        what = f"{scene.name}: {scene.hands[press.hand].patch.kind} at {press.t0:.2f} s, {press.force_peak_n:.1f} N"
        if not times:
            verdict.missed += 1
            verdict.unfirm += firm
            verdict.wrong.append(f"{what}, y {press.y_mm:.0f}: no spine flag")
            continue
        latency = max(min(times) - press.t0, 0.0)
        verdict.latency_s.append(latency)
        if latency > IN_TIME_S:
            verdict.late += 1
            verdict.unfirm += firm
            verdict.wrong.append(f"{what}, y {press.y_mm:.0f}: flagged only after {latency:.2f} s")


def _on_clearness(verdict: Verdict, scene: Scene, seen: Seen) -> None:
    truth = scene.truth
    verdict.clear_s += sum(span.t1 - span.t0 for span in truth.clear)
    for flag in seen.flags:
        if flag.kind != "spine-pressure":
            continue
        end = flag.t1 if flag.t1 is not None else flag.t0
        if any(span.t0 - BESIDE_S <= flag.t0 and end <= span.t1 + BESIDE_S for span in truth.clear):
            verdict.needless += 1
            verdict.wrong.append(f"{scene.name}: a spine flag at {flag.t0:.2f}-{end:.2f} s with the line clear")


def _on_strokes(verdict: Verdict, scene: Scene, seen: Seen) -> None:
    for true in scene.truth.strokes:
        if true.kind != "stroke" or true.direction == "none":
            continue
        verdict.strokes += 1
        x, y = (true.x0_mm + true.x1_mm) / 2, (true.y0_mm + true.y1_mm) / 2
        near = [
            (abs((s.x0_mm + s.x1_mm) / 2 - x) + abs((s.y0_mm + s.y1_mm) / 2 - y), s)
            for s in seen.strokes
            if s.kind == "stroke" and min(s.t1, true.t1) - max(s.t0, true.t0) > 0.5 * (true.t1 - true.t0)
        ]
        closest = min(near, key=lambda n: n[0])[1] if near else None
        if closest is None or closest.direction != true.direction:
            verdict.turned += 1
            was = "not seen" if closest is None else f"seen as {closest.direction}"
            about = f"{true.hand_kind} {true.direction}, {true.force_mean_n:.0f} N, {true.speed_cm_s:.0f} cm/s"
            verdict.wrong.append(f"{scene.name}: {about} at {true.t0:.2f} s {was}")


def _on_rhythms(verdict: Verdict, scene: Scene, seen: Seen) -> None:
    for true in scene.truth.rhythms:
        if true.beats < 5 or true.regularity_cv > 0.1:
            continue
        verdict.rhythms += 1
        told = [r for r in seen.rhythms if min(r.t1, true.t1) - max(r.t0, true.t0) > 0.5 * (true.t1 - true.t0)]
        if not told:
            verdict.off += 1
            verdict.wrong.append(f"{scene.name}: {true.rate_per_min:.1f} a minute not told")
            continue
        main = max(told, key=lambda r: (r.beats, r.t1 - r.t0))  # brushes in passing may beat a time of their own
        worst = abs(main.rate_per_min / true.rate_per_min - 1)
        verdict.rate_errors.append(worst)
        if worst > RATE_TOLERANCE:
            verdict.off += 1
            verdict.wrong.append(f"{scene.name}: {true.rate_per_min:.1f} a minute told with {worst:.1%} error")
