"""What a calibration says, in the user's language: the instruction in large words, where, and what to mind.

From a `Picture` to a `Told`, a plain function of both; the windows only lay it out. The rule: one instruction at a
time, the sensor by its place on the back first and by its number second, a weight in the unit that is stamped on it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rig.calibration.other_units import GRAMS_PER_N
from rig.calibration.run_tasks import PRESSES
from rig.gui.words import text

if TYPE_CHECKING:
    from rig.calibration.run_tasks import Task
    from rig.gui.words import Words
    from rig.pad import PadLayout
    from rig.session.calibrate.evening import Pressless
    from rig.session.calibrate.marks import Mark, State, Why
    from rig.session.calibrate.picture import Picture

Say = Callable[..., str]
Tone = Literal["", "good", "doubt", "wrong"]

SIGNS: dict[State, str] = {"idle": "", "todo": "", "now": "", "done": "✓", "weak": "~", "doubtful": "?", "dead": "✕"}

STATE_WORDS: dict[State, str] = {
    "idle": text("not weighed"),
    "todo": text("still to do"),
    "now": text("now"),
    "done": text("finished"),
    "weak": text("weak"),
    "doubtful": text("doubtful"),
    "dead": text("dead"),
}

WHY_WORDS: dict[Why, str] = {
    "": "",
    "flat": text("It conducts {percent} % of what its siblings do: seat it anew under the puck."),
    "strange": text("One weight reads {percent:+} % beside the others: it will be left out."),
    "off": text("Its weights are told to {percent} % only by the others."),
    "unpressed": text("Not pressed enough: its force is known to {percent} % only."),
    "silent": text("It does not respond: look for a broken wire."),
    "unsure": text("Its force is known to {percent} % only."),
    "check": text("The verifying weight did not agree."),
}

PRESSLESS: dict[Pressless, str] = {
    "": "",
    "not-wanted": text("The pad was not pressed all over: sensors that were not weighed take the others' numbers."),
    "no-cell": text("The board has no load cell, so sensors that were not weighed take the others' numbers."),
    "deaf-cell": text("The load cell did not follow the weights, so nobody pressed: look at its wiring."),
}


@dataclass(frozen=True)
class Told:
    """One look in words: the instruction, where it belongs, what to mind now, and how that is meant."""

    headline: str
    where: str = ""
    mind: str = ""
    tone: Tone = ""


def told(picture: Picture, pad: PadLayout, words: Words) -> Told:
    """What to say of a picture."""
    say = words.say
    if picture.problem:
        return Told(say("The calibration cannot go on"), "", words.told(picture.problem), "wrong")
    if picture.link:
        return Told(words.told("No signal from the pad"), "", words.told(picture.link), "wrong")
    match picture.stage:
        case "press":
            return _pressing(picture, pad, say)
        case "fit":
            return Told(say("Working out the profile"), "", say("This takes some seconds."))
        case "done":
            return Told(say("Calibrated"), "", "", "good")
        case _:
            return _weighing(picture, pad, say)


def task_words(task: Task, say: Say) -> str:
    """A task as an instruction."""
    if task.phase == "unloaded":
        return say("Take everything off the pad")
    weight = weight_words(task.load_n, say)
    if task.phase == "condition":
        return say("Press firmly, {times} times", times=PRESSES)
    return say("Put on {weight}", weight=weight)


def weight_words(load_n: float, say: Say) -> str:
    """A weight in newtons and as it is stamped."""
    grams = load_n * GRAMS_PER_N
    stamped = say("{kg:.2f} kg", kg=grams / 1000) if grams >= 1000 else say("{g:.0f} g", g=grams)
    return say("{n:.3g} N ({stamped})", n=load_n, stamped=stamped)


def place_words(channel: int, pad: PadLayout, say: Say) -> str:
    """Where a sensor is, as somebody at the pad finds it."""
    sensor = pad.sensors[channel]
    aside = sensor.x_mm - pad.spine_x_mm
    if abs(aside) < 1:
        across = say("on the spine line")
    elif aside < 0:
        across = say("{mm:.0f} mm left of the spine", mm=-aside)
    else:
        across = say("{mm:.0f} mm right of the spine", mm=aside)
    if sensor.y_mm < 0:
        along = say("{mm:.0f} mm below L5", mm=-sensor.y_mm)
    else:
        along = say("{mm:.0f} mm above L5", mm=sensor.y_mm)
    return say("Sensor {channel}: {across}, {along}", channel=channel, across=across, along=along)


def mark_words(channel: int, mark: Mark, pad: PadLayout, say: Say) -> str:
    """A sensor's place, state and what is wrong with it, for a tooltip."""
    why = WHY_WORDS[mark.why]
    lines = [place_words(channel, pad, say), say("State: {state}", state=say(STATE_WORDS[mark.state]))]
    if why:
        percent = round(100 * mark.value)
        lines.append(say(why, percent=percent) if "{" in why else say(why))
    elif mark.value:
        lines.append(say("Its force is known to {percent} %.", percent=round(100 * mark.value)))
    return "\n".join(lines)


