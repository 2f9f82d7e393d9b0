"""The table as a page in Markdown: step by fault, then what was measured against the ground truth.

The rule: every share is a count of a count, and what went wrong is named seed by seed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np

from tests.technique_table.performed import RIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.technique_table.performed import Seen

HARM = ("spine-pressure", "wrong-direction")
_ABOUT = """# Every step, done rightly and with each of its faults

Regenerate with `make technique-table`; it takes an hour or so, and goes on where it was stopped. `rig perform STEP
--fault KIND --seed N` makes such a performance.

Virtual hands do each of the 35 documented steps on the pad back-144, each seed with a pad, sensors, hands, places,
tempo and force of its own: even seeds with hands and sensors as they are, odd ones with mild ones, at one scan a hop
(50 a second, where a board sends 260), forces known as well as a calibration knows them (each sensor off by 5 %). What
they did is judged as any session is. Seeds {first} to {last} served here, at most {count} of a cell; rules and limits
were tried on others.

A cell says how many were told rightly, of how many: under `right` those without any flag, elsewhere those whose fault
was flagged. Where a cell is empty the document says nothing that the fault could go against. `out-of-order` of a step
without an order of its own is the step done before one that should precede it; `contrast` is force that does not change
as it should: from pass to pass, stroke to stroke, level to level, part to part, step to step, or in the neck.
Rates are those that say to be right within 2 % (`rate_doubt`); the others are of too few beats for it.
"""

_COUNTED = (RIGHT, "missing-reps")
_TOLD_APART = ("circle", "figure-eight", "to-and-fro")
_SHOWN = 6


def page(seen: Sequence[Seen], wanted: Sequence[tuple[str, str]], sessions: Sequence[str] = ()) -> str:
    """All of it; `sessions` are lines on whole sessions."""
    table: dict[tuple[str, str], list[Seen]] = {cell: [] for cell in wanted}
    for one in sorted(seen, key=lambda s: s.seed):
        table[one.step, one.fault].append(one)
    seeds = sorted({one.seed for one in seen}) or [0]
    about = _ABOUT.format(first=seeds[0], last=seeds[-1], count=max(map(len, table.values()), default=0))
    parts = [*_grid(table), "", *_sums(table), "", *_measures(seen), "", *_sessions(sessions), *_misses(table)]
    return "\n".join([about, *parts]) + "\n"


def _sessions(sessions: Sequence[str]) -> list[str]:
    return ["Whole sessions of the back pain routine, performed rightly:", "", *sessions, ""] if sessions else []


def _grid(table: dict[tuple[str, str], list[Seen]]) -> list[str]:
    steps = list(dict.fromkeys(step for step, _ in table))
    faults = [RIGHT, *sorted({fault for _, fault in table} - {RIGHT})]
    lines = ["| step | " + " | ".join(faults) + " | counts exact |", "|---" * (len(faults) + 2) + "|"]
    for step in steps:
        row = [_share(table[step, fault]) if (step, fault) in table else "" for fault in faults]
        lines.append(f"| {step} | " + " | ".join([*row, _exact(table, step)]) + " |")
    every = [_share([s for (_, f), cell in table.items() if f == fault for s in cell]) for fault in faults]
    lines.append("| all | " + " | ".join([*every, ""]) + " |")
    return lines


def _sums(table: dict[tuple[str, str], list[Seen]]) -> list[str]:
    right = [s for (_, fault), cell in table.items() if fault == RIGHT for s in cell]
    wrong = [s for (_, fault), cell in table.items() if fault != RIGHT for s in cell]
    harm = sum(any(kind in HARM for kind in s.flags) for s in right)
    below = [f"{step} {fault} {_share(cell)}" for (step, fault), cell in table.items() if _short(cell)]
    return [
        f"- Right performances without a flag: {_percent(sum(s.good for s in right), len(right))}; with a false flag"
        f" about spine or direction: {harm}; verdict left open: {sum(s.verdict == 'not-judged' for s in right)}.",
        f"- Faults caught: {_percent(sum(s.good for s in wrong), len(wrong))}.",
        f"- Cells below 97 %: {', '.join(below) or 'none'}.",
    ]


def _measures(seen: Sequence[Seen]) -> list[str]:
    counted = [s for s in seen if s.fault in _COUNTED and s.made and s.counted is not None]
    right = [s for s in seen if s.fault == RIGHT]
    lines = [
        f"- Repetitions counted exactly: {_percent(sum(s.counted == s.made for s in counted), len(counted))}.",
        f"- Hold times, seconds off: {_spread([abs(e) for s in right for e in s.holds_s], 's')}.",
        "- Rates of steady rhythms that say to be right within 2 %: "
        f"{_spread([100 * abs(e) for s in right for e in s.rates], '%')}.",
        f"- Rates of vibrations: {_spread([100 * abs(e) for s in right for e in s.vibrations], '%')}.",
        "- What movements were taken for:",
    ]
    taken: dict[str, Counter[str]] = defaultdict(Counter)
    for one in right:
        for true, kind in one.kinds:
            taken[true][kind] += 1
    for true in sorted(taken):
        told = ", ".join(f"{kind} {count}" for kind, count in taken[true].most_common())
        lines.append(f"  - {true}: {told}")
    told_apart = [true == kind for s in right for true, kind in s.kinds if true in _TOLD_APART]
    lines.append(f"- Figure of eight, circle, to-and-fro told apart: {_percent(sum(told_apart), len(told_apart))}.")
    false = sum(kind == "vibration" != true for s in right for true, kind in s.kinds)
    lines.append(f"- Movements falsely taken for a vibration: {false}.")
    return lines


def _misses(table: dict[tuple[str, str], list[Seen]]) -> list[str]:
    lines = ["What went wrong, seed by seed:", ""]
    for (step, fault), cell in sorted(table.items(), key=lambda entry: _part(entry[1])):
        bad = [s for s in cell if not s.good]
        if bad:
            told = "; ".join(f"{s.seed}: {', '.join(s.flags) or 'nothing'}" for s in bad[:_SHOWN])
            lines.append(f"- {step}, {fault}: {len(bad)} of {len(cell)} ({told})")
    inexact: dict[str, list[Seen]] = defaultdict(list)
    for cell in table.values():
        for s in cell:
            if s.fault in _COUNTED and s.made and s.counted != s.made:
                inexact[s.step].append(s)
    for step, bad in inexact.items():
        told = "; ".join(f"{s.seed}: {s.counted} for {s.made}" for s in bad[:_SHOWN])
        lines.append(f"- {step}, counted wrongly: {len(bad)} ({told})")
    return lines


def _exact(table: dict[tuple[str, str], list[Seen]], step: str) -> str:
    counted = [s for fault in _COUNTED for s in table.get((step, fault), []) if s.made and s.counted is not None]
    return f"{sum(s.counted == s.made for s in counted)}/{len(counted)}" if counted else ""


def _share(cell: Sequence[Seen]) -> str:
    return f"{sum(s.good for s in cell)}/{len(cell)}" if cell else "-"


def _part(cell: Sequence[Seen]) -> float:
    return sum(s.good for s in cell) / max(len(cell), 1)


def _short(cell: Sequence[Seen]) -> bool:
    return bool(cell) and _part(cell) < 0.97


def _percent(good: int, of: int) -> str:
    return f"{good} of {of} ({100 * good / of:.1f} %)" if of else "none"


def _spread(errors: Iterable[float], unit: str) -> str:
    known = np.array(list(errors))
    if not len(known):
        return "none"
    p50, p95 = np.percentile(known, (50, 95))
    return f"{len(known)} measured, median {p50:.3g} {unit}, p95 {p95:.3g} {unit}, worst {known.max():.3g} {unit}"
