from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd  # type: ignore[import-untyped]  # its types are a package of their own
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from rig.errors import InputError
from rig.frame import Block
from rig.pad import parse_pad
from rig.recording.counts_csv import STARTS_AT, export_counts, import_counts
from rig.recording.counts_rows import ROWS_AT_ONCE, read_counts, read_marks
from rig.recording.format import Header
from rig.recording.reader import Recording
from tests.recording.strip import pad_toml

if TYPE_CHECKING:
    from pathlib import Path

PAD = parse_pad(pad_toml(2), "strip")
HEADER = Header(pad=pad_toml(2))


def csv_file(folder: Path, text: str, name: str = "counts.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def frames_of(folder: Path, text: str) -> Block:
    return Block.join(list(read_counts(csv_file(folder, text), PAD)))


@given(
    steps=hnp.arrays(np.int64, st.integers(1, 60), elements=st.integers(1, 10**6)),
    first=st.integers(-(10**9), 10**15),
    data=st.data(),
)
@settings(max_examples=40)
def test_import_then_export_is_lossless(
    steps: np.ndarray, first: int, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("round")
    counts = data.draw(hnp.arrays(np.uint16, (len(steps), 2), elements=st.integers(0, 1023)))
    t_us = first + np.cumsum(steps)
    rows = "".join(f"{t / 1e6:.6f},{a},{b}\n" for t, (a, b) in zip(t_us.tolist(), counts.tolist(), strict=True))
    source = csv_file(folder, "t_s,c0,c1\n" + rows)
    import_counts(source, folder / "a.mcap", HEADER)
    recording = Recording.open(folder / "a.mcap")
    found = Block.join(list(recording.blocks()))
    np.testing.assert_array_equal(found.t_us, t_us - t_us[0], "a recording begins at 0")
    np.testing.assert_array_equal(found.counts, counts)
    assert np.isnan(found.received_s).all()
    export_counts(recording, folder / "b.csv")
    import_counts(folder / "b.csv", folder / "b.mcap", HEADER)
    again = Block.join(list(Recording.open(folder / "b.mcap").blocks()))
    np.testing.assert_array_equal(Block.join(list(read_counts(folder / "b.csv", PAD))).t_us, t_us)
    np.testing.assert_array_equal(again.counts, counts)
    np.testing.assert_array_equal(again.lost, found.lost)


def test_export_looks_like_the_file_that_was_imported(tmp_path: Path) -> None:
    text = "t_s,c0,c1\n0.0,0,1023\n0.005,1,2\n0.01,3,4\n"
    import_counts(csv_file(tmp_path, text), tmp_path / "a.mcap", HEADER)
    recording = Recording.open(tmp_path / "a.mcap")
    assert recording.header.session == {"source": "counts-csv", "file": "counts.csv", STARTS_AT: 0}
    export_counts(recording, tmp_path / "b.csv")
    assert (tmp_path / "b.csv").read_text() == text
    export_counts(recording, tmp_path / "b.parquet")
    table = pd.read_parquet(tmp_path / "b.parquet")
    assert table["c1"].dtype == np.uint16
    pd.testing.assert_frame_equal(table, pd.read_csv(tmp_path / "b.csv"), check_dtype=False)


def test_a_recording_begins_at_its_first_frame_whatever_the_file_says(tmp_path: Path) -> None:
    text = "t_s,c0,c1\n1234.5,0,1023\n1234.505,1,2\n"
    marks = tmp_path / "marks.csv"
    marks.write_text("t_s,step\n1000.0,a.1\n1234.505,a.2\n")
    import_counts(csv_file(tmp_path, text), tmp_path / "a.mcap", HEADER, marks)
    recording = Recording.open(tmp_path / "a.mcap")
    assert (recording.first_us, recording.last_us) == (0, 5_000)
    assert [(e.t_us, e.body["step"]) for e in recording.events("step")] == [(0, "a.1"), (5_000, "a.2")]
    export_counts(recording, tmp_path / "b.csv")
    assert (tmp_path / "b.csv").read_text() == text


def test_a_longer_step_counts_as_lost_frames(tmp_path: Path) -> None:
    times = [0.0, 0.01, 0.0199, 0.0301, 0.04, 0.0549, 0.08, 0.09, 1.09, 1.1, 1.11]
    block = frames_of(tmp_path, "t_s,c0,c1\n" + "".join(f"{t},1,2\n" for t in times))
    assert block.lost.tolist() == [0, 0, 0, 0, 0, 0, 2, 0, 99, 0, 0]


def test_gaps_are_found_across_the_pieces_in_which_a_file_is_read(tmp_path: Path) -> None:
    n = 2 * ROWS_AT_ONCE + 10
    t_us = np.arange(n) * 5_000
    t_us[ROWS_AT_ONCE:] += 50_000
    rows = "".join(f"{t / 1e6},{k % 1024},7\n" for k, t in enumerate(t_us.tolist()))
    block = frames_of(tmp_path, "t_s,c0,c1\n" + rows)
    assert np.flatnonzero(block.lost).tolist() == [ROWS_AT_ONCE]
    assert block.lost[ROWS_AT_ONCE] == 10
    np.testing.assert_array_equal(block.t_us, t_us)
    np.testing.assert_array_equal(block.counts[:, 0], np.arange(n) % 1024)


@pytest.mark.parametrize(
    "text",
    [
        "\ufefft_s,c0,c1\n0,1,2\n0.1,3,4\n",
        "t_s,c0,c1\r\n0,1,2\r\n0.1,3,4",
        ' t_s , "c0","c1"\n0,1,2\n\n0.1,3,4\n\n\n',
        "t_s,c0,c1\n0,1.0,2\n0.1,3e0, 4\n",
        't_s,c0,c1\n"0","1","2"\n"0.1","3","4"\n',
    ],
    ids=["byte order mark", "windows", "spaces and empty lines", "counts with a point", "quoted"],
)
def test_other_programs_ways_of_writing_csv_are_understood(text: str, tmp_path: Path) -> None:
    block = frames_of(tmp_path, text)
    assert block.t_us.tolist() == [0, 100_000]
    assert block.counts.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("\n0,1,2\n", "line 1: empty, where the header belongs"),
        ("t_s,c0,c1\n", "holds no frames, only the header"),
        ("t_s,c0\n0,1\n", "line 1: column c1 is missing (pad strip needs t_s and c0 to c1)"),
        ("t_ms,c0,c1\n0,1,2\n", "line 1: column t_s is missing"),
        ("t_s,c0,c1,c2\n0,1,2,3\n", "line 1: column c2 is too many"),
        ("t_s,c1,c0\n0,1,2\n", "line 1: the columns are not in order, or one is there twice"),
        ("t_s,c0,c1\n0,1,2\n0.1,3\n", "line 3: 2 columns instead of 3"),
        ("t_s,c0,c1\n0,1,2\n0.1,3,4,5\n", "line 3: 4 columns instead of 3"),
        ("t_s,c0,c1\n0,1,2\n\n0.1,abc,4\n", "line 4, column c0: 'abc' is not a number"),
        ("t_s,c0,c1\n0,1,2\n0.1,3,\n", "line 3, column c1: empty"),
        ("t_s,c0,c1\n0,1,nan\n", "line 2, column c1: nan is not a number"),
        ("t_s,c0,c1\n0,1,2.5\n", "line 2, column c1: 2.5 is not a whole number of counts"),
        ("t_s,c0,c1\n0,-1,2\n", "line 2, column c0: -1 is not within 0 to 1023, the range of pad strip"),
        ("t_s,c0,c1\n0,1,2\n1,1,1024\n", "line 3, column c1: 1024 is not within 0 to 1023"),
        ("t_s,c0,c1\n0,1,70000\n", "line 2, column c1: 70000 is not within"),
        ("t_s,c0,c1\nNaN,1,2\n", "line 2, column t_s: NaN is not a number"),
        ("t_s,c0,c1\n0,1,2\ninf,1,2\n", "line 3, column t_s: inf is not a number"),
        ("t_s,c0,c1\n1e300,1,2\n", "line 2, column t_s: 1e300 is not a time in seconds"),
        ("t_s,c0,c1\n0,1,2\n0.1,1,2\n0.1,1,2\n", "line 4, column t_s: 0.1 does not come after the frame before"),
        ("t_s,c0,c1\n0,1,2\n-1,1,2\n", "line 3, column t_s: -1 does not come after"),
        ("t_s,c0,c1\n0,1,2\n10,1,2\n20,1,2\n", "column t_s: rows 10 s apart; it must be in seconds, not millisec"),
        ('t_s,c0,c1\n0,"1,2\n', "line 2: 2 columns instead of 3"),
    ],
)
def test_a_bad_file_is_refused_by_line_and_column(text: str, said: str, tmp_path: Path) -> None:
    source = csv_file(tmp_path, text)
    with pytest.raises(InputError, match=re.escape(f"{source}: {said}")):
        import_counts(source, tmp_path / "a.mcap", HEADER)
    assert [path.name for path in tmp_path.iterdir()] == ["counts.csv"]


