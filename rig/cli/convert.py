"""`rig import` and `rig export`: the ways into a recording and out of it.

The rule: export never changes what it gives out; whatever is derived (newtons, contacts, strokes, flags) comes from the
same pipeline as a report.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

from rig.calibration.conversion import FORCE_STEP_N
from rig.calibration.nominal import NominalConversion
from rig.calibration.verdict import named
from rig.cli.output import notice
from rig.cli.pads import DEFAULT_PAD, PadOption
from rig.cli.sources import ProfileOption, open_recording, recording_conversion
from rig.cli.targets import keep_apart
from rig.pad import pad_text
from rig.recording.counts_csv import EXPORT_ROWS, export_counts, import_counts
from rig.recording.format import Header
from rig.recording.table import TableWriter, write_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import msgspec

    from rig.analysis.findings import Findings
    from rig.calibration.conversion import Conversion
    from rig.recording.reader import Recording


class What(StrEnum):
    """What an export holds."""

    COUNTS = "counts"
    NEWTONS = "newtons"
    CONTACTS = "contacts"
    STROKES = "strokes"
    FLAGS = "flags"


def import_(
    counts: Annotated[Path, typer.Argument(metavar="CSV", help="Counts: a header t_s,c0,c1,... and a row a frame.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="REC", help="The recording to write.")],
    pad: PadOption = DEFAULT_PAD,
    marks: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Steps: a header t_s,step and a row a step.")
    ] = None,
) -> None:
    """Raw counts from elsewhere into a recording."""
    import_counts(counts, output, Header(pad=pad_text(pad)), marks)
    recording = open_recording(output)
    notice(f"{output}: {recording.frames} frames, {recording.duration_s:.1f} s, {recording.lost_frames} lost")


def export(
    recording: Annotated[str, typer.Argument(metavar="REC", help="A recording.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="A file ending in .csv or .parquet.")],
    what: Annotated[What, typer.Option(help="What to give out.")] = What.COUNTS,
    profile: ProfileOption = None,
) -> None:
    """A recording as a table for other programs."""
    keep_apart("-o", output, (recording, profile))
    opened = open_recording(recording)
    if what is What.COUNTS:
        export_counts(opened, output)
        return
    conversion = recording_conversion(opened, profile)
    if isinstance(conversion, NominalConversion):
        notice(f"warning: {recording}: forces are estimates, {conversion.about}")
    if what is What.NEWTONS:
        _export_newtons(opened, conversion, output)
    elif what is What.CONTACTS:
        _export_contacts(opened, conversion, output)
    else:
        _export_entries(opened, conversion, what, output)


def _export_newtons(recording: Recording, conversion: Conversion, output: Path) -> None:
    """Forces above the unloaded reading are the analysis' business: these are the conversion's own."""
    # A profile that does not hold gives no newtons, and no program shall take them for such.
    name = "n" if conversion.calibrated or isinstance(conversion, NominalConversion) else "relative"
    names = [f"{name}{channel}" for channel in range(recording.n_channels)]
    bounds = np.zeros(recording.n_channels, np.int64)
    with TableWriter(output, ["t_s", *names]) as table:
        for block in recording.blocks(block_frames=EXPORT_ROWS):
            newtons = conversion.push(block) * FORCE_STEP_N
            table.write({"t_s": block.t_s, **dict(zip(names, newtons.T, strict=True))})
            bounds += conversion.at_least(block.counts).sum(axis=0)
    if bounds.any():
        beyond = named(np.flatnonzero(bounds).tolist())
        notice(f"warning: {recording.path}: {bounds.sum()} readings of {beyond} are lower bounds: beyond their range")


def _export_contacts(recording: Recording, conversion: Conversion, output: Path) -> None:
    from rig.analysis.analysis import Analysis
    from rig.session.batch import BATCH_FRAMES

    analysis = Analysis(recording.pad, conversion)

    def found() -> Iterator[Findings]:
        yield from map(analysis.push, recording.blocks(block_frames=BATCH_FRAMES))
        yield analysis.finish()

    columns = ("contact", "x_mm", "y_mm", "force_n", "peak_n", "width_mm", "length_mm")
    with TableWriter(output, ["t_s", *columns]) as table:
        for findings in found():
            contacts = findings.contacts
            table.write({"t_s": contacts.t_us / 1e6, **{name: getattr(contacts, name) for name in columns}})


def _export_entries(recording: Recording, conversion: Conversion, what: What, output: Path) -> None:
    from rig.analysis.findings import Stroke
    from rig.session.batch import analyse
    from rig.technique.flags import Flag

    outcome = analyse(recording, conversion=conversion)
    if what is What.STROKES:
        write_table(output, _columns(Stroke, outcome.strokes))
    else:
        write_table(output, _columns(Flag, outcome.flags))


def _columns(kind: type[msgspec.Struct], entries: Sequence[msgspec.Struct]) -> dict[str, Any]:
    """One column a field, as numbers where all are, else as objects in which None stays empty."""
    columns = {}
    for name in kind.__struct_fields__:
        values = [getattr(entry, name) for entry in entries]
        if values and all(isinstance(value, int | float) for value in values):
            columns[name] = np.array(values)
        else:
            # Filled in one by one: of tuples of one length numpy would make a table of its own.
            columns[name] = np.empty(len(values), object)
            columns[name][:] = values
    return columns
