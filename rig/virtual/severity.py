"""How hard the virtual pad makes it: one word that scales every nuisance at once.

`real` is what makers' figures and papers give for hands and for FSR 402 class sensors; `mild` is about half of
it, `nasty` well beyond. The rule: a severity scales nuisances only, never what the hands mean to do, so the
ground truth of a scene has the same form at any severity.
"""

from __future__ import annotations

import zlib
from typing import Literal, get_args

import numpy as np

from rig.errors import InputError

Severity = Literal["mild", "real", "nasty"]

_AMOUNT: dict[str, float] = {"mild": 0.5, "real": 1.0, "nasty": 1.7}


def amount(severity: Severity) -> float:
    """The factor on every nuisance.

    Raises:
        InputError: no such severity.
    """
    if severity not in _AMOUNT:
        raise InputError(f"severity: '{severity}' is none of {', '.join(get_args(Severity))}")
    return _AMOUNT[severity]


def draws(seed: int, *purpose: str | int) -> np.random.Generator:
    """A random stream of its own for each purpose, so that adding one never shifts another.

    Strings and whole numbers name the purpose; the same seed and purpose give the same stream on any machine.
    """
    words = [zlib.crc32(p.encode()) if isinstance(p, str) else p for p in purpose]
    return np.random.default_rng(np.random.SeedSequence([seed & 0xFFFFFFFFFFFFFFFF, *words]))
