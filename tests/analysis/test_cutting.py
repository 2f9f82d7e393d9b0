"""The chunk-proof rule: the same scans give the same findings to the bit, however they are cut."""

from __future__ import annotations

import itertools
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rig.analysis.analysis import Analysis
from rig.analysis.contacts import ContactFinder
from rig.analysis.findings import ContactTable, Findings, HopTable
from rig.analysis.tables import join
from rig.calibration.nominal import NominalConversion
from rig.errors import InputError
from rig.frame import Block
from tests.analysis.plain_pad import HEEL, PALM, THUMB, Bench, Patch, circle, pad_named, still, sweep

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.analysis.contacts import Touches
    from tests.analysis.plain_pad import Times, Touch

LISTS = ("strokes", "rhythms", "beats", "holds", "gaps", "faults", "headings")


def busy_scene(pad_name: str, rate_hz: float) -> Block:
    """Everything at once: two hands, a merge, circles, rubbing, a press on the line, lost scans, a shorted sensor."""
    rng = np.random.default_rng(3)
    pad = pad_named(pad_name)
    bench = Bench(pad, gains=rng.uniform(0.75, 1.25, pad.n_channels), offset_n=rng.uniform(0, 0.1, pad.n_channels))
    hands = [
        Patch(sweep((-50, 0), (-50, 380), 15, 0.0, 2.2), *PALM),
        Patch(sweep((50, 20), (50, 390), 12, 0.3, 2.6), *PALM),
        Patch(sweep((-100, 400), (-45, 120), 9, 2.8, 4.4), *HEEL),
        Patch(sweep((-60, 60), (-50, 110), 9, 2.8, 4.4), *HEEL),
        Patch(circle(80, 300, 40, 10, 3.0, 6.0, turns=3), *HEEL),
        *(Patch(still(0, 100, 8, 5.0 + 0.5 * k, 5.3 + 0.5 * k), *THUMB) for k in range(5)),
        Patch(still(-90, 450, 6, 5.0, 7.7), *HEEL),
    ]
    whole = bench.block(8.0, hands, rate_hz)
    counts = whole.counts.copy()
    counts[whole.t_us > 5_400_000, 76] = pad.full_scale
    lost = whole.lost.copy()
    kept = (whole.t_us < 4_100_000) | (whole.t_us >= 4_500_000)
    lost[np.argmax(~kept) + np.count_nonzero(~kept)] = np.count_nonzero(~kept)
    return Block.of(whole.t_us[kept], counts[kept], lost=lost[kept])


def analysed(pad_name: str, blocks: list[Block], *, prepares: bool = False) -> Findings:
    analysis = Analysis(pad_named(pad_name), NominalConversion(pad_named(pad_name)))
    found = []
    for block in blocks:
        found.append(analysis.push(block))
        if prepares:
            analysis.prepare()
    return join([*found, analysis.finish()])


def assert_identical(a: Findings, b: Findings) -> None:
    for table in (HopTable, ContactTable):
        for f in fields(table):
            one, other = (getattr(x.hops if table is HopTable else x.contacts, f.name) for x in (a, b))
            assert one.tobytes() == other.tobytes(), f"{table.__name__}.{f.name}"
    for name in LISTS:
        assert getattr(a, name) == getattr(b, name), name


def cut(block: Block, at: list[int]) -> list[Block]:
    edges = [0, *sorted(at), len(block)]
    return [block[i:j] for i, j in itertools.pairwise(edges)]


@pytest.mark.parametrize(("pad_name", "rate_hz"), [("back-144", 200.0), ("back-144", 24.0), ("back-96", 311.0)])
def test_any_cut_gives_the_same_findings(pad_name: str, rate_hz: float) -> None:
    block = busy_scene(pad_name, rate_hz)
    whole = analysed(pad_name, [block])
    assert {s.kind for s in whole.strokes} >= {"stroke", "press", "circle"}
    assert whole.gaps
    assert whole.faults
    assert whole.rhythms
    assert whole.headings
    assert whole.hops.spine_n.any()
    assert_identical(whole, analysed(pad_name, [block[i : i + 1] for i in range(len(block))]))
    rng = np.random.default_rng(7)
    for pieces in (2, 5, 30, 200):
        at = rng.integers(0, len(block) + 1, pieces).tolist()
        assert_identical(whole, analysed(pad_name, cut(block, at)))


