"""The massage practice rig."""

__version__ = "0.1.0"
