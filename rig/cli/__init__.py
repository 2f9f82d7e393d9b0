"""The command line: the only place besides the windows that prints or parses arguments.

`main` is the command `rig`. The rule that every command keeps: results on stdout (with `--json -` nothing but
JSON), one clear line on stderr for an error, and exit 0 for success, 2 for bad arguments or input, 1 for failure.
"""

from __future__ import annotations

from rig.cli.app import main

__all__ = ["main"]
