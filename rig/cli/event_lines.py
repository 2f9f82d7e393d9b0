"""A session's events on stdout: JSON lines for programs, sentences where no live view can be drawn.

The rule: with `--events -` stdout holds nothing but JSON lines, each whole and at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from rig.cli.output import put
from rig.errors import InputError
from rig.technique.wording import figures, some, words

if TYPE_CHECKING:
    import threading

Listener = Callable[[Mapping[str, Any]], None]
"""What hears each event line."""

EventsOption = Annotated[
    str | None, typer.Option(metavar="-", help="'-': one JSON object a line on stdout as things happen.")
]


def check_events(events: str | None) -> None:
    """Refuse anything but stdout.

    Raises:
        InputError: `events` is neither None nor '-'.
    """
    if events not in {None, "-"}:
        raise InputError("--events: takes '-', for stdout")


def json_line(line: Mapping[str, Any]) -> None:
    """One event for a program."""
    put(msgspec.json.encode(line))


def plain_line(line: Mapping[str, Any]) -> None:
    """One event for a person, if it is worth a line."""
    text = sentence(line)
    if text:
        _say(f"{line['t']:8.2f} s  {text}")


def while_read(say: Listener, left: threading.Event) -> Listener:
    """`say`, until nobody reads stdout any more: that sets `left` and ends no thread.

    `left` may be set for other reasons too; a session that was asked to end still has its last lines to say.
    """
    gone = False

    def guarded(line: Mapping[str, Any]) -> None:
        nonlocal gone
        if not gone:
            try:
                say(line)
            except BrokenPipeError:
                gone = True
                left.set()

    return guarded


def sentence(line: Mapping[str, Any]) -> str:
    """An event in a few words; empty where a person need not hear of it."""
    match line["event"]:
        case "flag":
            return f"{words(line)}  {figures(line)}".rstrip()
        case "flag-withdrawn":
            return f"taken back, it was the next step already: {words(line)}"
        case "stroke":
            return f"{line['side']} {line['kind']} {line['direction']}, {line['speed_cm_s']:.1f} cm/s"
        case "step":
            return f"step {line['step']}: {line['title']}" if line["step"] else "no step"
        case "pause":
            return "paused: nothing is judged" if line["state"] == "on" else "going on"
        case "gesture":
            return f"gesture: {line['means']}"
        case "link" | "recording":
            return str(line["message"])
        case "end":
            score = "not scored" if line["score"] is None else f"score {line['score']}"
            return f"end: {some(line['strokes'], 'stroke')}, {some(line['flags'], 'flag')}, {score}"
        case _:
            return ""


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
