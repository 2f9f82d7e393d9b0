"""What the doctor says, in the user's language: each fault by its name, and what to solder; each figure with its unit.

From findings and measures to texts, plain functions of both. The rule: the kinds are the doctor's, and a fault always
comes with what to do about it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rig.gui.words import text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rig.device.doctor.examination import Examination
    from rig.device.doctor.findings import Finding, Kind
    from rig.pad import PadLayout
    from rig.session.doctor.map import Measure, MeasureKey
    from rig.session.doctor.visit import Stage

Say = Callable[..., str]

SIGNS: dict[Kind, str] = {
    "dead": "✕",
    "stuck": "=",
    "shorted": "!",
    "noisy": "~",
    "bridged": "&",
    "swapped": "⇄",
    "mux-dead": "✕",
    "mux-rail": "!",
    "mux-constant": "=",
    "enable": "✕",
    "select-stuck": "S",
    "select-swapped": "⇄",
    "mux-swapped": "⇄",
}

TITLES: dict[Kind, str] = {
    "dead": text("Sensor {sensors} is dead"),
    "stuck": text("Sensor {sensors} is stuck"),
    "shorted": text("Sensor {sensors} is shorted"),
    "noisy": text("Sensor {sensors} is noisy"),
    "bridged": text("Sensors {sensors} are bridged"),
    "swapped": text("Sensors {sensors} are swapped"),
    "mux-dead": text("Multiplexer {muxes} is dead"),
    "mux-rail": text("Multiplexer {muxes} reads full scale"),
    "mux-constant": text("Multiplexer {muxes} reads the same at every input"),
    "enable": text("Multiplexers {muxes} are off"),
    "select-stuck": text("Select line {lines} does not switch"),
    "select-swapped": text("Select lines {lines} are crossed"),
    "mux-swapped": text("Multiplexers {muxes} are swapped"),
}

MENDS: dict[Kind, str] = {
    "dead": text("A lead is open: solder its two joints anew, and look at {wires}."),
    "stuck": text("It reads the same whatever presses it: a joint leaks or the sensor is jammed. Look at {wires}."),
    "shorted": text("Its two leads touch: part them, and look at {wires}."),
    "noisy": text("A joint is loose: solder it anew, and look at {wires}."),
    "bridged": text("They always read the same: solder joins their wires or pins. Look at {wires}."),
    "swapped": text("Each answers in the other's place: cross their wires back, {wires}."),
    "mux-dead": text("It reads zero at every input: its common, supply or enable pin is not connected."),
    "mux-rail": text("Its common is shorted to the supply: look for a solder bridge."),
    "mux-constant": text("Its select lines or its ground are not connected, or its common hangs on something else."),
    "enable": text("The enable or supply wire that they share is broken, or the enable line is not at ground."),
    "select-stuck": text("On multiplexer {muxes}: look for a break or a bridge at its wire and pin."),
    "select-swapped": text("On multiplexer {muxes}: cross the two wires back."),
    "mux-swapped": text("They answer in each other's place: cross their common wires back."),
}

MEASURES: dict[MeasureKey, tuple[str, str, str]] = {
    "rate": (
        text("Frame rate"),
        text("{value:.1f} /s"),
        text("Scans of the whole pad a second by this computer's clock; the board announces {limit:.1f}"),
    ),
    "loss": (
        text("Lost"),
        text("{value:.2%}"),
        text("Share of scans that never came; more than {limit:.1%} is the computer's or its USB hub's doing"),
    ),
    "damaged": (
        text("Damaged"),
        text("{value:.0f}"),
        text("Packets damaged on the line; if any, try a shorter cable or a lower baud"),
    ),
    "latency": (text("Answer"), text("{value:.1f} ms"), text("Time from a command to the board's answer, median")),
    "jitter": (
        text("Jitter"),
        text("{value:.1f} ms"),
        text("A hundredth of the frames arrives later than this; above {limit:.0f} ms the computer is busy"),
    ),
    "noise": (text("Noise"), text("{value:.2f} counts"), text("Untouched sensors, rms, the middle one of all")),
    "late": (text("Late scans"), text("{value:.0f}"), text("Something on the board holds up its interrupts")),
    "overruns": (
        text("Overruns"),
        text("{value:.0f}"),
        text("The line was too slow: raise the baud"),
    ),
    "supply": (text("Supply"), text("{value:.2f} V"), text("By the board's own 1.1 V reference")),
    "references": (
        text("References"),
        text("{value:.0f}"),
        text("Scans with an unsteady reference: look at the supply"),
    ),
}
"""Each figure's name, its value with its unit, and what it means."""

STAGES: dict[Stage, tuple[str, str]] = {
    "greet": (text("Looking for the board"), text("Greeting, self-test, and the time that an answer takes.")),
    "rest": (text("Leave the pad alone"), text("Listening to the line, and to the noise of every sensor.")),
    "press": (
        text("Stroke over the whole pad"),
        text("With one flat hand, slowly: up every column, then across every row. Tiles light up as they are reached."),
    ),
    "judge": (text("Looking at what was heard"), ""),
}


def finding_words(finding: Finding, pad: PadLayout, say: Say) -> tuple[str, str]:
    """A finding's title, and what to do."""
    values = {
        "sensors": listed(finding.channels),
        "muxes": listed(finding.muxes),
        "lines": ", ".join(f"S{line}" for line in finding.line),
        "wires": wires(finding.channels, pad, say),
    }
    return say(TITLES[finding.kind], **values), say(MENDS[finding.kind], **values)


def measure_words(measure: Measure, say: Say) -> tuple[str, str, str]:
    """A measure's name, its value with its unit, and what it means."""
    name, value, meaning = MEASURES[measure.key]
    return say(name), say(value, value=measure.value), say(meaning, limit=measure.limit)


def wires(channels: Iterable[int], pad: PadLayout, say: Say) -> str:
    """Where some sensors are soldered to: multiplexer and input, or their places where the pad file gives no wiring."""
    said = []
    for channel in channels:
        sensor = pad.sensors[channel]
        if sensor.mux is None:
            said.append(say("the wire of sensor {channel}", channel=channel))
        else:
            said.append(say("multiplexer {mux} input {input}", mux=sensor.mux, input=sensor.input))
    return ", ".join(said)


def tile_words(channel: int, found: Examination, titles: Iterable[str], pad: PadLayout, say: Say) -> str:
    """A tile's tooltip: place, wiring, noise, and what is wrong with it."""
    sensor = pad.sensors[channel]
    lines = [
        say("Sensor {channel}: x {x:g} mm, y {y:g} mm", channel=channel, x=sensor.x_mm, y=sensor.y_mm),
        wires([channel], pad, say),
        say("Noise untouched: {counts:.2f} counts", counts=found.noise[channel]),
        *titles,
    ]
    return "\n".join(lines)


def listed(numbers: Iterable[int]) -> str:
    """Numbers in order, runs of three and more as a range."""
    ordered = sorted(set(numbers))
    runs: list[list[int]] = []
    for number in ordered:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [f"{run[0]}\N{EN DASH}{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    return ", ".join(parts)
