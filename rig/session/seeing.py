"""What a pipeline needs of the analysis that goes before it: the rig's own, or one that a test or a bench watches.

The rule: `see` is all that an alarm needs, and every sight is followed in its turn, so the two may lie apart in time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rig.analysis.analysis import Picture, Sight
    from rig.analysis.findings import Findings
    from rig.frame import Block


class Seeing(Protocol):
    """What the pipeline needs of the analysis; `picture` is what a screen shows now."""

    picture: Picture

    def see(self, block: Block) -> list[Sight]:
        """What presses where in the hops that the next block closes."""
        ...

    def follow(self, sights: list[Sight]) -> Findings:
        """What the hands are about there."""
        ...

    def prepare(self) -> None:
        """Work ahead, while nothing comes."""
        ...

    def finish(self) -> Findings:
        """What was still open when the session ended."""
        ...
