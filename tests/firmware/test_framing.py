"""The firmware's framing core on this computer: known answers, PROTOCOL.md's bytes, and `rig.wire` both ways."""

from __future__ import annotations

import binascii

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.frame import Frame
from rig.wire.codec import encode as host_encode
from rig.wire.codec import encode_frame
from rig.wire.decoder import CommandDecoder, FrameDecoder
from rig.wire.packets import (
    AskHello,
    AskStatus,
    Command,
    Cue,
    CueKind,
    RunSelfTest,
    SetBaud,
    SetPadId,
    SetRate,
    Start,
    Stop,
)
from rig.wire.samples import FrameFormat
from tests.firmware import framing_core as core
from tests.protocol_examples import Example, examples

ALL = examples()
BODIES = [example for example in ALL if example.body]
FRAMES_10 = [example for example in ALL if example.packet == "Frame" and example.values["adc_bits"] == 10]
BROKEN = [example for example in ALL if example.packet == "Dropped" and example.values["reason"] in {"crc", "cobs"}]


def name(example: Example) -> str:
    return example.name


def packet_of(body: bytes) -> bytes:
    """By the standard library and the protocol's words alone: body, CRC, COBS, zero."""
    data = body + binascii.crc_hqx(body, 0).to_bytes(2, "big")
    out, runs = b"", data.split(b"\0")
    for number, run in enumerate(runs):
        full = len(run) // 254
        for start in range(0, 254 * full, 254):
            out += b"\xff" + run[start : start + 254]
        rest = run[254 * full :]
        if rest or not full or number < len(runs) - 1:
            out += bytes([len(rest) + 1]) + rest
    return out + b"\0"


def test_the_crc_is_xmodem() -> None:
    assert core.encode(b"123456789") == b"\x0c123456789\x31\xc3\0"


@pytest.mark.parametrize(
    "length",
    [1, 2, 250, 251, 252, 253, 254, 255, 256, 505, 506, 507, 508, 600],
)
@pytest.mark.parametrize("fill", [b"\x01", b"\0", b"\x01\0", b"\xff\x01\x02"])
def test_runs_up_to_and_over_the_longest(length: int, fill: bytes) -> None:
    body = (fill * length)[:length]
    assert core.encode(body) == packet_of(body)


def test_a_packet_that_ends_with_a_full_run_has_no_empty_one() -> None:
    """254 bytes with the CRC and no zero among them: one code, and the end."""
    bodies = (bytes([first]) + b"\x01" * 251 for first in range(1, 255))
    body = next(body for body in bodies if 0 not in binascii.crc_hqx(body, 0).to_bytes(2, "big"))
    wire = core.encode(body)
    assert len(wire) == 256
    assert wire[0] == 255
    assert core.decode(wire[:-1]) == body
    assert FrameDecoder().feed(wire) != []


@given(st.binary(min_size=1, max_size=600))
def test_any_body_is_framed_as_the_words_say(body: bytes) -> None:
    assert core.encode(body) == packet_of(body)


@given(st.binary(min_size=1, max_size=250))
def test_what_is_encoded_decodes(body: bytes) -> None:
    assert core.decode(core.encode(body)[:-1]) == body


@given(st.binary(max_size=255))
def test_noise_is_never_taken_for_a_body(noise: bytes) -> None:
    body = core.decode(noise)
    if body:
        assert core.decode(packet_of(body)[:-1]) == body


