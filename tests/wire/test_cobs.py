from __future__ import annotations

import pytest
from cobs import cobs as reference  # type: ignore[import-untyped]  # it comes without types
from hypothesis import example, given
from hypothesis import strategies as st

from rig.wire import cobs

FULL = bytes(range(1, 255))

# Runs around the length of a full one, where the encoding changes.
run = st.sampled_from([0, 1, 2, 10, 253, 254, 255, 508, 509]).map(lambda n: (FULL * 3)[:n])
runs = st.lists(run, max_size=5).map(b"\0".join)


@given(st.binary(max_size=700) | runs)
@example(b"")
@example(FULL)
@example(FULL + b"\0")
@example(FULL + FULL)
@example(b"\0" * 300)
def test_agrees_with_the_cobs_package(data: bytes) -> None:
    encoded = cobs.encode(data)
    assert encoded == reference.encode(data)
    assert 0 not in encoded
    assert cobs.decode(encoded) == data
    assert len(encoded) <= cobs.max_encoded(len(data))


@given(st.binary(min_size=1, max_size=700) | runs.filter(bool))
def test_decodes_any_bytes_as_the_cobs_package_does(packet: bytes) -> None:
    try:
        expected = reference.decode(packet)
    except reference.DecodeError:
        expected = None
    assert cobs.decode(packet) == expected


@pytest.mark.parametrize("data", [FULL, FULL + FULL, b"\0" + FULL])
def test_takes_a_full_run_at_the_end_with_and_without_an_empty_one_after_it(data: bytes) -> None:
    encoded = cobs.encode(data)
    assert cobs.decode(encoded) == data
    assert cobs.decode(encoded + b"\x01") == data
    assert len(encoded) + 1 <= cobs.max_encoded(len(data))


@pytest.mark.parametrize("packet", [b"", b"\0", b"\x02", b"\x03a", b"\x02a\x05abc", b"\x02\0\x01", b"\x01\0"])
def test_what_no_data_encodes_to_is_nothing(packet: bytes) -> None:
    assert cobs.decode(packet) is None
