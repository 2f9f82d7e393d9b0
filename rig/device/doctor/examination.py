"""One visit to the doctor: greet, self-test, listen at rest, listen while somebody presses, say what is wrong.

The board is watched through the same `Device` that a session uses, so what the doctor measures is what a session gets.
The rule that keeps it right: whatever could not be judged is listed with its reason, never left out as if it were well.
"""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

import msgspec

from rig.device.doctor.diagnosis import diagnose
from rig.device.doctor.evidence import Evidence
from rig.device.doctor.findings import SENSOR_KINDS, Finding, listed
from rig.device.doctor.line import LineHealth, line_health, line_remarks
from rig.device.doctor.places import Places
from rig.device.doctor.wiring import Wiring
from rig.device.greeting import other_pad
from rig.errors import LinkError
from rig.frame import Block
from rig.wire.packets import UNKNOWN, AskStatus, RunSelfTest, SelfTest, SelfTestFailure, StatusReport

if TYPE_CHECKING:
    from collections.abc import Callable

    from rig.clock import Clock
    from rig.device.device import Device
    from rig.pad import PadLayout

PINGS = 9

HUM_COUNTS = 3.0
"""Sound channels do not swing together at all; a mains hum of this many counts rms (at 10 bits) is a sixtieth of a
light touch's reading, and worth mending."""

PRESS_TEXT = "now stroke slowly over the whole pad with one flat hand: up every column, then across every row"


class References(msgspec.Struct, frozen=True):
    """What the board measured of itself: counts of the 1.1 V reference and of ground (None where it cannot)."""

    bandgap: int | None
    ground: int | None
    supply_mv: int
    failed: tuple[str, ...]


class Examination(msgspec.Struct, frozen=True):
    """What the doctor found; turns to JSON for `rig doctor --json -`.

    Attributes:
        port, pad, pad_id, firmware: who was examined.
        line: how frames came; rate and loss are repeated at the top, for scripts. latency_ms: median time from a
            command to its answer. noise: counts rms of each channel at rest. damaged: packets that came damaged.
        dead, stuck, shorted, noisy: channels. swapped, bridged: pairs of channels.
        wiring: faults of multiplexers and their lines. remarks: what is wrong with line, board and sensors, a
            sentence each; empty where all is well. not_judged: what could not be told, and why.
    """

    port: str
    pad: str
    pad_id: str
    firmware: str
    rate: float
    loss: float
    latency_ms: float
    damaged: int
    line: LineHealth
    noise: tuple[float, ...]
    references: References | None
    dead: tuple[int, ...]
    stuck: tuple[int, ...]
    shorted: tuple[int, ...]
    noisy: tuple[int, ...]
    swapped: tuple[tuple[int, ...], ...]
    bridged: tuple[tuple[int, ...], ...]
    wiring: tuple[Finding, ...]
    findings: tuple[Finding, ...]
    remarks: tuple[str, ...]
    not_judged: tuple[str, ...]


def examine(
    device: Device,
    pad: PadLayout,
    clock: Clock,
    *,
    port: str = "",
    rest_s: float = 3.0,
    press_s: float = 0.0,
    tell: Callable[[str], None] = lambda _: None,
    enough: Callable[[], bool] = lambda: False,
) -> Examination:
    """Examine a connected device that is not streaming.

    Args:
        port: what to call it. rest_s, press_s: how long to listen at rest and pressed (0: nobody presses).
        tell: called with what the person at the pad is to do now. enough: asked whether they have pressed all over.

    Raises:
        LinkError: the board was lost, answers nothing, or sends no frames. ProtocolError: it refuses to start.
    """
    assert device.hello is not None, "connect first"
    self_test = _self_test(device)
    latency_ms = _latency_ms(device, clock)
    device.events()
    damaged_before = device.counters.damaged
    device.start()
    tell("leave the pad alone")
    rest = _listen(device, clock, rest_s)
    pressed = Block.empty(pad.n_channels)
    if press_s > 0:
        tell(PRESS_TEXT)
        pressed = _listen(device, clock, press_s, enough)
    device.stop()
    breaks = [event for event in device.events() if event.kind in {"lost", "reset"}]
    hello = device.hello
    line = line_health(Block.join([rest, pressed]), hello.tick_hz / hello.frame_ticks)
    if line is None:
        raise LinkError(f"{port}: the board answers, but no frames came in {rest_s:g} s")
    damaged = device.counters.damaged - damaged_before
    evidence = Evidence.of(pad, rest.counts, pressed.counts)
    findings = tuple(diagnose(evidence))
    references = None if self_test is None else _references(self_test)
    named = [text for text in (other_pad(hello, pad),) if text]
    failed = [f"the board's self-test failed: {name}" for name in (references.failed if references else ())]
    return Examination(
        port=port,
        pad=pad.name,
        pad_id=hello.pad_id,
        firmware=".".join(map(str, hello.firmware)),
        rate=line.rate_hz,
        loss=line.loss,
        latency_ms=latency_ms,
        damaged=damaged,
        line=line,
        noise=tuple(round(float(noise), 3) for noise in evidence.noise),
        references=references,
        dead=_single(findings, "dead"),
        stuck=_single(findings, "stuck"),
        shorted=_single(findings, "shorted"),
        noisy=_single(findings, "noisy"),
        swapped=tuple(f.channels for f in findings if f.kind == "swapped"),
        bridged=tuple(f.channels for f in findings if f.kind == "bridged"),
        wiring=tuple(f for f in findings if f.kind not in SENSOR_KINDS),
        findings=findings,
        remarks=(
            *named,
            *failed,
            *line_remarks(line, damaged, breaks),
            *_hum(evidence),
            *(f.text for f in findings),
        ),
        not_judged=tuple(_not_judged(evidence, findings, self_test)),
    )


