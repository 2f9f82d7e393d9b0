"""Keys as a terminal sends them: letters are meant, arrows and function keys are not."""

from __future__ import annotations

import os
import pty

import pytest

from rig.cli.keys import Keys


@pytest.mark.parametrize(
    ("sent", "understood"),
    [
        ("n", "n"),
        ("\x1b[A", ""),
        ("p\x1b[Bn", "pn"),
        ("\x1bOA", ""),
        ("\x1b[1;5D", ""),
        ("\x1b[3~q", "q"),
        ("\x1b", ""),
        ("é", "é"),
    ],
)
def test_an_arrow_is_no_letter(sent: str, understood: str, monkeypatch: pytest.MonkeyPatch) -> None:
    leader, follower = pty.openpty()
    with os.fdopen(leader, "wb", buffering=0) as terminal, os.fdopen(follower) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        with Keys() as keys:
            terminal.write(sent.encode())
            assert keys.pressed() == understood
