"""The wire format without any I/O: PROTOCOL.md in code."""
