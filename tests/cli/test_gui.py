"""`rig gui`, and `rig` alone: the window where there is a screen, clear words where there is none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from rig.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")

_OPEN = """
import sys
from PySide6.QtCore import QTimer
from rig.gui import application
class Watched(application.MainWindow):
    def showEvent(self, event):
        QTimer.singleShot(0, lambda: print("shown", flush=True))
application.MainWindow = Watched
from rig.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


@linux_only
@pytest.mark.usefixtures("no_screen")
def test_without_a_screen_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gui"]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "there is no screen here" in error


@linux_only
def test_a_screen_that_qt_cannot_use_is_said_and_ends_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DISPLAY", ":4711")
    monkeypatch.setenv("QT_QPA_PLATFORM", "no-such-platform")
    assert main(["gui"]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "no window can be shown here (" in error
    assert "no-such-platform" in error


@linux_only
@pytest.mark.usefixtures("no_screen")
def test_alone_it_helps_where_there_is_no_screen(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "Usage:" in capsys.readouterr().out


def test_a_recording_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DISPLAY", ":99")
    assert main(["gui", str(tmp_path / "gone.mcap")]) == 2
    assert "gone.mcap: there is no such file" in capsys.readouterr().err


def test_a_theme_that_nobody_knows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gui", "--theme", "pink"]) == 2
    assert "pink" in capsys.readouterr().err


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], list[str], dict[str, str]]]:
    """`rig` alone, its window shown on Qt's offscreen platform; and how to start another."""
    command = [sys.executable, "-c", _OPEN, "--home", str(tmp_path / "home")]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "DISPLAY": ":99", "XDG_CONFIG_HOME": str(tmp_path)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "shown\n"
        yield process, command, environment
        process.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no Ctrl-C to one process alone")
def test_alone_it_opens_the_window_and_a_second_one_says_that_it_is_open(
    opened: tuple[subprocess.Popen[str], list[str], dict[str, str]],
) -> None:
    process, command, environment = opened
    second = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert second.returncode == 1
    assert f"is open already (process {process.pid})" in second.stderr
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0


def test_a_practice_in_a_window_ends_by_itself_and_leaves_its_report(tmp_path: Path) -> None:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "DISPLAY": ":99"}
    command = [sys.executable, "-m", "rig", "--home", str(tmp_path), "practice", "backpain", "--virtual"]
    done = subprocess.run(
        [*command, "--duration", "1"], env=environment, capture_output=True, text=True, check=False, timeout=90
    )
    assert done.returncode == 0, done.stderr
    (recording,) = (tmp_path / "recordings").glob("*.mcap")
    assert recording.with_suffix(".html").is_file()
    assert f"report: {recording.with_suffix('.html')}" in done.stderr
