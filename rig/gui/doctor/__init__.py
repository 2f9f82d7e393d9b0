"""The doctor in the window: which board, the examination, the pad with its faults."""
