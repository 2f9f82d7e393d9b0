"""The computer's own sound: beat, breath and alarm as short tones, by whatever plays a WAV file here; no Qt.

Qt's multimedia is not among the rig's packages (417 MB), so a tone goes to Windows' own `winsound`, to `afplay` on
macOS, or to the first of `pw-play`, `paplay` and `aplay` elsewhere. A thread of its own starts them, so that neither
the session nor a stalled window waits. Where nothing plays, there is no sound, and `about` says so; the board's buzzer
does not depend on it. The rule: the alarm goes before everything else, and a beat that comes too late is left out.
"""

from __future__ import annotations

import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import wave
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from rig.gui.words import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from rig.technique.coach.metronome import Beat

    Play = Callable[[Path], None]

Tone = Literal["tick", "accent", "alarm"]

SAMPLE_HZ = 44_100
_TONES: dict[Tone, tuple[float, float, float]] = {
    "tick": (880.0, 0.05, 0.35),
    "accent": (1320.0, 0.09, 0.5),
    "alarm": (1760.0, 0.28, 0.9),
}
"""Pitch in Hz, length in s, loudness; the alarm is the highest, longest and loudest."""

ALARM_EVERY_S = 0.6
LATE_S = 0.12
"""A beat that would sound so much later than it fell only confuses."""

STUCK_S = 2.0
"""A player that takes so long for a tone has nobody to give it to."""

PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"))


def player_here(platform: str = sys.platform, which: Callable[[str], str | None] = shutil.which) -> Play | None:
    """What plays a WAV file on this computer, to its end; None where nothing does."""
    if platform == "win32":
        return _play_on_windows
    candidates = (("afplay",),) if platform == "darwin" else PLAYERS
    for program, *options in candidates:
        found = which(program)
        if found is not None:
            return _by_program([found, *options])
    return None


class ComputerSound:
    """A `Sounder` (see `rig.session.cues`); each call returns at once, and tones sound one after the other.

    Args:
        play: plays a file; `player_here` by default, which may be None.
    """

    def __init__(self, play: Play | None) -> None:
        self._play = play
        self._asked: queue.SimpleQueue[tuple[float, Tone | None]] = queue.SimpleQueue()
        self._alarm = threading.Event()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._thread: threading.Thread | None = None
        if play is not None:
            self._folder = tempfile.TemporaryDirectory(prefix="rig-sound-")
            self._files = {tone: _written(tone, Path(self._folder.name)) for tone in _TONES}
            self._thread = threading.Thread(target=self._run, name="sound", daemon=True)
            self._thread.start()

    @property
    def about(self) -> str:
        """What is to be heard here, in English (`rig.gui.words`)."""
        return HEARD if self._play is not None else SILENT

    def beat(self, kind: Beat) -> None:
        """A beat of the metronome, or the beginning of a breath in."""
        if self._thread is not None and not self._alarm.is_set():
            self._asked.put((time.monotonic(), kind))

    def alarm(self, on: bool) -> None:
        """The spine is pressed, or no more; it sounds until then."""
        if self._thread is None:
            return
        if on and not self._alarm.is_set():
            self._alarm.set()
            self._asked.put((time.monotonic(), "alarm"))
        elif not on:
            self._alarm.clear()

    def close(self) -> None:
        """End the thread and take the files away."""
        if self._thread is None or self._folder is None:
            return
        self._alarm.clear()
        self._asked.put((0.0, None))
        self._thread.join()
        self._thread = None
        self._folder.cleanup()

    def _run(self) -> None:
        assert self._play is not None
        while True:
            try:
                asked_s, tone = self._asked.get(timeout=ALARM_EVERY_S if self._alarm.is_set() else None)
            except queue.Empty:
                asked_s, tone = time.monotonic(), "alarm"
                if not self._alarm.is_set():
                    continue
            if tone is None:
                return
            if tone == "alarm" or time.monotonic() - asked_s < LATE_S:
                self._play(self._files[tone])


HEARD = text("Beat, breath and alarm sound on this computer.")
SILENT = text("This computer has nothing that plays a sound; the board's buzzer sounds all the same.")


def _written(tone: Tone, folder: Path) -> Path:
    """The tone as a WAV file."""
    pitch_hz, seconds, loudness = _TONES[tone]
    t_s = np.arange(int(SAMPLE_HZ * seconds)) / SAMPLE_HZ
    # It swells over 4 ms and fades to its end: a tone cut off clicks.
    edge = np.minimum(t_s / 0.004, 1.0) * np.minimum((seconds - t_s) / (0.6 * seconds), 1.0)
    samples = np.round(32_767 * loudness * edge * np.sin(2 * np.pi * pitch_hz * t_s)).astype("<i2")
    path = folder / f"{tone}.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_HZ)
        file.writeframes(samples.tobytes())
    return path


def _by_program(command: list[str]) -> Play:
    def play(path: Path) -> None:
        try:
            subprocess.run(
                [*command, str(path)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=STUCK_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return  # The player has gone since it was found, or its sound card has: then it is silent.

    return play


def _play_on_windows(path: Path) -> None:
    if sys.platform == "win32":
        import winsound

        # Without a sound device it is silent, as with a player that has gone.
        with suppress(RuntimeError):
            winsound.PlaySound(str(path), winsound.SND_FILENAME | winsound.SND_NODEFAULT)
