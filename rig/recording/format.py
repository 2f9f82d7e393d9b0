"""What a recording holds and what it is called in the file.

A recording is an MCAP file (https://mcap.dev/spec) without chunks. In the order written:

    metadata    `rig.recording`: format version, software, start, board hello and session details, each as text
    attachments `pad.toml`, and where they exist `profile` and `routine.toml`: what the frames mean
    messages    /frames    up to 50 frames, at most 0.25 s (the coding: `rig.recording.block_code`)
                /overview  one a block: the sum of all counts, so that any MCAP viewer has a curve to draw
                /events    what happened: step begun, flag, link lost ...
                /gaps      each stretch of lost frames
                /metrics   numbers about the session that are not in the frames
                all but /frames are JSON with a JSON schema in the file
    metadata    `rig.totals`: frames and lost frames of the whole; like all below only where the recording was closed
    DataEnd, summary, footer

A viewer such as Foxglove opens the file as it is (it reads files without an index up to 1 GB, some 20 hours): plot
`/overview.sum_counts` for the strokes, follow `/events`, `/gaps` and `/metrics` as messages. Of /frames it reports that
it does not know the encoding.

Every message carries in `sequence` the CRC-32 of all its other bytes (`message_crc`), attachments have MCAP's own, the
metadata have the entry `crc32` (over the lines `key=value` of the others, sorted), so that every part can be trusted by
itself. `log_time` is the start's date plus device time, in nanoseconds. The rule: this module alone names things in the
file, and what a name means never changes within a format version.
"""

from __future__ import annotations

import struct
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import numpy as np
from msgspec import Meta

import rig
from rig.errors import InputError

if TYPE_CHECKING:
    from rig.frame import Block

FORMAT_VERSION = 1
"""Raised when an older reader would misread a file; such files are refused by name."""

MCAP_PROFILE = "rig.recording"

METADATA, TOTALS = "rig.recording", "rig.totals"
PAD, PROFILE, ROUTINE = "pad.toml", "profile", "routine.toml"
FRAMES, OVERVIEW, EVENTS, GAPS, METRICS = "/frames", "/overview", "/events", "/gaps", "/metrics"

CHANNEL_IDS = {FRAMES: 1, OVERVIEW: 2, EVENTS: 3, GAPS: 4, METRICS: 5}
"""The MCAP channel of each topic: fixed, so that messages keep their meaning where the file's own list is damaged."""

STEP = "step"
"""The kind of event that begins a step of a routine; its body is `{"step": the step's id}`."""

PAUSE = "pause"
"""The kind of event that begins a pause, with the body `{"state": "on"}`, or ends it, with "off"."""

GESTURES = "gestures"
"""Where a recording's session details keep whether hands on the pad's corners spoke to a coach."""

LEVEL = "level"
"""Where a recording's session details keep the routine's level that was practised, if it was not the routine's own."""

VERDICT = "verdict"
"""Where a recording's session details keep what the day's check said of its profile."""

LINK, GONE = "link", "gone"
"""The kind of event that says what became of the link to the board, and its `what` at the end of a session whose board
was lost and did not come back."""

DAMAGED_PACKETS = "damaged_packets"
"""The metric that counts, since the session's start, the packets that the wire damaged so that they were dropped."""

LOAD_RAW = "load_raw"
"""The metric that is one reading of the board's load cell: 24 bits as they came, at the moment they were ready."""

_MESSAGE_START = struct.Struct("<HQQ")

_TimeUs = Annotated[int, Meta(description="device time in microseconds from the session's first frame")]


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """What a recording says about itself.

    Attributes:
        pad: the pad file's text (TOML).
        hello: the board's hello, by field.
        profile: the calibration profile's text; None where uncalibrated.
        routine: the routine file's text (TOML); None where none was practised.
        started_s: the session's start in seconds since 1970; None lets the writer ask its clock.
        software: what wrote the recording.
        session: anything else worth keeping: where frames came from, who practised, at which level.
    """

    pad: str
    hello: dict[str, Any] = {}
    profile: str | None = None
    routine: str | None = None
    started_s: float | None = None
    software: str = f"massage-rig {rig.__version__}"
    session: dict[str, Any] = {}


class Event(msgspec.Struct, frozen=True):
    """Something that happened at a moment: a step begun, a flag raised, the link lost."""

    t_us: _TimeUs
    kind: Annotated[str, Meta(description="what happened; `step` begins the step named in the body")]
    body: Annotated[dict[str, Any], Meta(description="fields of this kind")] = {}
    again: Annotated[int, Meta(description="how many of the same went before at this moment")] = 0


class Gap(msgspec.Struct, frozen=True):
    """A stretch of lost frames between two that were received (or are readable)."""

    t0_us: _TimeUs
    t1_us: _TimeUs
    lost_frames: Annotated[int, Meta(description="how many frames are missing")]


