"""Reads the annotated examples at the end of firmware/PROTOCOL.md, for whoever checks an implementation against them.

The layout of a block is described there. This reader knows nothing of `rig.wire`, so that the firmware's tests and the
host's check the same bytes independently.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

PAGE = Path(__file__).parent.parent / "firmware" / "PROTOCOL.md"

Value = int | str | tuple[int, ...]


@dataclass(frozen=True)
class Row:
    """One line of bytes with what it says of them."""

    data: bytes
    comment: str


@dataclass(frozen=True)
class Example:
    """One packet, as values and as bytes.

    Attributes:
        name: what it is called. packet: the kind, such as `Hello`; `Dropped` for what a receiver must refuse.
        values: each field's value. body, crc: the rows before COBS; empty where there is nothing behind the bytes.
        wire: the bytes on the line. also: another encoding that a receiver takes but none sends, or nothing.
    """

    name: str
    packet: str
    values: dict[str, Value]
    body: tuple[Row, ...] = field(default=())
    crc: tuple[Row, ...] = field(default=())
    wire: bytes = b""
    also: bytes = b""

    @property
    def body_bytes(self) -> bytes:
        """The body without its CRC."""
        return b"".join(row.data for row in self.body)

    @property
    def crc_bytes(self) -> bytes:
        """The CRC as it follows the body."""
        return b"".join(row.data for row in self.crc)

    @property
    def from_host(self) -> bool:
        """Whether a host sends it; only for what has a body."""
        return self.body_bytes[0] >= 0x80


def examples() -> list[Example]:
    """All examples of the page, in its order; ValueError names a line that is not in the layout."""
    blocks = re.findall(r"^```wire\n(.*?)^```$", PAGE.read_text("utf-8"), flags=re.M | re.S)
    return [_example(block) for block in blocks]


def _example(block: str) -> Example:
    title, *lines = block.splitlines()
    while lines and lines[0].startswith("  ") and "=" in lines[0].split(";")[0]:
        title += lines.pop(0)
    match = re.fullmatch(r"example ([\w-]+): (\w+)((?:\s+\w+=(?:\"[^\"]*\"|\S+))*)", title)
    if match is None:
        raise ValueError(f"not an example's title: {title}")
    values = {key: _value(text) for key, text in re.findall(r"(\w+)=(\"[^\"]*\"|\S+)", match[3])}
    sections: dict[str, list[Row]] = {"body": [], "crc": [], "wire": [], "also": []}
    section = ""
    for line in lines:
        told, _, comment = line.partition(";")
        words = told.split()
        if words and words[0] in sections:
            section = words.pop(0)
        if not words or not section:
            raise ValueError(f"example {match[1]}: not a line of bytes: {line}")
        sections[section].append(Row(b"".join(_bytes(word) for word in words), comment.strip()))
    joined = {name: b"".join(row.data for row in rows) for name, rows in sections.items()}
    return Example(
        match[1], match[2], values, tuple(sections["body"]), tuple(sections["crc"]), joined["wire"], joined["also"]
    )


def _bytes(word: str) -> bytes:
    """`5A` or, for as many of them, `5A*250`."""
    byte, _, times = word.partition("*")
    if len(byte) != 2:
        raise ValueError(f"not a byte: {word}")
    return bytes.fromhex(byte) * int(times or 1)


def _value(text: str) -> Value:
    if text.startswith('"'):
        return text[1:-1]
    if "," in text or "*" in text:
        numbers: list[int] = []
        for piece in text.strip(",").split(","):
            number, _, times = piece.partition("*")
            numbers += [int(number, 0)] * int(times or 1)
        return tuple(numbers)
    return int(text, 0) if re.fullmatch(r"-?(0x[\da-fA-F]+|\d+)", text) else text
