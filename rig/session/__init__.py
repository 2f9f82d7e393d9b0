"""One practice, replay or batch run: the same pipeline over the same blocks."""
