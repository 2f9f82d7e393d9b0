"""Contacts, strokes, holds and rhythm from blocks of scans."""
