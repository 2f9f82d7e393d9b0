"""Two recordings side by side: which moment of the one belongs to which of the other.

They are aligned by step: the first time that a step is practised in one goes with the first time in the other, the
second with the second, each from its own beginning. Without steps both go from their beginnings. The rule: where the
other has nothing to set beside, it says so and shows no moment that is not one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Span:
    """One time of practising a step, from `t0_us` until before `t1_us`; step None is between steps."""

    step: str | None
    t0_us: int
    t1_us: int


@dataclass(frozen=True, slots=True)
class Beside:
    """The other recording's moment.

    Attributes:
        t_us: what to show; None where it has not practised this.
        over: whether the other had ended by then; `t_us` is its last moment.
    """

    t_us: int | None
    over: bool = False


def beside(t_us: int, a: Sequence[Span], b: Sequence[Span]) -> Beside:
    """The moment of B that goes with `t_us` of A; spans in order of time, covering each recording."""
    if not a or not b:
        return Beside(None)
    if all(span.step is None for span in a) or all(span.step is None for span in b):
        return _offset(t_us, Span(None, a[0].t0_us, a[-1].t1_us), Span(None, b[0].t0_us, b[-1].t1_us))
    row = max((row for row, span in enumerate(a) if span.t0_us <= t_us), default=0)
    here = a[row]
    times = sum(span.step == here.step for span in a[:row])
    alike = [span for span in b if span.step == here.step]
    return _offset(t_us, here, alike[times]) if times < len(alike) else Beside(None)


def _offset(t_us: int, here: Span, there: Span) -> Beside:
    t_us = there.t0_us + max(t_us - here.t0_us, 0)
    return Beside(min(t_us, there.t1_us), t_us > there.t1_us)
