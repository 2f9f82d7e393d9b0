"""Newtons from counts."""
