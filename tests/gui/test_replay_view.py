"""The replay view driven as people drive it, over real recordings on Qt's offscreen platform."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QInputDialog, QMessageBox, QPushButton, QToolButton

from rig.errors import InputError, StorageError
from rig.frame import Block
from rig.gui.replay_judge import JudgeDialog
from rig.gui.replay_keys import KEYS
from rig.gui.replay_view import ReplayView
from rig.gui.theme import Theme
from rig.gui.window import MainWindow
from rig.gui.words import Words
from rig.pad import pad_text
from rig.session.player import Player
from rig.session.player_wishes import RECORDED, Wishes
from rig.workspace import Workspace
from tests.session.hands import PAD, session
from tests.session.played import cut_off, recorded

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from rig.gui.replay_page import ReplayPage

S = 1_000_000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("home")
    (folder / "recordings").mkdir()
    (folder / "calibration").mkdir()
    recorded(folder / "recordings" / "a.mcap")
    block = session(2)
    shorter = block[: len(block) * 2 // 3]
    recorded(folder / "recordings" / "b.mcap", shorter, ("relieving.2", "relieving.1"), (0.0, 8.0))
    return Workspace(folder)


class Telling(ReplayView):
    """Keeps what it asked the window to tell."""

    def __init__(self, home: Workspace, theme: Theme, words: Words) -> None:
        super().__init__(home, theme, words)
        self.told: list[tuple[str, str]] = []
        self.notices.connect(lambda what, state: self.told.append((what, state)))


@pytest.fixture
def view(qtbot: QtBot, home: Workspace) -> Telling:
    made = Telling(home, Theme("dark"), Words())
    made.resize(1140, 800)
    qtbot.addWidget(made, before_close_func=lambda widget: widget.shut())
    made.show()
    made.entered()
    return made


def opened(qtbot: QtBot, view: Telling, name: str = "a.mcap") -> ReplayPage:
    """The page of a recording, once its background pass is done."""
    view.open(view.home.recordings / name)
    page = page_of(view)
    qtbot.waitUntil(lambda: not page.player.survey.running, timeout=20_000)
    page.look()
    return page


def page_of(view: ReplayView) -> ReplayPage:
    assert view.page is not None
    return view.page


def press(page: ReplayPage, *keys: tuple[Qt.Key, Qt.KeyboardModifier] | Qt.Key | str) -> None:
    """Keys in the focus, and what follows from them."""
    for key in keys:
        target = page.timelines[0]
        if isinstance(key, str):
            QTest.keyClicks(target, key)
        elif isinstance(key, tuple):
            QTest.keyClick(target, *key)
        else:
            QTest.keyClick(target, key)
    QApplication.processEvents()


def test_the_choice_lists_the_recordings_and_opens_one_by_a_key(qtbot: QtBot, view: Telling) -> None:
    choice = view._choice
    assert {choice.list.topLevelItem(row).text(0) for row in range(2)} == {"a.mcap", "b.mcap"}  # type: ignore[union-attr]
    QTest.keyClick(choice.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.page is not None)
    assert page_of(view).player.recording.path.parent == view.home.recordings


def test_scrubbing_shows_the_moment_under_the_cursor(qtbot: QtBot, view: Telling) -> None:
    page = opened(qtbot, view)
    line = page.timelines[0]
    for share in (0.3, 0.7, 0.72, 0.1):
        x = round(line.scale.left + share * line.scale.width)
        QTest.mouseClick(line, Qt.MouseButton.LeftButton, pos=QPoint(x, 80))
        QApplication.processEvents()
        assert abs(page.head.t_us - share * page.player.last_us) < 0.05 * S
        shown = page.panes[0]._shown
        assert shown is not None
        assert shown.t_us == page.head.t_us
        assert shown.exact
    assert "N" in page.panes[0].panel.moment.force


def test_nothing_is_called_right_before_it_is_judged(view: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Player, "start", lambda _player: None)
    view.open(view.home.recordings / "a.mcap")
    page = page_of(view)
    page.seek(20 * S)
    QApplication.processEvents()
    moment = page.panes[0].panel.moment
    assert moment.flag == "Not judged yet"
    assert "Settling" in moment.doubts
    page.player.survey.run()
    page.look()
    moment = page.panes[0].panel.moment
    assert moment.flag == "Nothing flagged here"
    assert "Settling" not in moment.doubts


def test_flags_are_jumped_between_and_told(qtbot: QtBot, view: Telling) -> None:
    page = opened(qtbot, view)
    wanted = sorted({flag.t0 for flag in page.player.flags})
    seen = []
    for _ in wanted:
        press(page, "f")
        seen.append(page.head.t_us / 1e6)
        assert page.panes[0].panel.moment.wrong
    assert seen == pytest.approx(wanted, abs=1e-5)
    press(page, (Qt.Key.Key_F, Qt.KeyboardModifier.ShiftModifier))
    assert page.head.t_us / 1e6 == pytest.approx(wanted[-2], abs=1e-5)
    assert page.panes[0].flags.count() == len(page.player.flags)


def test_the_spine_alarm_is_told_before_anything_else(qtbot: QtBot, view: Telling) -> None:
    page = opened(qtbot, view)
    spine = next(flag for flag in page.player.flags if flag.kind == "spine-pressure")
    page.seek(round((spine.t0 + 0.1) * 1e6))
    QApplication.processEvents()
    moment = page.panes[0].panel.moment
    assert moment.flag.startswith("On the spine")
    assert "limit" in moment.figures


def test_keys_step_by_frames_seconds_and_steps(qtbot: QtBot, view: Telling) -> None:
    page = opened(qtbot, view)
    page.seek(10 * S)
    press(page, Qt.Key.Key_Right)
    assert page.head.t_us == 10 * S + 5_000
    press(page, Qt.Key.Key_Left, Qt.Key.Key_Left)
    assert page.head.t_us == 10 * S - 5_000
    press(page, (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier))
    assert page.head.t_us == 11 * S - 5_000
    press(page, (Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier))
    assert page.head.t_us == 21 * S - 5_000
    press(page, Qt.Key.Key_PageUp)
    assert page.head.t_us == 15 * S
    press(page, Qt.Key.Key_Home)
    assert page.head.t_us == 0
    press(page, Qt.Key.Key_End)
    assert page.head.t_us == page.player.last_us


def test_it_plays_at_a_speed_and_stands(qtbot: QtBot, view: Telling) -> None:
    page = opened(qtbot, view)
    press(page, "++++")
    assert page.head.speed == 16.0
    press(page, Qt.Key.Key_Space)
    assert page.head.playing
    qtbot.waitUntil(lambda: page.head.t_us > 3 * S, timeout=5_000)
    press(page, Qt.Key.Key_Space)
    stood_us = page.head.t_us
    qtbot.wait(60)
    assert page.head.t_us == stood_us
    press(page, "-----------")
    assert page.head.speed == 0.1


def test_a_loop_is_gone_round(qtbot: QtBot, view: Telling) -> None:
    page = opened(qtbot, view)
    page.seek(5 * S)
    press(page, "[")
    page.seek(6 * S)
    press(page, "]")
    assert page.head.loop_us == (5 * S, 6 * S)
    assert page.range_us == (5 * S, 6 * S)
    page.seek(round(5.9 * S))
    press(page, "+++ ")
    seen = []
    for _ in range(8):
        qtbot.wait(40)
        seen.append(page.head.t_us)
    assert min(seen) >= 5 * S
    assert max(seen) <= 6 * S
    press(page, Qt.Key.Key_Space, Qt.Key.Key_Backspace)
    assert page.head.loop_us is None


def test_a_loop_is_pulled_with_shift(qtbot: QtBot, view: Telling) -> None:
    page = opened(qtbot, view)
    line = page.timelines[0]
    a, b = (QPoint(round(line.scale.x_of(t * S)), 90) for t in (8, 12))
    QTest.mousePress(line, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, a)
    QTest.mouseMove(line, b)
    QTest.mouseRelease(line, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, b)
    assert page.head.loop_us is not None
    assert page.head.loop_us == pytest.approx((8 * S, 12 * S), abs=0.1 * S)


def test_zooming_keeps_the_cursor_in_place(qtbot: QtBot, view: Telling) -> None:
    page = opened(qtbot, view)
    line = page.timelines[0]
    page.seek(20 * S)
    QApplication.processEvents()
    x = line.scale.x_of(20 * S)
    for _ in range(6):
        page.do("zoom-in")
    assert line.t1_us - line.t0_us < 10 * S
    assert line.scale.x_of(20 * S) == pytest.approx(x, abs=1.0)
    page.seek(2 * S)
    QApplication.processEvents()
    assert line.t0_us <= 2 * S <= line.t1_us
    page.do("show-all")
    assert (line.t0_us, line.t1_us) == (0, page.player.last_us)


def test_raw_counts_and_hidden_channels(qtbot: QtBot, view: Telling) -> None:
    page = opened(qtbot, view)
    page.seek(4 * S)
    QApplication.processEvents()
    pane = page.panes[0]
    press(page, "c")
    row = int((session().t_us <= 4 * S).sum()) - 1
    assert pane.tiles.counts is not None
    assert (pane.tiles.counts == session().counts[row]).all()
    x_mm, y_mm = PAD.x_mm[70], PAD.y_mm[70]
    QTest.mouseClick(pane.back, Qt.MouseButton.LeftButton, pos=pane.back.point(x_mm, y_mm).toPoint())
    assert pane.tiles.hidden == {70}
    QApplication.processEvents()
    assert "One channel hidden" in pane.panel.moment.doubts
    press(page, "0")
    assert pane.tiles.hidden == frozenset()


def test_channels_are_hidden_by_number(qtbot: QtBot, view: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(qtbot, view)
    answers = iter([("3, 7-9", True), ("1", False), ("999", True), ("", True)])
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: next(answers))
    seen = []
    for _ in range(4):
        press(page, "h")
        seen.append(page.panes[0].tiles.hidden)
    assert seen == [{3, 7, 8, 9}, {3, 7, 8, 9}, {3, 7, 8, 9}, frozenset()]
    assert any("999" in said and state == "wrong" for said, state in view.told)


def test_all_keys_are_told(view: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = []
    monkeypatch.setattr(QMessageBox, "information", lambda _parent, _title, page: pages.append(page))
    view._tell_keys()
    assert "play or stand" in pages[0]
    assert pages[0].count("<tr>") == len(KEYS)


def test_two_recordings_go_step_by_step(qtbot: QtBot, view: Telling) -> None:
    page = opened(qtbot, view)
    view.open_beside(view.home.recordings / "b.mcap")
    other = page.other
    assert other is not None
    qtbot.waitUntil(lambda: not other.survey.running, timeout=20_000)
    assert len(page.panes) == len(page.timelines) == 2
    page.seek(3 * S)  # three seconds into relieving.1, which begins at 8 s there
    QApplication.processEvents()
    beside = page.panes[1]._shown
    assert beside is not None
    assert beside.t_us == 11 * S
    page.seek(14 * S)  # there the step is over by then
    QApplication.processEvents()
    assert "had ended" in page.panes[1].panel.moment.doubts
    page.timelines[1].sought.emit(2 * S)  # two seconds into relieving.2
    QApplication.processEvents()
    assert page.head.t_us == 17 * S
    view._choose_other()
    assert page.other is None
    assert len(page.panes) == 1


def test_what_makes_two_recordings_hard_to_compare_is_told(qtbot: QtBot, view: Telling, tmp_path: Path) -> None:
    page = opened(qtbot, view)
    view.open_beside(view.home.recordings / "b.mcap")
    page.look()
    assert page._doubts.toolTip() == ""
    pad = pad_text("back-144").replace('name = "back-144"', 'name = "another"')
    strict = {"level": "strict"}
    view.open_beside(recorded(tmp_path / "c.mcap", session()[:1000], (), (), pad=pad, session=strict))
    page.look()
    assert "The pads differ" in page._doubts.toolTip()
    assert "routines or levels differ" in page._doubts.toolTip()


def test_judging_again_is_shown_when_it_is_done(qtbot: QtBot, view: Telling) -> None:
    page = opened(qtbot, view)
    before = list(page.player.flags)
    view.judge_again(Wishes(routine="backpain", level=None, step="backpain.1"))
    qtbot.waitUntil(lambda: ("Judged again.", "") in view.told, timeout=20_000)
    assert list(page.player.flags) != before
    assert page.panes[0].flags.count() == len(page.player.flags)
    assert "backpain.1" in page.panes[0].panel.moment.step


def test_judging_again_is_broken_off(qtbot: QtBot, view: Telling) -> None:
    page = opened(qtbot, view)
    before = list(page.player.flags)
    view.judge_again(Wishes(routine=None, level=None))
    assert view.work.isVisible()
    view.work.cancel_button.click()
    qtbot.wait(150)
    assert list(page.player.flags) == before
    assert not view.work.isVisible()


def test_one_thing_at_a_time(qtbot: QtBot, view: Telling, tmp_path: Path) -> None:
    opened(qtbot, view)
    view.export_to(tmp_path / "a.csv")
    view.export_to(tmp_path / "a.csv")
    view.judge_again(Wishes(level="strict"))
    assert [said for said, state in view.told if state == "wrong"] == [
        "Something is under way: wait for it, or break it off."
    ] * 2
    qtbot.waitUntil(lambda: not view.busy(), timeout=20_000)
    assert (tmp_path / "a.csv").exists()
    assert view.page is not None
    assert view.page.player.wishes == Wishes()


@pytest.mark.parametrize(
    ("wishes", "words"),
    [(Wishes(profile="gone.json"), "gone.json: no such file"), (Wishes(routine="backpain"), "has no step")],
)
def test_a_missing_profile_and_a_routine_that_does_not_fit_are_told(
    qtbot: QtBot, view: Telling, wishes: Wishes, words: str
) -> None:
    page = opened(qtbot, view)
    before = list(page.player.flags)
    view.judge_again(wishes)
    assert any(words in said and state == "wrong" for said, state in view.told)
    assert list(page.player.flags) == before


def test_the_dialog_asks_for_what_can_be_had(qtbot: QtBot, view: Telling) -> None:
    page = opened(qtbot, view)
    dialog = JudgeDialog(page.player, view.home, view.words, view)
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


def test_the_dialogs_answer_is_judged(qtbot: QtBot, view: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(qtbot, view)

    def answered(dialog: JudgeDialog) -> int:
        dialog.level.setCurrentIndex(dialog.level.findData("strict"))
        return int(QDialog.DialogCode.Accepted)

    monkeypatch.setattr(JudgeDialog, "exec", answered)
    view._ask()
    qtbot.waitUntil(lambda: ("Judged again.", "") in view.told, timeout=20_000)
    assert page_of(view).player.wishes == Wishes(level="strict")


def test_what_is_seen_is_given_out(qtbot: QtBot, view: Telling, tmp_path: Path) -> None:
    page = opened(qtbot, view)
    page.head.loop(5 * S, 7 * S)
    view.export_to(tmp_path / "seen.png")
    picture = QImage(str(tmp_path / "seen.png"))
    assert picture.width() >= page.width()
    view.export_to(tmp_path / "seen.csv")
    qtbot.waitUntil(lambda: (tmp_path / "seen.csv").exists() and not view.busy(), timeout=20_000)
    with (tmp_path / "seen.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert float(rows[0]["t_s"]) >= 5.0
    assert float(rows[-1]["t_s"]) <= 7.0
    assert len(rows) >= 99
    with pytest.raises(InputError, match=r"seen\.txt"):
        view.export_to(tmp_path / "seen.txt")


def test_a_table_that_cannot_be_written_is_told(qtbot: QtBot, view: Telling, tmp_path: Path) -> None:
    opened(qtbot, view)
    view.export_to(tmp_path / "nowhere" / "seen.csv")
    qtbot.waitUntil(lambda: any(state == "wrong" for _, state in view.told), timeout=10_000)
    view.export_to(tmp_path / "nowhere" / "seen.png")
    assert any("seen.png cannot be written" in said for said, _ in view.told)


@pytest.mark.parametrize("content", [b"", b"this is no recording", b"\x89MCAP0\r\n\x01"])
def test_what_cannot_be_read_is_told_and_what_is_open_stays(
    qtbot: QtBot, view: Telling, tmp_path: Path, content: bytes
) -> None:
    page = opened(qtbot, view)
    (tmp_path / "bad.mcap").write_bytes(content)
    view.open(tmp_path / "bad.mcap")
    assert any("bad.mcap" in said and state == "wrong" for said, state in view.told)
    assert view.page is page
    view.open_beside(tmp_path / "gone.mcap")
    assert any("gone.mcap" in said for said, _ in view.told)
    assert page.other is None


def test_a_cut_off_recording_is_shown_with_its_doubts(qtbot: QtBot, view: Telling, tmp_path: Path) -> None:
    view.open(cut_off(recorded(tmp_path / "cut.mcap")))
    page = page_of(view)
    qtbot.waitUntil(lambda: not page.player.survey.running, timeout=20_000)
    page.look()
    assert page._doubts.isVisible()
    assert "cut.mcap" in page._doubts.text()
    assert 10 * S < page.player.last_us < 25 * S


def test_a_recording_without_a_frame_is_shown_as_empty(qtbot: QtBot, view: Telling, tmp_path: Path) -> None:
    view.open(recorded(tmp_path / "empty.mcap", Block.empty(PAD.n_channels)))
    page = page_of(view)
    for action in ("play", "on", "back", "next-flag", "previous-flag", "loop-from", "loop-to", "raw", "zoom-in", "end"):
        page.do(action)
        QApplication.processEvents()
    assert "holds no frames" in page._doubts.toolTip()
    assert not page.head.playing


def test_a_file_that_changes_under_it_is_told_and_playing_stops(qtbot: QtBot, view: Telling, tmp_path: Path) -> None:
    path = recorded(tmp_path / "gone.mcap")
    view.open(path)
    page = page_of(view)
    qtbot.waitUntil(lambda: not page.player.survey.running, timeout=20_000)
    path.write_bytes(b"\0" * path.stat().st_size)
    page.do("play")
    page.seek(20 * S)
    qtbot.waitUntil(lambda: any("gone.mcap" in said and state == "wrong" for said, state in view.told))
    assert not page.head.playing
    with pytest.raises(StorageError):
        page.player.see(21 * S)


def test_leaving_stops_playing_and_shutting_ends_the_threads(qtbot: QtBot, view: Telling) -> None:
    view.open(view.home.recordings / "a.mcap")
    page = page_of(view)
    page.do("play")
    view.hide()
    assert not page.head.playing
    survey = page.player.survey
    view.shut()
    assert not survey.running
    assert view.page is None


def test_the_choice_goes_back_to_what_is_open(qtbot: QtBot, view: Telling) -> None:
    page = opened(qtbot, view)
    view._ask_for_one()
    assert view._stack.currentWidget() is view._choice
    QTest.keyClick(view._choice.list, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: view._stack.currentWidget() is not view._choice)
    assert view.page is page


def test_a_recording_dropped_on_the_window_is_opened(qtbot: QtBot, home: Workspace) -> None:
    window = MainWindow(home, Theme("dark"), Words())
    qtbot.addWidget(window)
    window.show()
    window.open_path(home.recordings / "b.mcap")
    view = window.view
    assert isinstance(view, ReplayView)
    assert page_of(view).player.recording.path.name == "b.mcap"
    window.go("progress")
    window.go("replay")
    assert window.view is view
    assert page_of(view).isVisible()


def test_files_are_asked_for_by_dialogs(
    qtbot: QtBot, view: Telling, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = str(view.home.recordings / "a.mcap")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (there, ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "x.png"), ""))
    view._browse()
    assert page_of(view).player.recording.path.name == "a.mcap"
    view._choose_picture()
    assert (tmp_path / "x.png").exists()


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("size", [(865, 640), (1140, 800), (2420, 1440)])
def test_every_button_is_wide_enough_for_its_text(
    qtbot: QtBot, home: Workspace, language: str, size: tuple[int, int]
) -> None:
    made = ReplayView(home, Theme("light"), Words(language))
    qtbot.addWidget(made, before_close_func=lambda widget: widget.shut())
    made.resize(*size)
    made.show()
    made.open(home.recordings / "a.mcap")
    QApplication.processEvents()
    assert (made.width(), made.height()) == size
    made.open_beside(home.recordings / "b.mcap")
    QApplication.processEvents()
    assert (made.width(), made.height()) == size
    for button in (*made.findChildren(QPushButton), *made.findChildren(QToolButton)):
        if button.isVisible():
            assert button.width() >= button.sizeHint().width(), button.text()
            assert button.toolTip() or button.text()
