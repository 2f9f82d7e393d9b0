"""The one thing to say: what is most harmful now, kept up long enough to be read, and never said over and over.

Flags come first, in order of harm; a worse one takes the place of a lesser at once, a lesser waits until the one that
is up has been read. What has been put right is praised, and a word of the coach's own ("Paused", "Next: ...") stands
where nothing is wrong. The rule: praise needs movements that were judged and found right after the flag, so nothing
that was not judged is ever praised.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from rig.technique.coach.state import Say
from rig.technique.flags import ABOUT_THE_RIG, HARM_ORDER
from rig.technique.wording import figures, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rig.technique.flags import FlagKind

READ_S = 2.5
"""How long a short sentence stays up at least: two glances of somebody whose eyes are on the pad."""

AGAIN_S = 8.0
"""The same flag within this long after it was last up is the same thing to say, not a new one."""

GOOD_S = 12.0
"""A good movement is called good until the next one, or for so long: a slow stroke there and back takes ten."""

BETTER: dict[FlagKind, str] = {
    "spine-pressure": "Better: off the spine",
    "too-hard": "Better: not so hard",
    "wrong-direction": "Better: the right way",
    "wrong-place": "Better: the right place",
    "too-fast": "Better: the tempo is right",
    "too-slow": "Better: the tempo is right",
    "too-light": "Better: firm enough",
    "hold-short": "Better: held long enough",
    "breath": "Better: with the breath",
    "contrast": "Better: the force changes as it should",
    "uneven": "Better: even pressure",
    "irregular": "Better: a steady beat",
}
"""What is said of a fault that was put right; of the others there is nothing to say."""

MOVEMENTS_RIGHT: dict[FlagKind, int] = {"irregular": 5, "contrast": 3, "uneven": 3}
"""How many movements must be right in a row before it is said; two where nothing is said here, one of a hold."""

_USUALLY_RIGHT = 2


@dataclass(slots=True)
class _Raised:
    """A flag that is up: until when (None while it lasts)."""

    body: Mapping[str, Any]
    until_s: float | None


class Teller:
    """Decides what is said in one session; all times in seconds of device time."""

    def __init__(self) -> None:
        self._up: dict[FlagKind, _Raised] = {}
        self._last_up_s: dict[FlagKind, tuple[int, float]] = {}
        self._right: dict[FlagKind, int] = {}
        self._fresh: set[FlagKind] = set()
        self._good_s: float | None = None
        self._praise: str = ""
        self._word = Say()
        self._number = 0
        self.say = Say()

    def flag(self, body: Mapping[str, Any], t_s: float) -> None:
        """A flag was raised; the fields of a report's entry."""
        kind: FlagKind = body["kind"]
        self._up[kind] = _Raised(body, None if body.get("t1") is None else t_s + READ_S)
        self._good_s, self._praise = None, ""
        if kind not in ABOUT_THE_RIG:
            self._right[kind] = 0
            self._fresh.add(kind)

    def flag_end(self, body: Mapping[str, Any], t_s: float) -> None:
        """A flag is over."""
        raised = self._up.get(body["kind"])
        if raised is not None:
            raised.until_s = t_s + READ_S

    def withdraw(self, body: Mapping[str, Any]) -> None:
        """A flag was none: its movement is of another step."""
        self._up.pop(body["kind"], None)

    def movement(self, t_s: float) -> None:
        """A movement that the step counts was completed; what was flagged of it has been told before."""
        lasting = {kind for kind, up in self._up.items() if up.until_s is None and kind not in ABOUT_THE_RIG}
        wrong, self._fresh = self._fresh | lasting, set()
        self._good_s = None if wrong else t_s
        for kind in [k for k in self._right if k not in wrong]:
            self._right[kind] += 1
            needed = 1 if kind == "hold-short" else MOVEMENTS_RIGHT.get(kind, _USUALLY_RIGHT)
            if self._right[kind] >= needed:
                del self._right[kind]
                self._praise = BETTER.get(kind, self._praise)

    def begin(self) -> None:
        """Another step: what went wrong in the last one will not be put right in this one."""
        self._right, self._fresh = {}, set()
        self._good_s, self._praise = None, ""

    def word(self, kind: str, text: str) -> None:
        """What the coach has to say where nothing is wrong; empty for nothing."""
        if (kind, text) != (self._word.kind, self._word.text):
            self._word = Say(kind=kind, text=text)

    def now(self, t_s: float) -> Say:
        """The one thing to say at `t_s`."""
        self._up = {k: up for k, up in self._up.items() if up.until_s is None or up.until_s > t_s}
        worst = next((kind for kind in HARM_ORDER if kind in self._up), None)
        said, read = self.say, t_s - self.say.since_s >= READ_S
        if worst is not None:
            lesser = said.good is False and said.kind in HARM_ORDER and _harm(said.kind) < _harm(worst)
            if read or not lesser:
                self._tell_flag(worst, t_s)
        elif read or said.good is None:
            self._tell_other(t_s)
        return self.say

    def _tell_flag(self, kind: FlagKind, t_s: float) -> None:
        body = self._up[kind].body
        number, last_s = self._last_up_s.get(kind, (0, float("-inf")))
        if t_s - last_s > AGAIN_S:
            self._number += 1
            number = self._number
        self._last_up_s[kind] = (number, t_s)
        since_s = self.say.since_s if self.say.kind == kind else t_s
        self._set(Say(number, kind, words(body), figures(body), good=False, since_s=since_s))

    def _tell_other(self, t_s: float) -> None:
        """Praise, the coach's word, or that it is good."""
        if self._praise:
            self._number += 1
            self._set(Say(self._number, "better", self._praise, good=True, since_s=t_s))
            self._praise = ""
            return
        good = self._good_s is not None and t_s - self._good_s <= GOOD_S
        wanted = self._word if self._word.kind else Say(kind="good", text="Good", good=True) if good else Say()
        if (wanted.kind, wanted.text) != (self.say.kind, self.say.text):
            self._number += bool(wanted.kind)
            self._set(msgspec.structs.replace(wanted, number=self._number, since_s=t_s))

    def _set(self, say: Say) -> None:
        if say != self.say:
            self.say = say


def _harm(kind: str) -> int:
    return [*HARM_ORDER].index(kind)  # type: ignore[arg-type]  # a flag's kind, and no other, comes here
