"""What can be chosen before a practice: boards, pads, profiles, routines, levels, lengths; no Qt.

A virtual pad is always among the devices, and a first choice stands ready in every row. The rule: what cannot be
read is not offered, and what was chosen before is taken again only while it is there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rig.calibration.profile import SCHEMA, parse_profile
from rig.device.ports import USB_NAMES, list_ports
from rig.errors import InputError, RigError
from rig.gui.words import text
from rig.pad import PadLayout, builtin_pads, load_pad
from rig.technique.routine.loading import builtin_routines, load_routine

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rig.device.ports import ListPorts
    from rig.gui.words import Words
    from rig.technique.routine.routine import Routine
    from rig.workspace import Workspace

VIRTUAL = "virtual"
FIRST_PAD = "back-144"
FIRST_ROUTINE = "relieving"
LENGTHS_MIN = (10, 15, 30)
_LONGEST_PROFILE = 20_000_000


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: what it stands for, what it is called, and a line about it."""

    value: str
    title: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """All that is chosen; names or paths as the command line takes them, "" for none.

    Attributes:
        device: a port, or `VIRTUAL`. length: minutes as text, "" for the routine's own length.
        step: the only one to practise, "" for all.
    """

    device: str = VIRTUAL
    pad: str = FIRST_PAD
    profile: str = ""
    routine: str = FIRST_ROUTINE
    level: str = ""
    length: str = ""
    step: str = ""
    sound: bool = True


@dataclass(frozen=True, slots=True)
class StepWish:
    """One step to be practised, on whatever was chosen last."""

    routine: str
    step: str


FIELDS = ("device", "pad", "profile", "routine", "level", "length", "step")