def _weighing(picture: Picture, pad: PadLayout, say: Say) -> Told:
    task, progress = picture.task, picture.progress
    if task is None:
        return Told(say("Done"), "", "", "good")
    headline = task_words(task, say)
    where = place_words(task.channel, pad, say) if task.channel is not None else ""
    if progress is None:
        return Told(headline, where, say("Waiting for the first reading."))
    says = progress.says
    if progress.doubted and progress.back is not None and says.kind in {"place", "change-weight"}:
        weight = weight_words(progress.back.load_n, say)
        return Told(
            headline, where, say("The {weight} before reads unlike the others: take it back?", weight=weight), "doubt"
        )
    match says.kind:
        case "press":
            mind = say("{n} of {times} presses, with about {weight}", n=int(says.value), times=PRESSES,
                       weight=weight_words(task.load_n, say))  # fmt: skip
            return Told(headline, where, mind)
        case "still-moves":
            mind = say("Sensor {channel} still moves: hands off the bench.", channel=says.channel)
            return Told(headline, where, mind, "doubt")
        case "quiet":
            return Told(headline, where, say("Quiet: leave it alone."), "good")
        case "elsewhere":
            mind = say("That is sensor {channel}: move the weight to the ringed one.", channel=says.channel)
            return Told(headline, where, mind, "wrong")
        case "change-weight":
            return Told(headline, where, say("Lift the last weight and put on this one."), "doubt")
        case "wobbling":
            return Told(headline, where, say("It wobbles: let go of the weight."), "doubt")
        case "unlike":
            like = weight_words(float(f"{says.value:.2g}"), say)
            mind = say("It reads more like {like}. Is this the right weight, on the puck?", like=like)
            if progress.back is not None and progress.doubted:
                mind += " " + say(
                    "If it is, the {weight} before was wrong.", weight=weight_words(progress.back.load_n, say)
                )
            return Told(headline, where, mind, "wrong")
        case "settling":
            return Told(headline, where, say("Settling: hands off."), "good")
        case "kept" | "pressed-enough":
            return Told(headline, where, say("Kept."), "good")
        case _:
            return Told(headline, where, say("On the puck, in the middle of the ringed sensor.") if where else "")


def _pressing(picture: Picture, pad: PadLayout, say: Say) -> Told:
    pressed = picture.pressed
    if pressed is None or pressed.least is None:
        return Told(say("Leave the pad alone"), "", say("Three seconds, for the load cell's zero."))
    where = say("Least yet: {place}", place=place_words(pressed.least, pad, say))
    mind = say("{left} sensors want more. Fingertips and the ball of the hand tell most.", left=pressed.left)
    return Told(say("Press all over the pad"), where, mind)
