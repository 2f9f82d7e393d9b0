"""Sessions as a page must bear them: from nothing at all to more than fits on it."""

from __future__ import annotations

import math
from itertools import cycle, islice
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from rig.analysis.findings import HOP_US, ContactTable, Hold, HopTable, Rhythm, Stroke
from rig.analysis.imprint import Imprint
from rig.report.report import GapEntry
from rig.technique.flags import HARM_ORDER, Flag
from rig.technique.routine.loading import load_routine
from rig.technique.tally import StepResult
from tests.report.sessions import Session

if TYPE_CHECKING:
    from rig.analysis.findings import Direction, StrokeKind
    from rig.pad import PadLayout
    from rig.technique.flags import FlagKind

SOURCE = (
    "relieving (001_783523f07684fb6d.txt), step 4; place-margin: how far outside its zones a movement may lie: most of "
    "the pad's row spacing, the rig's own choice"
)
LONG = "Übung_mit_einem_sehr_langen_Namen_" * 6 + "背中のマッサージ"


def imprint(pad: PadLayout, seconds: float, force_n: float = 12.0) -> Imprint:
    """A hand that comes and goes every ten seconds, and presses the line once a minute."""
    made = Imprint(pad.n_channels)
    tiles = np.exp(-0.5 * ((np.abs(pad.x_mm) - 60) / 30) ** 2) * 3072
    for start_us in range(0, round(seconds * 1e6), 10_000_000):
        t_us = np.arange(start_us, min(start_us + 10_000_000, round(seconds * 1e6)), HOP_US, dtype=np.int64)
        on = t_us % 10_000_000 < 8_000_000
        zero = np.zeros(len(t_us))
        spine_n = np.where(t_us % 60_000_000 < 1_000_000, 5.0, zero)
        hops = HopTable(t_us, np.where(on, force_n, zero), spine_n, zero, zero > 0)
        columns = [zero[on]] * 2 + [zero[on] + force_n] + [zero[on]] * 3
        made.take(hops, ContactTable(t_us[on], t_us[on], *columns), np.outer(on, tiles).astype(np.int32))
    return made


def flag(kind: FlagKind, t0: float, step: str | None, source: str = SOURCE) -> Flag:
    """A flag somewhere on the back; of no place where its kind has none."""
    nowhere = kind in {"missing-reps", "breath", "signal-gap", "irregular"}
    x_mm, y_mm = (None, None) if nowhere else (40.0 * math.sin(t0), 200 + 150 * math.cos(2 * t0))
    return Flag(kind, t0, t0 + 0.8, step, "left", x_mm, y_mm, 8.123 + t0 / 100, 2.0, "N", source, False)


def long_session(n_flags: int, kinds: int = 9, minutes: float = 35.0, routine: str = "relieving") -> Session:
    """Every step of a routine in turn, with flags of several kinds spread over all of them."""
    end_s = minutes * 60
    ids = [step.id for step in load_routine(routine).steps]
    each_s = end_s / len(ids)
    named = islice(cycle(HARM_ORDER[:kinds]), n_flags)
    flags_at = np.linspace(1, end_s - 2, n_flags).tolist()
    steps_of = [ids[min(int(t / each_s), len(ids) - 1)] for t in flags_at]
    return Session(
        path=f"recordings/{LONG}.mcap",
        duration_s=end_s,
        strokes=[movement(3.0 * k, ids[int(3.0 * k / each_s)], k) for k in range(round(end_s / 3))],
        rhythms=[Rhythm(t, t + 40, 8 + t / 300, 0.1, 6, None) for t in np.arange(0.0, end_s - 60, 60.0).tolist()],
        holds=[Hold(t, t + 6, 0.0, 0.0, 5.0, 1, None) for t in np.arange(0.0, end_s, 120.0).tolist()],
        flags=[flag(kind, t, of, f"{of}: {SOURCE}") for kind, t, of in zip(named, flags_at, steps_of, strict=True)],
        steps=[_result(step, k * each_s, (k + 1) * each_s, k) for k, step in enumerate(ids)],
        gaps=[GapEntry(end_s / 7, end_s / 6)],
        score=61,
        routine=routine,
        level="strict",
        calibrated=False,
        about="relative forces, not newtons: the check weight was read 31 % too low (profile of back-144, 2026-05-01)",
    )


def _result(step: str, t0: float, t1: float, number: int) -> StepResult:
    failed = number % 3 > 0
    return StepResult(
        id=step,
        t0=t0,
        t1=t1,
        reps=12,
        reps_expected=5,
        verdict="fail" if failed else "pass",
        score=100 - 3 * number,
        not_judged=["knots: the hands feel them, the pad does not", f"{step}: only this step"],
        parts={"loads": 0.93, "strokes": 1.0, "rhythm": 0.5, "amounts": 0.75},
        reasons=["3 x spine-pressure", "1 x wrong-place"] if failed else ["12 repetitions seen, nothing flagged"],
        contacts_s=(t1 - t0) * 0.8,
    )


def movement(t0: float, step: str | None, number: int) -> Stroke:
    """Up and down in turn, now and then round or across."""
    kinds: tuple[tuple[StrokeKind, Direction], ...]
    kinds = (("stroke", "up"), ("stroke", "down"), ("stroke", "out"), ("circle", "none"))
    kind, direction = kinds[number % len(kinds)]
    x_mm = (-68.0, 68.0)[number % 2] + 10 * math.sin(number)
    y0_mm, y1_mm = {"up": (30.0, 400.0), "down": (400.0, 30.0)}.get(direction, (200.0, 210.0))
    return Stroke(
        t0=t0,
        t1=t0 + 2.5,
        kind=kind,
        direction=direction,
        side="left",
        zone="lower-back",
        length_mm=370.0,
        speed_cm_s=7.0 + number % 5,
        force_mean_n=8.0 + number % 7,
        force_peak_n=14.0,
        x0_mm=x_mm,
        y0_mm=y0_mm,
        x1_mm=x_mm * (1.5 if direction == "out" else 1.0),
        y1_mm=y1_mm,
        contact=number,
        step=step,
    )


def renamed(session: Session, name: str) -> Session:
    """The same session with all that people name called `name`."""
    session.about = session.level = name
    session.flags = [msgspec.structs.replace(f, source=name) for f in session.flags]
    session.steps = [msgspec.structs.replace(s, not_judged=[name], reasons=[name]) for s in session.steps]
    return session
