"""Channels as people write them: `3, 7-9`."""

from __future__ import annotations

import re

from rig.errors import InputError


def channels_in(text: str, n_channels: int) -> frozenset[int]:
    """The channels that a text names, single ones and ranges; none for an empty text.

    Raises:
        InputError: what is neither a number nor a range, and channels that the pad has not.
    """
    found: set[int] = set()
    for part in filter(None, re.split(r"[,;\s]+", re.sub(r"\s*-\s*", "-", text.strip()))):
        ends = re.fullmatch(r"(\d+)(?:-(\d+))?", part)
        if ends is None:
            raise InputError(f"'{part}' is no channel; write them as 3, 7-9")
        first = int(ends[1])
        last = int(ends[2] or first)
        if not first <= last < n_channels:
            raise InputError(f"'{part}': channels go from 0 to {n_channels - 1}, a range from low to high")
        found.update(range(first, last + 1))
    return frozenset(found)
