"""Bytes in, bytes out: a serial port, a pair in memory, a replayed stream."""
