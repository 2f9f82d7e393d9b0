"""The terminal's live view: the back in half blocks, the one thing to tell beside it, redrawn a few times a second.

It draws the same `Screen` as the window. The rule: drawing has its own thread of time; the session calls nothing here,
and a terminal that is slow only shows fewer pictures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rich.console import Group
from rich.panel import Panel
from rich.segment import Segment, Segments
from rich.style import Style
from rich.table import Table
from rich.text import Text

from rig.session.back import Surface, colour_table, extent_mm
from rig.session.screen import figures, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from rich.console import RenderableType

    from rig.pad import PadLayout
    from rig.session.screen import Screen

COLUMNS, LINES, SIDE = 30, 22, 44
"""The picture and the words beside it fit a terminal of 80 by 24."""
REFRESH_HZ = 12
_SPINE = (120, 126, 150)
_ALARM = (255, 90, 78)


class LiveView:
    """Draws one pad; `render` turns a session's state into something rich can print."""

    def __init__(self, pad: PadLayout) -> None:
        self._surface = Surface(pad, COLUMNS, LINES * 2)
        self._table = colour_table()
        x0, _, x1, _ = extent_mm(pad)
        # Where the line falls between two cells, no cell is its own: the left one stands for it.
        self._spine = min(max(int((pad.spine_x_mm - x0) / (x1 - x0) * COLUMNS), 0), COLUMNS - 1)

    def render(
        self,
        screen: Screen,
        force_n: NDArray[np.float64],
        contacts: Sequence[tuple[int, float, float, float]],
    ) -> RenderableType:
        """The whole view for this moment; `contacts` as number, x and y in mm, force in N."""
        row = Table.grid(padding=(0, 3))
        row.add_column(width=COLUMNS)
        row.add_column(width=SIDE)
        row.add_row(self._back(screen, force_n), self._side(screen, force_n, contacts))
        return row

    def _back(self, screen: Screen, force_n: NDArray[np.float64]) -> RenderableType:
        pixels = self._table[self._surface.image(force_n)].astype(int)
        flag = screen.flag
        on_spine = flag is not None and flag["kind"] == "spine-pressure"
        pixels[:, self._spine] = np.maximum(pixels[:, self._spine], _ALARM if on_spine else _SPINE)
        segments = []
        for above, below in zip(pixels[::2], pixels[1::2], strict=True):
            for top, bottom in zip(above, below, strict=True):
                style = Style.parse(f"#{_hex(top)} on #{_hex(bottom)}")
                segments.append(Segment("\N{UPPER HALF BLOCK}", style))
            segments.append(Segment.line())
        return Segments(segments)

    def _side(
        self,
        screen: Screen,
        force_n: NDArray[np.float64],
        contacts: Sequence[tuple[int, float, float, float]],
    ) -> RenderableType:
        flag = screen.flag
        if screen.link:
            banner = Panel(Text(screen.link, style="bold"), style="white on dark_orange3", width=SIDE)
        elif flag is not None:
            message = Text(words(flag), style="bold")
            message.append(f"\n{figures(flag)}", style="not bold")
            banner = Panel(message, style="white on red3", width=SIDE)
        else:
            banner = Panel(Text("Good\n", style="bold"), style="white on dark_green", width=SIDE)
        total = float(force_n.sum())
        lines = Text()
        lines.append(f"{screen.step or 'Free practice'}\n", style="bold")
        lines.append(f"{screen.how}\n\n" if screen.how else "\n", style="dim")
        lines.append(f"{total:6.1f} N   ", style="bold")
        lines.append("\N{FULL BLOCK}" * min(int(total / 2), 30) + "\n", style="green")
        rate = "no beat yet" if screen.rate_per_min is None else f"{screen.rate_per_min:.0f} strokes a minute"
        lines.append(f"{rate}\n{screen.strokes} strokes, {screen.flags} flags, {screen.t:.0f} s\n")
        for _, x, y, force in contacts:
            side = "right" if x > 0 else "left"
            lines.append(f"  {force:5.1f} N {side}, {abs(x):.0f} mm from the line, {y:.0f} mm up\n", style="dim")
        trust = "" if screen.calibrated else "Uncalibrated pad: forces are estimates.\n"
        lines.append(f"\n{trust}Practice feedback, not health advice.", style="dim")
        return Group(banner, lines)


def _hex(colour: NDArray[np.int_]) -> str:
    return "".join(f"{int(part):02x}" for part in colour)
