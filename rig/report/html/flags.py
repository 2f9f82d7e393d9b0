"""Flags as the page shows them: one card a kind, with where and when they were, the worst one and who says so.

The rule: a card holds all flags of its kind, however many; each flag by itself is in the list behind the cards.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from rig.report.groups import clock, flag_groups
from rig.report.html.back import places
from rig.report.html.charts import moments
from rig.technique.flags import ABOUT_THE_RIG
from rig.technique.wording import as_limit, limited, measured

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rig.report.groups import FlagGroup
    from rig.technique.flags import Flag, FlagKind

MOST_TIMES = 5
"""So many moments are written out; the strip of time below them shows all."""


@dataclass(frozen=True, slots=True)
class FlagCard:
    """All flags of one kind.

    Attributes:
        tone: "rig" where they speak of the rig, "hands" where of the hands.
        about: what should be otherwise, of the worst, where the kind alone does not tell.
        value, limit: of the worst, in words; empty where it is no amount. worst_at: where it was, as a path.
        where, when: all places and all moments, as paths. times: the first moments in words, and how many more.
        source: of the worst. others: how many other sources there are.
    """

    kind: FlagKind
    name: str
    tone: str
    count: int
    seconds: float
    about: str
    value: str
    limit: str
    where: str
    worst_at: str
    when: str
    times: str
    steps: str
    source: str
    others: int


def flag_cards(flags: Sequence[Flag], end_s: float) -> list[FlagCard]:
    """A card for each kind, in order of harm; `end_s` is when the session ended."""
    return [_card(group, [f for f in flags if f.kind == group.kind], end_s) for group in flag_groups(flags)]


def name_of(kind: str) -> str:
    """A kind of flag as a heading."""
    return kind.replace("-", " ").capitalize()


def value_of(flag: Flag) -> str:
    """What was measured, in words; empty where the flag is not about an amount."""
    return measured(flag.kind, flag.value, flag.unit, at_least=flag.at_least, limit=flag.limit)


def limit_of(flag: Flag) -> str:
    """The limit that was broken, in words; empty where it goes without saying."""
    return limited(flag.kind, flag.limit, flag.unit, flag.value)


def _card(group: FlagGroup, flags: Sequence[Flag], end_s: float) -> FlagCard:
    worst = group.worst or flags[0]
    return FlagCard(
        worst.kind,
        name_of(worst.kind),
        "rig" if worst.kind in ABOUT_THE_RIG else "hands",
        group.count,
        group.seconds,
        worst.about,
        value_of(worst),
        as_limit(bound) if (bound := limit_of(worst)) else "",
        places(flags),
        places([worst]),
        moments((f.t0 for f in flags), end_s),
        _times(f.t0 for f in flags),
        steps_text(f.step for f in flags),
        worst.source,
        len(group.sources) - 1,
    )


def _times(moments_s: Iterable[float]) -> str:
    times = [clock(t) for t in moments_s]
    more = len(times) - MOST_TIMES
    return ", ".join(times[:MOST_TIMES]) + (f" and {more} more" if more > 0 else "")


def steps_text(ids: Iterable[str | None]) -> str:
    """Steps in words, each once: step 3; steps 1, 2; whole ids where they are not of one routine."""
    steps = list(dict.fromkeys(step for step in ids if step is not None))
    if not steps:
        return ""
    noun = "step" if len(steps) == 1 else "steps"
    if len({step.partition(".")[0] for step in steps}) == 1:
        steps = _spans([step.partition(".")[2] for step in steps])
    return f"{noun} {', '.join(steps)}"


def _spans(names: Sequence[str]) -> list[str]:
    """Numbers in order, three and more that follow each other as 1 to 3; names as they are, behind them."""
    numbers = sorted(int(name) for name in names if name.isdecimal())
    found: list[str] = []
    for _, run in groupby(enumerate(numbers), lambda entry: entry[1] - entry[0]):
        several = [number for _, number in run]
        found += [f"{several[0]} to {several[-1]}"] if len(several) > 2 else map(str, several)
    return found + [name for name in names if not name.isdecimal()]
