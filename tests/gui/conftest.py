"""What holds for the window's tests: no screen, and no settings of whoever runs them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSettings

from rig.gui.theme import Theme
from rig.gui.words import Words
from rig.workspace import Workspace
from tests.gui.replaying import Telling
from tests.session.hands import session
from tests.session.played import recorded

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path) -> None:
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))


@pytest.fixture(scope="module")
def replay_home(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("home")
    (folder / "recordings").mkdir()
    (folder / "calibration").mkdir()
    recorded(folder / "recordings" / "a.mcap")
    block = session(2)
    shorter = block[: len(block) * 2 // 3]
    recorded(folder / "recordings" / "b.mcap", shorter, ("relieving.2", "relieving.1"), (0.0, 8.0))
    return Workspace(folder)


@pytest.fixture
def replay_view(qtbot: QtBot, replay_home: Workspace) -> Telling:
    made = Telling(replay_home, Theme("dark"), Words())
    made.resize(1140, 800)
    qtbot.addWidget(made, before_close_func=lambda widget: widget.shut())
    made.show()
    made.entered()
    return made
