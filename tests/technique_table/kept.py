"""Performances kept in a file, one JSON object a line, so that a run that was cut short goes on where it stopped.

The rule: what was measured with other code counts for nothing; each line names the code by a fingerprint.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

import rig
from tests.technique_table.performed import Seen  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from collections.abc import Iterator

_MATTERS = ("analysis", "calibration", "pads", "performance", "routines", "technique", "virtual")


class _Line(msgspec.Struct, frozen=True):
    code: str
    seen: Seen


def fingerprint() -> str:
    """What of the rig decides a performance and its judgement, as a short hash."""
    root = Path(rig.__file__).parent
    files = [f for part in _MATTERS for f in sorted((root / part).rglob("*")) if f.suffix in {".py", ".toml"}]
    files += [Path(__file__).with_name(name) for name in ("beside.py", "performed.py")]
    return hashlib.sha256(b"\0".join(f.read_bytes() for f in files)).hexdigest()[:16]


class Kept:
    """The file; `add` writes a line at once. What a pad without a calibration showed is kept apart."""

    def __init__(self, path: Path, *, nominal: bool = False) -> None:
        self._path = path
        self._code = fingerprint() + ("-nominal" if nominal else "")

    def known(self) -> Iterator[Seen]:
        """What this very code has performed before; half a line at the end is passed over."""
        for line in self._path.read_bytes().splitlines() if self._path.exists() else ():
            try:
                kept = msgspec.json.decode(line, type=_Line)
            except msgspec.MsgspecError:
                continue
            if kept.code == self._code:
                yield kept.seen

    def add(self, seen: Seen) -> None:
        """Keep one more."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(_Line(self._code, seen)) + b"\n")
