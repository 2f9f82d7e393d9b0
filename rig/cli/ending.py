"""How a long-running command is asked to end: Ctrl-C and a polite kill set an event, a second one kills.

The rule: the first request always leaves time to close the recording and write the report.
"""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator


@contextmanager
def stop_on_interrupt(stopping: threading.Event) -> Iterator[None]:
    """While inside, SIGINT and SIGTERM set `stopping` once; after that they are what they were."""

    def ask(number: int, _frame: object) -> None:
        stopping.set()
        signal.signal(number, signal.SIG_DFL)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
