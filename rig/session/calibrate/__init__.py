"""One calibration, from the plan to the profile; no window and no terminal."""
