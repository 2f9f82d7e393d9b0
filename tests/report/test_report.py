from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest

from rig.analysis.findings import Hold, Rhythm
from rig.pad import load_pad
from rig.report.html import report_html
from rig.report.report import (
    GapEntry,
    RecordingFacts,
    Report,
    read_report,
    report_json,
    report_of,
)
from rig.technique.flags import Flag
from rig.technique.tally import Outcome, StepResult
from tests.technique.script import stroke

PAD = load_pad("back-144")
FACTS = RecordingFacts("recordings/a <b>.mcap", 61.25, 12_000, 250, 3, [GapEntry(5.0, 6.25)])
FLAG = Flag("spine-pressure", 3.0, 4.5, "relieving.2", "centre", 0.0, 120.0, 8.5, 2.0, "N", "relieving, closing notes")

FIELDS = {
    "": {"schema", "recording", "contacts_s", "strokes", "rhythm", "holds", "flags", "steps", "score"},
    "recording": {"path", "duration_s", "frames", "lost_frames", "damaged_frames", "gaps"},
    "gaps": {"t0", "t1"},
    "strokes": {
        *("t0", "t1", "kind", "direction", "side", "zone", "length_mm", "speed_cm_s", "force_mean_n", "force_peak_n"),
        *("x0_mm", "y0_mm", "x1_mm", "y1_mm", "step"),
    },
    "rhythm": {"t0", "t1", "rate_per_min", "regularity_cv", "step"},
    "holds": {"t0", "t1", "x_mm", "y_mm", "force_mean_n", "step"},
    "flags": {"kind", "t0", "t1", "step", "side", "x_mm", "y_mm", "value", "limit", "unit", "source"},
    "steps": {"id", "t0", "t1", "reps", "reps_expected", "verdict", "score", "not_judged"},
}
"""INTERFACES, "The report"."""


def report(**changes: Any) -> Report:
    step = StepResult(
        "relieving.2", 0.0, 61.25, 6, 5, "fail", 88, ["contrast: not yet"], {"loads": 0.88}, ["1 x spine-pressure"]
    )
    fields: dict[str, Any] = {
        "duration_s": 61.25,
        "contacts_s": 40.0,
        "strokes": [stroke(step="relieving.2"), stroke(direction="down", t0=7.0, t1=9.0)],
        "rhythms": [Rhythm(1.0, 30.0, 12.0, 0.1, 6, "relieving.2")],
        "holds": [Hold(1.0, 30.0, 0.0, 0.0, 5.0, 3)],
        "flags": [FLAG],
        "steps": [step],
        "score": 88,
        "routine": "relieving",
        "level": None,
        "calibrated": True,
        "conversion": "by hand",
    }
    return report_of(FACTS, Outcome(**{**fields, **changes}), ["a.mcap: was cut off"])


class TestJson:
    def test_the_fields_that_other_programs_rely_on(self) -> None:
        whole = json.loads(report_json(report()))
        assert whole["schema"] == "rig.report/1"
        assert FIELDS[""] <= set(whole)
        assert FIELDS["recording"] <= set(whole["recording"])
        assert FIELDS["gaps"] == set(whole["recording"]["gaps"][0])
        for name in ("strokes", "rhythm", "holds", "flags", "steps"):
            assert FIELDS[name] <= set(whole[name][0]), name

    def test_it_reads_back(self) -> None:
        assert read_report(report_json(report())) == report()

    def test_what_is_not_a_number_is_null(self) -> None:
        odd = msgspec.structs.replace(FLAG, y_mm=float("nan"))
        assert json.loads(report_json(report(flags=[odd])))["flags"][0]["y_mm"] is None

    def test_without_a_routine_it_says_what_is_missing(self) -> None:
        assert "without a routine" in report(routine=None, steps=[], score=None).not_judged[0]
        assert "no step was marked" in report(steps=[], score=None).not_judged[0]

    def test_without_a_calibration_it_says_so(self) -> None:
        assert any("not calibrated" in line for line in report(calibrated=False).warnings)
        assert not report(calibrated=False).calibration.calibrated
        assert not any("calibrated" in line for line in report().warnings)


class Page(HTMLParser):
    """Text, and every tag with its attributes; raises where tags do not close in order."""

    VOID = frozenset(("meta", "br"))

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


class TestHtml:
    def test_everything_a_reader_needs_is_there(self) -> None:
        page = Page(report_html(report(), PAD))
        said = re.sub(r"\s+", " ", page.text)
        for words in (
            "88 of 100",
            "1:01.2 recorded",
            "250 scans lost of 12250",
            "relieving.2",
            "6 of 5",
            "8.5 N",
            "(limit 2 N)",
            "relieving, closing notes",
            "was cut off",
            "contrast: not yet",
            "Practice feedback, not health advice",
        ):
            assert words in said, words

    def test_it_needs_no_network(self) -> None:
        html = report_html(report(), PAD)
        assert not re.search(r"https?:|src=|href=|@import|url\(", html)

    def test_names_from_outside_cannot_become_markup(self) -> None:
        page = Page(report_html(report(), PAD))
        assert "a <b>.mcap" in page.text
        assert ("b", {}) in page.tags  # its own headings
        assert "<b>.mcap" not in report_html(report(), PAD)

    def test_up_is_drawn_upward(self) -> None:
        page = Page(report_html(report(), PAD))
        lines = [a for tag, a in page.tags if tag == "line" and a.get("class") == "path"]
        assert len(lines) == 2
        # SVG's y grows downward, the pad's toward the head.
        assert float(lines[0]["y2"] or 0) < float(lines[0]["y1"] or 0)

    def test_a_flag_is_ringed_where_it_was(self) -> None:
        page = Page(report_html(report(), PAD))
        (ring,) = [a for tag, a in page.tags if tag == "circle" and a.get("class") == "place"]
        assert (float(ring["cx"] or 1), float(ring["cy"] or 0)) == (0.0, -120.0)

    def test_an_empty_session(self) -> None:
        empty = report(strokes=[], rhythms=[], holds=[], flags=[], steps=[], score=None, contacts_s=0.0)
        said = Page(report_html(empty, PAD)).text
        assert "Nothing was flagged" in said
        assert "No movement was found" in said
        assert "no score" in said

    @pytest.mark.parametrize("n", [401, 1000])
    def test_a_long_session_draws_the_latest_and_says_so(self, n: int) -> None:
        page = Page(report_html(report(strokes=[stroke(t0=float(k), t1=k + 1.0) for k in range(n)]), PAD))
        assert len([a for tag, a in page.tags if a.get("class") == "path" and tag == "line"]) == 400
        assert f"{n - 400} movements" in page.text
