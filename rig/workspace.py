"""The folder that a pad's data lives in: `calibration/` for profiles and loads, `recordings/` for sessions.

Found in one order: what `--home` says, then `RIG_HOME`, then the current folder if it has a `calibration/`, else
`massage-rig` among the user's documents. The rule: looking never creates anything; only saving does.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rig.errors import InputError, StorageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rig.clock import Clock


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace folder, which may not exist yet."""

    home: Path

    @property
    def calibration(self) -> Path:
        """Where profiles and load runs are."""
        return self.home / "calibration"

    @property
    def recordings(self) -> Path:
        """Where sessions are."""
        return self.home / "recordings"

    def new_recording(self, what: str, clock: Clock) -> Path:
        """A path for a recording made now, not taken yet; makes the folder.

        Raises:
            StorageError: the folder cannot be made.
        """
        try:
            self.recordings.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"{self.recordings}: cannot be made ({error.strerror})") from error
        stem = f"{datetime.fromtimestamp(clock.date_s()):%Y-%m-%d_%H%M%S}_{re.sub(r'[^A-Za-z0-9.-]+', '-', what)}"
        path = self.recordings / f"{stem}.mcap"
        serial = 2
        while path.exists():
            path = self.recordings / f"{stem}_{serial}.mcap"
            serial += 1
        return path


def find_workspace(home: Path | None, environ: Mapping[str, str], current: Path) -> Workspace:
    """The workspace by the order in this module's head.

    Raises:
        InputError: `--home` or RIG_HOME names something that is not a folder.
    """
    for source, given in (("--home", home), ("RIG_HOME", environ.get("RIG_HOME"))):
        if given:
            try:
                path = Path(given).expanduser()
            except RuntimeError as error:
                raise InputError(f"{source}: {given}: nobody of that name has a home here") from error
            if path.exists() and not path.is_dir():
                raise InputError(f"{source}: {path} is not a folder")
            return Workspace(path)
    if (current / "calibration").is_dir():
        return Workspace(current)
    return Workspace(_documents(environ) / "massage-rig")


def _documents(environ: Mapping[str, str]) -> Path:
    """The user's documents folder, by each system's own convention."""
    try:
        home = Path.home()
    except RuntimeError as error:
        raise InputError("--home: is needed where nobody has a home folder") from error
    if sys.platform not in {"win32", "darwin"}:
        listed = Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "user-dirs.dirs"
        try:
            found = re.search(r'^XDG_DOCUMENTS_DIR="(.+)"', listed.read_text("utf-8"), re.MULTILINE)
        except OSError:
            found = None
        if found:
            return Path(os.path.expandvars(found[1].replace("$HOME", str(home))))
    return home / "Documents" if (home / "Documents").is_dir() else home
