"""The drawings and HARDWARE.md against the firmware's own pins, and the Arduino IDE's way of building it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from firmware.sim.boards import MEGA2560
from firmware.sim.peer import Peer
from firmware.sim.simboard import SimBoard
from firmware.wiring import draw
from tests.firmware import framing_core as core

SOURCE = core.FIRMWARE / "src"

# Arduino's names of port bits (variants/mega and variants/standard, pins_arduino.h).
MEGA_PINS = {f"A{bit}": f"D{22 + bit}" for bit in range(8)} | {"H6": "D9", "B7": "D13", "E4": "D2", "E5": "D3"}
UNO_PINS = {f"D{bit}": f"D{bit}" for bit in range(8)} | {f"B{bit}": f"D{8 + bit}" for bit in range(6)}


def ports(header: str) -> dict[str, str]:
    """The port letters and bits that a board's header defines."""
    text = (SOURCE / header).read_text("utf-8")
    return dict(re.findall(r"#define (\w+) (?:PORT)?(\w)\b", text))


def nibble(pins: dict[str, str], port: str, bits: range) -> tuple[str, ...]:
    return tuple(pins[f"{port}{bit}"] for bit in bits)


def load_cell(pins: dict[str, str], said: dict[str, str]) -> tuple[str, ...]:
    return tuple(pins[said[f"LOADCELL_{line}_PORT"] + said[f"LOADCELL_{line}_BIT"]] for line in ("DATA", "CLOCK"))


@pytest.mark.parametrize(
    ("header", "pins", "wiring", "select"),
    [
        ("board_mega2560.h", MEGA_PINS, draw.MEGA, ("SELECT_PORT", "SELECT_PORT")),
        ("board_atmega328p.h", UNO_PINS, draw.UNO, ("SELECT_PORT_A", "SELECT_PORT_B")),
    ],
    ids=["mega", "uno"],
)
def test_the_drawing_has_the_firmwares_pins(
    header: str, pins: dict[str, str], wiring: draw.Wiring, select: tuple[str, str]
) -> None:
    said = ports(header)
    assert wiring.bus_a == nibble(pins, said[select[0]], range(4))
    assert wiring.bus_b == nibble(pins, said[select[1]], range(4, 8))
    assert wiring.buzzer == pins[said["BUZZER_PORT"] + said["BUZZER_BIT"]]
    assert wiring.light == pins[said["LED_PORT"] + said["LED_BIT"]]
    assert wiring.load_cell == load_cell(pins, said)
    assert str(wiring.muxes) == said["MUXES"]


@pytest.mark.parametrize("wiring", [draw.MEGA, draw.UNO], ids=lambda wiring: wiring.file)
def test_no_pin_has_two_uses(wiring: draw.Wiring) -> None:
    used = [*wiring.bus_a, *wiring.bus_b, wiring.buzzer, wiring.light, *wiring.load_cell, "D0", "D1"]
    assert len(set(used)) == len(used)
    assert all(pin in (core.FIRMWARE / "HARDWARE.md").read_text("utf-8") for pin in (*wiring.load_cell, wiring.buzzer))


def test_the_pictures_are_what_the_script_draws(tmp_path: Path) -> None:
    script = tmp_path / "draw.py"
    script.write_bytes((core.FIRMWARE / "wiring" / "draw.py").read_bytes())
    subprocess.run([sys.executable, str(script)], check=True)
    drawn = sorted(tmp_path.glob("*.svg"))
    assert len(drawn) == 4
    for picture in drawn:
        assert picture.read_text("utf-8") == (core.FIRMWARE / "wiring" / picture.name).read_text("utf-8")


@pytest.mark.firmware
def test_the_arduino_ide_builds_the_same_board() -> None:
    """With Arduino's core, its flags and link-time optimization; it must scan as fast and as evenly."""
    done = core.make("-s", "sketch-check")
    assert done.returncode == 0, done.stderr
    with SimBoard(MEGA2560, core.FIRMWARE / "build" / "sketch-mega2560.elf", samples=True) as sim:
        peer = Peer(sim)
        hello = peer.set_up(16, 0, 1_000_000)
        assert hello.frame_ticks == 1924
        peer.start()
        peer.take()
        peer.run_s(0.5)
        frames = peer.take().frames()
        assert frames is not None
        assert len(frames.seq) >= 258
        assert not frames.status.any()
