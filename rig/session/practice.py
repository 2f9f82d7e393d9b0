"""A live session: the board's blocks into the recording and through the pipeline, events out as they happen.

One thread turns the wheel: poll, alarm, record, judge, tell, cue, and work ahead until the next block. It prints and
draws nothing; whoever runs it gives a sink for the event lines. The rules: what hurts is told first, then the block is
kept, then the rest is judged, so that an alarm waits for no disk and no block is lost; other threads only ask
(`advance`), and this one acts; a recording that fails ends only itself; an unplug is an event and not an end; the
buzzer follows the spine.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING, Any, Protocol

from rig.recording.format import LINK, LOAD_RAW, PAUSE, STEP
from rig.session.cues import Cues
from rig.session.events import Event
from rig.session.promptness import promptly
from rig.technique.coach.coach import Begin

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rig.clock import Clock
    from rig.device.loads import Loads
    from rig.device.records import DeviceCounters, LinkEvent
    from rig.errors import StorageError
    from rig.frame import Block
    from rig.recording.writer import RecordingWriter
    from rig.session.coaching import Coaching
    from rig.session.cues import Sounder
    from rig.session.pipeline import Pipeline
    from rig.technique.coach.coach import Order
    from rig.technique.coach.state import Meaning
    from rig.technique.tally import Outcome

COUNT_EVERY_S = 10.0
"""How often the recording gets the device's counters, so that a crash does not lose them all."""


class Source(Protocol):
    """Where a session's blocks come from: a `Device`, or a virtual pad that is one."""

    def poll(self) -> Block | None:
        """What has come, or None after a short wait."""
        ...

    def cue(self, kind: int, duration_ms: int) -> None:
        """Buzzer and light."""
        ...

    def events(self) -> Sequence[LinkEvent]:
        """What became of the link since the last call."""
        ...

    @property
    def counters(self) -> DeviceCounters:
        """What was lost and damaged on the way, which the blocks alone do not tell."""
        ...

    @property
    def loads(self) -> Loads:
        """What the board's load cell has read, if it has one."""
        ...


