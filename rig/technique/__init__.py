"""The documented technique as data, and the judging against it."""
