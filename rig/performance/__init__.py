"""Virtual hands that do a documented step, rightly or with one of its faults."""
