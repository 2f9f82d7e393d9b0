"""The sessions as a list, newest first: when, what, how long, the score as a bar, the flags as small columns.

The rule: a row shows what the history holds of the session and nothing else; what could not be read is a row, too.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from rig.gui.flag_texts import FLAG_NAMES
from rig.gui.growing import grown
from rig.gui.lettering import LEFT, RIGHT, write
from rig.gui.theme import SPACE
from rig.gui.time_scale import clock_text
from rig.technique.flags import ABOUT_THE_RIG, HARM_ORDER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtWidgets import QWidget

    from rig.gui.choices import Choices
    from rig.gui.theme import Theme
    from rig.gui.words import Words
    from rig.report.history import History, LeftOut, Session
    from rig.technique.flags import FlagKind

_ROW_PX = 64
_SESSION = Qt.ItemDataRole.UserRole
_MOST_FLAGS = 12
"""Flags of one kind from which a small column is full."""


class Sessions(QListWidget):
    """Signals: chosen(object) with the path of the session that somebody wants to look at."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, words: Words, choices: Choices) -> None:
        super().__init__()
        self._words, self._choices = words, choices
        self.setAccessibleName(words.say("Sessions"))
        self.setItemDelegate(_Rows(theme, words, choices, self))
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(320)
        self.itemActivated.connect(lambda item: self.chosen.emit(Path(item.data(_SESSION).path)))

    def show_history(self, history: History) -> None:
        """These sessions, newest first, and behind them what was left out."""
        row = self.currentRow()
        self.clear()
        entries: list[Session | LeftOut] = [*reversed(history.sessions), *history.left_out]
        for entry in entries:
            item = QListWidgetItem(Path(entry.path).name)
            item.setData(_SESSION, entry)
            item.setToolTip(self._said_of(entry))
            self.addItem(item)
        self.setCurrentRow(max(row, 0) if entries else -1)

    def _said_of(self, entry: Session | LeftOut) -> str:
        """All of it, for a tooltip."""
        say = self._words.say
        why = getattr(entry, "why", None)
        if why is not None:
            return self._words.told(why)
        session: Session = entry  # type: ignore[assignment]  # what is not left out is a session
        lines = [session.path, *(f"{step}  {self._choices.title_of(step)}" for step in session.steps)]
        lines += [say("{seconds} s with hands on the pad", seconds=f"{session.contacts_s:.0f}")]
        lines += [f"{count} × {say(FLAG_NAMES[kind])}" for kind, count in _by_harm(session.flags)]  # noqa: RUF001 - a times sign
        lines.append(say("Enter or a double click opens it."))
        return "\n".join(lines)


class _Rows(QStyledItemDelegate):
    """Paints a row."""

    def __init__(self, theme: Theme, words: Words, choices: Choices, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._words, self._say = theme, words, words.say
        self._choices, self._list = choices, parent

    def sizeHint(  # noqa: N802 - Qt's name
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """All rows are of one height."""
        return QSize(300, _ROW_PX) * grown(self._list)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """When and what on the left; score and flags on the right."""
        entry = index.data(_SESSION)
        theme, scale = self._theme, grown(self._list)
        painter.save()
        painter.scale(scale, scale)
        place: QRect = option.rect
        rect = QRectF(place.x() / scale, place.y() / scale, place.width() / scale, place.height() / scale)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(rect, theme.colour("raised"))
            painter.fillRect(QRectF(rect.left(), rect.top(), 4, rect.height()), theme.colour("accent"))
        painter.setPen(QPen(theme.colour("line", 0.5), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        inner = rect.adjusted(2 * SPACE, SPACE, -2 * SPACE, -SPACE)
        half = inner.height() / 2
        if hasattr(entry, "why"):
            painter.setPen(theme.colour("doubt"))
            above = QRectF(inner.left(), inner.top(), inner.width(), half)
            write(painter, above, self._say("{file} cannot be judged", file=Path(entry.path).name), theme.font("body"))
            painter.setPen(theme.colour("quiet"))
            write(painter, above.translated(0, half), self._words.told(entry.why), theme.font("small"))
        else:
            self._paint_session(painter, inner, entry)
        painter.restore()

    def _paint_session(self, painter: QPainter, inner: QRectF, session: Session) -> None:
        theme, half = self._theme, inner.height() / 2
        words_px = inner.width() * 0.58
        above = QRectF(inner.left(), inner.top(), words_px, half)
        painter.setPen(theme.colour("text"))
        write(
            painter,
            above,
            f"{local(session.date, self._say('no date'))}   {session.routine or ''}",
            theme.font("body"),
            LEFT,
        )
        painter.setPen(theme.colour("quiet"))
        several = self._say("{n} steps", n=len(session.steps)) if len(session.steps) > 1 else ""
        facts = [clock_text(session.duration_s * 1e6), several or "".join(map(self._choices.title_of, session.steps))]
        write(painter, above.translated(0, half), "  ·  ".join(f for f in facts if f), theme.font("small"), LEFT)
        right = QRectF(inner.left() + words_px + SPACE, inner.top(), inner.width() - words_px - SPACE, inner.height())
        self._paint_score(painter, QRectF(right.left(), right.top(), right.width(), half), session.score)
        self._paint_flags(painter, QRectF(right.left(), right.top() + half + 3, right.width(), half - 3), session.flags)

    def _paint_score(self, painter: QPainter, row: QRectF, score: int | None) -> None:
        theme = self._theme
        figure = QRectF(row.right() - 46, row.top(), 46, row.height())
        painter.setPen(theme.colour("text" if score is not None else "quiet"))
        write(painter, figure, "–" if score is None else str(score), theme.font("title"), RIGHT)  # noqa: RUF001 - a dash
        bar = QRectF(row.left(), row.center().y() - 4, figure.left() - row.left() - SPACE, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("line", 0.6))
        painter.drawRoundedRect(bar, 4, 4)
        if score:
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(QRectF(bar.left(), bar.top(), bar.width() * score / 100, bar.height()), 4, 4)

    def _paint_flags(self, painter: QPainter, row: QRectF, flags: Mapping[str, int]) -> None:
        """A column a kind in order of harm, as high as there are flags; in figures beside them how many in all."""
        theme = self._theme
        painter.setPen(theme.colour("quiet"))
        count = sum(flags.values())
        said = {0: self._say("no flags"), 1: self._say("one flag")}.get(count) or self._say(
            "{count} flags", count=count
        )
        write(painter, QRectF(row.right() - 82, row.top(), 82, row.height()), said, theme.font("small"), RIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        x = row.left()
        for kind, times in _by_harm(flags):
            if x > row.right() - 96:
                break
            share = 0.25 + 0.75 * min(times, _MOST_FLAGS) / _MOST_FLAGS
            harmful = kind in {"spine-pressure", "too-hard"}
            painter.setBrush(theme.colour("wrong" if harmful else "quiet" if kind in ABOUT_THE_RIG else "doubt"))
            height = row.height() * share
            painter.drawRect(QRectF(x, row.bottom() - height, 9 if harmful else 6, height))
            x += 13


def local(date: str | None, otherwise: str) -> str:
    """A date of the history in this computer's time zone, to the minute."""
    return otherwise if date is None else f"{datetime.fromisoformat(date).astimezone():%Y-%m-%d %H:%M}"


def _by_harm(flags: Mapping[str, int]) -> list[tuple[FlagKind, int]]:
    return [(kind, flags[kind]) for kind in HARM_ORDER if kind in flags]