def test_a_fault_far_into_a_file_is_found_at_its_line(tmp_path: Path) -> None:
    rows = [f"{k / 200},1,2\n" for k in range(3 * ROWS_AT_ONCE)]
    rows[2 * ROWS_AT_ONCE + 5] = "99.5,1,x\n"
    with pytest.raises(InputError, match=f"line {2 * ROWS_AT_ONCE + 7}, column c1: 'x' is not a number"):
        frames_of(tmp_path, "t_s,c0,c1\n" + "".join(rows))


def test_what_is_no_text_or_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(bytes(range(256)) * 20)
    with pytest.raises(InputError, match="binary: not a text file"):
        list(read_counts(tmp_path / "binary", PAD))
    (tmp_path / "later").write_bytes(b"t_s,c0,c1\n" + b"\xff" * 9_000)
    with pytest.raises(InputError, match="later: not a text file"):
        list(read_counts(tmp_path / "later", PAD))
    with pytest.raises(InputError, match="missing: no such file"):
        list(read_counts(tmp_path / "missing", PAD))


def test_marks_become_step_events(tmp_path: Path) -> None:
    counts = csv_file(tmp_path, "t_s,c0,c1\n0,1,2\n1,3,4\n")
    marks = csv_file(tmp_path, "t_s,step\n0,effleurage-up\n0.5, kneading\n", "marks.csv")
    import_counts(counts, tmp_path / "a.mcap", HEADER, marks)
    events = list(Recording.open(tmp_path / "a.mcap").events("step"))
    assert [(event.t_us, event.body) for event in events] == [
        (0, {"step": "effleurage-up"}),
        (500_000, {"step": "kneading"}),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("t_s,name\n", "line 1: column step is missing (t_s,step is needed)"),
        ("t_s,step\n0\n", "line 2: 1 columns instead of 2"),
        ("t_s,step\nx,a\n", "line 2, column t_s: 'x' is not a number"),
        ("t_s,step\n0,\n", "line 2, column step: empty"),
        ("t_s,step\n5,a\n4,b\n", "line 3, column t_s: 4 is before the line above"),
    ],
)
def test_bad_marks_are_refused_by_line_and_column(text: str, said: str, tmp_path: Path) -> None:
    marks = csv_file(tmp_path, text, "marks.csv")
    with pytest.raises(InputError, match=re.escape(f"{marks}: {said}")):
        read_marks(marks)


def test_an_import_replaces_no_recording_and_leaves_none_that_is_not_whole(tmp_path: Path) -> None:
    good = csv_file(tmp_path, "t_s,c0,c1\n0,1,2\n")
    bad = csv_file(tmp_path, "t_s,c0,c1\n0,1,2\n0,1,2\n", "bad.csv")
    import_counts(good, tmp_path / "a.mcap", HEADER)
    before = (tmp_path / "a.mcap").read_bytes()
    with pytest.raises(InputError, match="exists already"):
        import_counts(good, tmp_path / "a.mcap", HEADER)
    assert (tmp_path / "a.mcap").read_bytes() == before
    with pytest.raises(InputError, match="does not come after"):
        import_counts(bad, tmp_path / "b.mcap", HEADER)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mcap", "bad.csv", "counts.csv"]
