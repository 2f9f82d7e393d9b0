"""A routine: one document's technique as data, step by step, each fact with its source.

The structs here are what a routine file holds (`rig/routines/README.md` explains every field to people who
write one). Two things may stand behind a number: the document itself, then the step's `source` names the item;
or a *band* (light, slow, several, ...), a number that the document leaves open, which says itself where its
default comes from. The rule: no number about technique is written in code; whoever needs one asks
`Routine.wanted` or `Routine.band` and gets the source along with it.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from rig.analysis.findings import Direction  # noqa: TC001 - msgspec reads the annotations
from rig.errors import InputError
from rig.technique.routine.bands import Amount, Band, Level, Text, Unit, find_band, merged_bands

Quantity = Literal["pressure", "speed", "rate", "count", "hold", "duration", "contrast_ratio"]
Policy = Literal["avoid", "light-only", "rest"]
Motion = Literal[
    "hold", "stretch", "stroke", "circle", "figure-eight", "to-and-fro", "squeeze", "press", "knead", "vibration"
]
Hands = Literal[
    "crossed-hands",
    "fingers",
    "fingers-and-thumbs",
    "fingertips",
    "forearms",
    "hand-over-hand",
    "hands",
    "heels",
    "palm",
    "palms",
    "reinforced-finger",
    "reinforced-fingertips",
    "reinforced-hands",
    "reinforced-thumbs",
    "resting-hands",
    "thumb",
    "thumbs",
]

UNITS: dict[Quantity, tuple[Unit, ...]] = {
    "pressure": ("N",),
    "speed": ("cm/s",),
    "rate": ("1/min", "Hz"),
    "count": ("times",),
    "hold": ("s",),
    "duration": ("s",),
    "contrast_ratio": ("ratio",),
}
"""The units in which each quantity of a step may be given; the first is meant where a file names none."""

TWO_HANDED: frozenset[Hands] = frozenset(
    ("crossed-hands", "forearms", "hands", "heels", "palms", "resting-hands", "thumbs")
)
"""Hands that lie on the pad as two loads at once; they may merge into one contact across the line."""

OPPOSITE: dict[Direction, Direction] = {"up": "down", "down": "up", "out": "in", "in": "out"}


class Want(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a step wants of one quantity: a band by name, or numbers of its own.

    `source` is the item that says so, where that is not the step's own item. `school` marks numbers that a school asks
    for: then `source` names who says so, and no document does.
    """

    band: Text | None = None
    low: Amount | None = None
    high: Amount | None = None
    unit: Unit | None = None
    source: Text | None = None
    school: bool = False


class Spine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may touch the spine line: nothing (`avoid`), a light stroke (`light-only`), a resting hand (`rest`)."""

    policy: Policy
    source: Text


class Contrast(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Passes one way that must carry more force than passes another way."""

    more: Direction
    less: Direction
    source: Text | None = None


