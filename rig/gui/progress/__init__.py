"""The sessions of a workspace and what they say of each measure."""
