"""`python -m firmware.sim`: the real firmware as a serial port, for any program that talks to one.

The rule: it prints the port's path and nothing else, and ends with Ctrl-C.
"""

from __future__ import annotations

import argparse
import sys
import threading
from pathlib import Path

from firmware.sim.boards import ATMEGA328P, MEGA2560, MEGA2560_FULL
from firmware.sim.paced import PacedBoard
from rig.errors import RigError

BOARDS = {"mega2560": MEGA2560, "mega2560-256": MEGA2560_FULL, "atmega328p": ATMEGA328P}


def main() -> int:
    """Serve one board until interrupted; 1 if it cannot be built or started."""
    arguments = argparse.ArgumentParser(prog="python -m firmware.sim", description=__doc__.partition("\n")[0])
    arguments.add_argument("--board", choices=BOARDS, default="mega2560")
    arguments.add_argument("--link", type=Path, help="a path that shall lead to the port")
    chosen = arguments.parse_args()
    try:
        with PacedBoard(BOARDS[chosen.board], link=chosen.link) as board:
            print(board.port, flush=True)
            threading.Event().wait()
    except RigError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
