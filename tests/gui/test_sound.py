"""The computer's sound: what plays it, what goes first, what is left out, and that nobody waits for it."""

from __future__ import annotations

import threading
import wave
from pathlib import Path
from typing import TYPE_CHECKING

from rig.gui.practice import sound
from rig.gui.practice.sound import HEARD, PLAYERS, SILENT, ComputerSound, player_here

if TYPE_CHECKING:
    import pytest


class Player:
    """Notes what it was to play; `stuck` makes it wait as a slow computer does."""

    def __init__(self) -> None:
        self.played: list[str] = []
        self.loudest: dict[str, int] = {}
        self.changed = threading.Condition()
        self.free = threading.Event()
        self.free.set()

    def __call__(self, path: Path) -> None:
        self.free.wait(10)
        with wave.open(str(path)) as file:
            samples = memoryview(file.readframes(file.getnframes())).cast("h")
        with self.changed:
            self.loudest[path.stem] = max(samples)
            self.played.append(path.stem)
            self.changed.notify_all()

    def until(self, count: int) -> list[str]:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.played) >= count, 10)
            return list(self.played)


def test_beats_are_played_in_turn() -> None:
    player = Player()
    heard = ComputerSound(player)
    heard.beat("accent")
    heard.beat("tick")
    assert player.until(2) == ["accent", "tick"]
    heard.close()
    assert heard.about == HEARD


def test_the_alarm_sounds_again_and_again_until_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound, "ALARM_EVERY_S", 0.01)
    player = Player()
    heard = ComputerSound(player)
    heard.alarm(True)
    heard.beat("tick")
    assert set(player.until(3)) == {"alarm"}
    heard.alarm(False)
    heard.beat("tick")
    with player.changed:
        assert player.changed.wait_for(lambda: player.played[-1] == "tick", 10)
    heard.close()


def test_the_alarm_is_the_loudest() -> None:
    player = Player()
    heard = ComputerSound(player)
    heard.beat("accent")
    player.until(1)
    heard.alarm(True)
    player.until(2)
    heard.close()
    assert player.loudest["alarm"] > 1.3 * player.loudest["accent"]


def test_a_beat_that_comes_too_late_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound, "LATE_S", 0.0)
    player = Player()
    heard = ComputerSound(player)
    heard.beat("tick")
    heard.alarm(True)
    assert player.until(1)[0] == "alarm"
    heard.close()


def test_nobody_waits_for_a_player_that_is_stuck() -> None:
    player = Player()
    player.free.clear()
    heard = ComputerSound(player)
    for _ in range(100):
        heard.beat("tick")
    heard.alarm(True)
    assert player.played == []
    player.free.set()
    heard.close()


def test_where_nothing_plays_it_is_silent_and_says_so() -> None:
    heard = ComputerSound(None)
    heard.beat("tick")
    heard.alarm(True)
    heard.alarm(False)
    heard.close()
    assert heard.about == SILENT


def test_the_first_player_that_is_installed_is_taken(tmp_path: Path) -> None:
    for name in ("linux", "darwin"):
        assert player_here(name, lambda _: None) is None
    asked: list[str] = []

    def which(program: str) -> str | None:
        asked.append(program)
        return "/bin/true" if program == "aplay" else None

    play = player_here("linux", which)
    assert asked == [program for program, *_ in PLAYERS]
    assert play is not None
    play(tmp_path / "a.wav")
    play(tmp_path / "b.wav")


def test_a_player_that_has_gone_is_silent(tmp_path: Path) -> None:
    play = player_here("darwin", lambda _: str(tmp_path / "gone"))
    assert play is not None
    play(tmp_path / "a.wav")
