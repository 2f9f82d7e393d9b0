from __future__ import annotations

import base64
import re
import shutil
import struct
import subprocess
import zlib
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.analysis.findings import Hold
from rig.pad import load_pad, parse_pad
from rig.report.groups import clock
from rig.report.html import report_html
from rig.report.html.flags import limit_of, steps_text, value_of
from rig.technique.flags import HARM_ORDER, Flag
from rig.technique.routine.loading import load_routine
from rig.technique.timeline import Candidate
from tests.report.page import Page
from tests.report.pages import LONG, flag, imprint, long_session, movement, renamed
from tests.report.sessions import Session, result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rig.analysis.findings import Stroke
    from rig.technique.routine.routine import Routine

PAD = load_pad("back-144")
RELIEVING = load_routine("relieving", PAD)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def page(session: Session, routine: Routine | None = None) -> Page:
    return Page(report_html(session.report(), PAD, routine))


def one_of_each() -> Iterator[tuple[str, Session, Routine | None, float]]:
    """Name, session, routine, and for how long an imprint was gathered."""
    yield "a long session", long_session(200), RELIEVING.at_level("strict"), 2100
    yield "flags of every kind", long_session(500, kinds=17), RELIEVING, 2100
    yield "long names", renamed(long_session(20), LONG), RELIEVING, 0
    yield "no routine", Session(strokes=[movement(1.0, None, 0)], routine=None), None, 60
    yield "no steps", Session(strokes=[movement(1.0, None, 0)]), RELIEVING, 60
    yield "nothing", Session(duration_s=0.0, routine=None), None, 0
    unseen = result("relieving.5", 0.0, 60.0, reps=None, score=None, verdict="not-judged", contacts_s=0.0)
    yield "a step with nothing in it", Session(steps=[unseen]), RELIEVING, 0
    yield "not calibrated", Session(calibrated=False, steps=[result("relieving.1", 0, 60)]), RELIEVING, 60


EACH = {name: (session, routine, seconds) for name, session, routine, seconds in one_of_each()}


@pytest.fixture(scope="module")
def pages(htmls: dict[str, str]) -> dict[str, Page]:
    return {name: Page(html) for name, html in htmls.items()}


@pytest.fixture(scope="module")
def htmls() -> dict[str, str]:
    return {
        name: report_html(session.report(), PAD, routine, imprint(PAD, seconds) if seconds else None)
        for name, (session, routine, seconds) in EACH.items()
    }


@pytest.mark.parametrize("name", EACH)
class TestEveryPage:
    def test_it_is_sound_and_says_what_it_is(self, pages: dict[str, Page], name: str) -> None:
        said = pages[name].text
        assert "Practice feedback, not health advice" in said
        assert EACH[name][0].about in said

    def test_it_needs_no_network(self, htmls: dict[str, str], pages: dict[str, Page], name: str) -> None:
        assert not re.search(r"https?:|//|src=|@import|url\((?!#)", re.sub(r"base64,[^\"]*", "", htmls[name]))
        links = [attrs["href"] or "" for _, attrs in pages[name].tags if "href" in attrs]
        assert all(link.startswith(("#", "data:image/png;base64,")) for link in links)

    def test_every_flag_is_listed_with_all_that_is_known_of_it(self, pages: dict[str, Page], name: str) -> None:
        report = EACH[name][0].report()
        rows = [row for row in pages[name].rows if any(f" {f.kind} " in row for f in report.flags)]
        assert len(rows) == len(report.flags)
        for f, row in zip(report.flags, rows, strict=True):
            for words in (clock(f.t0), f.kind, f.step or "", f.side, value_of(f), limit_of(f), f.source):
                assert words in row

    def test_no_figure_is_broken(self, htmls: dict[str, str], name: str) -> None:
        assert not re.search(r"\b(nan|inf|None|Undefined)\b", re.sub(r"base64,[^\"]*", "", htmls[name]))


