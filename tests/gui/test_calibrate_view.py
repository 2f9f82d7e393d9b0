"""The guided calibration in its window over a virtual board's stream: set up, to the verdict, and what goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from rig.gui.calibrate.result import ResultPage
from rig.gui.calibrate.run_page import RunPage
from rig.gui.calibrate.setup import Choice
from rig.gui.calibrate.view import CalibrateView
from rig.gui.theme import Theme
from rig.gui.words import Words
from rig.session.calibrate.bench import Bench as Board
from rig.session.calibrate.plan import load_plan, save_plan, unfinished
from rig.workspace import Workspace
from tests.session.calibrating import PAD, PAD_TEXT, PLAN, Bench, bench

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from rig.session.calibrate.picture import Picture
    from rig.session.calibrate.plan import CalibrationPlan

RAIL_PX = 170
LONGEST_MS = 30_000
SHORT = msgspec.structs.replace(PLAN, channels=(1,), weights_n=(1.0, 5.0))


def shown(view: CalibrateView) -> str:
    """All texts of the page in front."""
    page = view.page or view.setup
    painted = page.instruction.said if isinstance(page, RunPage) else ""
    return "\n".join([painted, *(label.text() for label in page.findChildren(QLabel) if label.isVisible())])


def begun(view: CalibrateView, there: Bench, plan: CalibrationPlan = SHORT) -> None:
    there.plan = plan
    save_plan(plan, there.files)
    choice = Choice(None, PAD, PAD_TEXT, plan, there.files)
    view.begin(choice, Board(there.device(), there.clock, there.maker.follow))


@pytest.fixture
def view(qtbot: QtBot, tmp_path: Path) -> CalibrateView:
    made = CalibrateView(Workspace(tmp_path), Theme("dark"), Words())
    qtbot.addWidget(made, before_close_func=lambda _: made.shut())
    made.resize(1110, 800)
    made.show()
    made.entered()
    return made


def test_a_calibration_is_finished_and_can_be_verified_again(qtbot: QtBot, view: CalibrateView, tmp_path: Path) -> None:
    there = bench(tmp_path)
    begun(view, there, msgspec.structs.replace(PLAN, channels=(1, 6)))
    assert view.busy()
    qtbot.waitUntil(lambda: isinstance(view.page, ResultPage), timeout=LONGEST_MS)
    assert not view.busy()
    assert "of reading" in shown(view)
    assert str(there.files.profile) in shown(view)
    assert there.files.profile.exists()
    first = view.page
    QTest.keyClick(view, Qt.Key.Key_V)
    qtbot.waitUntil(lambda: isinstance(view.page, RunPage), timeout=LONGEST_MS)
    qtbot.waitUntil(lambda: isinstance(view.page, ResultPage) and view.page is not first, timeout=LONGEST_MS)
    assert "Not to be trusted" not in shown(view)
    with qtbot.waitSignal(view.goes_to) as went:
        QTest.keyClick(view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert went.args == ["practise", there.files.profile]
    assert view.page is None


def test_stopping_keeps_what_was_read_and_the_setup_offers_to_go_on(
    qtbot: QtBot, view: CalibrateView, tmp_path: Path
) -> None:
    there = bench(tmp_path)
    begun(view, there)

    def picture() -> Picture | None:
        return None if view.running is None else view.running.picture()

    qtbot.waitUntil(lambda: (now := picture()) is not None and now.readings > 0, timeout=LONGEST_MS)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: view.page is None, timeout=LONGEST_MS)
    earlier = unfinished(tmp_path / "calibration", PAD)
    assert earlier is not None
    assert load_plan(earlier) == SHORT
    there = bench(tmp_path)
    begun(view, there)
    # How far it had come by the key is the weights' own affair.
    qtbot.waitUntil(lambda: (now := picture()) is not None and now.resumed > 0, timeout=LONGEST_MS)


@pytest.mark.parametrize(("key", "further"), [(Qt.Key.Key_A, 1), (Qt.Key.Key_B, -1)])
def test_a_wrong_weight_asks_and_a_key_takes_it_or_the_one_before_back(
    qtbot: QtBot, view: CalibrateView, tmp_path: Path, key: Qt.Key, further: int
) -> None:
    there = bench(tmp_path)
    begun(view, there)
    qtbot.waitUntil(lambda: "Put on 5 N" in shown(view), timeout=LONGEST_MS)
    there.maker.mistake = "wrong-weight"
    qtbot.waitUntil(lambda: "Is this the right weight" in shown(view), timeout=LONGEST_MS)
    page, running = view.page, view.running
    assert isinstance(page, RunPage)
    assert running is not None
    assert page.decisions.of["accept"].isVisible()
    assert page.decisions.of["back"].isVisible()
    asked = running.picture()
    assert asked is not None
    QTest.keyClick(view, key)

    def came(picture: Picture | None) -> bool:
        return picture is not None and (picture.stage == "press" or (picture.done - asked.done) * further > 0)

    qtbot.waitUntil(lambda: came(running.picture()), timeout=LONGEST_MS)


@pytest.mark.parametrize(("key", "left"), [(Qt.Key.Key_S, 1), (Qt.Key.Key_X, 5)])
def test_keys_leave_out_one_weight_or_the_whole_sensor(
    qtbot: QtBot, view: CalibrateView, tmp_path: Path, key: Qt.Key, left: int
) -> None:
    there = bench(tmp_path)
    there.maker.mistake = "away"
    begun(view, there, msgspec.structs.replace(SHORT, channels=(1, 6)))
    qtbot.waitUntil(lambda: "Press firmly" in shown(view), timeout=LONGEST_MS)
    assert view.running is not None
    running = view.running
    QTest.keyClick(view, key)
    qtbot.waitUntil(lambda: (p := running.picture()) is not None and p.done >= left, timeout=LONGEST_MS)


def test_an_unplug_is_shown_and_mends_itself(qtbot: QtBot, view: CalibrateView, tmp_path: Path) -> None:
    there = bench(tmp_path)
    begun(view, there)
    qtbot.waitUntil(lambda: "Put on" in shown(view), timeout=LONGEST_MS)
    there.port.unplug()
    qtbot.waitUntil(lambda: "No signal from the pad" in shown(view), timeout=LONGEST_MS)
    there.port.plug(there.board)
    qtbot.waitUntil(lambda: "No signal from the pad" not in shown(view), timeout=LONGEST_MS)


def test_a_board_that_is_not_there_is_told_on_the_setup(qtbot: QtBot, view: CalibrateView, tmp_path: Path) -> None:
    there = bench(tmp_path)
    there.port.unplug()
    begun(view, there)
    qtbot.waitUntil(lambda: "not plugged in" in shown(view), timeout=LONGEST_MS)
    assert view.page is None


def test_a_folder_that_takes_no_file_is_told_on_the_setup(view: CalibrateView, tmp_path: Path) -> None:
    (tmp_path / "calibration").write_text("in the way")
    view.setup.begin()
    assert "cannot be written" in shown(view)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("weights", "1, two", "numbers between commas"),
        ("weights", "0", "newtons between 0 and 60"),
        ("weights", "500", "newtons between 0 and 60"),
        ("sensors", "3, x", "whole numbers"),
        ("sensors", "3, 3", "twice"),
        ("sensors", "999", "no channel 999"),
        ("pad", "/no/such.toml", "no pad"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_begun(view: CalibrateView, field: str, typed: str, said: str) -> None:
    box = getattr(view.setup, field)
    (box.setCurrentText if field == "pad" else box.setText)(typed)
    view.setup.begin()
    assert said in shown(view)
    assert view.page is None
    assert not (view.home.calibration).exists()


def test_grams_are_newtons_in_the_plan(view: CalibrateView) -> None:
    chosen: list[Choice] = []
    view.setup.begins.disconnect()
    view.setup.begins.connect(chosen.append)
    view.setup.unit.setCurrentIndex(1)
    assert view.setup.weights.text().startswith("30.6, 51")
    view.setup.weights.setText("100, 500, 1000")
    QTest.keyClick(view.setup.weights, Qt.Key.Key_Return)
    assert chosen[0].plan.weights_n == pytest.approx((0.980665, 4.903325, 9.80665), rel=1e-5)


def test_everything_on_the_setup_is_reached_by_tab(qtbot: QtBot, view: CalibrateView) -> None:
    seen = set()
    view.setup.device.setFocus()
    for _ in range(20):
        seen.add(view.focusWidget())
        QTest.keyClick(view.focusWidget(), Qt.Key.Key_Tab)
    setup = view.setup
    wanted = {setup.device, setup.pad, setup.weights, setup.unit, setup.sensors, setup.cycles, setup.pressing}
    assert wanted <= {w for w in seen if w is not None} | {setup.pad}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("size", [(960, 640), (1110, 800), (2390, 1440)])
def test_no_text_is_clipped(qtbot: QtBot, tmp_path: Path, size: tuple[int, int], language: str) -> None:
    view = CalibrateView(Workspace(tmp_path), Theme("light"), Words(language))
    qtbot.addWidget(view, before_close_func=lambda _: view.shut())
    view.resize(*size)
    view.show()
    there = bench(tmp_path)
    there.maker.mistake = "away"
    check_fits(view)
    begun(view, there)
    qtbot.waitUntil(lambda: "Sensor" in shown(view), timeout=LONGEST_MS)
    qtbot.wait(50)
    check_fits(view)
    assert view.minimumSizeHint().width() <= size[0] - RAIL_PX
    assert view.minimumSizeHint().height() <= size[1]


def check_fits(view: CalibrateView) -> None:
    for label in (view.page or view.setup).findChildren(QLabel):
        if label.isVisible() and label.text():
            needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
            assert label.height() >= needed, label.text()


def test_enter_begins_and_ctrl_g_goes_on(qtbot: QtBot, view: CalibrateView) -> None:
    chosen: list[Choice] = []
    view.setup.begins.disconnect()
    view.setup.begins.connect(chosen.append)
    focused = view.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(chosen) == 1)
    view.setup.pad.setCurrentText(chosen[0].pad.name)
    view.hide()
    view.show()
    QTest.keyClick(view, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(chosen) == 2)
    assert chosen[1].files == chosen[0].files
    assert chosen[1].plan == chosen[0].plan


def test_a_port_that_cannot_be_opened_is_told(qtbot: QtBot, view: CalibrateView, tmp_path: Path) -> None:
    files = bench(tmp_path).files
    save_plan(SHORT, files)
    view.setup.begins.emit(Choice("/no/such/port", PAD, PAD_TEXT, SHORT, files))
    qtbot.waitUntil(lambda: view.page is None, timeout=LONGEST_MS)
    assert "/no/such/port" in shown(view)
