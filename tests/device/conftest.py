from __future__ import annotations

import pytest

from tests.device.bench import Bench


@pytest.fixture
def bench() -> Bench:
    """A connected and streaming device."""
    made = Bench()
    made.device.connect()
    made.device.start()
    return made
