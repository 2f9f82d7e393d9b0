from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from rig.device.doctor.diagnosis import diagnose
from rig.device.doctor.evidence import Evidence, neighbours
from rig.device.doctor.findings import Finding, listed
from rig.pad import PadLayout, load_pad
from rig.virtual import wiring
from tests.device.doctor.strokes import Examined, examined

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.virtual.patches import HandKind
    from rig.virtual.severity import Severity
    from rig.virtual.wiring import WiringFault

BUSES = {"back-144": ({0, 1, 2, 3, 4}, {5, 6, 7, 8}), "back-96": ({0, 1, 2, 3, 4, 5}, {0, 1, 2, 3, 4, 5})}
"""The multiplexers that share select lines (HARDWARE.md); the doctor does not know them and has to find out."""

CASES: list[tuple[int, str, Severity]] = [(1, "back-144", "real"), (2, "back-144", "nasty"), (3, "back-96", "real")]


@pytest.fixture(params=CASES, ids=lambda case: "-".join(map(str, case)))
def sound(request: pytest.FixtureRequest) -> Examined:
    seed, pad, severity = request.param
    return examined(seed, pad, severity)


@pytest.fixture
def rng(sound: Examined) -> np.random.Generator:
    return np.random.default_rng(int(sound.rest.sum()))


def found(sound: Examined, *faults: WiringFault, pressed: bool = True) -> list[Finding]:
    rest, stroked = sound.rest, sound.pressed
    for fault in faults:
        rest, stroked = fault(rest), fault(stroked)
    return diagnose(Evidence.of(sound.pad, rest, stroked if pressed else None))


def seen(findings: list[Finding]) -> list[tuple[str, tuple[int, ...]]]:
    return [(finding.kind, finding.channels) for finding in findings]


def a_channel(pad: PadLayout, rng: np.random.Generator) -> int:
    return int(rng.integers(pad.n_channels))


def of_mux(pad: PadLayout, *muxes: int) -> list[int]:
    return [sensor.channel for sensor in pad.sensors if sensor.mux in muxes]


