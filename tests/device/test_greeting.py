"""From an open port to a hello, or to one sentence that says why not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rig.clock import ManualClock
from rig.device.device import Device
from rig.device.launch import WantedPace
from rig.errors import LinkError, ProtocolError
from rig.transport.base import READ_BYTES
from rig.virtual.port import VirtualTransport
from tests.device.bench import PAD, Bench, Foreign, assert_true_to_time


def test_the_hello_is_known_after_connecting() -> None:
    bench = Bench()

    hello = bench.device.connect()

    assert (hello.channels, hello.pad_id) == (144, "pad-a")
    assert bench.clock.now_s() - 1000.0 < 0.5, "the hello of the reset is enough"


@pytest.mark.parametrize(("pad_id", "told"), [("back-96", True), ("back-144", False), ("anna", False), ("", False)])
def test_a_board_that_names_another_built_in_pad_is_told_with_its_first_frames(pad_id: str, told: bool) -> None:
    bench = Bench(pad_id=pad_id)
    bench.device.connect()
    bench.device.start()
    bench.run(1.0)

    (up,) = bench.device.events()
    named = "frames come; the board says that it is pad 'back-96', and pad 'back-144' was asked for"
    assert up.text == (named if told else "frames come")


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ({"channels": 96}, "scans 96 channels, but the pad 'back-144' has 144"),
        ({"adc_bits": 12}, "sends 12 bits a count, but the pad 'back-144' has 10"),
        ({"protocol": 2}, "speaks protocol 2, this program protocol 1: update this program"),
    ],
)
def test_a_board_that_does_not_fit_is_refused_with_both_numbers(model: dict[str, Any], message: str) -> None:
    bench = Bench(**model)

    with pytest.raises(ProtocolError, match=message):
        bench.device.connect()


def test_any_board_will_do_where_no_pad_is_given() -> None:
    bench = Bench(channels=96)

    assert Device(bench.port.open, None, bench.clock).connect().channels == 96


@pytest.mark.parametrize(
    ("says", "kind", "message"),
    [
        (b"", LinkError, "port: nothing answers"),
        (b"sensor: 12, 14, 18\r\n", ProtocolError, "another program: it prints 'sensor: 12, 14, 18'"),
        (bytes(range(1, 256)), ProtocolError, "no packet at any rate"),
        (bytes(255), ProtocolError, "no packet at any rate"),
    ],
)
def test_what_is_no_board_of_ours_is_named(says: bytes, kind: type[Exception], message: str) -> None:
    clock = ManualClock()
    port = Foreign(clock, says)

    with pytest.raises(kind, match=message):
        Device(lambda: port, PAD, clock).connect()

    assert clock.now_s() < 6.0
    assert port.bauds[0] == 500_000
    assert len(set(port.bauds)) > 3, "other rates are tried"
    assert port.closed


@pytest.mark.parametrize(("baud", "streams"), [(1_000_000, True), (2_000_000, False), (250_000, False)])
def test_a_board_that_kept_another_rate_is_found(baud: int, streams: bool) -> None:
    bench = Bench(resets=False)
    bench.device = Device(bench.port.open, PAD, bench.clock, WantedPace(baud=baud))
    bench.device.connect()
    bench.device.start()
    bench.run(0.5)
    if not streams:
        bench.device.stop()
        bench.run(0.1)

    assert Device(bench.port.open, PAD, bench.clock).connect().baud == baud


def test_a_board_that_streams_already_is_asked_at_once() -> None:
    bench = Bench(resets=False)
    bench.device.connect()
    bench.device.start()
    bench.run(0.5)
    second = Device(bench.port.open, PAD, bench.clock)
    opened_s = bench.clock.now_s()

    second.connect()

    assert bench.clock.now_s() - opened_s < 0.6


def test_noise_and_half_a_hello_before_the_hello_do_no_harm() -> None:
    bench = Bench()
    rng = np.random.default_rng(5)
    spoilt = iter([rng.bytes(300) + b"\x00\x05\x02\x01\x01", b""])

    class Noisy(VirtualTransport):
        def read(self, max_bytes: int = READ_BYTES) -> bytes:
            return next(spoilt, b"") or super().read(max_bytes)

    def open_noisy() -> Noisy:
        transport = bench.port.open()
        transport.__class__ = Noisy
        return transport  # type: ignore[return-value]

    bench.device = Device(open_noisy, PAD, bench.clock)
    bench.device.connect()
    bench.device.start()
    bench.run(1.0)

    assert bench.device.counters.noise_bytes > 250
    assert bench.device.counters.damaged == 0
    assert_true_to_time(bench.whole)
