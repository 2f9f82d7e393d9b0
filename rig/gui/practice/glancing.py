"""What a session's screen comes to in words and figures for the practice panel; no Qt.

The rule: one thing is said at a time, and in the order of harm - a lost link, then what `Screen.say` says, then that
all is well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.gui.practice.glance import Breath, Count, Glance, Reading
from rig.gui.words import text

if TYPE_CHECKING:
    from rig.gui.practice.glance import State
    from rig.gui.words import Words
    from rig.session.screen import Screen
    from rig.technique.routine.briefing import Brief

_TOP_N = 20.0
_TOP_PER_MIN = 60.0
_TOP_CM_S = 10.0
_HEADROOM = 1.6
"""A scale ends so far above its band, so that too much is seen as such."""


def glance_of(screen: Screen, words: Words, brief: Brief | None = None) -> Glance:
    """The panel's contents now.

    Args:
        screen: the session's. words: the language.
        brief: of the step at work, for a session that nobody coaches.
    """
    brief, following = screen.brief or brief, screen.next_step
    coach = screen.coach
    place = (
        words.say("Step {number} of {of}", number=coach.number, of=coach.of)
        if coach is not None and coach.of > 1
        else ""
    )
    then = words.say("Next: {step}", step=words.told(following.title)) if following is not None else ""
    said, figures, state = _told(screen, words)
    told = [words.told(part) for part in (screen.recording, screen.trust) if part]
    return Glance(
        step=words.told(brief.title if brief is not None else screen.step) or words.say("Free practice"),
        how=words.told(brief.how if brief is not None else screen.how),
        following="   ".join(part for part in (place, then) if part),
        said=said,
        figures=figures,
        state=state,
        readings=(_force(screen, brief, words), _tempo(screen, brief, words)),
        breath=_breath(screen, words),
        counts=_counts(screen, words),
        keys=_pairs(words.say("N next   A again   P pause   Q end")),
        foot="  ".join([*told, words.say("Practice feedback, not health advice.")]),
    )


def _told(screen: Screen, words: Words) -> tuple[str, str, State]:
    if screen.link:
        return words.told(screen.link), words.say("The session waits and goes on by itself."), "doubt"
    if screen.ended:
        return words.say("Done"), "", "good"
    if screen.paused:
        return words.say("Pause"), words.say("Nothing is judged. P or the corners at your end go on."), "doubt"
    told = screen.say
    if not told.text and screen.brief is not None:
        return _capital(words.told(screen.brief.how_often)), _capital(words.told(screen.brief.where)), "quiet"
    if not told.text:
        return (words.say("Good"), "", "good") if screen.strokes else ("", "", "quiet")
    state: State = "quiet" if told.good is None else "good" if told.good else "wrong"
    return words.told(told.text), words.told(told.figures), state


def _force(screen: Screen, brief: Brief | None, words: Words) -> Reading:
    low, high = (brief.force_n if brief is not None else None) or (None, None)
    return Reading(
        title=words.say("Force of a hand"),
        value=screen.force_n,
        said=f"{'≥ ' if screen.at_least else ''}{screen.force_n:.0f}",
        unit="N",
        low=low,
        high=high,
        top=max(_TOP_N, _HEADROOM * (high or low or 0.0)),
        wanted=_wanted(low, high, "N", words) if brief is not None else "",
    )


def _tempo(screen: Screen, brief: Brief | None, words: Words) -> Reading:
    """The speed of strokes where the step wants one, else its rate."""
    speed = brief.speed_cm_s if brief is not None else None
    if speed is None:
        return _rate(screen, brief, words)
    low, high = speed
    last = None if screen.last_stroke is None else screen.last_stroke.get("speed_cm_s")
    return Reading(
        title=words.say("Speed of the last stroke"),
        value=last,
        said=words.say("no stroke yet") if last is None else f"{last:.1f}",
        unit="cm/s",
        low=low,
        high=high,
        top=_HEADROOM * (high or low or _TOP_CM_S),
        wanted=_wanted(low, high, "cm/s", words),
        pulse=screen.beat_phase,
    )


def _rate(screen: Screen, brief: Brief | None, words: Words) -> Reading:
    tempo, rate = None if brief is None else brief.beat, screen.rate_per_min
    low, high = (None, None) if tempo is None else (tempo.low_per_min, tempo.high_per_min)
    return Reading(
        title=words.say("Rounds a minute"),
        value=rate,
        said=words.say("no beat yet") if rate is None else f"{rate:.0f}",
        unit="/min",
        low=low,
        high=high,
        top=_TOP_PER_MIN if high is None else _HEADROOM * high,
        wanted=_wanted(low, high, "/min", words) if brief is not None else "",
        pulse=screen.beat_phase,
    )


def _wanted(low: float | None, high: float | None, unit: str, words: Words) -> str:
    if low is None and high is None:
        return words.say("left open")
    if low is None or high is None:
        bound, amount = ("at most {amount}", high) if low is None else ("at least {amount}", low)
        return words.say(bound, amount=f"{amount:.3g} {unit}")
    return f"{low:.3g}\N{EN DASH}{high:.3g} {unit}"


AT_MOST, AT_LEAST = text("at most {amount}"), text("at least {amount}")


def _breath(screen: Screen, words: Words) -> Breath | None:
    if screen.breath is None:
        return None
    coming_in, share = screen.breath
    # Smooth at both turns, as a breath is.
    eased = share * share * (3 - 2 * share)
    return Breath(eased, words.say("Breathe in")) if coming_in else Breath(1 - eased, words.say("Breathe out"))


def _counts(screen: Screen, words: Words) -> tuple[Count, ...]:
    counts = [_repetitions(screen, words)]
    if screen.held_s is not None:
        hold = screen.brief.hold_s if screen.brief is not None else None
        least = hold[0] if hold is not None else None
        share = min(screen.held_s / least, 1.0) if least else None
        counts.append(Count(words.say("Held"), f"{screen.held_s:.0f} s", share))
    of_s = screen.duration_s
    seconds = screen.elapsed_s if screen.coach is not None else screen.t
    said = clock(seconds) if of_s is None else f"{clock(seconds)} / {clock(of_s)}"
    counts.append(Count(words.say("Time"), said, seconds / of_s if of_s else None))
    return tuple(counts)


def _repetitions(screen: Screen, words: Words) -> Count:
    if screen.reps is None:
        return Count(words.say("Strokes"), f"{screen.strokes}")
    fewest, most = screen.reps_expected or (None, None)
    wanted = fewest or most
    if wanted is None:
        return Count(words.say("Repetitions"), f"{screen.reps}")
    said = f"{wanted}" if most is None or most == wanted else f"{wanted}\N{EN DASH}{most}"
    return Count(words.say("Repetitions"), f"{screen.reps} / {said}", screen.reps / wanted)


def _pairs(said: str) -> str:
    """Keys and what they do, so that no line ends between the two."""
    return "   ".join(pair.replace(" ", "\N{NO-BREAK SPACE}") for pair in said.split("   "))


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]


def clock(seconds: float) -> str:
    """Minutes and seconds."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"
