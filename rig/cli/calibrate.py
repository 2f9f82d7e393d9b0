"""`rig calibrate`: from weights and free pressing to a profile, and whether a profile holds today.

`fit` makes a profile, `check` judges it by a few weights and keeps the day's verdict beside it, `show` prints one, and
`run` guides through the weights at the pad. The rule: what a maker must know - what was left out, what is doubtful -
is said in the same breath as the result, in the tables as in the JSON.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
import typer

from rig.calibration.check import check as judge
from rig.calibration.check_file import keep_verdict
from rig.calibration.loads import read_loads
from rig.calibration.profile import Conditions, Profile, load_profile, save_profile
from rig.cli.calibrate_run import run
from rig.cli.output import JsonOption, console, give_json, notice, table
from rig.cli.pads import DEFAULT_PAD, PadOption
from rig.cli.sources import open_recording
from rig.cli.targets import keep_apart, keep_results_apart
from rig.clock import SystemClock
from rig.errors import InputError
from rig.pad import builtin_pads, load_pad

if TYPE_CHECKING:
    from rig.calibration.press_file import Press
    from rig.pad import PadLayout

app = typer.Typer(help="Newtons from counts: fit, check and show a pad's calibration.", no_args_is_help=True)

app.command()(run)

LoadsArgument = Annotated[Path, typer.Argument(metavar="LOADS.csv", help="Readings under known loads.")]
UnitOption = Annotated[
    Literal["grams", "kilograms", "newtons"] | None,
    typer.Option("--loads-in", help="What the column load_n holds, where the file might be misread."),
]


@app.command()
def fit(
    loads: LoadsArgument,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="PROFILE", help="The profile to write.")],
    pad: PadOption = DEFAULT_PAD,
    press: Annotated[
        Path | None,
        typer.Option(metavar="PRESS", help="Free pressing: a CSV with its total, or a recording (.mcap)."),
    ] = None,
    cell_span: Annotated[
        float | None, typer.Option(metavar="RAW_PER_N", help="What the recording's load cell reads more a newton.")
    ] = None,
    cell_zero: Annotated[
        float | None, typer.Option(metavar="RAW", help="What it reads with nobody on the pad; else its first 3 s.")
    ] = None,
    totals: Annotated[
        Path | None,
        typer.Option(metavar="TOTALS.csv", help="Read off a scale during the recording: t_s,total_n."),
    ] = None,
    spread: Annotated[
        Path | None, typer.Option(metavar="POINTS.csv", help="Presses at known points: x_mm,y_mm,c0,c1,...")
    ] = None,
    unit: UnitOption = None,
    foam: Annotated[str, typer.Option(metavar="TEXT", help="Which foam lies on the pad, in words.")] = "",
    temperature: Annotated[float | None, typer.Option(metavar="C", help="Room temperature.")] = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help="Anything worth remembering.")] = "",
    json: JsonOption = None,
) -> None:
    """Fit a profile to known loads, and to free pressing over the whole pad."""
    from rig.calibration.making import make_profile
    from rig.calibration.spread import read_points

    read = (loads, press, totals, spread, pad)
    keep_apart("-o", output, read)
    keep_apart("--json", json, read)
    keep_results_apart("--json", json, "-o", output)
    layout = load_pad(pad)
    readings = read_loads(loads, layout, unit=unit)
    pressing = _pressing(press, layout, cell_span, cell_zero, totals)
    conditions = Conditions(
        foam_spread_mm=layout.foam_spread_mm,
        foam=foam,
        temperature_c=temperature,
        loads=loads.name,
        press=press.name if press is not None else "",
        note=note,
    )
    made = datetime.fromtimestamp(SystemClock().date_s(), UTC).isoformat(timespec="seconds")
    points = read_points(spread, layout) if spread is not None else None
    profile = make_profile(readings, layout, made, conditions, pressing, points)
    save_profile(profile, output)
    if json:
        give_json({"profile": str(output), **msgspec.structs.asdict(profile)}, json)
    else:
        _print(profile, str(output))


@app.command()
def check(
    loads: LoadsArgument,
    profile: Annotated[str, typer.Option(metavar="PROFILE", help="The profile to check.")],
    pad: Annotated[
        str | None, typer.Option("--pad", metavar="PAD", help="The pad, where it is not a built-in.")
    ] = None,
    unit: UnitOption = None,
    json: JsonOption = None,
) -> None:
    """Judge a profile by today's unloaded readings and check weights; keeps the verdict beside the profile."""
    keep_apart("--json", json, (loads, profile, pad))
    found = load_profile(profile)
    layout = _pad_of(found, pad, profile)
    now = datetime.fromtimestamp(SystemClock().date_s(), UTC)
    verdict = judge(found, layout, now, read_loads(loads, layout, unit=unit))
    keep_verdict(verdict, profile)
    if json:
        give_json({"schema": "rig.check/1", "profile": profile, **msgspec.to_builtins(verdict)}, json)
        return
    out = console()
    out.print(f"[bold]{verdict.state}[/bold]", end="")
    out.print(f"  session gain x{verdict.session_gain:.3f} on conductance" if verdict.weights else "")
    for reason in verdict.reasons:
        out.print(f"  {reason.state}: {reason.what}", markup=False)
    if verdict.weights:
        rows = [
            (w.channel, f"{w.load_n:.3g}", f"{w.read_n:.3g}", f"{100 * (w.read_n / w.load_n - 1):+.1f}")
            for w in verdict.weights
        ]
        out.print(table("", ("channel", "weight N", "read N", "off %"), rows))
    if verdict.state == "invalid":
        out.print("Forces by this profile are relative until it is calibrated anew.")