class TestFigures:
    def test_those_of_the_report(self) -> None:
        report = long_session(40).report()
        said = page(long_session(40), RELIEVING).text
        assert f"{report.score} of 100" in said
        assert f"{clock(report.recording.duration_s)} recorded" in said
        assert f"{len(report.strokes)} movements" in said
        assert "scans lost of 12000" in said
        for step in report.steps:
            title = RELIEVING.step(step.id).title
            times = f"{clock(step.t0)} to {clock(step.t1)}, {step.reps} of {step.reps_expected} repetitions"
            assert f"{step.id} {title} {times}" in said
            assert step.verdict in said

    def test_a_step_of_which_nothing_was_seen_counts_no_repetitions(self, pages: dict[str, Page]) -> None:
        said = pages["a step with nothing in it"].text
        assert "not judged" in said
        assert "0:00.0 to 1:00.0 " in said
        assert "repetitions" not in said

    def test_what_was_not_judged_is_said_once_with_its_steps(self) -> None:
        said = page(long_session(1), RELIEVING).text
        assert said.count("knots: the hands feel them") == 1
        assert "the pad does not (steps 1 to 13)" in said

    def test_documents_that_disagree_are_said_once_with_the_steps_it_is_about(self) -> None:
        note = "the documents disagree on the spine: one allows it Coached: lightly (relieving, step 3)"
        steps = [msgspec.structs.replace(result(f"relieving.{n}", 30 * n, 30 * n + 30), notes=[note]) for n in (0, 1)]
        said = page(Session(steps=steps), None).text
        assert said.count(note) == 1
        assert f"{note} (steps 0, 1)" in said

    def test_a_step_that_was_found_says_how_sure_that_is(self) -> None:
        step = msgspec.structs.replace(
            result("relieving.1", 0, 60),
            detected=True,
            confidence=0.93,
            alternatives=(Candidate("relieving.11", 0.06),),
        )
        said = page(Session(steps=[step]), RELIEVING).text
        assert "found by what the hands did, 93 % sure, else relieving.11 6 %" in said

    def test_the_same_advice_on_several_steps_is_one(self) -> None:
        flags = [flag("spine-pressure", 5.0, "relieving.1"), flag("spine-pressure", 35.0, "relieving.2")]
        steps = [result("relieving.1", 0, 30), result("relieving.2", 30, 60)]
        said = page(Session(flags=flags, steps=steps), RELIEVING).text
        assert said.count("Keep off the spine") == 1
        assert "steps 1, 2 · Spine pressure · 2 times, at worst 8.47 N (limit 2 N)" in said

    def test_what_no_browser_should_take_for_markup(self) -> None:
        text = "<b>bold</b> & \"quoted\" 'too' <script>alert(1)</script>"
        html = report_html(renamed(long_session(3), text).report(), PAD, RELIEVING)
        assert "<script" not in html
        assert "<b>bold" not in html
        assert text in Page(html).text


