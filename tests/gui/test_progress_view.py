"""The progress view over a workspace of real recordings, on Qt's offscreen platform."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, get_args

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from rig.gui.choices import StepWish
from rig.gui.measure_texts import MEASURES, UNITS, figure, measure_name, reason
from rig.gui.progress.gathering import Gathering
from rig.gui.progress.view import ProgressView
from rig.gui.theme import Theme
from rig.gui.words import BELOW, Words, catalogue
from rig.report.advice import advise
from rig.report.history import build_history
from rig.report.measures import Unit, measures, stretches
from rig.workspace import Workspace
from tests.report.sessions import Session, flag, result
from tests.session.hands import session
from tests.session.played import recorded

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

DAY_S = 86_400.0


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sessions: the second is shorter, so that it lacks the thumb on the spine and the second step."""
    folder = tmp_path_factory.mktemp("home") / "recordings"
    folder.mkdir()
    block = session()
    recorded(folder / "monday.mcap", started_s=1.7e9)
    recorded(folder / "tuesday.mcap", block[: len(block) // 2], started_s=1.7e9 + DAY_S)
    for path in folder.glob("*.mcap"):  # judged once for all tests; their copies are read from then on
        Gathering([path]).run()
    return folder


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Workspace:
    """A workspace of its own, times of change included, for the copies to hold."""
    shutil.copytree(made, tmp_path / "recordings", copy_function=shutil.copy2)
    return Workspace(tmp_path)


def entered(qtbot: QtBot, home: Workspace, words: Words | None = None) -> ProgressView:
    view = ProgressView(home, Theme("dark"), words or Words())
    view.resize(1140, 800)
    qtbot.addWidget(view, before_close_func=lambda widget: widget.shut())
    view.show()
    view.entered()
    qtbot.waitUntil(lambda: not view.gathering, timeout=30_000)
    view.look()
    return view


def shown(view: ProgressView) -> str:
    return "\n".join(label.text() for label in view.findChildren(QLabel) if label.isVisible())


def test_sessions_newest_first_with_what_to_practise_next(qtbot: QtBot, home: Workspace) -> None:
    view = entered(qtbot, home)
    assert [view.sessions.item(row).text() for row in range(view.sessions.count())] == ["tuesday.mcap", "monday.mcap"]
    assert "What to practise next" in shown(view)
    # On Monday the second step was done with a thumb on the spine, and it was not done again since.
    qtbot.waitUntil(lambda: "Keep off the spine" in shown(view), timeout=5_000)
    assert "Thumbs beside the spine" in shown(view)


def test_a_piece_of_advice_is_practised_by_its_key(qtbot: QtBot, home: Workspace) -> None:
    view = entered(qtbot, home)
    qtbot.waitUntil(
        lambda: any(b.text() == "Practise" and b.isVisible() for b in view.advice.findChildren(QPushButton))
    )
    with qtbot.waitSignal(view.goes_to, timeout=2_000) as asked:
        QTest.keyClick(view, Qt.Key.Key_1)
    assert asked.args == ["practise", StepWish("relieving", "relieving.2")]


def test_each_measure_by_step(qtbot: QtBot, home: Workspace) -> None:
    view = entered(qtbot, home)
    assert view.history is not None
    assert [view.step.itemData(row) for row in range(view.step.count())] == [None, "relieving.1", "relieving.2"]
    for row in range(view.step.count()):
        view.step.setCurrentIndex(row)
        QApplication.processEvents()
        measured = view.history.steps[row].measures
        assert len(view.charts) == len([one for one in measured if any(v is not None for v in one.values)])
    score = view.charts[0]
    assert score.title == "score"
    assert score.said_of(0).endswith("practise on")
    assert score.said_of(1).endswith("–")  # noqa: RUF001 - not practised on that day
    speed = next(chart for chart in view.charts if chart.title == "stroke speed")
    assert speed.latest.endswith("cm/s")


def test_enter_opens_the_session(qtbot: QtBot, home: Workspace) -> None:
    view = entered(qtbot, home)
    with qtbot.waitSignal(view.goes_to) as asked:
        QTest.keyClick(view.sessions, Qt.Key.Key_Return)
    assert asked.args == ["replay", home.recordings / "tuesday.mcap"]


def test_a_recording_that_cannot_be_read_is_a_row_and_holds_up_no_other(qtbot: QtBot, home: Workspace) -> None:
    (home.recordings / "broken.mcap").write_bytes(b"no recording")
    view = entered(qtbot, home)
    assert view.sessions.count() == 3
    assert "broken.mcap" in view.sessions.item(2).toolTip()
    view.grab()


def test_a_new_session_is_found_when_somebody_comes_back(qtbot: QtBot, home: Workspace) -> None:
    view = entered(qtbot, home)
    view.left()
    recorded(home.recordings / "wednesday.mcap", session()[:2000], started_s=1.7e9 + 2 * DAY_S)
    view.entered()
    qtbot.waitUntil(lambda: not view.gathering, timeout=30_000)
    view.look()
    assert view.sessions.item(0).text() == "wednesday.mcap"


def test_without_a_session_it_says_so_and_leads_to_practising(qtbot: QtBot, tmp_path: Path) -> None:
    view = entered(qtbot, Workspace(tmp_path))
    assert f"No sessions in {tmp_path / 'recordings'} yet." in shown(view)
    button = next(b for b in view.findChildren(QPushButton) if b.text() == "Practise")
    with qtbot.waitSignal(view.goes_to) as asked:
        button.click()
    assert asked.args == ["practise", None]


def test_german(qtbot: QtBot, home: Workspace) -> None:
    view = entered(qtbot, home, Words("de"))
    assert "Was als Nächstes zu üben ist" in shown(view)
    assert "Keine Übung ist kalibriert" in shown(view)
    assert view.charts[0].title == "Wertung"


def test_every_measure_unit_and_remark_is_gathered_for_translation() -> None:
    whole = stretches(Session().report())[None]
    assert tuple(measure.name for measure in measures(whole, [])) == MEASURES
    assert set(UNITS) == set(get_args(Unit))
    known = set(catalogue("de", BELOW))
    for sessions in (
        [Session(calibrated=True), Session(calibrated=False)],
        [Session(calibrated=False), Session(calibrated=False)],
        [Session(level="strict"), Session()],
    ):
        assert set(build_history([one.judged() for one in sessions]).remarks) <= known
    apart = [Session(calibrated=False).judged(layout=layout) for layout in (1, 2)]
    assert set(build_history(apart).remarks) <= known


def test_figures_as_people_read_them() -> None:
    assert figure(0.123, "cv") == "12 %"
    assert figure(14.26, "N") == "14.3 N"
    assert figure(98.0, "of 100") == "98"
    assert figure(None, "s") == "–"  # noqa: RUF001 - the dash that is shown
    assert measure_name(Words(), "spine-pressure") == "pressure on the spine"


def test_what_advice_rests_on() -> None:
    report = Session(steps=[result("x.1", 0.0, 60.0, verdict="fail")], flags=[flag("too-hard", 1.0)]).report()
    assert reason(Words(), advise(report)[0]) == "once, at worst 8 N (limit 2 N)"
    assert reason(Words("de"), advise(report)[0]) == "einmal, im schlimmsten Fall 8 N (Grenze 2 N)"


def test_gathering_is_broken_off(home: Workspace) -> None:
    gathering = Gathering(sorted(home.recordings.glob("*.mcap")))
    gathering.stop()
    gathering.run()
    assert (gathering.done, gathering.reports) == (0, [])
