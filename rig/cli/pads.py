"""`rig pad`: which pads there are, and what one looks like.

`show` draws the tiles to scale as text, head up, so that a maker can hold the wiring against it; `--json -` gives the
same as INTERFACES promises to other tools. The rule: what is drawn comes from the file alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from rig.analysis.geometry import BLIND, PadGeometry
from rig.cli.output import JsonOption, console, give_json, table
from rig.cli.targets import keep_apart
from rig.pad import builtin_pads, load_pad, parse_pad

if TYPE_CHECKING:
    from rig.pad import PadLayout, Zone

app = typer.Typer(help="The pads: which there are, and how one is laid out.", no_args_is_help=True)

DEFAULT_PAD = "back-144"
PadOption = Annotated[str, typer.Option("--pad", metavar="PAD", help="A built-in pad's name or a pad file.")]


@app.command("list")
def list_pads(json: JsonOption = None) -> None:
    """Name the built-in pads."""
    pads = [parse_pad(text, name) for name, text in builtin_pads().items()]
    if json:
        give_json([{"name": p.name, "title": p.title, "channels": p.n_channels} for p in pads], json)
        return
    console().print(table("", ("pad", "channels", "what it is"), [(p.name, p.n_channels, p.title) for p in pads]))


@app.command()
def show(
    pad: Annotated[str, typer.Argument(metavar="PAD", help="A built-in pad's name or a pad file.")] = DEFAULT_PAD,
    json: JsonOption = None,
) -> None:
    """Draw a pad, or give it as JSON."""
    keep_apart("--json", json, [pad])
    layout = load_pad(pad)
    if json:
        give_json(layout, json)
        return
    out = console()
    out.print(f"[bold]{layout.name}[/bold]  {layout.title}")
    out.print(f"{layout.n_channels} channels, {layout.adc_bits} bit, {layout.divider_ohm:g} ohm to ground")
    out.print(f"spine line at x = {layout.spine_x_mm:g} mm, y = {layout.spine_y0_mm:g} to {layout.spine_y1_mm:g} mm")
    if not PadGeometry(layout).has_line:
        out.print(BLIND, style="yellow")
    out.print()
    for line in drawing(layout):
        out.print(line, markup=False)
    if layout.zones:
        out.print(table("", ("zone", "x mm", "y mm", "sides"), [_zone_row(z) for z in layout.zones]))


def drawing(layout: PadLayout) -> list[str]:
    """The channel numbers where they sit, head up.

    Rows are those of equal y; pads whose sensors are scattered get one row for each y that occurs.
    """
    width = len(str(layout.n_channels - 1)) + 1
    columns = np.unique(layout.x_mm)
    spot = {(s.x_mm, s.y_mm): s.channel for s in layout.sensors}
    lines = []
    for y in np.unique(layout.y_mm)[::-1]:
        cells = []
        for x in columns:
            channel = spot.get((float(x), float(y)))
            cell = "" if channel is None else str(channel)
            cells.append(f"{cell:>{width}}")
        lines.append(f"{y:6.0f} mm " + "".join(cells))
    across = ", ".join(f"{x:g}" for x in columns)
    lines.append(f"columns at x = {across} mm; left is the recipient's left")
    return lines


def _zone_row(zone: Zone) -> tuple[str, str, str, str]:
    sides = "both, mirrored" if zone.mirrored else "as given"
    return (zone.name, f"{zone.x0_mm:g} to {zone.x1_mm:g}", f"{zone.y0_mm:g} to {zone.y1_mm:g}", sides)