class Breath(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which direction goes with which half of the breath."""

    inhale: Direction
    exhale: Direction
    source: Text


class Point(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place on the back; `mirrored` means the same place on the other side of the spine serves as well."""

    name: Text
    x_mm: float
    y_mm: float
    source: Text
    mirrored: bool = False


class EndLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line across the back that a stroke toward the head must not pass."""

    y_mm: float
    source: Text


class Unbroken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The item that asks for hands that do not leave."""

    source: Text


class LighterIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A zone that gets less force than the rest of a pass."""

    zone: Text
    source: Text


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One step of a routine. What a field leaves out, the document leaves out.

    Attributes:
        source: the document's item; every fact of the step that names no other comes from there.
        motions: how the hands move; `counted` is the one whose repetitions are counted (else the first).
        directions: the directions of its passes, the working one first. The opposite of a listed direction is
            forbidden unless it is listed too.
        returns: how the hands come back where the way back is no pass of its own: lifted, or gliding lightly.
        travel: where a small movement as a whole goes. sides: both at once, each in turn, or along the centre.
        each_point: the count is asked for at each place where the hand stops, not for the step as a whole.
        contrast_ratio: how many times as heavy the heavier passes of a contrast are, where a number is asked for.
        fading, even, rising: each pass lighter than the last; equal force along and between sides; force in steps.
        unbroken: some hand stays on the back from the first touch of the step to the last.
        lighter_in: a zone that gets less force than the rest of the way.
        deeper_than: the step that this one goes deeper than, where both are practised.
        after: steps that come before this one. repeats: steps that this one consists of, in order.
        unseen: what the pad cannot see of this step, and why.
    """

    id: Annotated[str, Meta(pattern=r"^[a-z0-9-]+\.[a-z0-9-]+$")]
    title: Text
    about: Text
    source: Text
    hands: Hands
    motions: tuple[Motion, ...] = ()
    counted: Motion | None = None
    sides: Literal["both", "each", "centre", "any"] = "any"
    zones: tuple[Text, ...] = ()
    points: tuple[Point, ...] = ()
    directions: tuple[Direction, ...] = ()
    returns: Literal["lifted", "light"] = "lifted"
    travel: Direction | None = None
    end_line: EndLine | None = None
    pressure: str | Want | None = None
    speed: str | Want | None = None
    rate: str | Want | None = None
    count: str | Want | None = None
    each_point: bool = False
    hold: str | Want | None = None
    duration: str | Want | None = None
    contrast: Contrast | None = None
    contrast_ratio: str | Want | None = None
    fading: bool = False
    even: bool = False
    rising: bool = False
    unbroken: Unbroken | None = None
    lighter_in: LighterIn | None = None
    deeper_than: str | None = None
    breath: Breath | None = None
    spine: Spine | None = None
    after: tuple[str, ...] = ()
    repeats: tuple[str, ...] = ()
    unseen: tuple[Text, ...] = ()

    @property
    def forbids(self) -> frozenset[Direction]:
        """The directions that go against the step."""
        return frozenset(OPPOSITE[d] for d in self.directions if d in OPPOSITE) - frozenset(self.directions)

    @property
    def counts(self) -> Motion | None:
        """The motion whose repetitions are counted; None where the step names no motion, or repeats other steps."""
        return None if self.repeats else self.counted or (self.motions[0] if self.motions else None)

    @property
    def two_handed(self) -> bool:
        """Whether two loads lie on the pad at once."""
        return self.hands in TWO_HANDED and self.sides != "each"


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that holds across the steps of the routine."""

    about: Text
    source: Text


class Disagreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where documents contradict each other or themselves, and what the routine makes of it; shown, never hidden."""

    topic: Text
    about: Text
    coached: Text
    sources: Annotated[tuple[Text, ...], Meta(min_length=1)]
    steps: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """All of it in one line."""
        return (
            f"the documents disagree on {self.topic[0].lower()}{self.topic[1:]}: {self.about} "
            f"Coached: {self.coached} ({'; '.join(self.sources)})"
        )


class Routine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A whole routine; `bands` holds the file's own bands and, once loaded, the rig's defaults behind them.

    `school` names the school whose numbers stand in place of some of the document's (`rig.technique.routine.school`).
    """

    name: Text
    title: Text
    about: Text
    document: Text
    spine: Spine
    steps: Annotated[tuple[Step, ...], Meta(min_length=1)]
    school: Text | None = None
    duration: Want | None = None
    checklist: tuple[Rule, ...] = ()
    rules: tuple[Rule, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    bands: tuple[Band, ...] = ()
    levels: tuple[Level, ...] = ()

    @property
    def called(self) -> str:
        """What reports call the routine: its name, and the school that asks for other numbers."""
        return self.name if self.school is None else f"{self.name} ({self.school})"

    def step(self, step_id: str) -> Step:
        """The step of that id.

        Raises:
            InputError: there is none; the message lists those that there are.
        """
        for step in self.steps:
            if step.id == step_id:
                return step
        known = ", ".join(s.id for s in self.steps)
        raise InputError(f"routine '{self.name}' has no step '{step_id}' (it has {known})")

    def band(self, name: str) -> Band:
        """The band of that name.

        Raises:
            InputError: there is none.
        """
        return find_band(self.bands, name, f"routine '{self.name}'")

    def spine_of(self, step: Step) -> Spine:
        """The spine policy that holds in a step: its own, else the routine's."""
        return step.spine or self.spine

    def disagreements_on(self, step: Step) -> tuple[Disagreement, ...]:
        """The disagreements that arise in a step: those that name it, and those that name no step."""
        return tuple(d for d in self.disagreements if not d.steps or step.id in d.steps)

    def cite(self, item: str) -> str:
        """An item of this routine's document, in full."""
        return f"{self.name} ({self.document}), {item}"

    def wanted(self, step: Step, quantity: Quantity) -> Band | None:
        """What a step wants of a quantity, with both sources in one line; None where it wants nothing of it."""
        want: str | Want | None = getattr(step, quantity)
        if want is None:
            return None
        return self._band_of(Want(band=want) if isinstance(want, str) else want, quantity, step.source)

    @property
    def whole_length(self) -> Band | None:
        """How long the routine as a whole takes, in seconds; None where the document does not say."""
        return None if self.duration is None else self._band_of(self.duration, "duration", "")

    def _band_of(self, want: Want, quantity: Quantity, item: str) -> Band:
        said = f"{self.called}: {want.source}" if want.school else self.cite(want.source or item)
        if want.band is None:
            unit = want.unit or UNITS[quantity][0]
            return Band(name=quantity, unit=unit, source=said, low=want.low, high=want.high)
        band = self.band(want.band)
        return msgspec.structs.replace(band, source=f"{said}; {band.name}: {band.source}")

    def at_level(self, name: str | None) -> Routine:
        """The routine with a level's bands in place of its own; None gives the routine as it is.

        Raises:
            InputError: the routine has no such level.
        """
        if name is None:
            return self
        for level in self.levels:
            if level.name == name:
                return msgspec.structs.replace(self, bands=merged_bands(level.bands, self.bands))
        known = ", ".join(level.name for level in self.levels) or "none"
        raise InputError(f"routine '{self.name}' has no level '{name}' (it has {known})")
