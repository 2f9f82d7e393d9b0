"""A practice in a thread of its own, for screens that only look at it.

The thread owns device, recording and pipeline; a screen reads `screen` and `picture()` whenever it likes. The rule:
nothing here ever waits for a screen, so a window that stalls costs no frame and silences no alarm.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from rig.session.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from rig.session.practice import Practice
    from rig.technique.tally import Outcome

Contacts = list[tuple[int, float, float, float]]


class RunningPractice:
    """Runs a practice until its time is over, somebody stops it, or it fails.

    Args:
        make: builds the practice around the sink that it is given; called at once.
        calibrated: whether forces are newtons to be trusted.
        doubt: what to say of them beside that; empty for the usual words.
        listener: gets each event line too; it must return quickly.

    Attributes:
        screen: what to show. outcome: what the session came to, once it has ended well.
        error: why it ended, if it did not end well.
    """

    def __init__(
        self,
        make: Callable[[Callable[[dict[str, Any]], None]], Practice],
        *,
        calibrated: bool,
        doubt: str = "",
        listener: Callable[[Mapping[str, Any]], None] | None = None,
    ) -> None:
        self.screen = Screen(calibrated=calibrated, doubt=doubt)
        self.outcome: Outcome | None = None
        self.error: Exception | None = None
        self._listener = listener
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._asked: str | None = None
        self._practice = make(self._take)
        self._thread: threading.Thread | None = None

    def start(self, duration_s: float | None) -> None:
        """Begin; `duration_s` of host time, or until `stop`."""
        self._thread = threading.Thread(target=self._run, args=(duration_s,), name="practice", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask the session to end; returns at once."""
        self._stopping.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end, at most `seconds`; True when it is over."""
        if self._thread is None:
            return True
        self._thread.join(seconds)
        return not self._thread.is_alive()

    @property
    def step(self) -> str | None:
        """The step practised now."""
        return self._practice.pipeline.step

    def advance(self, step_id: str | None) -> None:
        """Practise another step from the next scan on.

        Raises:
            InputError: the routine has no such step.
        """
        self._practice.advance(step_id)
        self._asked = step_id

    def next_step(self) -> None:
        """Go on to the next step, as a gesture does; a coached session ends behind the last one.

        While the checklist waits to be ticked, this ticks it. Without a routine there is no next step.
        """
        if self._practice.coached:
            self._practice.ask("next")
            return
        routine = self._practice.pipeline.routine
        ids = [step.id for step in routine.steps] if routine is not None else []
        # The step asked for last, since the session may not have come to it yet.
        now = self._asked if self._asked is not None else self.step
        if now in ids[:-1]:
            self.advance(ids[ids.index(now) + 1])

    def again(self) -> None:
        """Begin the step at work anew; only a coached session can."""
        self._practice.ask("again")

    def pause(self) -> None:
        """Rest, with nothing judged, or go on; only a coached session can."""
        self._practice.ask("pause")

    def picture(self) -> tuple[NDArray[np.float64], Contacts, float | None]:
        """Forces a tile (N), contacts (number, x, y in mm, force in N), and where the spine is pressed, or None."""
        picture = self._practice.pipeline.analysis.picture
        with self._lock:
            self.screen.now(self._practice.pipeline.t_us / 1e6)
            self.screen.force_n = float(picture.contacts.force_n.max(initial=0.0))
            self.screen.at_least = picture.at_least
            flag = self.screen.flag
        table = picture.contacts
        contacts = list(
            zip(table.contact.tolist(), table.x_mm.tolist(), table.y_mm.tolist(), table.force_n.tolist(), strict=True)
        )
        alarm = flag["y_mm"] if flag is not None and flag["kind"] == "spine-pressure" else None
        return picture.force_n, contacts, alarm

    def _run(self, duration_s: float | None) -> None:
        try:
            self.outcome = self._practice.run(duration_s, self._stopping.is_set)
        except Exception as error:  # Nothing may end in a thread unseen: whoever waits raises it.
            self.error = error
            self.screen.link = str(error)
        finally:
            self.screen.ended = True

    def _take(self, line: dict[str, Any]) -> None:
        with self._lock:
            self.screen.take(line)
        if self._listener is not None:
            self._listener(line)