class TestPictures:
    def test_up_is_drawn_upward(self) -> None:
        (way,) = page(Session(strokes=[movement(1.0, None, 0)])).paths("fine")
        (_, y0), (_, y1) = points(way)[:2]
        # SVG's y grows downward, the pad's toward the head.
        assert (y0, y1) == (-30.0, -400.0)

    def test_a_flagged_stroke_is_drawn_as_one(self) -> None:
        stroke = movement(1.0, None, 1)
        wrong = msgspec.structs.replace(flag("too-fast", 1.0, None), x_mm=stroke.x1_mm, y_mm=stroke.y1_mm)
        made = page(Session(strokes=[stroke, movement(5.0, None, 1)], flags=[wrong]))
        assert len(made.paths("bad-line")) == 1
        assert len(made.paths("fine")) == 1

    @pytest.mark.parametrize(("t0", "x_mm", "wrong"), [(1.0, -60.0, True), (1.0, 60.0, False), (8.0, -60.0, False)])
    def test_a_load_is_its_movement_s_where_and_while_it_went_there(self, t0: float, x_mm: float, wrong: bool) -> None:
        stroke = movement(1.0, None, 0)
        hard = msgspec.structs.replace(flag("too-hard", t0, None), x_mm=x_mm, y_mm=200.0)
        assert len(page(Session(strokes=[stroke], flags=[hard])).paths("bad-line")) == wrong

    def test_of_two_hands_the_nearer_one_bore_the_load(self) -> None:
        palm, thumb = (msgspec.structs.replace(movement(1.0, None, 0), x0_mm=x, x1_mm=x) for x in (-40.0, -4.0))
        pressed = msgspec.structs.replace(flag("spine-pressure", 2.0, None), x_mm=0.0, y_mm=200.0)
        made = page(Session(strokes=[palm, thumb], flags=[pressed]))
        (way,) = made.paths("bad-line")
        assert points(way)[0] == (-4.0, -30.0)

    def test_flags_are_marked_where_they_were(self) -> None:
        here = msgspec.structs.replace(flag("spine-pressure", 3.0, None), x_mm=0.0, y_mm=120.0)
        spots = page(Session(flags=[here])).paths("spot")
        # On its card and in the list.
        assert [points(spot) for spot in spots] == [[(0.0, -120.0)]] * 2

    def test_a_flag_of_no_place_says_so(self) -> None:
        made = page(Session(flags=[flag("breath", 3.0, None)]))
        assert made.paths("spot") == []
        assert "of no single place" in made.text.lower()

    def test_more_movements_than_fit_are_left_out_and_counted(self) -> None:
        strokes = [movement(float(k), None, 0) for k in range(450)]
        made = page(Session(strokes=strokes, holds=[Hold(1.0, 2.0, 0.0, 0.0, 5.0, 1)]))
        assert sum(way.count("M") for way in made.paths("fine")) == 2 * 400 + 1
        assert "The first 50 movements and holds are not drawn" in made.text

    @pytest.mark.parametrize("pad_name", ["back-144", "back-96"])
    def test_the_pressure_is_where_the_course_has_it(self, pad_name: str) -> None:
        pad = load_pad(pad_name)
        html = report_html(Session().report(), pad, None, imprint(pad, 30))
        images = [attrs for tag, attrs in Page(html).tags if tag == "image" and attrs["class"] == "day"]
        assert len(images) == 2
        shades = png_shades((images[1]["href"] or "").partition(",")[2])
        row, column = np.unravel_index(int(shades.argmax()), shades.shape)
        x_mm = float(images[1]["x"] or 0) + (column + 0.5) * float(images[1]["width"] or 0) / shades.shape[1]
        assert abs(abs(x_mm) - 60) < 30
        assert 0 <= row < shades.shape[0]

    def test_a_pad_of_another_size_and_place(self) -> None:
        text = (
            'name = "small"\nadc_bits = 10\ndivider_ohm = 1e4\nspine_x_mm = 300.0\n'
            "sensors = [{ channel = 0, x_mm = 250, y_mm = 700 }, { channel = 1, x_mm = 350, y_mm = 700 }]\n"
        )
        made = Page(report_html(Session(strokes=[movement(1.0, None, 0)]).report(), parse_pad(text, "small.toml")))
        boxes = [attrs["viewbox"] or "" for tag, attrs in made.tags if tag == "svg" and "viewbox" in attrs]
        left, top, width, _ = (float(part) for part in boxes[0].split())
        # The outline round the pad's spine line, and the sensors above its neck.
        assert left < 300 - 196
        assert left + width > 300 + 196
        assert top < -700

    def test_a_bar_stands_at_its_time_and_force(self) -> None:
        stroke = msgspec.structs.replace(movement(30.0, "relieving.1", 0), force_mean_n=10.0)
        made = page(Session(strokes=[stroke], steps=[result("relieving.1", 0, 60)]), RELIEVING)
        x, y = points(made.paths("up")[-2])[0]
        # Of a scale that ends at 30 N, since the step's band does at 20.
        assert x == 500.0
        assert y == pytest.approx(100 * (1 - 10 / 30), abs=0.1)


@pytest.mark.parametrize(
    ("ids", "words"),
    [
        ([], ""),
        (["relieving.3", None, "relieving.3"], "step 3"),
        (["relieving.4", "relieving.1", "relieving.2", "relieving.3", "relieving.9"], "steps 1 to 4, 9"),
        (["therapeutic.low", "therapeutic.2"], "steps 2, low"),
        (["backpain.1", "reflex.1"], "steps backpain.1, reflex.1"),
    ],
)
def test_steps_in_words(ids: list[str | None], words: str) -> None:
    assert steps_text(ids) == words


