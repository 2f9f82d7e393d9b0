"""What a session's screen comes to in words and figures for the practice panel; no Qt.

The rule: one thing is said at a time, and in the order of harm - a lost link, then what `Screen.say` says, then that
all is well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.gui.coach_texts import coach_words
from rig.gui.glance import Breath, Count, Glance, Reading
from rig.gui.words import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from rig.gui.glance import State
    from rig.session.screen import Screen
    from rig.technique.briefing import Brief

    Say = Callable[..., str]

_TOP_N = 20.0
_TOP_PER_MIN = 60.0
_TOP_CM_S = 10.0
_HEADROOM = 1.6
"""A scale ends so far above its band, so that too much is seen as such."""

PRAISED = text("Good")


def glance_of(screen: Screen, say: Say, brief: Brief | None = None) -> Glance:
    """The panel's contents now.

    Args:
        screen: the session's. say: gives texts in the user's language.
        brief: of the step at work, for a session that nobody coaches.
    """
    brief, following = screen.brief or brief, screen.next_step
    coach = screen.coach
    place = say("Step {number} of {of}", number=coach.number, of=coach.of) if coach is not None and coach.of > 1 else ""
    then = say("Next: {step}", step=following.title) if following is not None else ""
    said, figures, state = _told(screen, say)
    return Glance(
        step=brief.title if brief is not None else screen.step or say("Free practice"),
        how=brief.how if brief is not None else screen.how,
        following="   ".join(part for part in (place, then) if part),
        said=said,
        figures=figures,
        state=state,
        readings=(_force(screen, brief, say), _tempo(screen, brief, say)),
        breath=_breath(screen, say),
        counts=_counts(screen, say),
        keys=_pairs(say("N next   A again   P pause   Q end")),
        foot="  ".join(part for part in (say(screen.trust), say("Practice feedback, not health advice.")) if part),
    )


def _told(screen: Screen, say: Say) -> tuple[str, str, State]:
    if screen.link:
        return screen.link, say("The session waits and goes on by itself."), "doubt"
    if screen.ended:
        return say("Done"), "", "good"
    if screen.paused:
        return say("Pause"), say("Nothing is judged. P or the corners at your end go on."), "doubt"
    told = screen.say
    if not told.text and screen.brief is not None:
        return _capital(screen.brief.how_often), _capital(screen.brief.where), "quiet"
    if not told.text:
        return (say(PRAISED), "", "good") if screen.strokes else ("", "", "quiet")
    figures = told.figures.replace("limit", say("limit"))
    if told.good is None:
        return coach_words(screen, say), figures, "quiet"
    return say(told.text), figures, "good" if told.good else "wrong"


def _force(screen: Screen, brief: Brief | None, say: Say) -> Reading:
    low, high = (brief.force_n if brief is not None else None) or (None, None)
    return Reading(
        title=say("Force of a hand"),
        value=screen.force_n,
        said=f"{screen.force_n:.0f}",
        unit="N",
        low=low,
        high=high,
        top=max(_TOP_N, _HEADROOM * (high or low or 0.0)),
        wanted=_wanted(low, high, "N", say) if brief is not None else "",
    )


def _tempo(screen: Screen, brief: Brief | None, say: Say) -> Reading:
    """The speed of strokes where the step wants one, else its rate."""
    speed = brief.speed_cm_s if brief is not None else None
    if speed is None:
        return _rate(screen, brief, say)
    low, high = speed
    last = None if screen.last_stroke is None else screen.last_stroke.get("speed_cm_s")
    return Reading(
        title=say("Speed of the last stroke"),
        value=last,
        said=say("no stroke yet") if last is None else f"{last:.1f}",
        unit="cm/s",
        low=low,
        high=high,
        top=_HEADROOM * (high or low or _TOP_CM_S),
        wanted=_wanted(low, high, "cm/s", say),
        pulse=screen.beat_phase,
    )


def _rate(screen: Screen, brief: Brief | None, say: Say) -> Reading:
    tempo, rate = None if brief is None else brief.beat, screen.rate_per_min
    low, high = (None, None) if tempo is None else (tempo.low_per_min, tempo.high_per_min)
    return Reading(
        title=say("Rounds a minute"),
        value=rate,
        said=say("no beat yet") if rate is None else f"{rate:.0f}",
        unit="/min",
        low=low,
        high=high,
        top=_TOP_PER_MIN if high is None else _HEADROOM * high,
        wanted=_wanted(low, high, "/min", say) if brief is not None else "",
        pulse=screen.beat_phase,
    )


def _wanted(low: float | None, high: float | None, unit: str, say: Say) -> str:
    if low is None and high is None:
        return say("left open")
    if low is None or high is None:
        bound, amount = ("at most {amount}", high) if low is None else ("at least {amount}", low)
        return say(bound, amount=f"{amount:.3g} {unit}")
    return f"{low:.3g}-{high:.3g} {unit}"


AT_MOST, AT_LEAST = text("at most {amount}"), text("at least {amount}")


def _breath(screen: Screen, say: Say) -> Breath | None:
    if screen.breath is None:
        return None
    coming_in, share = screen.breath
    # Smooth at both turns, as a breath is.
    eased = share * share * (3 - 2 * share)
    return Breath(eased, say("Breathe in")) if coming_in else Breath(1 - eased, say("Breathe out"))


def _counts(screen: Screen, say: Say) -> tuple[Count, ...]:
    counts = [_repetitions(screen, say)]
    if screen.held_s is not None:
        hold = screen.brief.hold_s if screen.brief is not None else None
        least = hold[0] if hold is not None else None
        share = min(screen.held_s / least, 1.0) if least else None
        counts.append(Count(say("Held"), f"{screen.held_s:.0f} s", share))
    of_s = screen.duration_s
    seconds = screen.elapsed_s if screen.coach is not None else screen.t
    said = clock(seconds) if of_s is None else f"{clock(seconds)} / {clock(of_s)}"
    counts.append(Count(say("Time"), said, seconds / of_s if of_s else None))
    return tuple(counts)


def _repetitions(screen: Screen, say: Say) -> Count:
    if screen.reps is None:
        return Count(say("Strokes"), f"{screen.strokes}")
    fewest, most = screen.reps_expected or (None, None)
    wanted = fewest or most
    if wanted is None:
        return Count(say("Repetitions"), f"{screen.reps}")
    said = f"{wanted}" if most is None or most == wanted else f"{wanted}-{most}"
    return Count(say("Repetitions"), f"{screen.reps} / {said}", screen.reps / wanted)


def _pairs(said: str) -> str:
    """Keys and what they do, so that no line ends between the two."""
    return "   ".join(pair.replace(" ", "\N{NO-BREAK SPACE}") for pair in said.split("   "))


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]


def clock(seconds: float) -> str:
    """Minutes and seconds."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"
