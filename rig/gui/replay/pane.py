"""One recording at one moment: the back, and beside it the step, what is wrong, force, spine, rate and the flags.

The rule: what is shown is what live showed; where that is not certain yet, the pane says "settling", and where a moment
has no counterpart in this recording, it says that and shows nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QToolTip, QVBoxLayout, QWidget

from rig.gui.back_picture import BackPicture
from rig.gui.flag_texts import FLAG_NAMES, flag_figures, flag_words
from rig.gui.replay.layers import Tiles, Trails
from rig.gui.replay.moment import Moment, MomentPanel
from rig.gui.theme import SPACE
from rig.gui.time_scale import clock_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.gui.theme import Theme
    from rig.gui.words import Words
    from rig.session.player.player import Player
    from rig.session.player.seek import Shown
    from rig.technique.flags import Flag


_ROOMY_PX = 280
"""From this height on there is a list of flags."""


class ReplayPane(QWidget):
    """Shows one player's moments.

    Signals:
        sought(int): a flag of the list was chosen: its device time. hid(): another channel is hidden or shown.
    """

    sought = Signal(int)
    hid = Signal()

    def __init__(self, player: Player, theme: Theme, words: Words) -> None:
        super().__init__()
        self.player = player
        self._words, self._say = words, words.say
        self._trails, self.tiles = Trails(), Tiles(player.pad)
        self._raw = False
        self._shown: Shown | None = None
        self._listed: Sequence[Flag] = ()
        self._about = ""
        self.back = BackPicture(player.pad, theme, over=(self.tiles, self._trails), say=words.say)
        self.back.setMinimumSize(150, 180)
        self.back.setMouseTracking(True)
        self.back.installEventFilter(self)
        self.panel = MomentPanel(theme)
        self.flags = QListWidget()
        self.flags.setAccessibleName(self._say("Flags"))
        self.flags.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.flags.setWordWrap(True)
        self.flags.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.flags.setMinimumHeight(40)
        self.flags.itemActivated.connect(self._go_to_listed)
        self.flags.itemClicked.connect(self._go_to_listed)
        beside = QVBoxLayout()
        beside.setSpacing(SPACE)
        beside.addWidget(self.panel, 5)
        beside.addWidget(self.flags, 2)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * SPACE)
        row.addWidget(self.back, 1)
        row.addLayout(beside, 1)
        self.say_about()

    def say_about(self) -> None:
        """What recording this is, and by what it is judged."""
        recording, player = self.player.recording, self.player
        routine = self._words.told(player.routine.title) if player.routine is not None else self._say("no routine")
        level = self._say(player.level.capitalize()) if player.level else ""
        facts = [clock_text(player.last_us - player.first_us), routine, level, player.pad.name]
        if recording.lost_frames:
            facts.append(self._say("{lost} frames lost", lost=recording.lost_frames))
        self._about = "  ·  ".join(fact for fact in facts if fact)
        outcome = player.survey.outcome
        self.panel.setToolTip(
            str(recording.path) if outcome is None else f"{recording.path}\n{self._words.told(outcome.conversion)}"
        )

    def show_raw(self, raw: bool) -> None:
        """Write the raw counts on their tiles, or not."""
        self._raw = raw
        self._draw()

    def hide_channels(self, hidden: frozenset[int]) -> None:
        """Show these channels no more; they are judged all the same."""
        self.tiles.hidden = hidden
        self._draw()

    def show_at(self, t_us: int | None, *, over: bool = False) -> None:
        """The moment `t_us`; None where this recording has none, `over` where it had ended by then.

        Raises:
            StorageError: the file has changed since it was opened.
        """
        self._shown = None if t_us is None else self.player.see(t_us)
        self._draw()
        self._tell(over=over)

    def list_flags(self) -> None:
        """The flags in the list, where there are others than before."""
        flags = self.player.flags
        if len(flags) == len(self._listed) and list(flags) == list(self._listed):
            return
        self._listed = list(flags)
        row = self.flags.currentRow()
        self.flags.clear()
        for flag in self._listed:
            figures = flag_figures(self._words, flag)
            self.flags.addItem(f"{clock_text(flag.t0 * 1e6, 1)}  {self._say(FLAG_NAMES[flag.kind])}")
            self.flags.item(self.flags.count() - 1).setToolTip(
                "\n".join(part for part in (flag_words(self._words, flag), figures, flag.source) if part)
            )
        self.flags.setCurrentRow(row)

    def resizeEvent(self, _event: object) -> None:  # noqa: N802 - Qt's name
        """In a low pane the moment needs the room more than the list does."""
        self.flags.setVisible(self.height() >= _ROOMY_PX)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """A click on a tile hides its channel or shows it again; the pointer says what it is."""
        if watched is self.back and isinstance(event, QMouseEvent):
            if event.type() == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
                channel = self._channel_at(event.position())
                if channel is not None:
                    self.hide_channels(self.tiles.hidden ^ {channel})
                    self.hid.emit()
                    return True
        elif watched is self.back and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._said_of_tile(QPointF(event.pos())), self.back)
            return True
        return super().eventFilter(watched, event)

    def _channel_at(self, point: QPointF) -> int | None:
        return self.tiles.channel_at(*self.back.place(point))

    def _said_of_tile(self, point: QPointF) -> str:
        channel = self._channel_at(point)
        if channel is None or self._shown is None or self._shown.counts is None:
            return ""
        if channel in self.tiles.hidden:
            return self._say("Channel {channel}: hidden; click to show it", channel=channel)
        return self._say(
            "Channel {channel}: {force} N, {counts} counts; click to hide it",
            channel=channel,
            force=f"{self._shown.picture.force_n[channel]:.2f}",
            counts=int(self._shown.counts[channel]),
        )

    def _draw(self) -> None:
        shown = self._shown
        if shown is None:
            self._trails.by_contact, self.tiles.counts = {}, None
            self.back.show_now(np.zeros(self.player.pad.n_channels))
            return
        force_n = shown.picture.force_n
        if self.tiles.hidden:
            force_n = force_n.copy()
            force_n[sorted(self.tiles.hidden)] = 0.0
        # The back's own trails follow pictures; these follow device time.
        self.back.forget_trails()
        if self._raw:
            self._trails.by_contact, self.tiles.counts = {}, shown.counts
            self.back.show_now(force_n)
            return
        table = shown.picture.contacts
        contacts = list(
            zip(table.contact.tolist(), table.x_mm.tolist(), table.y_mm.tolist(), table.force_n.tolist(), strict=True)
        )
        self._trails.by_contact, self.tiles.counts = shown.trails, None
        self.back.show_now(force_n, contacts, self._alarm_mm(shown.t_us))

    def _alarm_mm(self, t_us: int) -> float | None:
        there = self.player.flags_at(t_us)
        return there[0].y_mm if there and there[0].kind == "spine-pressure" else None

    def _tell(self, *, over: bool) -> None:
        shown, say, name = self._shown, self._say, self.player.recording.path.name
        if shown is None:
            self.panel.show_now(Moment(name, self._about, flag=say("Not practised in this recording")))
            return
        flags, picture = self.player.flags_at(shown.t_us), shown.picture
        rate = self.player.rate_at(shown.t_us)
        force = f"{picture.force_n.sum():.0f} N"
        moment = Moment(
            name,
            self._about,
            self._titled(self.player.step_at(shown.t_us)),
            flag_words(self._words, flags[0]) if flags else self._unflagged(shown.t_us),
            flag_figures(self._words, flags[0]) if flags else "",
            wrong=bool(flags),
            force=self._words.told(f"at least {force}") if picture.at_least else force,
            force_of=say("all hands together"),
            spine=say("{force} N on the spine", force=f"{picture.spine_n:.1f}"),
            rate=say("no beat") if rate is None else say("{rate} strokes/min", rate=f"{rate:.0f}"),
            doubts="  ".join(self._doubts(shown, over=over)),
        )
        self.panel.show_now(moment)

    def _unflagged(self, t_us: int) -> str:
        """Nothing is said to be right before it has been judged."""
        judged = self.player.is_judged(t_us)
        return self._say("Nothing flagged here") if judged else self._say("Not judged yet")

    def _doubts(self, shown: Shown, *, over: bool) -> list[str]:
        say, said = self._say, []
        if over:
            said.append(say("It had ended by then."))
        if not shown.exact:
            said.append(say("Settling: the sensors' history is not known yet."))
        if self.player.estimated:
            said.append(say("Uncalibrated: forces are estimates."))
        elif not shown.picture.calibrated:
            said.append(say("Forces are relative, not newtons."))
        if len(self.tiles.hidden) == 1:
            said.append(say("One channel hidden; it is judged all the same."))
        elif self.tiles.hidden:
            said.append(say("{count} channels hidden; they are judged all the same.", count=len(self.tiles.hidden)))
        return said

    def _titled(self, step: str | None) -> str:
        if step is None:
            return self._say("No step")
        routine = self.player.routine
        titles = (s.title for s in routine.steps if s.id == step) if routine is not None else ()
        found = next(iter(titles), None)
        return step if found is None else self._words.told(found)

    def _go_to_listed(self) -> None:
        row = self.flags.currentRow()
        if 0 <= row < len(self._listed):
            self.sought.emit(-int(-self._listed[row].t0 * 1e6 // 1))