class Practice:
    """One practice, from the first block to the outcome.

    Args:
        source: connected and started.
        pipeline: fresh.
        sink: gets each event line as a dict of plain values, ready for JSON; it must return quickly.
        clock: the host's.
        writer: keeps the session; None keeps nothing.
        coaching: who leads the session; None lets the marks stand as they are and `advance` move on.
        cues: whether anything is to be heard. sounder: the computer's own sound, beside the board's buzzer.
    """

    def __init__(
        self,
        source: Source,
        pipeline: Pipeline,
        sink: Callable[[dict[str, Any]], None],
        clock: Clock,
        writer: RecordingWriter | None = None,
        coaching: Coaching | None = None,
        *,
        cues: bool = True,
        sounder: Sounder | None = None,
    ) -> None:
        self.pipeline = pipeline
        self._source = source
        self._sink = sink
        self._clock = clock
        self._writer = writer
        self._cues = Cues(source.cue, clock, sounder, on=cues)
        self._coaching = coaching
        self._asked: deque[str | None] = deque()
        self._wishes: deque[Meaning] = deque()
        self._recording_error: StorageError | None = None
        self._lost: LinkEvent | None = None
        self._counted_s = clock.now_s()
        for mark in pipeline.marks:
            self._record(mark.t_us, STEP, mark.event_body())
        if coaching is not None:
            self._obey(coaching.start())

    @property
    def over(self) -> bool:
        """Whether the coach has come to the session's end."""
        return self._coaching is not None and self._coaching.over

    def run(self, duration_s: float | None = None, stopped: Callable[[], bool] = lambda: False) -> Outcome:
        """Turn until `duration_s` of host time are over, `stopped` says so or the coach is through; then finish."""
        until_s = math.inf if duration_s is None else self._clock.now_s() + duration_s
        try:
            with promptly():
                while self._clock.now_s() < until_s and not stopped() and not self.over:
                    self.turn()
            return self.finish()
        finally:
            # Whatever ends the session, what was recorded is kept whole; closing twice is harmless.
            if self._writer is not None:
                self._writer.close()

    def turn(self) -> None:
        """One poll and all that follows from it."""
        self._advance_as_asked()
        block = self._source.poll()
        for change in self._source.events():
            self._tell_link(change)
        told: list[Event] = []
        if block is not None:
            try:
                alarms = self.pipeline.look(block)
                for event in alarms:
                    self._tell(event)
            finally:
                self._keep(block)
            for event in alarms:
                self._record_flag(event)
            told = self.pipeline.follow()
            for event in told:
                self._tell(event)
                self._record_flag(event)
            told = [*alarms, *told]
        if self._coaching is not None:
            self._lead(self._coaching, told)
        if self._clock.now_s() - self._counted_s >= COUNT_EVERY_S:
            self._count()
        self._watch_recording()
        self._cues.keep()
        if block is not None:
            self.pipeline.prepare()

    def advance(self, step_id: str | None) -> None:
        """From the next turn on another step is practised; from any thread.

        Raises:
            InputError: the routine has no such step.
        """
        if step_id is not None and self.pipeline.routine is not None:
            self.pipeline.routine.step(step_id)
        self._asked.append(step_id)

    @property
    def coached(self) -> bool:
        """Whether a coach leads the session."""
        return self._coaching is not None

    def ask(self, what: Meaning) -> None:
        """Ask the coach for what a gesture on the pad asks for, from any thread; without a coach, for nothing."""
        self._wishes.append(what)

    def finish(self) -> Outcome:
        """End the session: judge what is open, silence the board, close the recording."""
        if self._lost is not None:
            gone = self._lost.gone_by(self._clock.now_s())
            self.pipeline.unseen_until(gone.t_us)
            self._record(gone.t_us, LINK, gone.body)
        for event in self.pipeline.finish():
            self._tell(event)
            self._record_flag(event)
        self._cues.silence()
        self._count()
        if self._writer is not None:
            self._writer.close()
        self._watch_recording()
        return self.pipeline.outcome

    def _advance_as_asked(self) -> None:
        while self._asked:
            step_id = self._asked.popleft()
            if self._coaching is not None and step_id is not None:
                self._obey(self._coaching.go_to(step_id, self.pipeline.t_us + 1))
            else:
                self._obey([Begin(step_id)])

    def _lead(self, coaching: Coaching, told: list[Event]) -> None:
        """Let the coach follow what the turn told and what was wished, and do what it says."""
        wishes = [self._wishes.popleft() for _ in range(len(self._wishes))]
        led = coaching.follow(self.pipeline, told, wishes)
        self._obey(led.orders)
        if led.beat is not None:
            self._cues.beat(led.beat)
        if led.state is not None:
            self._sink(Event("coach", self.pipeline.t_us, math.nan, led.state).line(self._clock.now_s()))

    def _obey(self, orders: Sequence[Order]) -> None:
        """Do what the coach says, and record it, so that the recording is judged as the session is."""
        for order in orders:
            if isinstance(order, Begin):
                mark = self.pipeline.mark(order.step, order.pacer, order.since_us)
                self._record(mark.t_us, STEP, mark.event_body())
            elif order == "rest":
                self._record(self.pipeline.rest(), PAUSE, {"state": "on"})
            elif order == "resume":
                self._record(self.pipeline.resume(), PAUSE, {"state": "off"})

    def _tell(self, event: Event) -> None:
        self._sink(event.line(self._clock.now_s()))
        if event.body.get("kind") == "spine-pressure":
            if event.kind == "flag":
                self._cues.alarm()
            elif event.kind == "flag-end":
                self._cues.silence()

    def _keep(self, block: Block) -> None:
        """Into the recording, with what the load cell read meanwhile."""
        if self._writer is not None:
            self._writer.write(block)
            for reading in self._source.loads.take():
                self._writer.metrics(reading.t_us, {LOAD_RAW: reading.raw})

    def _record_flag(self, event: Event) -> None:
        if event.kind in {"flag", "flag-end", "flag-withdrawn"}:
            self._record(event.t_us, event.kind, event.body)

    def _tell_link(self, event: LinkEvent) -> None:
        body = event.body
        self._sink(Event("link", event.t_us, event.host_s, body).line(self._clock.now_s()))
        self._record(event.t_us, LINK, body)
        self._lost = None if body["state"] == "up" else event
        if body["state"] == "up":
            self._cues.link_is_back()

    def _record(self, t_us: int, kind: str, body: dict[str, Any]) -> None:
        if self._writer is not None:
            self._writer.event(t_us, kind, body)

    def _count(self) -> None:
        self._counted_s = self._clock.now_s()
        if self._writer is not None:
            self._writer.metrics(self.pipeline.t_us, self._source.counters.metrics())

    def _watch_recording(self) -> None:
        """Tell once when the recording had to stop."""
        error = self._writer.error if self._writer is not None else None
        if error is not None and self._recording_error is None:
            self._recording_error = error
            body = {"state": "stopped", "message": str(error)}
            self._sink(Event("recording", self.pipeline.t_us, math.nan, body).line(self._clock.now_s()))
