"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# A busy computer is slow now and then; that is no failure of what is tested.
settings.register_profile("rig", deadline=None)
settings.load_profile("rig")
