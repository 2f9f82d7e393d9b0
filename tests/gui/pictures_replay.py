"""The pictures of the replay and the progress view, made from real virtual sessions; `tests.pictures` calls them.

The sessions are performed once into a workspace, and are the same each time.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtTest import QTest

from rig.gui.progress.view import ProgressView
from rig.gui.replay.judge import JudgeDialog
from rig.gui.replay.view import ReplayView
from rig.pad import load_pad, pad_text
from rig.performance.perform import perform
from rig.recording.format import STEP, Header
from rig.recording.writer import RecordingWriter
from rig.technique.routine.loading import load_routine, routine_text, standalone_text
from rig.virtual.virtual_pad import VirtualPad
from tests.gui.picturing import pictured, window_of

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Literal

    from rig.gui.replay.page import ReplayPage
    from rig.workspace import Workspace

PAD, ROUTINE = "back-144", "backpain"
FIRST_DAY_S, DAY_S = 1_788_339_600, 86_400
"""The first session is of 2 September 2026, nine o'clock in Greenwich; the others follow on other days."""

SESSIONS: tuple[tuple[int, tuple[str, ...], str | None], ...] = (
    (0, ("backpain.1",), "spine-pressure"),
    (1, ("backpain.1", "backpain.2"), "too-fast"),
    (3, ("backpain.1", "backpain.2"), "wrong-direction"),
    (6, ("backpain.1", "backpain.2"), "too-hard"),
    (8, ("backpain.1", "backpain.2"), None),
    (13, ("backpain.2", "backpain.3"), "irregular"),
    (15, ("backpain.1", "backpain.2"), "spine-pressure"),
)
"""Day, steps and fault of each."""

LONGEST_MS = 60_000


def performed(folder: Path) -> list[Path]:
    """The sessions' recordings in `folder`, made where they are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    layout = load_pad(PAD)
    routine = load_routine(ROUTINE, layout)
    text = standalone_text(routine_text(ROUTINE)[0], routine)
    found = []
    for seed, (day, steps, fault) in enumerate(SESSIONS, 1):
        path = folder / f"session-{seed}.mcap"
        found.append(path)
        if path.exists():
            continue
        scene = perform(VirtualPad.drawn(layout, seed), routine, steps, fault, seed=seed)
        header = Header(pad=pad_text(PAD), routine=text, started_s=float(FIRST_DAY_S + day * DAY_S))
        with RecordingWriter(path, header) as writer:
            for span in scene.steps:
                writer.event(round(span.t0 * 1e6), STEP, {"step": span.step})
            for block in scene.blocks(1_000):
                writer.write(block)
    return found


def replay_pictures(
    home: Workspace,
    into: Path,
    scheme: Literal["light", "dark"] = "dark",
    size: tuple[int, int] = (1280, 800),
    language: str = "en",
) -> list[Path]:
    """One recording at a flag, the same with raw counts, two side by side, the choice, judging again."""
    paths = performed(home.recordings)
    window = window_of(home, scheme, size, language)
    window.go("replay")
    view = window.view
    assert isinstance(view, ReplayView)
    made = [pictured(window, into / "replay-choice.png")]
    view.open(paths[-1])
    page = _ready(view)
    spine = next(flag for flag in page.player.flags if flag.kind == "spine-pressure")
    page.head.loop(round((spine.t0 - 5) * 1e6), round((spine.t0 + 6) * 1e6))
    page.seek(round((spine.t0 + 0.4) * 1e6))
    made.append(pictured(window, into / "replay.png"))
    page.do("raw")
    page.panes[0].hide_channels(frozenset({40, 41}))
    made.append(pictured(window, into / "replay-raw.png"))
    page.do("raw")
    page.do("show-all")
    view.open_beside(paths[4])
    _ready(view)
    made.append(pictured(window, into / "replay-beside.png"))
    dialog = JudgeDialog(page.player, home, view.words, view)
    dialog.show()
    made.append(pictured(dialog, into / "replay-judge.png"))
    dialog.close()
    window.close()
    return made


def progress_pictures(
    home: Workspace,
    into: Path,
    scheme: Literal["light", "dark"] = "dark",
    size: tuple[int, int] = (1280, 800),
    language: str = "en",
) -> list[Path]:
    """The sessions, the measures of a step, the advice."""
    performed(home.recordings)
    window = window_of(home, scheme, size, language)
    window.go("progress")
    view = window.view
    assert isinstance(view, ProgressView)
    waited_ms = 0
    while view.gathering and waited_ms < LONGEST_MS:
        QTest.qWait(50)
        waited_ms += 50
    view.look()
    made = [pictured(window, into / "progress.png")]
    window.close()
    return made


def _ready(view: ReplayView) -> ReplayPage:
    """The view's page, once its background passes are done."""
    page = view.page
    assert page is not None
    players = [page.player] + ([page.other] if page.other is not None else [])
    waited_ms = 0
    while any(player.survey.running for player in players) and waited_ms < LONGEST_MS:
        QTest.qWait(20)
        waited_ms += 20
    page.look()
    return page
