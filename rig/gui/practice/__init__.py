"""Practise: choose, tick the checklist, practise, look at what it came to."""
