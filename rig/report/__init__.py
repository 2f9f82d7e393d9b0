"""What a session came to, as one schema."""