TIMES = st.floats(0, 4000, allow_nan=False)
PLACES = st.none() | st.floats(-300, 700, allow_nan=False)
AMOUNTS = st.none() | st.floats(-1e4, 1e4, allow_nan=False)
FLAGS = st.builds(
    Flag,
    kind=st.sampled_from(HARM_ORDER),
    t0=TIMES,
    t1=st.none() | TIMES,
    step=st.none() | st.sampled_from(["relieving.1", "relieving.13"]),
    side=st.sampled_from(["left", "right", "both", "centre"]),
    x_mm=PLACES,
    y_mm=PLACES,
    value=AMOUNTS,
    limit=AMOUNTS,
    unit=st.sampled_from(["N", "mm", "cm/s", "Hz", "1/min", "place", "ratio", "s", "times", ""]),
    source=st.text(min_size=1),
)
STROKES = st.builds(
    movement, t0=TIMES, step=st.none() | st.sampled_from(["relieving.1", "relieving.2"]), number=st.integers(0, 7)
)


@given(
    flags=st.lists(FLAGS, max_size=8),
    strokes=st.lists(STROKES, max_size=8),
    ends=st.lists(st.tuples(TIMES, st.floats(0.001, 100), st.booleans()), max_size=4),
    calibrated=st.booleans(),
    routine=st.sampled_from([None, RELIEVING]),
)
@settings(max_examples=40)
def test_any_report_makes_a_page(
    flags: list[Flag],
    strokes: list[Stroke],
    ends: list[tuple[float, float, bool]],
    calibrated: bool,
    routine: Routine | None,
) -> None:
    steps = [
        result("relieving.1", t0, t0 + seconds, reps=3 if seen else None, score=50 if seen else None)
        for t0, seconds, seen in ends
    ]
    made = page(Session(flags=flags, strokes=strokes, steps=steps, calibrated=calibrated), routine)
    listed = [row for row in made.rows if any(f" {f.kind} " in row for f in flags)]
    assert len(listed) == len(flags)
    drawn = " ".join(attrs["d"] or "" for tag, attrs in made.tags if tag == "path")
    assert not re.search(r"nan|inf|e[+-]?\d", drawn)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
class TestInABrowser:
    @pytest.mark.parametrize("name", ["a long session", "flags of every kind", "no routine"])
    def test_it_prints_on_two_pages(self, htmls: dict[str, str], name: str, tmp_path: Path) -> None:
        browser(tmp_path, htmls[name], "--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'page.pdf'}")
        assert len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "page.pdf").read_bytes())) <= 2

    def test_nothing_is_wider_than_its_place(self, htmls: dict[str, str], tmp_path: Path) -> None:
        frames = ""
        shown = [html for name, html in htmls.items() if name != "flags of every kind"]
        for number, html in enumerate(shown):
            (tmp_path / f"{number}.html").write_text(html.replace("<details", "<details open"), "utf-8")
            frames += "".join(f'<iframe src="{number}.html" style="width:{width}px"></iframe>' for width in (390, 1280))
        # Of the page itself, and of everything that holds words: how much wider is it than its place.
        beyond = "e => e.scrollWidth - e.clientWidth"
        places = "[...f.contentDocument.querySelectorAll('html, section, .card, li, p, h1, h3, td, .facts, .top')]"
        measure = f"[...document.querySelectorAll('iframe')].map(f => Math.max(...{places}.map({beyond}))).join()"
        script = f"<script>onload = () => document.title = {measure}</script>"
        done = browser(tmp_path, frames + script, "--allow-file-access-from-files", "--dump-dom")
        (title,) = re.findall(r"<title>([^<]*)", done)
        assert title.split(",") == ["0"] * 2 * len(shown)


def browser(folder: Path, html: str, *options: str) -> str:
    """What headless Chromium says of a page."""
    assert CHROMIUM is not None
    (folder / "page.html").write_text(html, "utf-8")
    own = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}")
    address = (folder / "page.html").as_uri()
    done = subprocess.run([CHROMIUM, *own, *options, address], check=True, capture_output=True, text=True, timeout=60)
    return done.stdout


def points(path: str) -> list[tuple[float, float]]:
    """The places that a path is given by."""
    return [(float(x), float(y)) for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path)]


def png_shades(code: str) -> np.ndarray:
    """(height, width) the indices in a palette PNG."""
    data = base64.b64decode(code)
    width, height = struct.unpack(">II", data[16:24])
    at = data.index(b"IDAT")
    (length,) = struct.unpack(">I", data[at - 4 : at])
    rows = np.frombuffer(zlib.decompress(data[at + 4 : at + 4 + length]), np.uint8)
    return rows.reshape(height, width + 1)[:, 1:]
