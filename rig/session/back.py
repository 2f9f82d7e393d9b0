"""Moved to `rig.back`, below reports and sessions alike; this name lasts until its last reader has followed."""

from __future__ import annotations

from rig.back import FULL_COLOUR_N, LANDMARKS_MM, LEFT_OUTLINE_MM, Surface, colour_table, extent_mm, outline_mm

__all__ = ["FULL_COLOUR_N", "LANDMARKS_MM", "LEFT_OUTLINE_MM", "Surface", "colour_table", "extent_mm", "outline_mm"]
