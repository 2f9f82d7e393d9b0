from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rig.calibration.check import check
from rig.calibration.fit import fit_loads
from rig.calibration.fitted_profile import profile_of
from rig.calibration.memory import TAUS_S, WIDTHS, MemoryStates
from rig.calibration.profile import MemoryFit, Profile, load_profile, parse_profile, profile_text, save_profile
from rig.calibration.profiled import ProfiledConversion
from rig.errors import InputError
from rig.frame import Block
from tests.calibration.weighing import HZ, checked, families, massage, read, small_pad, weighed

PAD = small_pad()
SENSORS = families(PAD, 3)["virtual"]
MADE = "2026-01-05T10:00:00+00:00"


def _profile() -> Profile:
    made = profile_of(fit_loads(weighed(SENSORS, [1, 6], 3, cycles=1), PAD), PAD, MADE)
    # Everything on, so that every path is cut.
    memory = MemoryFit((0.1, 1.6, 30.0), (0.03, 0.02, 0.01), (0.06, 0.45), (0.02, 0.01), "a test")
    return msgspec.structs.replace(made, memory=memory)


PROFILE = _profile()
CHECKED = checked(SENSORS, [1, 6], 7)


def _frames(seconds: float) -> Block:
    rng = np.random.default_rng(1)
    t_s = np.arange(0, seconds, 1 / 200.0)
    counts = read(SENSORS.reading(1), np.arange(len(t_s)) / HZ, massage(PAD, 1, np.arange(len(t_s)) / HZ))
    t_us = np.rint(t_s * 1e6).astype(np.int64) + rng.integers(0, 900, len(t_s))
    t_us[len(t_us) // 2 :] += 3_210_000  # a gap
    return Block.of(t_us, counts)


FRAMES = _frames(8.0)
WHOLE = ProfiledConversion(PROFILE, PAD).push(FRAMES)


@settings(max_examples=25)
@given(st.lists(st.integers(1, len(FRAMES) - 1), min_size=1, max_size=12, unique=True))
def test_cut_as_you_like_to_the_bit(cuts: list[int]) -> None:
    conversion = ProfiledConversion(PROFILE, PAD)
    edges = [0, *sorted(cuts), len(FRAMES)]
    pieces = [conversion.push(FRAMES[a:b]) for a, b in pairwise(edges)]
    assert np.array_equal(np.concatenate(pieces), WHOLE)


@pytest.mark.parametrize("n", [1, 2, 144])
def test_terms_are_added_alike_alone_and_among_many(n: int) -> None:
    # numpy adds in another order along memory than across it, which a pad of one sensor would show.
    scale = (0.03, 0.02, 0.01, -0.01, 0.007, 0.05, 0.04, -0.02, 0.3)
    x = np.random.default_rng(n).random((60, n)) * 3
    many = MemoryStates(n, TAUS_S, WIDTHS, scale).run(x, [1] * 60)
    alone = MemoryStates(n, TAUS_S, WIDTHS, scale)
    for k in range(60):
        left = alone.step(x[k], 1)[None]
        assert np.array_equal(left[0], many[k])
        assert np.array_equal(np.add.reduce(left, axis=1), np.add.reduce(many, axis=1)[k : k + 1])


def test_frame_by_frame_and_empty_blocks() -> None:
    conversion = ProfiledConversion(PROFILE, PAD)
    pieces = []
    for k in range(400):
        assert conversion.push(Block.empty(PAD.n_channels)).shape == (0, PAD.n_channels)
        pieces.append(conversion.push(FRAMES[k : k + 1]))
    assert np.array_equal(np.concatenate(pieces), WHOLE[:400])


def test_memory_changes_forces_and_leaves_rest_at_zero() -> None:
    plain = ProfiledConversion(msgspec.structs.replace(PROFILE, memory=MemoryFit()), PAD).push(FRAMES)
    assert (plain != WHOLE).any()
    resting = Block.of(np.arange(100) * 5000, np.zeros((100, PAD.n_channels), np.uint16))
    assert not ProfiledConversion(PROFILE, PAD).push(resting).any()


def test_above_the_range_is_at_least() -> None:
    conversion = ProfiledConversion(PROFILE, PAD)
    counts = np.tile(np.arange(PAD.full_scale + 1, dtype=np.uint16)[:, None], PAD.n_channels)
    bound = conversion.at_least(counts)
    assert bound[-1].all(), "saturation only bounds a force"
    assert not bound[: PAD.full_scale // 2].any()
    # Each count for itself, from rest: never a number far beyond what was calibrated.
    highest = ProfiledConversion(msgspec.structs.replace(PROFILE, memory=MemoryFit()), PAD).push(
        Block.of(np.arange(len(counts)) * 5000, counts)
    )
    assert highest.max() / 1024 <= PROFILE.range_n[1] * 1.2
    assert (np.diff(highest, axis=0) >= 0).all()


def test_counts_above_full_scale_do_no_harm() -> None:
    wild = Block.of(np.array([0, 5000]), np.full((2, PAD.n_channels), 65_535, np.uint16))
    full = Block.of(np.array([0, 5000]), np.full((2, PAD.n_channels), PAD.full_scale, np.uint16))
    assert np.array_equal(ProfiledConversion(PROFILE, PAD).push(wild), ProfiledConversion(PROFILE, PAD).push(full))


def test_a_distrusted_profile_says_relative() -> None:
    conversion = ProfiledConversion(PROFILE, PAD, trusted=False, reason="of another day")
    assert not conversion.calibrated
    assert "relative" in conversion.about
    assert "another day" in conversion.about
    assert ProfiledConversion(PROFILE, PAD).calibrated


def test_a_profile_survives_its_file(tmp_path: Path) -> None:
    save_profile(PROFILE, tmp_path / "p.json")
    assert load_profile(tmp_path / "p.json", PAD) == PROFILE


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"format": 1', '"format": 2', "format: 2 is newer"),
        ('"schema": "rig.profile"', '"schema": "rig.report"', "schema"),
        ('"exponent": 0', '"exponent": -0', "exponent"),
        ('"pad": "small"', '"pad": "other"', "pad: made for other"),
        ('"divider_ohm": 3300', '"divider_ohm": 4700', "divider_ohm: made for 4700"),
        ('"made"', '"mode"', "mode"),
        ('"method": "weights"', '"method": "guess"', "method"),
        ('"channel": 1,', '"channel": 7,', "sensors[1].channel"),
        ('"creep": [ 0.03, 0.02, 0.01 ]', '"creep": [ 0.03 ]', "memory"),
        ("}", "", "damaged"),
        ('"made": "2026-01-05', '"made": "yesterday', "made: 'yesterday"),
        ('"range_n": [ 0.3', '"range_n": [ 300', "upside down"),
    ],
)
def test_damage_is_an_error_that_names_the_field(old: str, new: str, said: str) -> None:
    text = profile_text(PROFILE)
    assert old in text
    with pytest.raises(InputError, match=r"^file\.json: ") as raised:
        parse_profile(text.replace(old, new), "file.json", PAD)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("unloaded_counts", 5000.0), ("unloaded_counts", 900.0), ("ln_gain", -30.0), ("ln_gain", 5.0), ("exponent", 9.0)],
)
def test_a_number_that_the_circuit_cannot_have_is_damage(field: str, wrong: float) -> None:
    damaged = list(PROFILE.sensors)
    damaged[1] = msgspec.structs.replace(PROFILE.sensors[1], **{field: wrong})
    text = profile_text(msgspec.structs.replace(PROFILE, sensors=tuple(damaged)))
    with pytest.raises(InputError, match=rf"^file\.json: .*{field}") as raised:
        parse_profile(text, "file.json", PAD)
    assert "sensors[" in str(raised.value)
    # A dead sensor may rest anywhere on the scale.
    damaged[1] = msgspec.structs.replace(PROFILE.sensors[1], unloaded_counts=900.0, method="dead")
    parse_profile(profile_text(msgspec.structs.replace(PROFILE, sensors=tuple(damaged))), "file.json", PAD)