@given(st.binary(min_size=1, max_size=24), st.data())
def test_no_flipped_bit_passes(body: bytes, data: st.DataObject) -> None:
    wire = bytearray(core.encode(body)[:-1])
    bit = data.draw(st.integers(0, 8 * len(wire) - 1))
    wire[bit // 8] ^= 1 << bit % 8
    assert core.decode(bytes(wire)) == b""


@pytest.mark.parametrize("example", BODIES, ids=name)
def test_the_protocols_bytes_are_the_firmwares(example: Example) -> None:
    assert core.encode(example.body_bytes) == example.wire
    assert example.crc_bytes == binascii.crc_hqx(example.body_bytes, 0).to_bytes(2, "big")
    for wire in filter(None, [example.wire, example.also]):
        if len(wire) <= core.DECODE_MAX:
            assert core.decode(wire[:-1]) == example.body_bytes


@pytest.mark.parametrize("example", BROKEN, ids=name)
def test_what_the_protocol_says_is_dropped_is_dropped(example: Example) -> None:
    assert core.decode(example.wire.rstrip(b"\0")) == b""


@pytest.mark.parametrize("example", [e for e in FRAMES_10 if len(e.values["counts"]) % 4 == 0], ids=name)  # type: ignore[arg-type] # counts is a tuple
def test_the_protocols_scans_are_the_firmwares(example: Example) -> None:
    status, seq, ticks, counts = (example.values[key] for key in ("status", "seq", "ticks", "counts"))
    assert isinstance(status, int)
    assert isinstance(seq, int)
    assert isinstance(ticks, int)
    assert isinstance(counts, tuple)
    assert core.encode_scan(status, seq, ticks, counts) == example.wire


scans = st.builds(
    Frame,
    seq=st.integers(0, 0xFFFF),
    ticks=st.integers(0, 0xFFFFFFFF),
    status=st.integers(0, 31),
    counts=st.integers(1, 64).flatmap(
        lambda groups: st.lists(
            st.sampled_from([0, 1, 255, 256, 512, 1023]) | st.integers(0, 1023),
            min_size=4 * groups,
            max_size=4 * groups,
        ).map(tuple)
    ),
)


@given(scans)
def test_a_scan_reaches_the_host_as_it_was(frame: Frame) -> None:
    wire = core.encode_scan(frame.status, frame.seq, frame.ticks, frame.counts)
    assert wire == encode_frame(frame, FrameFormat(len(frame.counts), 10))


def test_a_long_scan_without_a_zero_is_split_where_it_must_be() -> None:
    """256 channels: the open run fills up in the middle of the samples."""
    for level in range(0x155, 0x165):
        wire = core.encode_scan(1, 0x0101, 0x01010101, [level] * 256)
        frame = Frame(0x0101, 0x01010101, 1, (level,) * 256)
        assert wire == encode_frame(frame, FrameFormat(256, 10))
        assert wire[0] == 255


tags = st.integers(0, 255)
commands = st.one_of(
    *(st.builds(kind, tag=tags) for kind in (AskHello, Start, Stop, RunSelfTest, AskStatus)),
    st.builds(SetRate, tag=tags, prescaler=st.sampled_from([16, 32, 64, 128]), extra=tags),
    st.builds(SetBaud, tag=tags, baud=st.integers(1, 0xFFFFFFFF)),
    st.builds(SetPadId, tag=tags, pad_id=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=16)),
    st.builds(Cue, tag=tags, kind=st.sampled_from(list(CueKind)), duration_ms=st.integers(0, 5000)),
)


@given(commands)
def test_a_command_arrives_as_it_was_sent(command: Command) -> None:
    wire = host_encode(command)
    verdict, parsed = core.parse(wire[:-1])
    assert verdict == core.GOOD
    assert parsed.tag == command.tag
    assert CommandDecoder().feed(core.encode(core.decode(wire[:-1]))) == [command]
    payload = parsed.payload
    match command:
        case SetRate():
            assert tuple(payload.rate) == (command.prescaler, command.extra)
        case SetBaud():
            assert payload.baud == command.baud
        case SetPadId():
            assert bytes(payload.pad_id).rstrip(b"\0").decode() == command.pad_id
        case Cue():
            assert payload.cue[0] == command.kind
            assert payload.cue[2] | payload.cue[3] << 8 == command.duration_ms


@pytest.mark.parametrize(
    ("body", "verdict", "result"),
    [
        pytest.param(b"\x84\x01\x11\x00", core.REFUSED, 2, id="prescaler 17"),
        pytest.param(b"\x85\x01\x00\x00\x00\x00", core.REFUSED, 2, id="baud 0"),
        pytest.param(b"\x86\x01" + b"a\0b" + bytes(13), core.REFUSED, 2, id="a hole in the pad id"),
        pytest.param(b"\x86\x01" + b"\x80" + bytes(15), core.REFUSED, 2, id="pad id not ASCII"),
        pytest.param(b"\x87\x01\x04\x01\x00", core.REFUSED, 2, id="cue of no kind"),
        pytest.param(b"\x87\x01\x01\x89\x13", core.REFUSED, 2, id="cue of 5,001 ms"),
        pytest.param(b"\x8a\x01", core.REFUSED, 1, id="unknown command"),
        pytest.param(b"\x84\x01\x10", core.DAMAGED, 0, id="too short"),
        pytest.param(b"\x82\x01\x00", core.DAMAGED, 0, id="too long"),
        pytest.param(b"\x01\x01", core.DAMAGED, 0, id="a board's packet"),
        pytest.param(b"\x82", core.DAMAGED, 0, id="no tag"),
        pytest.param(b"\x8a" + bytes(24), core.DAMAGED, 0, id="longer than any command"),
    ],
)
def test_a_command_that_cannot_be_carried_out(body: bytes, verdict: int, result: int) -> None:
    got, command = core.parse(core.encode(body)[:-1])
    assert got == verdict
    if verdict == core.REFUSED:
        assert (command.type, command.tag, command.result) == (body[0], 1, result)