class Choices:
    """The options of each row for a workspace.

    Args:
        home: where profiles, own pads and own routines are looked for. words: the language.
        listed: the computer's ports.
    """

    def __init__(self, home: Workspace, words: Words, listed: ListPorts = list_ports) -> None:
        self._home, self._say, self._told, self._listed = home, words.say, words.told, listed
        self._routines: dict[str, Routine] = {}
        self._pads: dict[str, PadLayout] = {}

    def look_again(self) -> None:
        """Read the workspace's files anew at the next question."""
        self._routines.clear()
        self._pads.clear()

    def devices(self) -> list[Option]:
        """Boards that are plugged in, by USB id alone: asking one who it is would reset it; and the virtual pad."""
        boards = [Option(port.path, port.path, port.description) for port in self._listed() if port.usb in USB_NAMES]
        return [*boards, Option(VIRTUAL, self._say("Virtual pad"), self._say("Hands and sensors are simulated."))]

    def pads(self) -> list[Option]:
        """Built-in pads, and pad files in the workspace."""
        if not self._pads:
            names = [*builtin_pads(), *_files(self._home.home / "pads", "*.toml")]
            self._pads = {name: pad for name in names if (pad := _sound_pad(name)) is not None}
        return [Option(name, pad.name, self._told(pad.title)) for name, pad in self._pads.items()]

    def profiles(self, pad_name: str) -> list[Option]:
        """No profile, and the workspace's profiles of that pad, the newest first."""
        none = Option("", self._say("None"), self._say("Forces are estimates by the sensors' nominal curve."))
        self.pads()
        pad = self._pads.get(pad_name)
        if pad is None:
            return [none]
        found = [path for path in _files(self._home.calibration, "*.json") if _is_profile_of(Path(path), pad)]
        found.sort(key=lambda path: Path(path).stat().st_mtime, reverse=True)
        return [*(Option(path, Path(path).stem, path) for path in found), none]

    def routines(self) -> list[Option]:
        """Built-in routines, and routine files in the workspace."""
        if not self._routines:
            names = [*builtin_routines(), *_files(self._home.home / "routines", "*.toml")]
            self._routines = {name: routine for name in names if (routine := _sound_routine(name)) is not None}
        return [Option(name, self._told(r.title), self._told(r.about)) for name, r in self._routines.items()]

    def levels(self, routine_name: str) -> list[Option]:
        """The routine's own bands, and its levels."""
        routine = self._routine(routine_name)
        own = Option("", self._say("Standard"), self._say("The routine's own bands."))
        levels = () if routine is None else routine.levels
        named = ((level, self._say(level.name.capitalize())) for level in levels)
        return [own, *(Option(level.name, name, self._told(level.about)) for level, name in named)]

    def lengths(self) -> list[Option]:
        """As long as the routine says, or so many minutes."""
        whole = Option("", self._say("Whole"), self._say("As long as the documents say."))
        return [whole, *(Option(str(n), self._say("{n} min", n=n)) for n in LENGTHS_MIN)]

    def steps(self, routine_name: str) -> list[Option]:
        """All steps in order, or one alone."""
        routine = self._routine(routine_name)
        every = Option("", self._say("All steps"), self._say("One after the other, as the document has them."))
        steps = () if routine is None else routine.steps
        return [every, *(Option(step.id, self._told(step.title), self._told(step.about)) for step in steps)]

    def wish_for(self, step_id: str) -> StepWish | None:
        """A step by its id, if some routine here has it."""
        self.routines()
        has = (name for name, routine in self._routines.items() if any(step.id == step_id for step in routine.steps))
        name = next(has, None)
        return None if name is None else StepWish(name, step_id)

    def title_of(self, step_id: str) -> str:
        """What a step is called; its id where no routine here has it."""
        wish = self.wish_for(step_id)
        return step_id if wish is None else self._told(self._routines[wish.routine].step(step_id).title)

    def with_profile(self, choice: Choice, profile: Path) -> Choice:
        """The choice with a profile of the workspace and with the pad that it is of.

        Raises:
            InputError: no pad here is the one that it is of.
        """
        for pad in self.pads():
            if any(option.value and Path(option.value) == profile for option in self.profiles(pad.value)):
                return replace(choice, pad=pad.value, profile=str(profile))
        raise InputError(f"{profile}: of none of the pads that there are")

    def _routine(self, name: str) -> Routine | None:
        self.routines()
        return self._routines.get(name)

    def mended(self, choice: Choice) -> Choice:
        """The choice with the first option in place of whatever is not there any more."""
        choice = replace(
            choice,
            device=_among(choice.device, self.devices()),
            pad=_among(choice.pad, self.pads()),
            routine=_among(choice.routine, self.routines()),
            length=_among(choice.length, self.lengths()),
        )
        return replace(
            choice,
            profile=_among(choice.profile, self.profiles(choice.pad)),
            level=_among(choice.level, self.levels(choice.routine)),
            step=_among(choice.step, self.steps(choice.routine)),
        )


def remembered(kept: str) -> Choice:
    """A choice from what `to_remember` gave; the first choice where that cannot be read."""
    try:
        fields = json.loads(kept)
        return Choice(**{name: str(fields[name]) for name in FIELDS if name in fields}, sound=bool(fields["sound"]))
    except (ValueError, TypeError, KeyError):
        return Choice()


def to_remember(choice: Choice) -> str:
    """A choice as text."""
    return json.dumps({name: getattr(choice, name) for name in (*FIELDS, "sound")})


LEVEL_NAMES = (text("Gentle"), text("Strict"))
"""The rig's own levels, for the catalogue; a routine's others stay as they are written."""


def _among(value: str, options: Sequence[Option]) -> str:
    return value if any(option.value == value for option in options) else options[0].value


def _files(folder: Path, pattern: str) -> Iterable[str]:
    return sorted(str(path) for path in folder.glob(pattern)) if folder.is_dir() else ()


def _sound_pad(name: str) -> PadLayout | None:
    try:
        return load_pad(name)
    except RigError:
        return None


def _sound_routine(name: str) -> Routine | None:
    try:
        return load_routine(name)
    except RigError:
        return None


def _is_profile_of(path: Path, pad: PadLayout) -> bool:
    try:
        if path.stat().st_size > _LONGEST_PROFILE:
            return False
        said = path.read_text("utf-8")
        if SCHEMA not in said:
            return False
        parse_profile(said, str(path), pad)
    except (OSError, UnicodeDecodeError, RigError):
        return False
    return True
