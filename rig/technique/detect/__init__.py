"""Which step is practised, found from what the hands do."""
