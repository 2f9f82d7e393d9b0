"""Sessions on disk: written so that a crash costs a quarter of a second, read whatever is left."""
