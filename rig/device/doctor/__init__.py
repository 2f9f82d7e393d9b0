"""What is wrong with a board, its line and its soldering, found by looking at what it sends."""
