"""A board as a source of blocks: found, identified, followed through unplugs, examined."""