class Metrics(msgspec.Struct, frozen=True):
    """Numbers at a moment, by name; a name carries its unit."""

    t_us: _TimeUs
    values: Annotated[dict[str, float | None], Meta(description="name to value; null is not a number")]


class Overview(msgspec.Struct, frozen=True):
    """A block of frames at a glance, for viewers that cannot unpack frames."""

    t_us: _TimeUs
    sum_counts: Annotated[float, Meta(description="ADC counts summed over all channels, mean over the block's frames")]
    max_counts: Annotated[int, Meta(description="the largest count in the block")]


class Damage(msgspec.Struct, frozen=True):
    """A range of the file that could not be read, and what that means."""

    start: int
    end: int
    what: str

    def __str__(self) -> str:
        return f"bytes {self.start} to {self.end}: {self.what}"


JSON_TOPICS: dict[str, type[msgspec.Struct]] = {OVERVIEW: Overview, EVENTS: Event, GAPS: Gap, METRICS: Metrics}


def json_schema(kind: type[msgspec.Struct]) -> bytes:
    """The JSON schema of a topic's messages, in the narrow form that MCAP viewers accept.

    Foxglove's parser wants the object at the top, not behind a `$ref`, and `properties` on every object, if empty; it
    drops the topic otherwise (foxglove/studio, packages/mcap-support/src/parseJsonSchema.ts).
    """
    _, parts = msgspec.json.schema_components([kind])
    schema = parts[kind.__name__]
    for field in schema["properties"].values():
        if field["type"] == "object":
            field["properties"] = {}
    return msgspec.json.encode({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})


def header_metadata(header: Header, n_channels: int) -> dict[str, str]:
    """The metadata entry of a header; its long texts go into attachments instead."""
    started_s = header.started_s or 0.0
    return _with_crc(
        {
            "format": str(FORMAT_VERSION),
            "software": header.software,
            "started": datetime.fromtimestamp(started_s, UTC).isoformat(),
            "started_s": repr(float(started_s)),
            "n_channels": str(n_channels),
            "hello": _json(header.hello),
            "session": _json(header.session),
        }
    )


def totals_metadata(frames: int, lost_frames: int) -> dict[str, str]:
    """The metadata entry of a recording's end, which tells what is missing where its last blocks are damaged."""
    return _with_crc({"frames": str(frames), "lost_frames": str(lost_frames)})


def metadata_is_sound(entries: dict[str, str]) -> bool:
    """Whether the entry's own check sum holds."""
    rest = {key: value for key, value in entries.items() if key != "crc32"}
    return entries.get("crc32") == _entries_crc(rest)


def read_header(entries: dict[str, str], texts: dict[str, str]) -> Header:
    """The header from sound metadata (empty where lost) and the attachments that could be read."""
    started_s = float(entries.get("started_s", "0"))
    return Header(
        pad=texts.get(PAD, ""),
        hello=msgspec.json.decode(entries.get("hello", "{}")),
        profile=texts.get(PROFILE),
        routine=texts.get(ROUTINE),
        started_s=started_s or None,
        software=entries.get("software", ""),
        session=msgspec.json.decode(entries.get("session", "{}")),
    )


def message_crc(channel_id: int, log_time_ns: int, publish_time_ns: int, data: bytes) -> int:
    """What an MCAP message of a recording carries as its sequence number."""
    return zlib.crc32(data, zlib.crc32(_MESSAGE_START.pack(channel_id, log_time_ns, publish_time_ns)))


def gaps_in(block: Block, previous_us: int) -> list[Gap]:
    """The gaps of a block whose predecessor's last frame was at `previous_us`."""
    before_us = np.concatenate(([previous_us], block.t_us[:-1]))
    return [
        Gap(int(before_us[row]), int(block.t_us[row]), int(block.lost[row])) for row in np.flatnonzero(block.lost > 0)
    ]


def check_version(version: int, where: str) -> None:
    """Refuse a recording that a later program wrote in a format that this one would misread."""
    if version > FORMAT_VERSION:
        raise InputError(
            f"{where}: a recording of format {version}; this rig reads up to format {FORMAT_VERSION}: update it"
        )


def to_json(message: msgspec.Struct) -> bytes:
    """A JSON message; numpy numbers and arrays in its fields become plain ones."""
    return msgspec.json.encode(message, enc_hook=_plain)


def _json(fields: dict[str, Any]) -> str:
    return msgspec.json.encode(fields, enc_hook=_plain).decode()


def _plain(value: object) -> object:
    tolist = getattr(value, "tolist", None)
    if tolist is None:
        raise TypeError(f"a {type(value).__name__} cannot be recorded: {value!r}")
    return tolist()


def _with_crc(entries: dict[str, str]) -> dict[str, str]:
    return {**entries, "crc32": _entries_crc(entries)}


def _entries_crc(entries: dict[str, str]) -> str:
    text = "".join(f"{key}={value}\n" for key, value in sorted(entries.items()))
    return f"{zlib.crc32(text.encode()):08x}"
