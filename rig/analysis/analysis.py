"""The analysis from end to end: blocks in, findings out.

    block -> hops (newtons, 20 ms) -> baseline, faulty channels out -> foam undone -> contacts, spine line
          -> tracks -> passes -> strokes, holds -> rhythm

It works in two halves: `see` says what presses where, which is all that an alarm needs; `follow` makes of it the
movements, which nobody waits for. Who has time between two blocks may `prepare`: the hop that waits is worked out
before the scan comes that closes it. Live, replay and batch go through this one class. The rule: every stage depends on
hops and device time only and carries its state on, so the findings are the same to the bit however the scans are cut
into blocks, and prepared or not.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.baseline import EPOCH_US, Baseline
from rig.analysis.contacts import ContactFinder
from rig.analysis.faults import Faults
from rig.analysis.findings import ContactTable, Findings, HopTable
from rig.analysis.foam import Unspread
from rig.analysis.geometry import PadGeometry
from rig.analysis.hops import HopMaker
from rig.analysis.journeys import Journeys
from rig.analysis.pressed import PressedLine
from rig.analysis.tables import NO_CONTACTS, join, nothing
from rig.analysis.tracks import Tracker
from rig.calibration.conversion import FORCE_STEP_N, FORCE_STEPS_PER_N
from rig.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.analysis.contacts import Touches
    from rig.analysis.findings import Fault, Gap
    from rig.analysis.hops import Hops
    from rig.analysis.imprint import Imprint
    from rig.calibration.conversion import Conversion
    from rig.frame import Block
    from rig.pad import PadLayout

SCANS_AT_ONCE = 4_096
"""Longer blocks are worked off in pieces of this, so that memory does not grow with a file's length."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """The pad as it was in the last closed hop, for screens.

    Attributes:
        t_us: the hop's start; -1 before the first.
        force_n: (n_channels,) above the baseline, faulty channels 0.
        left_out: (n_channels,) bool, faulty.
        at_least: whether some sensor was beyond its range. calibrated: whether newtons are newtons.
        contacts: the hop's contacts. spine_n: direct force on the line.
    """

    t_us: int
    force_n: NDArray[np.float64]
    left_out: NDArray[np.bool_]
    at_least: bool
    calibrated: bool
    contacts: ContactTable
    spine_n: float


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What some scans show of the pad, before it is known which contact is whose: the first half of `Findings`.

    Attributes:
        until_us: everything before this time has been seen.
        hops: the hops that closed. contacts: theirs, numbered -1.
        touches: the same, as the tracker wants them. gaps: by the row of the first hop after each. faults: found.
        force: (n_channels,) of the last hop, in force steps.
    """

    until_us: int
    hops: HopTable
    contacts: ContactTable
    touches: Touches
    gaps: list[tuple[int, Gap]]
    faults: list[Fault]
    force: NDArray[np.int32]


