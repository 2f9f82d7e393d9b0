"""Draws the wiring of both boards, one sensor's circuit and the pad's layers: `python firmware/wiring/draw.py`.

The rule: pins are said once here, in the words of `src/board_*.h`, and a test holds the two against each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

HERE: Final = Path(__file__).parent
INK, FAINT, PAPER = "#1d2733", "#8a949e", "#ffffff"
BUS_A, BUS_B, SIGNAL, SUPPLY, CUE = "#b3421f", "#1f6fb3", "#2f7d4f", "#a33a6b", "#7a5a00"


@dataclass
class Drawing:
    """Shapes in millimetre-like units, y downwards."""

    width: int
    height: int
    shapes: list[str] = field(default_factory=list)

    def line(self, *points: tuple[float, float], colour: str = INK, width: float = 1.5) -> None:
        """An open line through the points."""
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        self.shapes.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}"/>')

    def box(self, x: float, y: float, width: float, height: float, fill: str = PAPER, edge: str = INK) -> None:
        """A rectangle by its upper left corner."""
        self.shapes.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="3" fill="{fill}" stroke="{edge}"/>'
        )

    def dot(self, x: float, y: float, colour: str = INK) -> None:
        """A joint."""
        self.shapes.append(f'<circle cx="{x:g}" cy="{y:g}" r="3" fill="{colour}"/>')

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: int = 13,
        anchor: str = "start",
        colour: str = INK,
        bold: bool = False,
    ) -> None:
        """One line of text; `y` is its base line."""
        weight = ' font-weight="bold"' if bold else ""
        self.shapes.append(
            f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" fill="{colour}"{weight}>'
            f"{escape(words)}</text>"
        )

    def resistor(self, x: float, y: float, upright: bool = True) -> None:
        """A resistor of 12 by 26 around its centre."""
        width, height = (12, 26) if upright else (26, 12)
        self.box(x - width / 2, y - height / 2, width, height)

    def ground(self, x: float, y: float) -> None:
        """A ground symbol hanging from a point."""
        for step, half in enumerate((9, 6, 3)):
            self.line((x - half, y + 4 * step), (x + half, y + 4 * step))

    def save(self, name: str) -> None:
        """Write the file beside this one."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" width="{self.width}" '
            f'height="{self.height}" font-family="sans-serif"><rect width="100%" height="100%" fill="{PAPER}"/>'
        )
        (HERE / name).write_text("\n".join([head, *self.shapes, "</svg>"]) + "\n", "utf-8")


@dataclass(frozen=True)
class Wiring:
    """A board's pins by the names printed on it; multiplexer k is read on A(k)."""

    file: str
    title: str
    muxes: int
    bus_a: tuple[str, ...]
    bus_b: tuple[str, ...]
    buzzer: str
    light: str
    load_cell: tuple[str, str]

    @property
    def on_bus_a(self) -> int:
        """How many multiplexers hang on bus A: the first half, rounded up."""
        return (self.muxes + 1) // 2


MEGA: Final = Wiring(
    "mega2560.svg",
    "Arduino Mega 2560: 9 multiplexers, 144 sensors",
    9,
    ("D22", "D23", "D24", "D25"),
    ("D26", "D27", "D28", "D29"),
    "D9",
    "D13",
    ("D2", "D3"),
)
UNO: Final = Wiring(
    "uno_nano.svg",
    "Arduino Uno or Nano: 6 multiplexers, 96 sensors",
    6,
    ("D8", "D9", "D10", "D11"),
    ("D4", "D5", "D6", "D7"),
    "D3",
    "D13",
    ("D2", "D12"),
)

ROW, TOP, BOARD_X, BOARD_W, MUX_X, MUX_W = 62, 96, 40, 150, 400, 130


def draw_board(wiring: Wiring) -> None:
    """The whole board: multiplexers in a column, each on its analogue pin, the two select buses on their right."""
    bottom = TOP + wiring.muxes * ROW
    drawing = Drawing(960, bottom + 306)
    drawing.text(40, 40, wiring.title, 20, bold=True)
    drawing.text(40, 62, "74HC4067 multiplexers; supply and enable pins as in the note below", 13, colour=FAINT)
    drawing.box(BOARD_X, TOP - 14, BOARD_W, bottom - TOP + 250, "#eef3f7")
    drawing.text(BOARD_X + BOARD_W / 2 - 20, bottom + 10, "Arduino", 16, "middle", bold=True)
    for mux in range(wiring.muxes):
        _draw_mux(drawing, mux)
    rail_a, rail_b = MUX_X + MUX_W + 50, MUX_X + MUX_W + 84
    _draw_bus(drawing, "bus A", wiring.bus_a, BUS_A, rail_a, range(wiring.on_bus_a), bottom + 40)
    _draw_bus(drawing, "bus B", wiring.bus_b, BUS_B, rail_b, range(wiring.on_bus_a, wiring.muxes), bottom + 74)
    _draw_cues(drawing, wiring, bottom + 112)
    _draw_load_cell(drawing, wiring, bottom + 178)
    drawing.text(
        BOARD_X, bottom + 276, "Every multiplexer: VCC to 5 V, GND and EN to ground, 100 nF across its supply.", 12
    )
    drawing.save(wiring.file)


