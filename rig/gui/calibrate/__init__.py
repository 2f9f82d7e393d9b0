"""The guided calibration in the window."""
