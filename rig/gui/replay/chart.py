"""What stands still on a timeline: steps, flags, force, load on the spine and rate, drawn in rows one below the other.

The rule: stretches that nobody has gone through yet, or in which the pad was not seen, are left blank and never drawn
as nothing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPixmap, QPolygonF

from rig.gui.lettering import write
from rig.gui.time_scale import Scale, clock_text
from rig.technique.flags import ABOUT_THE_RIG

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.gui.theme import Theme
    from rig.gui.words import Words
    from rig.session.player.player import Player
    from rig.technique.flags import Flag

LEFT_PX, RIGHT_PX = 72, 14
STEPS_PX, FLAGS_PX, RATE_PX, AXIS_PX, GAP_PX = 26, 20, 32, 22, 5
TICKS_APART_PX = 90
ROOMY_PX = 155
"""From this height on there is a row for the rate."""

LEAST_FORCE_N, LEAST_RATE = 20.0, 20.0
"""Scales end here at least, so that a quiet session does not look like a hard one."""

SPINE_SHOWN_N = 0.2
"""Less than this on the spine is nobody's hand; the curve would else run along the whole ground."""

HARMFUL = frozenset(("spine-pressure", "too-hard"))


class Chart:
    """Draws one recording's timeline.

    Args:
        player: whose. theme, words: how.

    Attributes:
        least_force_n: where the scale of forces ends at least.
    """

    def __init__(self, player: Player, theme: Theme, words: Words) -> None:
        self._player, self._theme, self._words, self._say = player, theme, words, words.say
        self.least_force_n = LEAST_FORCE_N

    def drawn(self, size: QSize, ratio: float, scale: Scale) -> QPixmap:
        """The picture of a timeline of this size, in device-independent pixels."""
        still = QPixmap(round(size.width() * ratio), round(size.height() * ratio))
        still.setDevicePixelRatio(ratio)
        still.fill(self._theme.colour("card"))
        painter = QPainter(still)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font("small"))
        base = size.height() - AXIS_PX
        top = STEPS_PX + FLAGS_PX + 2 * GAP_PX
        # In a low timeline the force needs the room more.
        rate_px = RATE_PX if size.height() >= ROOMY_PX else 0
        rate = QRectF(scale.left, base - rate_px, scale.width, rate_px)
        force = QRectF(scale.left, top, scale.width, rate.top() - GAP_PX - top)
        self._paint_axis(painter, scale, top, base)
        self._paint_steps(painter, scale, QRectF(scale.left, 0, scale.width, STEPS_PX))
        self._paint_flags(painter, scale, QRectF(scale.left, STEPS_PX + GAP_PX, scale.width, FLAGS_PX))
        self._paint_force(painter, scale, force)
        if rate_px:
            self._paint_rate(painter, scale, rate)
        self._paint_unseen(painter, scale, force)
        painter.end()
        return still

    def _label(self, painter: QPainter, row: QRectF, said: str, align: Qt.AlignmentFlag) -> None:
        painter.setPen(self._theme.colour("quiet"))
        where = QRectF(6, row.top(), row.left() - 14, max(row.height(), 18.0))
        write(painter, where, said, self._theme.font("small"), Qt.AlignmentFlag.AlignRight | align)

    def _paint_axis(self, painter: QPainter, scale: Scale, top: float, base: float) -> None:
        ticks = scale.ticks_s(TICKS_APART_PX)
        digits = 1 if len(ticks) > 1 and ticks[1] - ticks[0] < 1 else 0
        for tick_s in ticks:
            x = scale.x_of(tick_s * 1e6)
            painter.setPen(QPen(self._theme.colour("line", 0.5), 1))
            painter.drawLine(QPointF(x, top), QPointF(x, base))
            painter.setPen(self._theme.colour("quiet"))
            where = QRectF(x - 40, base + 2, 80, AXIS_PX - 3)
            where.moveRight(min(where.right(), scale.left + scale.width + RIGHT_PX - 2))
            pinned = where.right() < x + 40
            align = Qt.AlignmentFlag.AlignRight if pinned else Qt.AlignmentFlag.AlignHCenter
            painter.drawText(where, int(align | Qt.AlignmentFlag.AlignVCenter), clock_text(tick_s * 1e6, digits))

    def _paint_steps(self, painter: QPainter, scale: Scale, row: QRectF) -> None:
        self._label(painter, row, self._say("steps"), Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(self._theme.font("small"))
        measure = QFontMetrics(painter.font())
        steps = self._player.routine.steps if self._player.routine is not None else ()
        titles = {step.id: f"{step.id}  {self._words.told(step.title)}" for step in steps}
        painter.setClipRect(row)
        for number, span in enumerate(self._player.spans):
            if span.step is None:
                continue
            left, right = scale.x_of(span.t0_us), scale.x_of(span.t1_us)
            box = QRectF(left, row.top(), right - left, row.height())
            painter.fillRect(box.adjusted(1, 0, -1, 0), self._theme.colour("raised" if number % 2 else "line"))
            painter.setPen(self._theme.colour("text"))
            # A step that began before what is in view keeps its name in view.
            room = box.intersected(row).adjusted(7, 0, -5, 0)
            # Its whole title where there is room for it, else its number.
            title = titles.get(span.step, span.step)
            called = title if measure.horizontalAdvance(title) <= room.width() else span.step
            said = measure.elidedText(called, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), said)
        painter.setClipping(False)

    def _paint_flags(self, painter: QPainter, scale: Scale, row: QRectF) -> None:
        self._label(painter, row, self._say("flags"), Qt.AlignmentFlag.AlignVCenter)
        painter.setClipRect(row)
        for flag in self._player.flags:
            x0 = scale.x_of(flag.t0 * 1e6)
            x1 = max(scale.x_of((flag.t1 or flag.t0) * 1e6), x0 + 3)
            if x1 >= row.left() and x0 <= row.right():
                colour, share = self._look_of(flag)
                painter.fillRect(QRectF(x0, row.bottom() - row.height() * share, x1 - x0, row.height() * share), colour)
        painter.setClipping(False)

    def _look_of(self, flag: Flag) -> tuple[QColor, float]:
        """Colour, and height as a share of the row: what hurts stands tallest, so that it is told without colour."""
        if flag.kind in HARMFUL:
            return self._theme.colour("wrong"), 1.0
        if flag.kind in ABOUT_THE_RIG:
            return self._theme.colour("quiet"), 0.35
        return self._theme.colour("doubt"), 0.6

    def _paint_force(self, painter: QPainter, scale: Scale, row: QRectF) -> None:
        overview = self._player.survey.overview
        top_n = max(self.least_force_n, math.ceil(overview.force_peak_n / 10) * 10)
        self._label(painter, row, f"{top_n:.0f} N", Qt.AlignmentFlag.AlignTop)
        columns = overview.columns(scale.t0_us, scale.t1_us, int(row.width()))
        self._paint_curve(painter, row, columns.force_n / top_n, self._theme.colour("accent"), fill=0.28)
        spine = np.where(columns.spine_n > SPINE_SHOWN_N, columns.spine_n, np.nan) / top_n
        self._paint_curve(painter, row, spine, self._theme.colour("wrong"), fill=0.0)

    def _paint_curve(
        self, painter: QPainter, row: QRectF, heights: NDArray[np.floating], colour: QColor, *, fill: float
    ) -> None:
        """Heights from 0 to 1, a pixel each, over their ground as opaque as `fill`; broken where one is NaN."""
        known = np.flatnonzero(~np.isnan(heights))
        if not known.size:
            return
        for run in np.split(known, np.flatnonzero(np.diff(known) > 1) + 1):
            points = [QPointF(row.left() + k, row.bottom() - h * row.height()) for k, h in _dots(run, heights)]
            if fill:
                ground = [QPointF(points[-1].x(), row.bottom()), QPointF(points[0].x(), row.bottom())]
                under = QColor(colour)
                under.setAlphaF(fill)
                painter.setBrush(under)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.drawPolygon(QPolygonF([*points, *ground]))
            painter.setPen(QPen(colour, 1.4 if fill else 2.4))
            painter.drawPolyline(QPolygonF(points))

    def _paint_rate(self, painter: QPainter, scale: Scale, row: QRectF) -> None:
        beats = [(beat.t, beat.rate_per_min) for beat in self._player.survey.beats if beat.rate_per_min is not None]
        top = max([LEAST_RATE, *(math.ceil(rate / 10) * 10 for _, rate in beats)])
        self._label(painter, row, self._say("{rate}/min", rate=f"{top:.0f}"), Qt.AlignmentFlag.AlignTop)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("good"))
        painter.setClipRect(row)
        for t_s, rate in beats:
            x = scale.x_of(t_s * 1e6)
            if row.left() <= x <= row.right():
                painter.drawEllipse(QPointF(x, row.bottom() - 3 - rate / top * (row.height() - 6)), 2.6, 2.6)
        painter.setClipping(False)

    def _paint_unseen(self, painter: QPainter, scale: Scale, row: QRectF) -> None:
        """What the background pass has yet to come to."""
        survey = self._player.survey
        if survey.outcome is not None or survey.error is not None or not survey.running:
            return
        x = max(scale.x_of(survey.until_us), row.left())
        if x < row.right():
            painter.fillRect(QRectF(x, row.top(), row.right() - x, row.height()), self._theme.colour("raised", 0.6))
            painter.setPen(self._theme.colour("quiet"))
            said = self._say("Going through the recording: {share} %", share=f"{survey.share * 100:.0f}")
            painter.drawText(row.adjusted(0, 4, -8, 0), int(Qt.AlignmentFlag.AlignRight), said)


def _dots(run: NDArray[np.int64], heights: NDArray[np.floating]) -> list[tuple[float, float]]:
    """Column and height of each dot of a curve; a lone one gets a second, so that it is seen."""
    dots = [(float(k), min(float(heights[k]), 1.0)) for k in run]
    return dots if len(dots) > 1 else [dots[0], (dots[0][0] + 1, dots[0][1])]
