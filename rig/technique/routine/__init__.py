"""Routines as data: read, checked, and said."""