@app.command()
def show(profile: Annotated[str, typer.Argument(metavar="PROFILE")], json: JsonOption = None) -> None:
    """Print a profile: how it was made, how good it is, what was left out."""
    keep_apart("--json", json, [profile])
    found = load_profile(profile)
    if json:
        give_json(found, json)
        return
    _print(found, profile)


def _pressing(
    press: Path | None, pad: PadLayout, span: float | None, zero: float | None, totals: Path | None
) -> Press | None:
    """Free pressing from whatever file it is in."""
    from rig.calibration.press_file import read_press
    from rig.calibration.press_recording import press_beside_scale, press_rows, untouched_raw

    recorded = press is not None and press.suffix == ".mcap"
    if not recorded and any(option is not None for option in (span, zero, totals)):
        raise InputError("--cell-span, --cell-zero, --totals: say how to read a recording; give one with --press")
    if press is None:
        return None
    if not recorded:
        return read_press(press, pad)
    if (span is None) == (totals is None):
        raise InputError(f"{press}: the total needs --cell-span (a load cell) or --totals (a scale)")
    recording = open_recording(press)
    if recording.pad.name != pad.name:
        raise InputError(f"{press}: recorded on pad {recording.pad.name}, but the profile is for {pad.name}")
    if span is None:
        assert totals is not None
        return press_beside_scale(recording, totals)
    return press_rows(recording, zero if zero is not None else untouched_raw(recording), span)


def _pad_of(profile: Profile, given: str | None, where: str) -> PadLayout:
    """The pad that the profile names, or the one given; the check says if they differ."""
    if given is not None:
        return load_pad(given)
    if profile.pad not in builtin_pads():
        raise InputError(f"{where}: pad: '{profile.pad}' is not a built-in; say --pad FILE")
    return load_pad(profile.pad)


def _print(profile: Profile, where: str) -> None:
    out, told = console(), profile.held_out
    out.print(f"[bold]{where}[/bold]  pad {profile.pad}, {profile.made}", highlight=False)
    out.print(profile.method, markup=False)
    out.print(f"range {profile.range_n[0]:.3g} to {profile.range_n[1]:.3g} N a sensor; above it, forces are 'at least'")
    rows = [("this profile", _percent(told.of_reading), _percent(told.median), _percent(told.of_full_scale))]
    for name, error in (("power law", profile.power), ("linear in voltage", profile.linear)):
        ratio = f"  ({error / told.of_reading:.1f} times)" if error and told.of_reading else ""
        rows.append((name, _percent(error) + ratio, "", ""))
    columns = ("on trials left out", "of reading, rms", "median", "of full scale")
    out.print(table(f"{told.trials} trials", columns, rows))
    if profile.total is not None:
        before, after = profile.total
        out.print(
            f"total force in free pressing: {_percent(after)} of reading, {_percent(before)} by the weights alone"
        )
    if profile.spread_mm is not None:
        out.print(f"the foam spreads a press by {profile.spread_mm:g} mm (standard deviation)")
    ways: dict[str, list[Any]] = {}
    for sensor in profile.sensors:
        ways.setdefault(sensor.method, []).append(sensor)
    rows = []
    for way, sensors in ways.items():
        sure = sorted(s.uncertainty for s in sensors)
        rows.append((way, str(len(sensors)), _percent(sure[len(sure) // 2]), _percent(sure[-1])))
    out.print(table("", ("numbers from", "sensors", "usual uncertainty", "worst"), rows))
    for entry in profile.left_out:
        out.print(f"left out: {entry.what}: {entry.why}", markup=False)
    for warning in profile.warnings:
        notice(f"warning: {warning}")


def _percent(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f} %"