def _draw_mux(drawing: Drawing, mux: int) -> None:
    y = TOP + mux * ROW + 16
    drawing.box(MUX_X, y - 22, MUX_W, 46, "#f6f1e7")
    drawing.text(MUX_X + 8, y + 4, "SIG", 11, colour=FAINT)
    drawing.text(MUX_X + MUX_W / 2, y - 4, f"mux {mux}", 14, "middle", bold=True)
    drawing.text(MUX_X + MUX_W / 2, y + 14, "C0-C15  S0-S3", 10, "middle", FAINT)
    drawing.text(BOARD_X + BOARD_W - 10, y + 5, f"A{mux}", 14, "end", bold=True)
    drawing.line((BOARD_X + BOARD_W, y), (MUX_X, y), colour=SIGNAL)
    x = 270
    drawing.dot(x, y, SIGNAL)
    drawing.line((x, y), (x, y + 6))
    drawing.resistor(x, y + 19)
    drawing.line((x, y + 32), (x, y + 35))
    drawing.ground(x, y + 35)
    drawing.text(x + 14, y + 24, "3.3 kΩ", 11)
    right = MUX_X + MUX_W
    drawing.line((right, y - 12), (right + 150, y - 12), colour=SUPPLY)
    drawing.box(right + 150, y - 19, 44, 14, "#f9e9f1", SUPPLY)
    drawing.text(right + 204, y - 7, f"16 FSR of column {mux}, all to +5 V", 12)


def _draw_bus(
    drawing: Drawing, name: str, pins: tuple[str, ...], colour: str, rail: float, muxes: range, y: float
) -> None:
    first = TOP + muxes[0] * ROW + 26
    drawing.line((rail, first), (rail, y), (BOARD_X + BOARD_W, y), colour=colour, width=5)
    for mux in muxes:
        tap = TOP + mux * ROW + 26
        drawing.line((MUX_X + MUX_W, tap), (rail, tap), colour=colour, width=5)
    drawing.text(BOARD_X + BOARD_W - 10, y + 5, " ".join(pins), 12, "end", bold=True)
    drawing.text(
        BOARD_X + BOARD_W + 16, y - 7, f"{name}: S0 S1 S2 S3 of mux {muxes[0]} to {muxes[-1]}", 12, colour=colour
    )
    drawing.text(rail + 8, first + 28, name, 12, colour=colour, bold=True)


def _draw_cues(drawing: Drawing, wiring: Wiring, y: float) -> None:
    edge, pin = BOARD_X + BOARD_W, BOARD_X + BOARD_W - 10
    drawing.text(pin, y + 5, wiring.buzzer, 13, "end", bold=True)
    drawing.line((edge, y), (250, y), colour=CUE)
    drawing.resistor(263, y, upright=False)
    drawing.text(263, y - 10, "100 Ω", 11, "middle")
    drawing.line((276, y), (330, y), colour=CUE)
    drawing.box(330, y - 11, 60, 22, "#fbf5df", CUE)
    drawing.text(360, y + 5, "piezo", 12, "middle")
    drawing.line((390, y), (420, y))
    drawing.line((420, y), (420, y + 6))
    drawing.ground(420, y + 6)
    drawing.text(pin, y + 36, wiring.light, 13, "end", bold=True)
    drawing.text(edge + 16, y + 36, "the board's own light; another with 1 kΩ to ground beside the pad if wanted", 12)


def _draw_load_cell(drawing: Drawing, wiring: Wiring, y: float) -> None:
    edge, pin = BOARD_X + BOARD_W, BOARD_X + BOARD_W - 10
    data, clock = wiring.load_cell
    drawing.text(pin, y + 5, data, 13, "end", bold=True)
    drawing.line((edge, y), (250, y), colour=SIGNAL)
    drawing.resistor(263, y, upright=False)
    drawing.text(263, y - 10, "1 kΩ", 11, "middle")
    drawing.line((276, y), (330, y), colour=SIGNAL)
    drawing.text(pin, y + 37, clock, 13, "end", bold=True)
    drawing.line((edge, y + 32), (330, y + 32), colour=CUE)
    drawing.box(330, y - 18, 120, 68, "#f6f1e7")
    drawing.text(338, y + 4, "DT", 11, colour=FAINT)
    drawing.text(338, y + 36, "SCK", 11, colour=FAINT)
    drawing.text(392, y + 20, "HX711", 14, "middle", bold=True)
    for step, name in enumerate(("E+", "E-", "A-", "A+")):
        drawing.text(444, y - 4 + 14 * step, name, 10, "end", FAINT)
        drawing.line((450, y - 8 + 14 * step), (520, y - 8 + 14 * step))
    drawing.box(520, y - 18, 110, 68, "#eef3f7")
    drawing.text(575, y + 12, "load cells", 12, "middle")
    drawing.text(575, y + 28, "under the pad", 12, "middle")
    drawing.text(646, y + 4, "only for calibration by free pressing", 12)
    drawing.text(646, y + 22, "VCC and RATE to 5 V, GND to ground", 12)


