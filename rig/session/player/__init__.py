"""A recording that is looked at: moments, overview, tables, and judging it again."""
