"""What holds for all tests."""

from __future__ import annotations

import signal

from hypothesis import settings

# A busy computer is slow now and then; that is no failure of what is tested.
settings.register_profile("rig", deadline=None)
settings.load_profile("rig")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Whoever runs the tests in the background has told them to ignore it, and so the programs that they interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)
