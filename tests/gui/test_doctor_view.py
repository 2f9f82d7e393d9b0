"""The doctor's window over a virtual board: the faults that were soldered in are found, shown, chosen and saved."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from rig.clock import ManualClock
from rig.gui.doctor.pages import VisitPage
from rig.gui.doctor.result import DoctorResult
from rig.gui.doctor.view import DoctorView
from rig.gui.theme import Theme
from rig.gui.words import Words
from rig.pad import load_pad
from rig.performance.patient import patient
from rig.session.doctor.visit import REST_S, Visit, WatchedDevice
from rig.transport.serial_port import SerialTransport
from rig.virtual import wiring
from rig.virtual.board import VirtualBoard
from rig.virtual.board_state import BoardModel
from rig.virtual.port import VirtualPort
from rig.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from rig.virtual.wiring import WiringFault

PAD = load_pad("back-96")
LONGEST_MS = 60_000
FAULTS = [wiring.dead(20), wiring.shorted(PAD, 41), wiring.swapped(10, 50)]


def shown(view: DoctorView) -> str:
    page = view.page or view.waiting
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def visit(faults: list[WiringFault], press_s: float = 60.0) -> tuple[Visit, VirtualPort]:
    clock = ManualClock(10.0)
    board = VirtualBoard(BoardModel.of(PAD, "pad"), patient(PAD, 3, REST_S + 0.5).counts, now_s=clock.now_s())
    board.wiring = faults
    port = VirtualPort(board, clock)
    return Visit(WatchedDevice(port.open, PAD, clock), PAD, clock, "p", press_s), port


@pytest.fixture
def view(qtbot: QtBot, tmp_path: Path) -> DoctorView:
    made = DoctorView(Workspace(tmp_path), Theme("light"), Words())
    qtbot.addWidget(made, before_close_func=lambda _: made.shut())
    made.resize(1110, 800)
    made.show()
    made.entered()
    return made


def result(qtbot: QtBot, view: DoctorView, faults: list[WiringFault], press_s: float = 60.0) -> DoctorResult:
    view.examine(visit(faults, press_s)[0], PAD)
    assert view.busy()
    qtbot.waitUntil(lambda: isinstance(view.page, DoctorResult), timeout=LONGEST_MS)
    assert isinstance(view.page, DoctorResult)
    return view.page


def test_the_faults_are_found_shown_chosen_and_saved(qtbot: QtBot, view: DoctorView, tmp_path: Path) -> None:
    page = result(qtbot, view, FAULTS)
    assert not view.busy()
    assert "3 faults to mend" in shown(view)
    kinds = [fault.finding.kind for fault in page.faults]
    assert kinds == ["shorted", "swapped", "dead"]
    assert "Sensor 41 is shorted" in page.list.item(0).text()
    assert page.map.channel_at(QPointF(0, 0)) is None
    for channel in (20, 10):
        x, y = next(
            (x, y)
            for x in range(0, page.map.width(), 3)
            for y in range(0, page.map.height(), 3)
            if page.map.channel_at(QPointF(x, y)) == channel
        )
        QTest.mouseClick(page.map, Qt.MouseButton.LeftButton, pos=QPoint(x, y))
        assert channel in page.faults[page.list.currentRow()].finding.channels
    saved = tmp_path / "doctor.json"
    page.save_to(saved)
    assert json.loads(saved.read_text())["dead"] == [20]
    with qtbot.waitSignal(view.notices) as said:
        page.save_to(tmp_path / "none" / "doctor.json")
    assert said.args is not None
    assert "cannot be written" in said.args[0]


def test_arrow_keys_go_from_tile_to_tile(qtbot: QtBot, view: DoctorView) -> None:
    page = result(qtbot, view, [], press_s=0.0)
    assert "Nothing wrong found" in shown(view)
    assert "Not judged" in shown(view)
    page.map.setFocus()
    QTest.keyClick(page.map, Qt.Key.Key_Up)
    first = page.map.cursor_channel
    assert first is not None
    QTest.keyClick(page.map, Qt.Key.Key_Up)
    second = page.map.cursor_channel
    assert second is not None
    assert PAD.y_mm[second] > PAD.y_mm[first]
    QTest.keyClick(page.map, Qt.Key.Key_Right)
    third = page.map.cursor_channel
    assert third is not None
    assert PAD.x_mm[third] > PAD.x_mm[second]
    assert f"Sensor {third}" in shown(view)


def test_noise_is_a_map_of_its_own(qtbot: QtBot, view: DoctorView) -> None:
    page = result(qtbot, view, [wiring.loose(PAD, 30, 1)], press_s=0.0)
    assert [fault.finding.kind for fault in page.faults] == ["noisy"]
    page.noise.click()
    assert "Noisiest: sensor 30" in shown(view)


def test_an_unplug_goes_back_and_says_so(qtbot: QtBot, view: DoctorView) -> None:
    there, port = visit([])
    view.examine(there, PAD)
    qtbot.waitUntil(lambda: "Stroke over" in shown(view), timeout=LONGEST_MS)
    port.unplug()
    qtbot.waitUntil(lambda: view.page is None, timeout=LONGEST_MS)
    assert "unplugged" in shown(view)


def test_escape_breaks_off(qtbot: QtBot, view: DoctorView) -> None:
    view.examine(visit([])[0], PAD)
    qtbot.waitUntil(lambda: isinstance(view.page, VisitPage) and "Stroke" in shown(view), timeout=LONGEST_MS)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: view.page is None, timeout=LONGEST_MS)
    assert view.visit is None


def test_no_such_pad_and_no_such_board_are_told(qtbot: QtBot, view: DoctorView) -> None:
    view.waiting.pad.setCurrentText("/no/such.toml")
    view.waiting.begin()
    assert "no pad" in shown(view)
    there, port = visit([])
    port.unplug()
    view.examine(there, PAD)
    qtbot.waitUntil(lambda: "not plugged in" in shown(view), timeout=LONGEST_MS)


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals here")
def test_a_port_that_another_program_has_is_told(qtbot: QtBot, view: DoctorView) -> None:
    owner, port = os.openpty()
    path = os.ttyname(port)
    holds = SerialTransport(path)
    try:
        view.waiting.begins.emit(path, PAD, True)
        qtbot.waitUntil(lambda: view.page is None, timeout=LONGEST_MS)
        assert path in shown(view)
    finally:
        holds.close()
        os.close(owner)
        os.close(port)
