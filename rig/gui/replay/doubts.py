"""What somebody who trusts a replay should know first: of a recording, and of two side by side.

The rule: what went wrong comes before what is doubtful, and that before what only makes two hard to compare.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.gui.words import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.gui.words import Words
    from rig.session.player.player import Player


def doubts_about(players: Sequence[Player], words: Words) -> list[str]:
    """Of one recording or two, a sentence each."""
    said = [words.told(player.survey.error) for player in players if player.survey.error is not None]
    said += [words.told(doubt) for player in players for doubt in player.doubts]
    if len(players) == 2:
        said += [words.say(difference) for difference in _differences(*players)]
    return said


def _differences(a: Player, b: Player) -> list[str]:
    said = []
    if a.pad != b.pad:
        said.append(text("The pads differ: forces that are not calibrated are not comparable."))
    if a.estimated != b.estimated:
        said.append(text("One is calibrated and one is not: their forces are not comparable."))
    routines = [player.routine.name if player.routine is not None else None for player in (a, b)]
    if routines[0] != routines[1] or a.level != b.level:
        said.append(text("Their routines or levels differ: flags do not mean the same."))
    return said