def _paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The place of every field and every list's first entries, however deep."""
    if isinstance(value, dict):
        inside = list(value.items())
    elif isinstance(value, list):
        inside = list(enumerate(value[:3]))
    else:
        return [path]
    return [path, *(p for key, v in inside for p in _paths(v, (*path, key)))]


_FIELDS: dict[str, Any] = msgspec.json.decode(profile_text(PROFILE))
_DAMAGE: tuple[object, ...] = (
    None,
    "",
    "x",
    True,
    [],
    {},
    [1.0],
    [5, 1],
    [1e300, 1e301],
    -1,
    0,
    1e9,
    -50.0,
    1e-308,
    1e308,
    -1e308,
    10**23,
)


@settings(max_examples=300)
@given(
    st.sampled_from(_paths(_FIELDS)[1:]), st.sampled_from(_DAMAGE) | st.floats(allow_nan=False, allow_infinity=False)
)
@example(("adc_bits",), -1)
@example(("divider_ohm",), 1e308)
def test_any_damaged_field_is_told_in_one_line_or_still_gives_forces(
    path: tuple[str | int, ...], wrong: object
) -> None:
    fields = msgspec.json.decode(msgspec.json.encode(_FIELDS))
    inner = fields
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = wrong
    try:
        found = parse_profile(msgspec.json.encode(fields).decode(), "file.json", PAD)
    except InputError as error:
        said = str(error)
    else:
        said = ""
    if said:
        assert said.startswith("file.json: ")
        assert len(said.splitlines()) == 1
        return
    # Warnings are errors here: nothing overflows, and no force is less than nothing.
    assert ProfiledConversion(found, PAD).push(FRAMES[:60]).min() >= 0
    check(found, PAD, datetime.fromisoformat(MADE), CHECKED)