def _hum(evidence: Evidence) -> list[str]:
    swing = evidence.swing
    if swing <= HUM_COUNTS * (evidence.pad.full_scale + 1) / 1024:
        return []
    return [f"all channels swing together by {swing:.0f} counts rms at rest: hum from the mains, or a loose ground"]


def _not_judged(evidence: Evidence, findings: tuple[Finding, ...], self_test: SelfTest | None) -> list[str]:
    reasons = []
    if self_test is None:
        reasons.append("the board's references: it did not answer the self-test")
    explained = {channel for finding in findings for channel in finding.channels}
    unknown = [c for c in range(evidence.pad.n_channels) if not evidence.reached(explained)[c] and c not in explained]
    if not len(evidence.pressed):
        reasons.append("dead, swapped and bridged sensors and most wiring: nobody pressed the pad")
    elif unknown:
        named = ", ".join(map(str, unknown[:20])) + (" ..." if len(unknown) > 20 else "")
        reasons.append(f"{len(unknown)} channels that no press reached: {named}")
    unlinked = Places(evidence, Wiring(evidence), explained).unlinked_muxes()
    if unlinked:
        reasons.append(
            f"whether {listed('multiplexer', unlinked)} are in their places: no stroke went across their tiles"
        )
    if not evidence.pad.n_muxes:
        reasons.append("multiplexer faults: the pad file gives no multiplexers")
    return reasons


def _self_test(device: Device) -> SelfTest | None:
    try:
        answer = device.command(RunSelfTest(0))
    except LinkError:
        return None
    return answer if isinstance(answer, SelfTest) else None


def _references(test: SelfTest) -> References:
    failed = tuple(str(part.name).lower() for part in SelfTestFailure if part & test.failed)
    return References(_known(test.bandgap), _known(test.ground), test.supply_mv, failed)


def _known(counts: int) -> int | None:
    return None if counts == UNKNOWN else counts


def _latency_ms(device: Device, clock: Clock) -> float:
    """The median time to an answer; on a bad line, which is what the doctor is asked about, a few may get lost."""
    took_s: list[float] = []
    for ping in range(PINGS):
        asked_s = clock.now_s()
        try:
            answer = device.command(AskStatus(0))
        except LinkError:
            if ping == PINGS - 1 and not took_s:
                raise
            continue
        assert isinstance(answer, StatusReport)
        took_s.append(clock.now_s() - asked_s)
    return statistics.median(took_s) * 1e3


def _listen(device: Device, clock: Clock, seconds: float, enough: Callable[[], bool] = lambda: False) -> Block:
    assert device.hello is not None
    blocks = [Block.empty(device.hello.channels)]
    until_s = clock.now_s() + seconds
    while clock.now_s() < until_s and not enough():
        block = device.poll()
        if block is not None:
            blocks.append(block)
    return Block.join(blocks)


def _single(findings: tuple[Finding, ...], kind: str) -> tuple[int, ...]:
    return tuple(f.channels[0] for f in findings if f.kind == kind)
