"""The replay view driven as people drive it, over real recordings on Qt's offscreen platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QMessageBox

from rig.gui.replay.keys import KEYS
from rig.pad import pad_text
from rig.session.player.player import Player
from tests.gui.replaying import S, Telling, opened, page_of, press
from tests.session.hands import PAD, session
from tests.session.played import recorded

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


def test_the_choice_lists_the_recordings_and_opens_one_by_a_key(qtbot: QtBot, replay_view: Telling) -> None:
    choice = replay_view._choice
    assert {choice.list.topLevelItem(row).text(0) for row in range(2)} == {"a.mcap", "b.mcap"}  # type: ignore[union-attr]
    QTest.keyClick(choice.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: replay_view.page is not None)
    assert page_of(replay_view).player.recording.path.parent == replay_view.home.recordings


def test_scrubbing_shows_the_moment_under_the_cursor(qtbot: QtBot, replay_view: Telling) -> None:
    page = opened(qtbot, replay_view)
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


def test_nothing_is_called_right_before_it_is_judged(replay_view: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Player, "start", lambda _player: None)
    replay_view.open(replay_view.home.recordings / "a.mcap")
    page = page_of(replay_view)
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


def test_flags_are_jumped_between_and_told(qtbot: QtBot, replay_view: Telling) -> None:
    page = opened(qtbot, replay_view)
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


def test_the_spine_alarm_is_told_before_anything_else(qtbot: QtBot, replay_view: Telling) -> None:
    page = opened(qtbot, replay_view)
    spine = next(flag for flag in page.player.flags if flag.kind == "spine-pressure")
    page.seek(round((spine.t0 + 0.1) * 1e6))
    QApplication.processEvents()
    moment = page.panes[0].panel.moment
    assert moment.flag.startswith("On the spine")
    assert "limit" in moment.figures


def test_keys_step_by_frames_seconds_and_steps(qtbot: QtBot, replay_view: Telling) -> None:
    page = opened(qtbot, replay_view)
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


def test_it_plays_at_a_speed_and_stands(qtbot: QtBot, replay_view: Telling) -> None:
    page = opened(qtbot, replay_view)
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


def test_a_loop_is_gone_round(qtbot: QtBot, replay_view: Telling) -> None:
    page = opened(qtbot, replay_view)
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


def test_a_loop_is_pulled_with_shift(qtbot: QtBot, replay_view: Telling) -> None:
    page = opened(qtbot, replay_view)
    line = page.timelines[0]
    a, b = (QPoint(round(line.scale.x_of(t * S)), 90) for t in (8, 12))
    QTest.mousePress(line, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, a)
    QTest.mouseMove(line, b)
    QTest.mouseRelease(line, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, b)
    assert page.head.loop_us is not None
    assert page.head.loop_us == pytest.approx((8 * S, 12 * S), abs=0.1 * S)


def test_zooming_keeps_the_cursor_in_place(qtbot: QtBot, replay_view: Telling) -> None:
    page = opened(qtbot, replay_view)
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


def test_raw_counts_and_hidden_channels(qtbot: QtBot, replay_view: Telling) -> None:
    page = opened(qtbot, replay_view)
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


def test_channels_are_hidden_by_number(qtbot: QtBot, replay_view: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(qtbot, replay_view)
    answers = iter([("3, 7-9", True), ("1", False), ("999", True), ("", True)])
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: next(answers))
    seen = []
    for _ in range(4):
        press(page, "h")
        seen.append(page.panes[0].tiles.hidden)
    assert seen == [{3, 7, 8, 9}, {3, 7, 8, 9}, {3, 7, 8, 9}, frozenset()]
    assert any("999" in said and state == "wrong" for said, state in replay_view.told)


def test_all_keys_are_told(replay_view: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = []
    monkeypatch.setattr(QMessageBox, "information", lambda _parent, _title, page: pages.append(page))
    replay_view._tell_keys()
    assert "play or stand" in pages[0]
    assert pages[0].count("<tr>") == len(KEYS)


def test_two_recordings_go_step_by_step(qtbot: QtBot, replay_view: Telling) -> None:
    page = opened(qtbot, replay_view)
    replay_view.open_beside(replay_view.home.recordings / "b.mcap")
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
    replay_view._choose_other()
    assert page.other is None
    assert len(page.panes) == 1


def test_what_makes_two_recordings_hard_to_compare_is_told(qtbot: QtBot, replay_view: Telling, tmp_path: Path) -> None:
    page = opened(qtbot, replay_view)
    replay_view.open_beside(replay_view.home.recordings / "b.mcap")
    page.look()
    assert page._doubts.toolTip() == ""
    pad = pad_text("back-144").replace('name = "back-144"', 'name = "another"')
    strict = {"level": "strict"}
    replay_view.open_beside(recorded(tmp_path / "c.mcap", session()[:1000], (), (), pad=pad, session=strict))
    page.look()
    assert "The pads differ" in page._doubts.toolTip()
    assert "routines or levels differ" in page._doubts.toolTip()