@pytest.mark.parametrize(
    ("channels", "prescaler", "extra", "baud", "expected"),
    [
        pytest.param(144, 32, 0, 500_000, core.Plan(4, 4), id="the default"),
        pytest.param(144, 16, 0, 1_000_000, core.Plan(4, 2), id="1 Mbaud"),
        pytest.param(144, 16, 0, 2_000_000, core.Plan(0, 1), id="2 Mbaud: the ADC is the limit"),
        pytest.param(144, 16, 2, 2_000_000, core.Plan(2, 1), id="as many as asked"),
        pytest.param(96, 16, 0, 1_000_000, core.Plan(6, 2), id="the smaller pad"),
        pytest.param(256, 16, 0, 1_000_000, core.Plan(1, 2), id="the largest pad"),
        pytest.param(144, 128, 0, 115_200, core.Plan(14, 17), id="slow, 2.1 % off"),
        pytest.param(144, 32, 0, 115_200, None, id="more extra conversions than can be told"),
        pytest.param(144, 32, 0, 3_000_000, None, id="faster than the UART"),
        pytest.param(144, 16, 0, 1_500_000, None, id="no divisor near it"),
        pytest.param(144, 128, 255, 500_000, None, id="a scan longer than the clock may be left alone"),
    ],
)
def test_the_rate_keeps_the_line_in_step(
    channels: int, prescaler: int, extra: int, baud: int, expected: core.Plan | None
) -> None:
    assert core.plan(channels, prescaler, extra, baud) == expected


@pytest.mark.parametrize(
    ("channels", "prescaler", "baud", "extra"),
    [
        pytest.param(144, 32, 500_000, 8, id="the default"),
        pytest.param(144, 16, 1_000_000, 6, id="1 Mbaud"),
        pytest.param(144, 16, 2_000_000, 0, id="2 Mbaud: the ADC is the limit"),
        pytest.param(96, 16, 1_000_000, 8, id="the smaller pad"),
    ],
)
def test_readings_of_a_load_cell_have_their_share_of_the_line(
    channels: int, prescaler: int, baud: int, extra: int
) -> None:
    plan = core.plan(channels, prescaler, 0, baud, readings_per_s=96)
    assert plan is not None
    assert plan.extra == extra


@given(
    channels=st.integers(3, 16).map(lambda muxes: 16 * muxes),
    prescaler=st.sampled_from([16, 32, 64, 128]),
    extra=st.integers(0, 255),
    divisor=st.integers(1, 250),
    readings_per_s=st.sampled_from([0, 96, 1000]),
)
def test_a_plan_never_outruns_the_line(
    channels: int, prescaler: int, extra: int, divisor: int, readings_per_s: int
) -> None:
    plan = core.plan(channels, prescaler, extra, 2_000_000 // divisor, readings_per_s)
    if plan is None:
        return
    period = (channels + plan.extra) * 13 * prescaler
    readings = readings_per_s * period / 16_000_000
    frame = core.wire_bytes(8 + channels // 4 * 5) + core.wire_bytes(28) / 256 + core.wire_bytes(10) * readings
    assert frame * 80 * plan.baud_divisor <= period <= 16_000_000 * 0.028
    assert plan.extra >= extra


def test_the_source_passes_cppcheck_and_the_compilers_warnings() -> None:
    done = core.make("check")
    assert done.returncode == 0, done.stderr


def test_a_short_fuzz_finds_nothing() -> None:
    done = core.make("fuzz", "FUZZ_SECONDS=2")
    assert done.returncode == 0, done.stderr
    assert "stat::number_of_executed_units" in done.stderr
