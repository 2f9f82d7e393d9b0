"""The recording that is looked at, and a player of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rig.session.player.player import Player
from tests.session.played import recorded

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return recorded(tmp_path_factory.mktemp("played") / "a.mcap")


@pytest.fixture
def player(path: Path) -> Iterator[Player]:
    """Its background pass is done."""
    opened = Player.open(path)
    opened.survey.run()
    yield opened
    opened.close()