class Analysis:
    """Finds contacts, strokes, holds, rhythm, spine load, gaps and faults on one pad.

    `imprint`, where one is given, gathers what a session's pictures are drawn from.
    """

    def __init__(self, pad: PadLayout, conversion: Conversion, imprint: Imprint | None = None) -> None:
        self.pad = pad
        self.conversion = conversion
        self._imprint = imprint
        geometry = PadGeometry(pad)
        self._hops = HopMaker(conversion, pad.full_scale)
        measured_mm = conversion.spread_mm
        self._foam = Unspread(geometry, pad.foam_spread_mm if measured_mm is None else measured_mm)
        self._faults = Faults(pad, geometry)
        self._finder = ContactFinder(pad, geometry)
        self._line = PressedLine()
        self._prepared: tuple[NDArray[np.int32], Touches] | None = None
        self._tracker = Tracker()
        self._journeys = Journeys(pad)
        self._baseline: Baseline | None = None
        self._epoch = -1
        self._epoch_hops: list[NDArray[np.int32]] = []
        self._epoch_railed: list[NDArray[np.bool_] | None] = []
        nobody = np.zeros(geometry.n)
        self.picture = Picture(-1, nobody, nobody > 0, False, conversion.calibrated, NO_CONTACTS, 0.0)
        """What a screen shows now; replaced by each push that closes a hop."""

    def push(self, block: Block) -> Findings:
        """What the next block, of any size, brings to light.

        Raises:
            InputError: the block has another number of channels than the pad.
        """
        return self.follow(self.see(block))

    def see(self, block: Block) -> list[Sight]:
        """What presses where in the hops that this block closes; every sight is to be followed, in this order.

        Raises:
            InputError: the block has another number of channels than the pad.
        """
        if block.n_channels != self.pad.n_channels:
            raise InputError(
                f"scans of {block.n_channels} channels do not fit pad '{self.pad.name}' ({self.pad.n_channels})"
            )
        sights = []
        for start in range(0, len(block), SCANS_AT_ONCE):
            hops = self._hops.push(block[start : start + SCANS_AT_ONCE])
            if hops is not None:
                sights.append(self._look(hops))
        return sights

    def prepare(self) -> None:
        """Use the time until the next block: work out the hop that waits, in case it is complete."""
        expected = self._hops.expected()
        if expected is not None and self._baseline is not None:
            force = self._over(self._baseline, expected, None)
            self._prepared = force, self._touches(force)

    def follow(self, sights: list[Sight]) -> Findings:
        """What the contacts of these sights are about."""
        return join([self._follow(sight) for sight in sights]) if sights else nothing(self._hops.until_us)

    def finish(self) -> Findings:
        """What the last open hop holds, and the end of everything still under way."""
        hops = self._hops.finish()
        found = self._follow(self._look(hops)) if hops is not None else nothing(self._hops.until_us)
        told = self._journeys.finish(self._tracker.finish(), found.until_us)
        found.strokes.extend(told.strokes)
        found.holds.extend(told.holds)
        found.beats.extend(told.beats)
        found.rhythms.extend(told.rhythms)
        found.headings.extend(told.headings)
        return found

    def _look(self, hops: Hops) -> Sight:
        force, faults = self._above_baseline(hops)
        # It is the readings that must agree: then it matters not how they were foreseen.
        if self._prepared is not None and np.array_equal(self._prepared[0], force):
            touches = self._prepared[1]
        else:
            touches = self._touches(force)
        self._prepared = None
        spine_n, spine_y_mm = self._line.push(len(force), touches.line)
        contacts = ContactTable(
            hops.t_us[touches.hop],
            np.full(len(touches.hop), -1),
            touches.x_mm,
            touches.y_mm,
            touches.force_n,
            touches.peak_n,
            touches.width_mm,
            touches.length_mm,
        )
        total_n = force.sum(axis=1, dtype=np.int64) * FORCE_STEP_N
        table = HopTable(hops.t_us, total_n, spine_n, spine_y_mm, hops.at_least)
        if self._imprint is not None:
            self._imprint.take(table, contacts, force)
        return Sight(self._hops.until_us, table, contacts, touches, hops.gaps, faults, force[-1])

    def _follow(self, sight: Sight) -> Findings:
        hops = sight.hops
        tracked = self._tracker.push(hops.t_us, sight.touches, {row for row, _ in sight.gaps})
        contacts = replace(sight.contacts, contact=tracked.contact)
        told = self._journeys.push(contacts, tracked, int(hops.t_us[-1]))
        self._show(hops, contacts, sight.force)
        return Findings(
            sight.until_us,
            hops,
            contacts,
            told.strokes,
            told.rhythms,
            told.beats,
            told.holds,
            [gap for _, gap in sight.gaps],
            sight.faults,
            told.headings,
        )

    def _above_baseline(self, hops: Hops) -> tuple[NDArray[np.int32], list[Fault]]:
        """(h, n) forces with baselines subtracted and bad channels at 0, epoch by epoch; and the faults found."""
        if self._baseline is None:
            self._baseline = Baseline(hops.force[0])
        epoch = hops.t_us // EPOCH_US
        cuts = [0, *(np.flatnonzero(epoch[1:] > epoch[:-1]) + 1).tolist(), len(epoch)] if len(epoch) > 1 else [0, 1]
        out = np.empty_like(hops.force)
        faults: list[Fault] = []
        for a, b in itertools.pairwise(cuts):
            force = hops.force[a:b]
            railed = None if hops.railed is None else hops.railed[a:b]
            if int(epoch[a]) != self._epoch:
                faults += self._learn(self._baseline)
                self._epoch = int(epoch[a])
            self._epoch_hops.append(force)
            self._epoch_railed.append(railed)
            out[a:b] = self._over(self._baseline, force, railed)
        return out, faults

    def _over(
        self, baseline: Baseline, force: NDArray[np.int32], railed: NDArray[np.bool_] | None
    ) -> NDArray[np.int32]:
        """(h, n) forces above the baseline as it is now, bad channels at 0."""
        over: NDArray[np.int32] = np.maximum(force - baseline.level, 0)
        if railed is not None:
            over[railed] = 0
        if self._faults.any_left_out:
            over[:, self._faults.left_out] = 0
        return over

    def _touches(self, force: NDArray[np.int32]) -> Touches:
        return self._finder.find(force, self._foam.loads_n(force))

    def _learn(self, baseline: Baseline) -> list[Fault]:
        """An epoch is over: what it says of the sensors, faults before baselines."""
        if not self._epoch_hops:
            return []
        force = np.concatenate(self._epoch_hops)
        low, high = np.minimum.reduce(force), np.maximum.reduce(force)
        all_railed = np.ones(force.shape[1], bool)
        for railed in self._epoch_railed:
            all_railed &= False if railed is None else railed.all(axis=0)
        faults = self._faults.learn((self._epoch + 1) * EPOCH_US, low, high, baseline.level, all_railed, force)
        baseline.learn(low, high)
        self._epoch_hops, self._epoch_railed = [], []
        return faults

    def _show(self, table: HopTable, contacts: ContactTable, force: NDArray[np.int32]) -> None:
        if len(table.t_us) > 1:
            latest = slice(int(np.searchsorted(contacts.t_us, table.t_us[-1])), None)
            contacts = ContactTable(*(getattr(contacts, name)[latest] for name in ContactTable.__slots__))
        self.picture = Picture(
            int(table.t_us[-1]),
            force / FORCE_STEPS_PER_N,
            self._faults.left_out.copy(),
            bool(table.at_least[-1]),
            self.conversion.calibrated,
            contacts,
            float(table.spine_n[-1]),
        )
