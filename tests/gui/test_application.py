"""The application around the window: it opens, is asked to close, and shows the rig's own errors in itself."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication, QLabel

from rig.errors import InputError
from rig.gui import application
from rig.gui.window import MainWindow
from rig.gui.words import Words
from rig.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

SEEN_TWICE = 2


def windows() -> list[MainWindow]:
    return [window for window in QApplication.topLevelWidgets() if isinstance(window, MainWindow)]


def notice_of(window: MainWindow) -> str:
    label = window.findChild(QLabel, "notice")
    assert isinstance(label, QLabel)
    return label.text() if label.isVisible() else ""


def shown(home: Path, opened: Path | None = None, raised: Exception | None = None) -> list[str]:
    """Open the window, look at its notice whenever it asks whether to stop, and stop after a few looks."""
    notices: list[str] = []

    def stop() -> bool:
        if not notices and raised is not None:
            sys.excepthook(type(raised), raised, None)
        notices.extend(notice_of(window) for window in windows() if window.isVisible())
        return len(notices) >= SEEN_TWICE

    application.show_window(Workspace(home), "dark", "en", opened, stop)
    return notices


def test_it_opens_and_closes_when_asked(qtbot: QtBot, tmp_path: Path) -> None:
    before = sys.excepthook
    assert shown(tmp_path) == ["", ""]
    assert sys.excepthook is before
    assert not any(window.isVisible() for window in windows())
    # Another one may follow: nothing keeps the workspace.
    assert shown(tmp_path) == ["", ""]


def test_a_file_that_no_view_opens_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    letter = tmp_path / "letter.odt"
    letter.write_text("Dear")
    assert "letter.odt" in shown(tmp_path, letter)[-1]


def test_an_error_of_the_rigs_own_is_one_line_in_the_window(qtbot: QtBot, tmp_path: Path) -> None:
    assert shown(tmp_path, raised=InputError("the profile is damaged"))[-1] == "the profile is damaged"


def test_a_defect_is_told_as_python_tells_it(qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(tmp_path, raised=ZeroDivisionError("a defect"))[-1] == ""
    assert "ZeroDivisionError: a defect" in capsys.readouterr().err


@pytest.mark.parametrize(("wanted", "scheme"), [("light", "light"), ("dark", "dark")])
def test_the_theme_asked_for_is_worn(qtbot: QtBot, wanted: str, scheme: str) -> None:
    app = application.application()
    theme = application.theme_for(app, "light" if wanted == "light" else "dark")
    assert theme.scheme == scheme
    assert theme.palette.ground in app.styleSheet()
    assert "$" not in app.styleSheet()


@pytest.mark.parametrize(("name", "language"), [("de_AT", "de"), ("en_GB", "en"), ("C", "c")])
def test_the_language_is_the_systems(monkeypatch: pytest.MonkeyPatch, name: str, language: str) -> None:
    class System:
        def name(self) -> str:
            return name

    monkeypatch.setattr(QLocale, "system", System)
    assert application.language_here() == language
    assert Words(language).language in {"de", "en"}
