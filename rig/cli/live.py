"""The terminal's live view: the back in half blocks, the one thing to tell beside it, redrawn a few times a second.

It draws the same `Screen` as the window. The rule: the session runs in a thread of its own and calls nothing here; a
terminal that is slow only shows fewer pictures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rich.segment import Segment, Segments
from rich.style import Style
from rich.table import Table

from rig.back import Surface, colour_table, extent_mm
from rig.cli.live_side import SIDE, side

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from rich.console import RenderableType

    from rig.pad import PadLayout
    from rig.session.screen import Screen

GAP = 3
SMALLEST, LARGEST = 12, 60
"""Lines of the picture; a terminal that is lower cuts it off below."""
COLUMNS_A_LINE = 30 / 22
"""The picture's shape: 30 columns by 22 lines fit a terminal of 80 by 24 beside the words."""
REFRESH_HZ = 12
_SPINE = (120, 126, 150)
_ALARM = (255, 90, 78)


class LiveView:
    """Draws one pad; `render` turns a session's state into something rich can print."""

    def __init__(self, pad: PadLayout) -> None:
        self._pad = pad
        self._table = colour_table()
        self._size = (0, 0)

    def render(
        self,
        screen: Screen,
        force_n: NDArray[np.float64],
        contacts: Sequence[tuple[int, float, float, float]],
        terminal: tuple[int, int] = (80, 24),
    ) -> RenderableType:
        """The whole view for this moment; `contacts` as number, x and y in mm, force in N."""
        self._fit(*terminal)
        columns, _ = self._size
        row = Table.grid(padding=(0, GAP))
        row.add_column(width=columns)
        row.add_column(width=SIDE)
        row.add_row(self._back(screen, force_n), side(screen, contacts))
        return row

    def _fit(self, width: int, height: int) -> None:
        """As large as the terminal lets it be, with a line to spare; made anew only where that changed."""
        lines = min(height - 2, int((width - SIDE - GAP - 1) / COLUMNS_A_LINE))
        lines = max(SMALLEST, min(lines, LARGEST))
        columns = round(lines * COLUMNS_A_LINE)
        if (columns, lines) == self._size:
            return
        self._size = (columns, lines)
        self._surface = Surface(self._pad, columns, lines * 2)
        x0, _, x1, _ = extent_mm(self._pad)
        # Where the line falls between two cells, no cell is its own: the left one stands for it.
        self._spine = min(max(int((self._pad.spine_x_mm - x0) / (x1 - x0) * columns), 0), columns - 1)

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
        return Segments(segments[:-1])


def _hex(colour: NDArray[np.int_]) -> str:
    return "".join(f"{int(part):02x}" for part in colour)
