"""The words beside the picture in the terminal: the one thing to say, step, counts, force, beat and breath.

All of it fits 44 columns by 22 lines. The rule: what is wanted stands beside what is, on one bar, so that a glance from
the pad is enough.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from rich.console import Group
from rich.panel import Panel
from rich.text import Text

from rig.technique.wording import some

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from rig.session.screen import Screen
    from rig.technique.routine.briefing import Span

SIDE = 44
"""Columns of the words."""

_LABEL, _BAR = 8, 18
_MOST_N, _MOST_PER_MIN = 40.0, 30.0
"""Where the bars of force and tempo end, unless the band ends beyond."""

_SEEN_CONTACTS = 2
_MORE = "\N{HORIZONTAL ELLIPSIS}"
_BEAT_S = 0.15


def side(screen: Screen, contacts: Sequence[tuple[int, float, float, float]]) -> RenderableType:
    """Everything beside the picture, for this moment."""
    if screen.waiting:
        return Group(_banner(screen), _checklist(screen), _foot(screen))
    lines = Text()
    _step(lines, screen)
    _counts(lines, screen)
    _force(lines, screen)
    _tempo(lines, screen)
    _breath(lines, screen)
    lines.append(f"{some(screen.strokes, 'stroke')}, {some(screen.flags, 'flag')}, {_clock(screen.t)} in all\n")
    for _, x, y, force in contacts[:_SEEN_CONTACTS] if screen.coach is None else ():
        where = "right" if x > 0 else "left"
        lines.append(f"{force:4.0f} N {where}, {abs(x):.0f} mm beside, {y:.0f} mm up\n", style="dim")
    return Group(_banner(screen), lines, _foot(screen))


def _banner(screen: Screen) -> Panel:
    if screen.link:
        return _panel(Text(screen.link, style="bold"), "white on dark_orange3")
    say = screen.say
    message = Text(say.text or ("Good" if screen.coach is None else " "), style="bold")
    message.append(f"\n{say.figures}", style="not bold")
    if say.good is False:
        return _panel(message, "white on red3")
    good = say.good or (screen.coach is None and not say.text)
    return _panel(message, "white on dark_green" if good else "white on grey23")


def _panel(message: Text, style: str) -> Panel:
    return Panel(message, style=style, width=SIDE)


def _step(lines: Text, screen: Screen) -> None:
    coach, brief = screen.coach, screen.brief
    if coach is None or brief is None:
        lines.append(f"{screen.step or 'Free practice'}\n", style="bold")
        lines.append(f"{screen.how}\n\n" if screen.how else "\n", style="dim")
        return
    lines.append(f"{coach.number}/{coach.of} {brief.title}\n", style="bold")
    lines.append("\n".join(wrap(brief.how, SIDE, max_lines=2, placeholder=_MORE)) + "\n", style="dim")
    lines.append(_line(f"{brief.hands}: {brief.where}"))
    lines.append(_line(f"{brief.how_often}; {brief.spine.lower()}"))
    following = coach.next.title if coach.next is not None else "the end"
    lines.append(_line(f"then: {following}") + "\n", style="dim")


def _counts(lines: Text, screen: Screen) -> None:
    """Repetitions, a hold's seconds and the step's time, each against what is asked for."""
    brief = screen.brief
    if brief is None:
        return
    # Taken once each: the session goes on to another step while this is drawn.
    reps, expected, duration_s = screen.reps, screen.reps_expected, screen.duration_s
    if expected is not None and reps is not None:
        _row(lines, "times", float(reps), expected, expected[1] or 0.0, f"{reps}")
    elif reps is not None and brief.hold_s is None:
        lines.append(f"{'times':<{_LABEL}}{reps}\n")
    if brief.hold_s is not None:
        held = screen.held_s or 0.0
        _row(lines, "held", held, brief.hold_s, brief.hold_s[1] or 0.0, f"{held:.0f} s")
    if duration_s is not None:
        shown = f"{_clock(screen.elapsed_s)} of {_clock(duration_s)}"
        _row(lines, "time", screen.elapsed_s, (duration_s, None), duration_s, shown)


def _force(lines: Text, screen: Screen) -> None:
    band = screen.force_band
    _row(lines, "force", screen.force_n, band, _MOST_N, f"{screen.force_n:.0f} N{_wanted(band)}")


def _tempo(lines: Text, screen: Screen) -> None:
    rate, wanted = screen.rate_per_min, screen.tempo
    band = None if wanted is None else (wanted.low_per_min, wanted.high_per_min)
    phase = screen.beat_phase
    beat = "" if phase is None else "\N{BLACK CIRCLE} " if phase < _BEAT_S else "\N{WHITE CIRCLE} "
    shown = beat + ("no beat yet" if rate is None else f"{rate:.0f} a min{_wanted(band)}")
    _row(lines, "tempo", rate or 0.0, band, _MOST_PER_MIN, shown)


def _breath(lines: Text, screen: Screen) -> None:
    breath = screen.breath
    if breath is None:
        return
    inhales, share = breath
    filled = round(_BAR * (share if inhales else 1 - share))
    lines.append(f"{'breath':<{_LABEL}}")
    lines.append("\N{FULL BLOCK}" * filled, style="cyan")
    lines.append("\N{LIGHT SHADE}" * (_BAR - filled), style="cyan dim")
    lines.append(" in\n" if inhales else " out\n", style="bold" if inhales else "")


def _checklist(screen: Screen) -> Text:
    lines = Text("Before you start\n", style="bold")
    for item in screen.checklist:
        lines.append("\N{BALLOT BOX} ", style="green")
        lines.append("\n  ".join(wrap(item, SIDE - 2, max_lines=2, placeholder=_MORE)) + "\n", style="not bold")
    following = screen.next_step
    if following is not None:
        lines.append(_line(f"First: {following.title}"), style="dim")
    left_out = screen.coach.left_out if screen.coach is not None else ()
    if left_out:
        lines.append(f"{len(left_out)} of the steps are left out or cut short.\n", style="dim not bold")
    return lines


def _foot(screen: Screen) -> Text:
    foot = Text(style="dim")
    if screen.coach is not None:
        foot.append("n begin  q end\n" if screen.waiting else "n next  a again  p pause  q end\n")
    foot.append(f"{screen.recording}\n" if screen.recording else "", style="not dim bold")
    foot.append(f"{screen.trust}\n" if screen.trust else "")
    foot.append("Practice feedback, not health advice.")
    return foot


def _row(lines: Text, label: str, value: float, band: Span | None, most: float, shown: str) -> None:
    """A label, a bar with the band marked on it, and the figures."""
    low, high = band if band is not None else (None, None)
    top = max(most, 1.2 * (high or 0.0), 1.0) if label in {"force", "tempo"} else max(most, low or 0.0, 1.0)
    right = (low is None or value >= low) and (high is None or value <= high)
    filled = min(round(_BAR * value / top), _BAR)
    lines.append(f"{label:<{_LABEL}}")
    for cell in range(_BAR):
        at = (cell + 0.5) / _BAR * top
        within = band is not None and (low is None or at >= low) and (high is None or at <= high)
        if cell < filled:
            lines.append("\N{FULL BLOCK}", style="green" if right else "dark_orange")
        else:
            lines.append("\N{LIGHT SHADE}" if within else "\N{MIDDLE DOT}", style="green" if within else "dim")
    lines.append(f" {shown}\n")


def _wanted(band: Span | None) -> str:
    """The band behind a figure, as " (10-40)"."""
    if band is None or band == (None, None):
        return ""
    low, high = band
    return f" ({'' if low is None else f'{low:.2g}'}-{'' if high is None else f'{high:.2g}'})"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"


def _line(text: str) -> str:
    return _cut(text, SIDE) + "\n"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + _MORE
