"""The page that the acceptance is read on: promises against what was seen, then the tables they rest on.

The rule: every number on it is counted in this run, and everything that went wrong is named with its scene.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.acceptance.families import ACROSS, ASKED
from tests.acceptance.steps import JUDGED
from tests.acceptance.verdicts import FIRM_N, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.acceptance.steps import Judged

_COLUMNS = (
    "family",
    "scenes",
    "presses",
    "never flagged",
    "late",
    "worst delay",
    "clear",
    "needless",
    "strokes",
    "direction right",
    "rhythms",
    "rate within 2 %",
)

Scenes = dict[tuple[str, bool], Verdict]


@dataclass(frozen=True)
class Promise:
    """One line of what the rig promises, what came of it without and with a calibration, and whether both keep it."""

    about: str
    seen: str
    calibrated: str
    kept: bool


def promises(
    scenes: Scenes, calibrated: Scenes, board: Mapping[str, Verdict], told: Sequence[tuple[str, Judged]]
) -> list[Promise]:
    """The promises, over open and held-out scenes together, and without a calibration those through the firmware."""
    v = _sum([*_asked(scenes), *board.values()])
    c = _sum(_asked(calibrated))
    right = [judged for _, judged in told if judged.fault is None]
    clean = sum(not judged.flags for judged in right)
    n_scenes = sum(each.scenes for each in (*scenes.values(), *board.values()))
    found = [
        Promise(
            "at least 40 seeded scenes", str(n_scenes), str(sum(x.scenes for x in calibrated.values())), n_scenes >= 40
        )
    ]
    for about, seen_in, kept_in in (
        (
            "direct pressure of 6 N or more within 8 mm of the line is always flagged within 250 ms",
            _presses,
            _all_caught,
        ),
        ("hands whose patch stays off the line never raise that flag", _needless, _none_needless),
        ("direction right in at least 99 % of strokes", _directions, _directions_right),
        ("stroke rate within 2 %", _rates, _rates_right),
    ):
        found.append(Promise(about, seen_in(v), seen_in(c), kept_in(v) and kept_in(c)))
    if right:
        performed = f"{clean} of {len(right)} clean"
        found.append(Promise("no false flag in a right performance", performed, "-", clean == len(right)))
    return found


def _asked(scenes: Scenes) -> list[Verdict]:
    return [verdict for (family, _), verdict in scenes.items() if family in ASKED]


def _presses(v: Verdict) -> str:
    caught = v.presses - v.missed - v.late
    return f"{caught} of {v.presses} ({v.missed} never, {v.late} late), worst delay {_ms(v.latency_s)}"


def _all_caught(v: Verdict) -> bool:
    return v.missed + v.late == 0


def _needless(v: Verdict) -> str:
    return f"{v.needless} flags in {v.clear_s:.0f} s of touch"


def _none_needless(v: Verdict) -> bool:
    return v.needless == 0


def _directions(v: Verdict) -> str:
    return f"{v.strokes - v.turned} of {v.strokes} ({_share(v.strokes - v.turned, v.strokes)})"


def _directions_right(v: Verdict) -> bool:
    return v.turned <= 0.01 * v.strokes


def _rates(v: Verdict) -> str:
    return f"{v.rhythms - v.off} of {v.rhythms}, worst error {max(v.rate_errors, default=0):.2%}"


def _rates_right(v: Verdict) -> bool:
    return v.off == 0


def page(
    seeds: int,
    performances: int,
    scenes: Scenes,
    calibrated: Scenes,
    board: Mapping[str, Verdict],
    told: Sequence[tuple[str, Judged]],
) -> str:
    """The whole page in Markdown."""
    lines = [
        "# Acceptance",
        "",
        "Counted by `python -m tests.acceptance` on scenes of the virtual pad: hands, forces, speeds, places, sensors,",
        f"foam and severity drawn anew for each. {seeds} seeds a family, and as many held out: other ranges, another",
        "stream of random numbers, never used for tuning. A quarter of the pads are `nasty`, their sensors' gains",
        "spread by a third; half of them are `real`: by a fifth, as makers' figures have it. A thumb beside the line",
        "stays 20 mm from it, however the hand strays; nearer ones may be taken for direct pressure. Uncalibrated,",
        "forces come from the nominal curve; calibrated, from the sensors' own, each misjudged by 5 % (one standard",
        "deviation), memory and drift left in.",
        "",
        "| promise | uncalibrated | calibrated | kept by both |",
        "|---|---|---|---|",
        *(
            f"| {p.about} | {p.seen} | {p.calibrated} | {'yes' if p.kept else 'no'} |"
            for p in promises(scenes, calibrated, board, told)
        ),
        "",
        "## Scenes",
        "",
        "Two families go beyond the promises: `across the line` is a hand or row of fingertips laid across the spine,",
        "so that most of its force falls to either side of the line though its centre lies on it, and little may be",
        "left on the line itself, within half a tile of it; `between two hands` is a thumb on the line with a hand on",
        "either side of it, one hand more than anybody has. Of those across the line with",
        f"{FIRM_N:g} N and more on the line itself, {_firm(_across(scenes))} were flagged in time uncalibrated,",
        f"{_firm(_across(calibrated))} calibrated.",
        "",
        *_scene_rows(_named(scenes)),
        "",
        "The same, calibrated:",
        "",
        *_scene_rows(_named(calibrated)),
        "",
        "## Through the real firmware",
        "",
        "The same scenes as voltages on the simulated board, its unmodified firmware, the line and the host's device;",
        "delays count from the press to the frame's arrival.",
        "",
        *_scene_rows(board),
        "",
        "## Documented steps",
        "",
        *(
            _steps(performances, told)
            if told
            else ["[Each step with each fault](technique-table.md), on a calibrated pad."]
        ),
        "",
        "## What went wrong",
        "",
        *_wrong(scenes, calibrated, board, told),
    ]
    return "\n".join(lines) + "\n"


def _across(scenes: Scenes) -> Verdict:
    return _sum([verdict for (family, _), verdict in scenes.items() if family == ACROSS])


def _firm(v: Verdict) -> str:
    return f"{v.firm - v.unfirm} of {v.firm}"


def _named(scenes: Scenes) -> dict[str, Verdict]:
    return {f"{family}{', held out' if held else ''}": v for (family, held), v in scenes.items()}


def _scene_rows(verdicts: Mapping[str, Verdict]) -> Iterable[str]:
    yield f"| {' | '.join(_COLUMNS)} |"
    yield "|---" * len(_COLUMNS) + "|"
    for name, v in verdicts.items():
        cells = [
            name,
            v.scenes,
            v.presses or "-",
            v.missed if v.presses else "-",
            v.late if v.presses else "-",
            _ms(v.latency_s),
            f"{v.clear_s:.0f} s",
            v.needless,
            v.strokes or "-",
            _share(v.strokes - v.turned, v.strokes),
            v.rhythms or "-",
            _share(v.rhythms - v.off, v.rhythms),
        ]
        yield f"| {' | '.join(str(cell) for cell in cells)} |"


def _steps(performances: int, told: Sequence[tuple[str, Judged]]) -> list[str]:
    return [
        f"Each {performances} times rightly and {performances} times with each fault, half of them held out; a cell",
        "says how many performances with the fault earned its flag. `-`: the step cannot have it.",
        "",
        *_step_rows(told),
    ]


def _step_rows(told: Sequence[tuple[str, Judged]]) -> Iterable[str]:
    yield f"| step | right: clean | {' | '.join(JUDGED)} |"
    yield "|---|---|" + "---|" * len(JUDGED)
    for step in dict.fromkeys(step for step, _ in told):
        own = [judged for other, judged in told if other == step]
        right = [judged for judged in own if judged.fault is None]
        cells = [f"{sum(not judged.flags for judged in right)}/{len(right)}"]
        for kind in JUDGED:
            wrong = [judged for judged in own if judged.fault == kind]
            cells.append(f"{sum(judged.caught for judged in wrong)}/{len(wrong)}" if wrong else "-")
        yield f"| {step} | {' | '.join(cells)} |"


def _wrong(
    scenes: Scenes, calibrated: Scenes, board: Mapping[str, Verdict], told: Sequence[tuple[str, Judged]]
) -> list[str]:
    lines = [f"- {line}" for v in scenes.values() for line in v.wrong]
    lines += [f"- calibrated: {line}" for v in calibrated.values() for line in v.wrong]
    lines += [f"- firmware: {line}" for v in board.values() for line in v.wrong]
    for _, judged in told:
        if judged.fault is None and judged.flags:
            lines.append(f"- {judged.name}: false {'; '.join(judged.flags)}")
        elif judged.fault is not None and not judged.caught:
            lines.append(f"- {judged.name}: not caught")
    return lines or ["Nothing."]


def _sum(verdicts: Iterable[Verdict]) -> Verdict:
    whole = Verdict()
    for verdict in verdicts:
        whole += verdict
    return whole


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"


def _ms(latency_s: Sequence[float]) -> str:
    return f"{1000 * max(latency_s):.0f} ms" if latency_s else "-"