def test_eights_and_squeezes_are_the_same_however_they_are_cut() -> None:
    def eight(t: Times) -> Touch:
        turn = 2 * np.pi * np.clip((t - 0.3) / 3, 0, 3)
        return 95 * np.sin(turn), 300 + 65 * np.sin(2 * turn), np.where((t >= 0.3) & (t < 9.3), 9.0, 0.0)

    def kneading(t: Times) -> Touch:
        return np.full_like(t, 60.0), np.full_like(t, 40.0), np.where(t < 9.7, 8 - 6 * np.cos(2 * np.pi * t / 1.2), 0.0)

    block = Bench(pad_named("back-144")).block(10.0, [Patch(eight, *PALM), Patch(kneading, *PALM)], 60.0)
    whole = analysed("back-144", [block])
    assert {s.kind for s in whole.strokes} == {"figure-eight", "squeeze"}
    assert_identical(whole, analysed("back-144", [block[i : i + 1] for i in range(len(block))]))
    rng = np.random.default_rng(9)
    for pieces in (3, 40):
        assert_identical(whole, analysed("back-144", cut(block, rng.integers(0, len(block) + 1, pieces).tolist())))


@pytest.mark.parametrize(("pad_name", "rate_hz"), [("back-144", 200.0), ("back-96", 311.0)])
def test_working_ahead_gives_the_same_findings(pad_name: str, rate_hz: float) -> None:
    block = busy_scene(pad_name, rate_hz)
    whole = analysed(pad_name, [block])
    assert_identical(whole, analysed(pad_name, [block[i : i + 1] for i in range(len(block))], prepares=True))
    at = np.random.default_rng(8).integers(0, len(block) + 1, 300).tolist()
    assert_identical(whole, analysed(pad_name, cut(block, at), prepares=True))


def test_a_scan_that_was_not_expected_still_counts() -> None:
    # Scans that come ever faster: each hop seems complete before it is.
    even = busy_scene("back-144", 200.0)[:600]
    t_us = np.cumsum(np.resize([9_000, 7_000, 2_000, 1_000, 1_000], len(even)))
    block = replace(even, t_us=t_us.astype(np.int64))
    one_by_one = [block[i : i + 1] for i in range(len(block))]
    assert_identical(analysed("back-144", [block]), analysed("back-144", one_by_one, prepares=True))


def test_the_scan_that_closes_a_prepared_hop_finds_the_work_done(monkeypatch: pytest.MonkeyPatch) -> None:
    pad = pad_named("back-144")
    block = Bench(pad).block(1.0, [Patch(still(60, 200, 10, 0.1, 3), *HEEL)])
    analysis = Analysis(pad, NominalConversion(pad))
    find, found = ContactFinder.find, 0

    def counted(self: ContactFinder, force: NDArray[np.int32], load_n: NDArray[np.float64]) -> Touches:
        nonlocal found
        found += 1
        return find(self, force, load_n)

    monkeypatch.setattr(ContactFinder, "find", counted)
    at_once = 0
    for i in range(len(block)):
        before = found
        analysis.push(block[i : i + 1])
        at_once += found - before
        analysis.prepare()
    # The first hop has no baseline yet to stand above, and an epoch's end may move it.
    assert at_once <= 3
    assert 45 <= found - at_once <= 50


def test_a_long_block_is_worked_off_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    block = busy_scene("back-144", 200.0)
    whole = analysed("back-144", [block])
    monkeypatch.setattr("rig.analysis.analysis.SCANS_AT_ONCE", 37)
    assert_identical(whole, analysed("back-144", [block]))


def test_an_empty_block_changes_nothing() -> None:
    block = busy_scene("back-144", 200.0)
    empty = block[:0]
    assert_identical(analysed("back-144", [block]), analysed("back-144", [empty, block[:99], empty, block[99:], empty]))


def test_scans_of_another_pad_are_refused() -> None:
    with pytest.raises(InputError, match="96 channels do not fit pad 'back-144'"):
        analysed("back-144", [Block.empty(96)])


def test_the_picture_shows_the_last_hop() -> None:
    pad = pad_named("back-144")
    analysis = Analysis(pad, NominalConversion(pad))
    assert analysis.picture.t_us == -1
    result = analysis.push(Bench(pad).block(1.0, [Patch(still(60, 200, 10, 0.2, 3), *HEEL)]))
    picture = analysis.picture
    assert picture.t_us == result.hops.t_us[-1] == 960_000
    assert picture.force_n.sum() == pytest.approx(10, rel=0.1)
    assert picture.contacts.contact.tolist() == [1]
    assert not picture.calibrated
    assert not picture.at_least


def test_nothing_at_all_ends_in_nothing() -> None:
    result = analysed("back-144", [])
    assert result.until_us == 0
    assert len(result.hops.t_us) == len(result.contacts.t_us) == len(result.strokes) == 0