def draw_channel() -> None:
    """One sensor: from the supply through FSR and multiplexer to the ADC, with the divider's other half behind it."""
    drawing = Drawing(860, 330)
    drawing.text(40, 40, "One sensor's circuit", 20, bold=True)
    y = 120
    drawing.text(60, y + 5, "+5 V", 14, colour=SUPPLY, bold=True)
    drawing.line((105, y), (160, y), colour=SUPPLY)
    drawing.box(160, y - 14, 90, 28, "#f9e9f1", SUPPLY)
    drawing.text(205, y + 5, "FSR 402", 13, "middle")
    drawing.line((250, y), (340, y), colour=SUPPLY)
    drawing.text(295, y - 8, "C0-C15", 11, "middle", FAINT)
    drawing.box(340, y - 50, 110, 100, "#f6f1e7")
    drawing.text(395, y - 8, "74HC4067", 13, "middle", bold=True)
    drawing.text(395, y + 12, "70 Ω when on", 11, "middle", FAINT)
    drawing.line((450, y), (720, y), colour=SIGNAL)
    drawing.text(470, y - 8, "SIG", 11, colour=FAINT)
    drawing.dot(560, y, SIGNAL)
    drawing.line((560, y), (560, y + 40))
    drawing.resistor(560, y + 53)
    drawing.line((560, y + 66), (560, y + 86))
    drawing.ground(560, y + 86)
    drawing.text(578, y + 58, "3.3 kΩ, 1 %", 13)
    drawing.box(720, y - 20, 90, 40, "#eef3f7")
    drawing.text(765, y + 5, "A0 ...", 14, "middle", bold=True)
    drawing.text(
        40,
        270,
        "counts = 1023 x 3.3 kΩ / (3.3 kΩ + R of the FSR): nothing pressed reads 0, a firm press (450 Ω) 900.",
        14,
    )
    drawing.text(
        40, 296, "The resistor sits behind the multiplexer: one for each multiplexer, not for each sensor.", 14
    )
    drawing.save("channel.svg")


def draw_layers() -> None:
    """The pad cut across three tiles."""
    drawing = Drawing(900, 400)
    drawing.text(40, 40, "The pad, cut across (not to scale)", 20, bold=True)
    drawing.box(40, 80, 560, 22, "#e9e2f2")
    drawing.box(40, 102, 560, 70, "#f7ecd2")
    for tile in range(3):
        x = 52 + 184 * tile
        drawing.box(x, 176, 168, 26, "#dfe6ec")
        drawing.box(x + 62, 204, 44, 16, "#3a3f45")
        drawing.box(x + 44, 222, 80, 8, "#f9e9f1", SUPPLY)
    drawing.box(40, 232, 560, 46, "#e6d3b8")
    labels = [
        (92, "cover: smooth, oil-proof, wiped clean"),
        (138, "soft foam, 10 mm, glued to nothing but its edge"),
        (190, "rigid tile, 3 mm, 2 mm from its neighbours"),
        (213, "puck: silicone, 12 mm across, 2 mm high"),
        (231, "FSR 402 on its own adhesive"),
        (258, "base: plywood, 12 mm, flat"),
    ]
    for y, words in labels:
        drawing.line((604, y), (626, y), colour=FAINT)
        drawing.text(632, y + 5, words, 12)
    drawing.line((52, 300), (220, 300), colour=FAINT)
    drawing.text(136, 318, "26 mm by the spine", 12, "middle")
    drawing.line((220, 296), (220, 304), colour=FAINT)
    drawing.line((236, 296), (236, 304), colour=FAINT)
    drawing.text(228, 338, "2 mm", 12, "middle")
    drawing.text(40, 372, "The tile rests on its puck alone, so that all of its load goes through one sensor.", 14)
    drawing.save("layers.svg")


def main() -> None:
    """Write all four files."""
    draw_board(MEGA)
    draw_board(UNO)
    draw_channel()
    draw_layers()


if __name__ == "__main__":
    main()
