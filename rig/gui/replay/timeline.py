"""A session along time, to be scrubbed: its chart, the range that is gone round, and the cursor.

The chart is drawn into a pixmap, anew only when the background pass has brought more, when the range in view changes or
the widget does; moving the cursor draws that pixmap and a line. The rule: the timeline asks for moments by signals and
never moves the cursor by itself.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from rig.gui.flag_texts import flag_figures, flag_words
from rig.gui.growing import enlarged, grown
from rig.gui.replay.chart import AXIS_PX, LEFT_PX, RIGHT_PX, STEPS_PX, Chart
from rig.gui.time_scale import Scale, clock_text

if TYPE_CHECKING:
    from rig.gui.theme import Theme
    from rig.gui.words import Words
    from rig.session.player.pace import Playhead
    from rig.session.player.player import Player

LEAST_SPAN_US = 1_000_000
ZOOM = 1.25
_HANDLE_PX = 7.0


class Timeline(QWidget):
    """The timeline of one recording.

    Signals:
        sought(int): somebody wants to see this device time. looped(int, int): and to go round this range.
    """

    sought = Signal(int)
    looped = Signal(int, int)

    def __init__(self, player: Player, head: Playhead, theme: Theme, words: Words) -> None:
        super().__init__()
        self._player, self._head, self._theme, self._words = player, head, theme, words
        self._chart = Chart(player, theme, words)
        self.t0_us, self.t1_us = self._whole()
        self._still: QPixmap | None = None
        self._pulled_from: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(320)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(words.say("Timeline"))

    @property
    def scale(self) -> Scale:
        """Usual pixels and moments of what is in view; on a large screen a usual pixel is larger."""
        return Scale(self.t0_us, self.t1_us, LEFT_PX, max(self.width() / grown(self) - LEFT_PX - RIGHT_PX, 1))

    @property
    def least_force_n(self) -> float:
        """Where the scale of forces ends at least; two timelines are to be read on one scale."""
        return self._chart.least_force_n

    @least_force_n.setter
    def least_force_n(self, least_n: float) -> None:
        if least_n != self._chart.least_force_n:
            self._chart.least_force_n = least_n
            self.renew()

    def renew(self) -> None:
        """There is more to draw, or something else."""
        self._still = None
        self.update()

    def zoom(self, factor: float, about_us: int | None = None) -> None:
        """Show a longer (factor above 1) or shorter stretch; the moment `about_us`, else the cursor, stays in place."""
        first, last = self._whole()
        about = min(max(self._head.t_us if about_us is None else about_us, self.t0_us), self.t1_us)
        span = min(max((self.t1_us - self.t0_us) * factor, LEAST_SPAN_US), last - first)
        share = (about - self.t0_us) / (self.t1_us - self.t0_us)
        begin = min(max(about - span * share, first), last - span)
        self.t0_us, self.t1_us = round(begin), round(begin + span)
        self.renew()

    def show_all(self) -> None:
        """The whole recording."""
        self.t0_us, self.t1_us = self._whole()
        self.renew()

    def follow(self) -> None:
        """The cursor has moved: keep it in view."""
        if not self.t0_us <= self._head.t_us <= self.t1_us:
            first, last = self._whole()
            span = self.t1_us - self.t0_us
            self.t0_us = round(min(max(self._head.t_us - span / 10, first), last - span))
            self.t1_us = self.t0_us + span
            self._still = None
        self.update()

    def said_at(self, t_us: int) -> str:
        """What is at a moment, with units: for a tooltip."""
        say, player = self._words.say, self._player
        t_us = min(max(t_us, player.first_us), player.last_us)
        lines = [clock_text(t_us, 1), player.step_at(t_us) or ""]
        overview = player.survey.overview
        force_n = float(overview.columns(t_us, t_us + overview.bin_us, 1).force_n[0])
        if not math.isnan(force_n):
            lines.append(say("{force} N on the pad", force=f"{force_n:.0f}"))
        rate = player.rate_at(t_us)
        if rate is not None:
            lines.append(say("{rate} strokes/min", rate=f"{rate:.0f}"))
        for flag in player.flags_at(t_us):
            figures = flag_figures(self._words, flag)
            lines.append(flag_words(self._words, flag) + (f": {figures}" if figures else ""))
        return "\n".join(line for line in lines if line)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Go there; with Shift, begin to pull a range."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        t_us = self._t_at(event)
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._pulled_from = t_us
        self.sought.emit(t_us)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Scrub, or pull a range; else say what is there."""
        t_us = self._t_at(event)
        if not event.buttons() & Qt.MouseButton.LeftButton:
            QToolTip.showText(event.globalPosition().toPoint() + QPoint(0, 12), self.said_at(t_us), self)
            return
        if self._pulled_from is not None:
            self.looped.emit(self._pulled_from, t_us)
        self.sought.emit(t_us)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Whatever was pulled is let go."""
        self._pulled_from = None

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Zoom about the pointer."""
        turned = event.angleDelta().y()
        if turned:
            self.zoom(1 / ZOOM if turned > 0 else ZOOM, self._t_at(event))

    def resizeEvent(self, _event: object) -> None:  # noqa: N802 - Qt's name
        """Draw anew."""
        self.renew()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The chart, the loop, the cursor."""
        painter = QPainter(self)
        area = enlarged(painter, self)
        ratio = self.devicePixelRatioF() * grown(self)
        if self._still is None or self._still.devicePixelRatio() != ratio:
            self._still = self._chart.drawn(area.size().toSize(), ratio, self.scale)
        painter.drawPixmap(0, 0, self._still)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.save()
        painter.setClipRect(QRectF(LEFT_PX - 8, 0, area.width() - LEFT_PX, area.height()))
        self._paint_loop(painter, area.height())
        self._paint_cursor(painter, area.height())
        painter.restore()
        if self.hasFocus():
            painter.setPen(QPen(self._theme.colour("accent"), 2))
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def _paint_cursor(self, painter: QPainter, height: float) -> None:
        x, top, d = self.scale.x_of(self._head.t_us), float(STEPS_PX), _HANDLE_PX
        painter.setPen(QPen(self._theme.colour("text"), 2))
        painter.drawLine(QPointF(x, top), QPointF(x, height - AXIS_PX))
        painter.setBrush(self._theme.colour("text"))
        painter.setPen(QPen(self._theme.colour("card"), 1))
        painter.drawPolygon(QPolygonF([QPointF(x - d, top - d), QPointF(x + d, top - d), QPointF(x, top + d / 2)]))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_loop(self, painter: QPainter, height: float) -> None:
        if self._head.loop_us is None:
            return
        x0, x1 = (self.scale.x_of(t_us) for t_us in self._head.loop_us)
        top, foot = float(STEPS_PX), height - AXIS_PX
        painter.fillRect(QRectF(x0, top, x1 - x0, foot - top), self._theme.colour("accent", 0.16))
        painter.setPen(QPen(self._theme.colour("accent"), 3))
        for x, inward in ((x0, x0 + 6), (x1, x1 - 6)):
            bracket = [QPointF(inward, top), QPointF(x, top), QPointF(x, foot), QPointF(inward, foot)]
            painter.drawPolyline(QPolygonF(bracket))

    def _t_at(self, event: QMouseEvent | QWheelEvent) -> int:
        """The moment under the pointer."""
        return self.scale.t_of(event.position().x() / grown(self))

    def _whole(self) -> tuple[int, int]:
        first, last = self._player.first_us, self._player.last_us
        return first, max(last, first + LEAST_SPAN_US)
