"""Builds the simulator and the firmware when they are asked for, and says which package is missing when that fails.

The two Makefiles know what is up to date. The rule: a missing tool is an error with the name of its package, never a
test that is quietly left out.
"""

from __future__ import annotations

import functools
import os
import subprocess
from pathlib import Path
from typing import Final

from rig.errors import OperationError

SIM: Final = Path(__file__).parent
FIRMWARE: Final = SIM.parent
PACKAGES: Final = "build-essential gcc-avr avr-libc libsimavr-dev libelf-dev"


@functools.cache
def make(folder: Path) -> None:
    """Run make in `folder`, once a process. Raises OperationError with make's own words and the packages needed."""
    environment = {key: value for key, value in os.environ.items() if key not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}}
    try:
        done = subprocess.run(
            ["make", "-s", "-C", str(folder)], capture_output=True, text=True, check=False, env=environment
        )
    except FileNotFoundError:
        raise OperationError("make is missing: apt install build-essential") from None
    if done.returncode:
        raise OperationError(f"make -C {folder.name} failed (it needs: apt install {PACKAGES}): {done.stderr.strip()}")


def built(name: str) -> Path:
    """Path of a file in the simulator's build folder, made if need be."""
    make(SIM)
    return SIM / "build" / name


def firmware(name: str) -> Path:
    """Path of an ELF in the firmware's build folder, made if need be."""
    make(FIRMWARE)
    return FIRMWARE / "build" / name


def symbol_address(elf: Path, name: str, size: int) -> int:
    """Data address of a variable of that many bytes. Raises OperationError if there is not exactly one."""
    listing = subprocess.run(["avr-nm", "-S", str(elf)], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listing.splitlines()]
    found = [int(row[0], 16) for row in rows if len(row) == 4 and row[3] == name and int(row[1], 16) == size]
    if len(found) != 1:
        raise OperationError(f"{elf.name} has {len(found)} variables '{name}' of {size} bytes")
    return found[0] & 0xFFFF  # RAM stands at 0x800000 in the ELF
