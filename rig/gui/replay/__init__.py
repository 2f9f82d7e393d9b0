"""Replay: one recording or two, along time and on the back."""
