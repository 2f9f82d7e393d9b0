"""The page through the command, from a performance to the file that people keep."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from rig.cli import main
from rig.report.groups import clock
from tests.report.page import Page

if TYPE_CHECKING:
    from pathlib import Path


Report = dict[str, list[dict[str, object]]]


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vibration with a thumb on the spine."""
    path = tmp_path_factory.mktemp("recordings") / "a.mcap"
    assert main(["perform", "backpain.4", "--fault", "spine-pressure", "-o", str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def analysed(recording: Path) -> tuple[Page, Report]:
    """Its page and its JSON."""
    page, report = recording.with_name("a.html"), recording.with_name("a.json")
    assert main(["analyze", str(recording), "--html", str(page), "--json", str(report)]) == 0
    return Page(page.read_text("utf-8")), json.loads(report.read_bytes())


def test_the_routine_s_words_and_the_report_s_figures(analysed: tuple[Page, Report]) -> None:
    page, report = analysed
    (step,) = report["steps"]
    assert "Back pain massage" in page.text
    assert f"{report['score']} of 100" in page.text
    assert f"backpain.4 Vibration 0:00.0 to {clock(float(str(step['t1'])))}" in page.text
    assert report["flags"]
    for flag in report["flags"]:
        assert any(str(flag["source"]) in row for row in page.rows)


def test_what_was_gathered_on_the_way_is_drawn(analysed: tuple[Page, Report]) -> None:
    page, _ = analysed
    # The mean and the peak, each for paper and for a dark screen.
    assert len([tag for tag, _ in page.tags if tag == "image"]) == 4
    assert len(page.paths("area")) == 1
    assert len(page.paths("spine")) == 1
    # The band of vibration that the step asks for.
    assert len([tag for tag, attrs in page.tags if tag == "rect" and attrs.get("class") == "band"]) == 1


@pytest.mark.parametrize("where", ["no/such/folder.html", "."])
def test_a_page_that_cannot_be_written(recording: Path, where: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", str(recording), "--html", str(recording.parent / where)]) == 1
    assert "cannot be written" in capfd.readouterr().err
