"""The replay view asked for things: to judge again, to give out what is seen, to open what cannot be opened."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QPushButton, QToolButton

from rig.errors import InputError, StorageError
from rig.frame import Block
from rig.gui.replay.judge import JudgeDialog
from rig.gui.replay.view import ReplayView
from rig.gui.theme import Theme
from rig.gui.window import MainWindow
from rig.gui.words import Words
from rig.session.player.wishes import RECORDED, Wishes
from tests.gui.replaying import S, Telling, opened, page_of
from tests.session.hands import PAD
from tests.session.played import cut_off, recorded

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from rig.workspace import Workspace


def test_judging_again_is_shown_when_it_is_done(qtbot: QtBot, replay_view: Telling) -> None:
    page = opened(qtbot, replay_view)
    before = list(page.player.flags)
    replay_view.judge_again(Wishes(routine="backpain", level=None, step="backpain.1"))
    qtbot.waitUntil(lambda: ("Judged again.", "") in replay_view.told, timeout=20_000)
    assert list(page.player.flags) != before
    assert page.panes[0].flags.count() == len(page.player.flags)
    assert page.panes[0].panel.moment.step == "Deep long strokes"


def test_judging_again_is_broken_off(qtbot: QtBot, replay_view: Telling) -> None:
    page = opened(qtbot, replay_view)
    before = list(page.player.flags)
    replay_view.judge_again(Wishes(routine=None, level=None))
    assert replay_view.work.isVisible()
    replay_view.work.cancel_button.click()
    qtbot.wait(150)
    assert list(page.player.flags) == before
    assert not replay_view.work.isVisible()


def test_one_thing_at_a_time(qtbot: QtBot, replay_view: Telling, tmp_path: Path) -> None:
    opened(qtbot, replay_view)
    replay_view.export_to(tmp_path / "a.csv")
    replay_view.export_to(tmp_path / "a.csv")
    replay_view.judge_again(Wishes(level="strict"))
    assert [said for said, state in replay_view.told if state == "wrong"] == [
        "Something is under way: wait for it, or break it off."
    ] * 2
    qtbot.waitUntil(lambda: not replay_view.busy(), timeout=20_000)
    assert (tmp_path / "a.csv").exists()
    assert replay_view.page is not None
    assert replay_view.page.player.wishes == Wishes()


@pytest.mark.parametrize(
    ("wishes", "words"),
    [(Wishes(profile="gone.json"), "gone.json: no such file"), (Wishes(routine="backpain"), "has no step")],
)
def test_a_missing_profile_and_a_routine_that_does_not_fit_are_told(
    qtbot: QtBot, replay_view: Telling, wishes: Wishes, words: str
) -> None:
    page = opened(qtbot, replay_view)
    before = list(page.player.flags)
    replay_view.judge_again(wishes)
    assert any(words in said and state == "wrong" for said, state in replay_view.told)
    assert list(page.player.flags) == before


def test_the_dialog_asks_for_what_can_be_had(qtbot: QtBot, replay_view: Telling) -> None:
    page = opened(qtbot, replay_view)
    dialog = JudgeDialog(page.player, replay_view.home, replay_view.words, replay_view)
    qtbot.addWidget(dialog)
    assert dialog.wishes == Wishes()
    dialog.routine.setCurrentIndex(dialog.routine.findData("backpain"))
    dialog._routine_chosen()
    assert dialog.wishes == Wishes("backpain", None, "backpain.1", RECORDED)
    dialog.level.setCurrentIndex(dialog.level.findData("strict"))
    assert dialog.wishes.level == "strict"
    dialog.routine.setCurrentIndex(1)
    dialog._routine_chosen()
    assert dialog.wishes.routine is None
    assert not dialog.step.isEnabled()


def test_the_dialogs_answer_is_judged(qtbot: QtBot, replay_view: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(qtbot, replay_view)

    def answered(dialog: JudgeDialog) -> int:
        dialog.level.setCurrentIndex(dialog.level.findData("strict"))
        return int(QDialog.DialogCode.Accepted)

    monkeypatch.setattr(JudgeDialog, "exec", answered)
    replay_view._ask()
    qtbot.waitUntil(lambda: ("Judged again.", "") in replay_view.told, timeout=20_000)
    assert page_of(replay_view).player.wishes == Wishes(level="strict")


def test_what_is_seen_is_given_out(qtbot: QtBot, replay_view: Telling, tmp_path: Path) -> None:
    page = opened(qtbot, replay_view)
    page.head.loop(5 * S, 7 * S)
    replay_view.export_to(tmp_path / "seen.png")
    picture = QImage(str(tmp_path / "seen.png"))
    assert picture.width() >= page.width()
    replay_view.export_to(tmp_path / "seen.csv")
    qtbot.waitUntil(lambda: (tmp_path / "seen.csv").exists() and not replay_view.busy(), timeout=20_000)
    with (tmp_path / "seen.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert float(rows[0]["t_s"]) >= 5.0
    assert float(rows[-1]["t_s"]) <= 7.0
    assert len(rows) >= 99
    with pytest.raises(InputError, match=r"seen\.txt"):
        replay_view.export_to(tmp_path / "seen.txt")


def test_a_table_that_cannot_be_written_is_told(qtbot: QtBot, replay_view: Telling, tmp_path: Path) -> None:
    opened(qtbot, replay_view)
    replay_view.export_to(tmp_path / "nowhere" / "seen.csv")
    qtbot.waitUntil(lambda: any(state == "wrong" for _, state in replay_view.told), timeout=10_000)
    replay_view.export_to(tmp_path / "nowhere" / "seen.png")
    assert any("seen.png cannot be written" in said for said, _ in replay_view.told)


@pytest.mark.parametrize("content", [b"", b"this is no recording", b"\x89MCAP0\r\n\x01"])
def test_what_cannot_be_read_is_told_and_what_is_open_stays(
    qtbot: QtBot, replay_view: Telling, tmp_path: Path, content: bytes
) -> None:
    page = opened(qtbot, replay_view)
    (tmp_path / "bad.mcap").write_bytes(content)
    replay_view.open(tmp_path / "bad.mcap")
    assert any("bad.mcap" in said and state == "wrong" for said, state in replay_view.told)
    assert replay_view.page is page
    replay_view.open_beside(tmp_path / "gone.mcap")
    assert any("gone.mcap" in said for said, _ in replay_view.told)
    assert page.other is None


def test_a_cut_off_recording_is_shown_with_its_doubts(qtbot: QtBot, replay_view: Telling, tmp_path: Path) -> None:
    replay_view.open(cut_off(recorded(tmp_path / "cut.mcap")))
    page = page_of(replay_view)
    qtbot.waitUntil(lambda: not page.player.survey.running, timeout=20_000)
    page.look()
    assert page._doubts.isVisible()
    assert "cut.mcap" in page._doubts.text()
    assert 10 * S < page.player.last_us < 25 * S


def test_a_recording_without_a_frame_is_shown_as_empty(qtbot: QtBot, replay_view: Telling, tmp_path: Path) -> None:
    replay_view.open(recorded(tmp_path / "empty.mcap", Block.empty(PAD.n_channels)))
    page = page_of(replay_view)
    for action in ("play", "on", "back", "next-flag", "previous-flag", "loop-from", "loop-to", "raw", "zoom-in", "end"):
        page.do(action)
        QApplication.processEvents()
    assert "holds no frames" in page._doubts.toolTip()
    assert not page.head.playing


def test_a_file_that_changes_under_it_is_told_and_playing_stops(
    qtbot: QtBot, replay_view: Telling, tmp_path: Path
) -> None:
    path = recorded(tmp_path / "gone.mcap")
    replay_view.open(path)
    page = page_of(replay_view)
    qtbot.waitUntil(lambda: not page.player.survey.running, timeout=20_000)
    path.write_bytes(b"\0" * path.stat().st_size)
    page.do("play")
    page.seek(20 * S)
    qtbot.waitUntil(lambda: any("gone.mcap" in said and state == "wrong" for said, state in replay_view.told))
    assert not page.head.playing
    with pytest.raises(StorageError):
        page.player.see(21 * S)


def test_leaving_stops_playing_and_shutting_ends_the_threads(qtbot: QtBot, replay_view: Telling) -> None:
    replay_view.open(replay_view.home.recordings / "a.mcap")
    page = page_of(replay_view)
    page.do("play")
    replay_view.hide()
    assert not page.head.playing
    survey = page.player.survey
    replay_view.shut()
    assert not survey.running
    assert replay_view.page is None


def test_the_choice_goes_back_to_what_is_open(qtbot: QtBot, replay_view: Telling) -> None:
    page = opened(qtbot, replay_view)
    replay_view._ask_for_one()
    assert replay_view._stack.currentWidget() is replay_view._choice
    QTest.keyClick(replay_view._choice.list, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: replay_view._stack.currentWidget() is not replay_view._choice)
    assert replay_view.page is page


def test_a_recording_dropped_on_the_window_is_opened(qtbot: QtBot, replay_home: Workspace) -> None:
    window = MainWindow(replay_home, Theme("dark"), Words())
    qtbot.addWidget(window)
    window.show()
    window.open_path(replay_home.recordings / "b.mcap")
    view = window.view
    assert isinstance(view, ReplayView)
    assert page_of(view).player.recording.path.name == "b.mcap"
    window.go("progress")
    window.go("replay")
    assert window.view is view
    assert page_of(view).isVisible()


def test_files_are_asked_for_by_dialogs(
    qtbot: QtBot, replay_view: Telling, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = str(replay_view.home.recordings / "a.mcap")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (there, ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "x.png"), ""))
    replay_view._browse()
    assert page_of(replay_view).player.recording.path.name == "a.mcap"
    replay_view._choose_picture()
    assert (tmp_path / "x.png").exists()


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("size", [(865, 640), (1140, 800), (2420, 1440)])
def test_every_button_is_wide_enough_for_its_text(
    qtbot: QtBot, replay_home: Workspace, language: str, size: tuple[int, int]
) -> None:
    made = ReplayView(replay_home, Theme("light"), Words(language))
    qtbot.addWidget(made, before_close_func=lambda widget: widget.shut())
    made.resize(*size)
    made.show()
    made.open(replay_home.recordings / "a.mcap")
    QApplication.processEvents()
    assert (made.width(), made.height()) == size
    made.open_beside(replay_home.recordings / "b.mcap")
    QApplication.processEvents()
    assert (made.width(), made.height()) == size
    for button in (*made.findChildren(QPushButton), *made.findChildren(QToolButton)):
        if button.isVisible():
            assert button.width() >= button.sizeHint().width(), button.text()
            assert button.toolTip() or button.text()
