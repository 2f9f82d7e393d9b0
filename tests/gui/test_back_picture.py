"""The back: what is drawn where, and that no more is painted anew than has changed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPointF, QRect
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap

from rig.back import LANDMARKS_MM
from rig.gui.back_picture import LANDMARKS, BackPicture
from rig.gui.flag_marks import FlagMarks
from rig.gui.practice.ghost import Ghost
from rig.gui.stamps import MOST, Stamps
from rig.gui.theme import Theme
from rig.performance.documented import Documented
from tests.gui.practising import DEMONSTRATED, PAD

if TYPE_CHECKING:
    from PySide6.QtGui import QColor
    from pytestqt.qtbot import QtBot

NONE = np.zeros(PAD.n_channels)
SIZE = (500, 760)


class Painted(QObject):
    """Notes which part of a widget is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[QRect] = []

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if isinstance(event, QPaintEvent):
            self.parts.append(event.rect())
        return False


@pytest.fixture(params=["dark", "light"])
def theme(request: pytest.FixtureRequest) -> Theme:
    return Theme(request.param)


def shown(qtbot: QtBot, picture: BackPicture) -> BackPicture:
    qtbot.addWidget(picture)
    picture.resize(*SIZE)
    with qtbot.waitExposed(picture):
        picture.show()
    return picture


def colour_at(picture: BackPicture, x_mm: float, y_mm: float) -> QColor:
    at = picture.point(x_mm, y_mm).toPoint()
    return picture.grab().toImage().pixelColor(at)


def pressing(x_mm: float, y_mm: float, force_n: float = 30.0) -> np.ndarray:
    nearest = int(np.argmin(np.hypot(PAD.x_mm - x_mm, PAD.y_mm - y_mm)))
    force = NONE.copy()
    force[nearest] = force_n
    return force


def test_places_and_pixels_go_back_and_forth(qtbot: QtBot, theme: Theme) -> None:
    picture = shown(qtbot, BackPicture(PAD, theme))
    assert picture.place(picture.point(62.0, 180.0)) == pytest.approx((62.0, 180.0))
    assert picture.point(0, 300).y() < picture.point(0, 0).y()
    assert picture.point(50, 0).x() - picture.point(0, 0).x() == pytest.approx(picture.px(50))


def test_pressure_is_coloured_where_it_is_and_nowhere_else(qtbot: QtBot, theme: Theme) -> None:
    picture = shown(qtbot, BackPicture(PAD, theme))
    picture.show_now(pressing(62, 180))
    assert colour_at(picture, 62, 180).name() == theme.palette.pressure[-1]
    assert colour_at(picture, -62, 180).name() == theme.palette.body
    # The neck is narrower than the pad: what lies beside it is no body.
    assert colour_at(picture, 140, 530).name() == theme.palette.ground
    picture.show_now(NONE)
    assert colour_at(picture, 62, 180).name() == theme.palette.body


def test_a_pressed_spine_is_marked(qtbot: QtBot, theme: Theme) -> None:
    picture = shown(qtbot, BackPicture(PAD, theme))
    picture.show_now(NONE, alarm_y_mm=180.0)
    assert colour_at(picture, 0, 400).name() == theme.palette.wrong
    picture.show_now(NONE)
    assert colour_at(picture, 0, 396).name() != theme.palette.wrong


def test_only_what_has_changed_is_painted_anew(qtbot: QtBot, theme: Theme) -> None:
    picture = shown(qtbot, BackPicture(PAD, theme))
    picture.show_now(pressing(62, 180), [(1, 62.0, 180.0, 30.0)])
    qtbot.wait(20)
    painted = Painted()
    picture.installEventFilter(painted)
    picture.show_now(pressing(62, 180), [(1, 62.0, 181.0, 30.0)])
    qtbot.waitUntil(lambda: painted.parts != [], timeout=2000)
    part = painted.parts[0]
    assert part.contains(picture.point(62, 180).toPoint())
    assert part.width() * part.height() < 0.15 * SIZE[0] * SIZE[1]
    painted.parts.clear()
    picture.show_now(NONE)
    qtbot.waitUntil(lambda: painted.parts != [], timeout=2000)
    assert painted.parts[0].contains(picture.point(62, 180).toPoint())
    painted.parts.clear()
    picture.show_now(NONE)
    qtbot.wait(20)
    assert painted.parts == []


def test_the_ghost_is_where_the_documented_hands_are(qtbot: QtBot, theme: Theme) -> None:
    ghost = Ghost()
    picture = shown(qtbot, BackPicture(PAD, theme, over=[ghost]))
    ghost.motion = Documented(PAD, DEMONSTRATED, "backpain.1")
    ghost.move_to(2.0)
    picture.show_now(NONE)
    area = ghost.area(picture)
    for hand in ghost.motion.at(2.0):
        assert area.contains(picture.point(hand.x_mm, hand.y_mm))
        assert colour_at(picture, hand.x_mm, hand.y_mm).name() != theme.palette.body
    ghost.motion = None
    ghost.move_to(2.0)
    picture.show_now(NONE)
    assert ghost.area(picture).isEmpty()


def test_another_size_is_drawn_anew(qtbot: QtBot, theme: Theme) -> None:
    picture = shown(qtbot, BackPicture(PAD, theme))
    picture.show_now(pressing(62, 180))
    before = picture.px(100)
    picture.resize(900, 1300)
    assert picture.px(100) > 1.5 * before
    assert colour_at(picture, 62, 180).name() == theme.palette.pressure[-1]
    assert picture.line(3) > 3


def test_the_landmarks_are_marked_for_translation_in_full() -> None:
    assert set(LANDMARKS) == set(LANDMARKS_MM)


def test_flags_without_a_place_have_no_mark(qtbot: QtBot, theme: Theme) -> None:
    picture = shown(qtbot, BackPicture(PAD, theme))
    assert FlagMarks([], {}).area(picture).isEmpty()


def test_stamps_are_painted_once_and_begin_anew_when_there_are_too_many(qtbot: QtBot) -> None:
    stamps = Stamps()
    drawn: list[str] = []

    def draw(key: str, _painter: QPainter) -> None:
        drawn.append(key)

    canvas = QPixmap(50, 50)
    painter = QPainter(canvas)
    for key in ("a", "a", "b", "a"):
        stamps.put(painter, QPointF(25, 25), 10, key, partial(draw, key))
    assert drawn == ["a", "b"]
    for number in range(MOST):
        stamps.put(painter, QPointF(25, 25), 10, number, lambda _painter: None)
    stamps.put(painter, QPointF(25, 25), 10, "a", partial(draw, "again"))
    painter.end()
    assert drawn == ["a", "b", "again"]
