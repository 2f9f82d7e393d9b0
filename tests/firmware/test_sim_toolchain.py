"""A missing tool is an error that names its package; nothing is skipped."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from firmware.sim.boards import MEGA2560
from firmware.sim.toolchain import SIM, make, symbol_address
from rig.errors import OperationError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("missing", "package"),
    [
        ("CC=no-such-compiler", "build-essential"),
        ("SIMAVR=/no/such/folder", "libsimavr-dev"),
        ("AVR_GCC=no-such-compiler", "gcc-avr avr-libc"),
    ],
)
def test_the_makefile_names_the_package(tmp_path: Path, missing: str, package: str) -> None:
    done = subprocess.run(
        ["make", "-C", str(SIM), f"BUILD={tmp_path / 'build'}", missing], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert f"apt install {package}" in done.stderr


def test_a_failed_build_is_an_error_with_what_make_said(tmp_path: Path) -> None:
    tmp_path.joinpath("Makefile").write_text("all:\n\t@echo no luck today >&2; exit 1\n")
    with pytest.raises(OperationError, match=r"apt install .*gcc-avr.*no luck today"):
        make(tmp_path)


def test_nothing_in_the_package_uses_the_simulated_board() -> None:
    """It links a GPL library; the rig is MIT, and works without it."""
    modules = (SIM.parent.parent / "rig").rglob("*.py")
    users = [str(path) for path in modules if re.search(r"^\s*(from|import) firmware\b", path.read_text("utf-8"), re.M)]
    assert not users


@pytest.mark.firmware
def test_a_variable_that_the_firmware_has_not_is_an_error() -> None:
    with pytest.raises(OperationError, match=r"rig-mega2560\.elf has 0 variables 'no_such_thing' of 2 bytes"):
        symbol_address(MEGA2560.elf, "no_such_thing", 2)
