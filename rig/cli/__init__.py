"""The command line: the only place besides the windows that prints or parses arguments."""
