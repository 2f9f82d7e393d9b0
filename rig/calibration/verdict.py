"""What a check comes to: reasons against a profile, what the weights read, and the verdict.

The rule: a verdict is as bad as its worst reason, and every reason is a sentence that a maker can act on.
"""

from __future__ import annotations

from typing import Literal

import msgspec

State = Literal["valid", "doubtful", "invalid"]

SHADE = {"valid": 0, "doubtful": 1, "invalid": 2}
"""How bad each state is."""


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that speaks against a profile, and how much."""

    state: State
    what: str
    channels: tuple[int, ...] = ()


class WeightRead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One check weight on one sensor: true load, what the profile made of it before the session's gain."""

    channel: int
    load_n: float
    read_n: float


class Verdict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The outcome of a check.

    Attributes:
        state: the worst of the reasons'. reasons: all of them.
        session_gain: the factor on every sensor's conductance that undoes the day's change; 1 without a check weight.
        weights: what each read before it. off: error after it, root mean square of reading. checked: when, ISO 8601.
        own_gains: channels that bore a weight, with the factors in the session gain's place.
    """

    state: State
    reasons: tuple[Reason, ...]
    session_gain: float = 1.0
    weights: tuple[WeightRead, ...] = ()
    off: float | None = None
    checked: str = ""
    own_gains: tuple[tuple[int, float], ...] = ()

    @property
    def why(self) -> str:
        """The reasons of the worst kind in one line."""
        return "; ".join(r.what for r in self.reasons if r.state == self.state)


def named(channels: list[int]) -> str:
    """Channels as a sentence names them; a long list is cut."""
    shown = ", ".join(str(c) for c in channels[:6])
    more = f" and {len(channels) - 6} more" if len(channels) > 6 else ""
    return f"channel{'s' if len(channels) > 1 else ''} {shown}{more}"
