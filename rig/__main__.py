"""`python -m rig` is the command `rig`."""

from __future__ import annotations

import sys

from rig.cli import main

sys.exit(main())
