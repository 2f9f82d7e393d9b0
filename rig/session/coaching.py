"""The coach in a live session: it hears the events, sees the hands, and what it orders is done and recorded."""

from __future__ import annotations


class Coaching:
    """Leads one session."""
