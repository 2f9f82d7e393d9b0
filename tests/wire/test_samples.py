from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.errors import InputError
from rig.wire.samples import ADC_BITS, FrameFormat, pack_samples, unpack_rows, unpack_samples

if TYPE_CHECKING:
    from numpy.typing import NDArray

formats = st.builds(FrameFormat, st.integers(1, 40), st.sampled_from(ADC_BITS))


def bits_by_hand(counts: list[int], adc_bits: int) -> bytes:
    """PROTOCOL.md's words, sample by sample."""
    high_bits = adc_bits - 8
    group = 8 // high_bits if high_bits else 1
    out = bytearray()
    for at in range(0, len(counts), group):
        samples = (counts[at : at + group] + [0] * group)[:group]
        out += bytes(sample & 0xFF for sample in samples)
        if high_bits:
            out.append(sum((sample >> 8) << (k * high_bits) for k, sample in enumerate(samples)))
    return bytes(out)


@st.composite
def counted(draw: st.DrawFn) -> tuple[FrameFormat, NDArray[np.uint16]]:
    fmt = draw(formats)
    row = st.lists(st.integers(0, (1 << fmt.adc_bits) - 1), min_size=fmt.channels, max_size=fmt.channels)
    return fmt, np.array(draw(st.lists(row, min_size=1, max_size=4)), np.uint16)


@given(counted())
def test_packs_as_the_protocol_says_and_back(case: tuple[FrameFormat, NDArray[np.uint16]]) -> None:
    fmt, counts = case
    packed = pack_samples(counts, fmt)
    assert [row.tobytes() for row in packed] == [bits_by_hand(row, fmt.adc_bits) for row in counts.tolist()]
    assert packed.shape == (len(counts), fmt.sample_bytes)
    for unpacked in (unpack_samples(packed, fmt), unpack_rows(np.ascontiguousarray(packed.T), fmt)):
        assert unpacked.dtype == np.uint16
        assert np.array_equal(unpacked, counts)


@given(formats, st.data())
def test_samples_that_fill_up_the_last_group_are_ignored(fmt: FrameFormat, data: st.DataObject) -> None:
    size = fmt.sample_bytes
    packed = np.frombuffer(data.draw(st.binary(min_size=size, max_size=size)), np.uint8)[None]
    assert np.array_equal(unpack_samples(packed, fmt), unpack_rows(np.ascontiguousarray(packed.T), fmt))


def test_known_answers() -> None:
    cases = {
        8: ([0xA5, 0x01], "a501"),
        10: ([0x3FF, 0x001, 0x200, 0x155, 0x2AA], "ff01005563 aa00000002".replace(" ", "")),
        12: ([0xABC, 0xDEF, 0x123], "bcefda 230001".replace(" ", "")),
        16: ([0xABCD, 0x0102], "cdab 0201".replace(" ", "")),
    }
    for adc_bits, (counts, packed) in cases.items():
        fmt = FrameFormat(len(counts), adc_bits)
        assert pack_samples(np.array([counts], np.uint16), fmt).tobytes().hex() == packed


def test_the_reference_pad_has_180_bytes_of_samples() -> None:
    assert FrameFormat(144, 10).sample_bytes == 180
    assert FrameFormat(144, 10).body_bytes == 188


@pytest.mark.parametrize(
    ("channels", "adc_bits", "word"),
    [(0, 10, "channels"), (144, 9, "adc_bits"), (144, 0, "adc_bits"), (297, 16, "600"), (593, 8, "600")],
)
def test_a_format_that_cannot_be_sent_is_refused(channels: int, adc_bits: int, word: str) -> None:
    with pytest.raises(InputError, match=word):
        FrameFormat(channels, adc_bits)


def test_the_largest_formats_fit() -> None:
    assert FrameFormat(296, 16).body_bytes == 600
    assert FrameFormat(592, 8).body_bytes == 600


def test_a_count_that_does_not_fit_is_refused() -> None:
    with pytest.raises(InputError, match="1024"):
        pack_samples(np.array([[1024]], np.uint16), FrameFormat(1, 10))
    with pytest.raises(InputError, match="shape"):
        pack_samples(np.array([[1, 2]], np.uint16), FrameFormat(1, 10))
