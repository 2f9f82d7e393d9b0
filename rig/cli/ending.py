"""How a long-running command is asked to end: Ctrl-C, a polite kill and a closed terminal set an event, a second kills.

The rule: the first request always leaves time to close the recording and write the report.
"""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator


@contextmanager
def stop_on_interrupt(stopping: threading.Event) -> Iterator[None]:
    """While inside, SIGINT, SIGTERM and SIGHUP set `stopping` once; after that they are what they were.

    One that was to be ignored, as SIGHUP is under nohup, still is.
    """

    at_a_terminal = [descriptor for descriptor in range(3) if os.isatty(descriptor)]
    hangup = getattr(signal, "SIGHUP", None)  # Windows has none.

    def ask(number: int, _frame: object) -> None:
        stopping.set()
        signal.signal(number, signal.SIG_DFL)
        if number == hangup:
            # Nobody reads any more, and to say so would be an error: the recording and the report go on.
            nowhere = os.open(os.devnull, os.O_RDWR)
            for descriptor in at_a_terminal:
                os.dup2(nowhere, descriptor)

    numbers = [signal.SIGINT, signal.SIGTERM, *([] if hangup is None else [hangup])]
    before = {n: signal.signal(n, ask) for n in numbers if signal.getsignal(n) is not signal.SIG_IGN}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