@pytest.mark.parametrize(
    ("seed", "kind"), [(11, "palm"), (12, "heel"), (118, "thumb"), (118, "palm"), (103, "forearm")]
)
def test_a_sound_pad_raises_nothing_however_nasty_and_however_pressed(seed: int, kind: HandKind) -> None:
    sound = examined(seed, "back-144" if seed % 2 else "back-96", "nasty", kind)
    half = len(sound.pressed) // 2

    assert seen(found(sound)) == []
    assert seen(found(sound, pressed=False)) == []
    assert seen(diagnose(Evidence.of(sound.pad, sound.rest, sound.pressed[:half]))) == []
    assert seen(diagnose(Evidence.of(sound.pad, sound.rest, sound.pressed[half : half + half // 2]))) == []


def test_single_sensors(sound: Examined, rng: np.random.Generator) -> None:
    pad, c = sound.pad, a_channel(sound.pad, rng)

    assert seen(found(sound, wiring.dead(c))) == [("dead", (c,))]
    assert seen(found(sound, wiring.shorted(pad, c))) == [("shorted", (c,))]
    assert seen(found(sound, wiring.constant(int(rng.integers(60, 800)), c))) == [("stuck", (c,))]
    assert seen(found(sound, wiring.loose(pad, c, seed=1))) == [("noisy", (c,))]


def test_a_sentence_says_where_and_what_to_solder(sound: Examined) -> None:
    (finding,) = found(sound, wiring.dead(31))
    sensor = sound.pad.sensors[31]

    assert finding.text == (
        f"channel 31 (x {sensor.x_mm:g}, y {sensor.y_mm:g} mm, multiplexer {sensor.mux} input {sensor.input}) "
        "reads zero whatever presses it: a lead is open or the sensor is torn"
    )


def test_faults_that_show_without_a_press(sound: Examined, rng: np.random.Generator) -> None:
    pad, c = sound.pad, a_channel(sound.pad, rng)

    assert seen(found(sound, wiring.shorted(pad, c), pressed=False)) == [("shorted", (c,))]
    assert seen(found(sound, wiring.constant(300, c), pressed=False)) == [("stuck", (c,))]
    assert found(sound, wiring.mux_at_rail(pad, 2), pressed=False)[0].kind == "mux-rail"
    assert seen(found(sound, wiring.dead(c), pressed=False)) == [], "an unloaded sensor may read zero"


def test_crossed_and_bridged_sensors(sound: Examined, rng: np.random.Generator) -> None:
    pad = sound.pad
    far = tuple(sorted(rng.choice(pad.n_channels, 2, replace=False).tolist()))
    beside = np.argwhere(neighbours(pad))
    near = tuple(sorted(beside[rng.integers(len(beside))].tolist()))

    assert seen(found(sound, wiring.swapped(*far))) == [("swapped", far)]
    assert seen(found(sound, wiring.swapped(*near))) == [("swapped", near)]
    assert seen(found(sound, wiring.bridged(pad, *near))) == [("bridged", near)]
    assert seen(found(sound, wiring.bridged(pad, *far))) == [("bridged", far)]


def test_whole_multiplexers(sound: Examined, rng: np.random.Generator) -> None:
    pad = sound.pad
    mux = int(rng.integers(pad.n_muxes))
    channels = tuple(of_mux(pad, mux))

    assert seen(found(sound, wiring.mux_dead(pad, mux))) == [("mux-dead", channels)]
    assert seen(found(sound, wiring.mux_at_rail(pad, mux))) == [("mux-rail", channels)]
    assert seen(found(sound, wiring.mux_constant(pad, mux, int(rng.integers(16))))) == [("mux-constant", channels)]


def test_an_open_end_reads_the_noise_of_the_converter(sound: Examined, rng: np.random.Generator) -> None:
    pad, c = sound.pad, a_channel(sound.pad, rng)
    mux = int(rng.integers(pad.n_muxes))

    def noisy(*channels: int) -> WiringFault:
        def put(counts: NDArray[np.uint16]) -> NDArray[np.uint16]:
            read = counts.copy()
            floor = np.rint(rng.normal(0.8, 0.5, (len(counts), len(channels))))
            read[:, list(channels)] = np.clip(floor, 0, 9).astype(np.uint16)
            return read

        return put

    assert seen(found(sound, noisy(*of_mux(pad, mux)))) == [("mux-dead", tuple(of_mux(pad, mux)))]
    assert seen(found(sound, noisy(c))) == [("dead", (c,))]


def test_what_all_multiplexers_share_is_one_finding(sound: Examined, rng: np.random.Generator) -> None:
    offset = np.rint(rng.normal(40, 0.6, sound.rest.shape)).astype(np.uint16)

    (finding,) = diagnose(Evidence.of(sound.pad, offset))
    assert (finding.kind, finding.muxes) == ("mux-constant", tuple(range(sound.pad.n_muxes)))
    assert "they share" in finding.text


def test_enable_lines(sound: Examined) -> None:
    pad = sound.pad

    (some,) = found(sound, wiring.mux_dead(pad, 1, 2, 3))
    assert (some.kind, some.muxes) == ("enable", (1, 2, 3))
    (every,) = found(sound, wiring.mux_dead(pad, *range(pad.n_muxes)))
    assert (every.kind, every.channels) == ("enable", tuple(range(pad.n_channels)))


@pytest.mark.parametrize("line", range(4))
@pytest.mark.parametrize("high", [False, True])
def test_a_stuck_select_line_is_named_with_its_level(line: int, high: bool) -> None:
    sound = examined(1)
    for bus in BUSES["back-144"]:
        (finding,) = found(sound, wiring.select_stuck(sound.pad, bus, line, high))

        assert (finding.kind, finding.muxes, finding.line) == ("select-stuck", tuple(sorted(bus)), (line,))
        assert f"S{line}" in finding.text
        assert ("held high" if high else "held low") in finding.text


def test_a_select_pin_of_one_multiplexer_alone(sound: Examined, rng: np.random.Generator) -> None:
    mux, line = int(rng.integers(sound.pad.n_muxes)), int(rng.integers(4))

    (stuck,) = found(sound, wiring.select_stuck(sound.pad, {mux}, line, bool(rng.integers(2))))
    (crossed,) = found(sound, wiring.select_swapped(sound.pad, {mux}, line, (line + 1) % 4))

    assert (stuck.kind, stuck.muxes, stuck.line) == ("select-stuck", (mux,), (line,))
    assert (crossed.kind, crossed.muxes) == ("select-swapped", (mux,))
    assert crossed.line == tuple(sorted((line, (line + 1) % 4)))


def test_crossed_select_lines_of_a_bus_and_crossed_multiplexers(sound: Examined, rng: np.random.Generator) -> None:
    a, b = sorted(rng.choice(4, 2, replace=False).tolist())
    first, second = sorted(rng.choice(sound.pad.n_muxes, 2, replace=False).tolist())

    for bus in BUSES[sound.pad.name]:
        (finding,) = found(sound, wiring.select_swapped(sound.pad, bus, a, b))
        assert (finding.kind, finding.muxes, finding.line) == ("select-swapped", tuple(sorted(bus)), (a, b))
    (finding,) = found(sound, wiring.muxes_swapped(sound.pad, first, second))
    assert (finding.kind, finding.muxes) == ("mux-swapped", (first, second))


def test_several_faults_at_once_are_told_apart(sound: Examined) -> None:
    pad = sound.pad
    in_0, in_3 = of_mux(pad, 0), of_mux(pad, 3)
    faults = (
        wiring.swapped(in_3[2], in_3[9]),
        wiring.dead(in_0[5]),
        wiring.shorted(pad, in_0[11]),
        wiring.mux_dead(pad, 5),
    )

    assert {(f.kind, f.channels if len(f.channels) < 3 else f.muxes) for f in found(sound, *faults)} == {
        ("mux-dead", (5,)),
        ("dead", (in_0[5],)),
        ("shorted", (in_0[11],)),
        ("swapped", (in_3[2], in_3[9])),
    }


def test_channels_that_no_press_reached_are_not_called_dead() -> None:
    sound = examined(1)
    left = sound.pressed[: len(sound.pressed) // 2]

    reached = Evidence.of(sound.pad, sound.rest, left).reached()

    assert not reached[sound.pad.x_mm > 120].any()
    assert reached[sound.pad.x_mm < -120].all()
    assert found(Examined(sound.pad, sound.rest, left), wiring.dead(8)) == []


def test_a_pad_without_wiring_still_gets_its_sensors_judged() -> None:
    sound = examined(1)
    bare = tuple(msgspec.structs.replace(s, mux=None, input=None) for s in sound.pad.sensors)
    pad = msgspec.structs.replace(sound.pad, sensors=bare)
    fault = wiring.dead(40)

    assert seen(diagnose(Evidence.of(pad, fault(sound.rest), fault(sound.pressed)))) == [("dead", (40,))]


def test_neighbours_are_the_tiles_that_face_each_other() -> None:
    near = neighbours(load_pad("back-144"))

    assert np.flatnonzero(near[13]).tolist() == [4, 12, 14, 22]
    assert near.sum(axis=1).min() == 2


@pytest.mark.parametrize(
    ("numbers", "text"),
    [([3], "mux 3"), ([4, 3], "muxs 3 and 4"), ([5, 3, 4], "muxs 3-5"), ([1, 2, 7], "muxs 1, 2 and 7")],
)
def test_numbers_are_listed_as_people_do(numbers: list[int], text: str) -> None:
    assert listed("mux", numbers) == text
