"""Tables of findings without rows, and several joined."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.findings import ContactTable, Findings, HopTable

if TYPE_CHECKING:
    from collections.abc import Sequence

_NO_TIME, _NO_VALUE = np.zeros(0, np.int64), np.zeros(0)
NO_HOPS = HopTable(_NO_TIME, _NO_VALUE, _NO_VALUE, _NO_VALUE, np.zeros(0, bool))
NO_CONTACTS = ContactTable(_NO_TIME, _NO_TIME, *[_NO_VALUE] * 6)


def nothing(until_us: int) -> Findings:
    """Findings of a push that closed no hop."""
    return Findings(until_us, NO_HOPS, NO_CONTACTS)


def join(parts: Sequence[Findings]) -> Findings:
    """The findings of consecutive pushes as one; at least one is needed."""
    if len(parts) == 1:
        return parts[0]
    hops = HopTable(*(np.concatenate([getattr(p.hops, f.name) for p in parts]) for f in fields(HopTable)))
    contacts = ContactTable(
        *(np.concatenate([getattr(p.contacts, f.name) for p in parts]) for f in fields(ContactTable))
    )
    return Findings(
        parts[-1].until_us,
        hops,
        contacts,
        *(
            [one for p in parts for one in getattr(p, name)]
            for name in ("strokes", "rhythms", "beats", "holds", "gaps", "faults", "headings")
        ),
    )
