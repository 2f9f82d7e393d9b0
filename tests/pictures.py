"""The pictures that README and docs show, made from real virtual sessions: `python -m tests.pictures`.

The views come from Qt's offscreen platform, the terminal view from rich's own SVG, the report from headless Chromium
where it is installed. `python -m tests.pictures FOLDER` makes every picture of every view instead, in both looks, at
both sizes and scales and in both languages, to be looked at; look at them before committing either.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import product
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from typing import TYPE_CHECKING

from rich.console import Console

from rig.cli import main as rig
from rig.cli.live import LiveView
from rig.gui.words import languages
from rig.workspace import Workspace
from tests.gui.pictures_calibrate import calibrate_pictures, doctor_pictures
from tests.gui.pictures_practice import practice_pictures
from tests.gui.pictures_replay import progress_pictures, replay_pictures
from tests.gui.picturing import MISFIT
from tests.gui.practising import PAD, practising

if TYPE_CHECKING:
    from rig.gui.theme import Scheme

DOCS = Path(__file__).parent.parent / "docs"
SPINE_AT_S = 26.5
LONGEST_S = 15.0

SCHEMES: tuple[Scheme, ...] = ("dark", "light")
SIZES = ((1280, 800), (2560, 1440), (1280, 720))
"""The last is a screen of 2560 x 1440 at twice the scale."""
SCALES = ("1", "2")
USUAL = (1280, 800)


def view_pictures(into: Path, scheme: Scheme, size: tuple[int, int], language: str) -> list[Path]:
    """Every view once, in one look."""
    into.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    with tempfile.TemporaryDirectory() as folder:
        home = Workspace(Path(folder) / "home")
        made += practice_pictures(home, into, scheme, size, language)
        made += calibrate_pictures(home, into, scheme, size, language)
        made += doctor_pictures(home, into, scheme, size, language)
        recorded = Workspace(Path(folder) / "recorded")
        made += replay_pictures(recorded, into, scheme, size, language)
        made += progress_pictures(recorded, into, scheme, size, language)
    return made


def every_look(into: Path) -> None:
    """All views in all looks; a process for each scale, since Qt takes it once and for all."""
    for scale, language in product(SCALES, languages()):
        options = [str(into), scale, language]
        environment = os.environ | {"QT_SCALE_FACTOR": scale}
        subprocess.run([sys.executable, "-m", "tests.pictures", *options], check=True, env=environment)
    misfits = sorted(into.rglob(f"*{MISFIT}"))
    if misfits:
        sys.exit("\n".join(f"{path}:\n{path.read_text('utf-8')}" for path in misfits))


def looks(into: Path, scale: str, language: str) -> None:
    """All views in both colours and all sizes."""
    for scheme, size in product(SCHEMES, SIZES):
        view_pictures(into / f"{scheme}-{size[0]}x{size[1]}-{scale}00-{language}", scheme, size, language)


def docs_views() -> None:
    """docs/window/: each view, dark and light, at the usual size; one of them is docs/practice.png, too."""
    for scheme in SCHEMES:
        with tempfile.TemporaryDirectory() as folder:
            for path in view_pictures(Path(folder), scheme, USUAL, "en"):
                (DOCS / "window").mkdir(exist_ok=True)
                shutil.move(path, DOCS / "window" / f"{path.stem}-{scheme}.png")
    shutil.copy(DOCS / "window" / "practise-spine-dark.png", DOCS / "practice.png")


def terminal_picture() -> None:
    """docs/live.svg, at the moment when the thumb is on the spine."""
    with practising(skip_s=SPINE_AT_S) as (running, _):
        until_s = time.monotonic() + LONGEST_S
        while time.monotonic() < until_s:
            force_n, contacts, _alarm = running.picture()
            flag = running.screen.flag
            if flag is not None and flag["kind"] == "spine-pressure":
                break
            time.sleep(0.01)
        console = Console(record=True, width=80, height=24, color_system="truecolor", file=open(os.devnull, "w"))  # noqa: PTH123, SIM115
        console.print(LiveView(PAD).render(running.screen, force_n, contacts, console.size))
        console.save_svg(str(DOCS / "live.svg"), title="rig practice backpain")


def report_picture() -> None:
    """docs/report.png, of a performed step with a fault."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        print("no Chromium here: docs/report.png is left as it is", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as folder:
        recording, page = Path(folder) / "a.mcap", Path(folder) / "a.html"
        assert rig(["perform", "backpain.1", "--fault", "spine-pressure", "--seed", "3", "-o", str(recording)]) == 0
        assert rig(["analyze", str(recording), "--html", str(page), "--json", str(Path(folder) / "a.json")]) == 0
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1100,1400"]
        own = f"--user-data-dir={folder}/profile"
        shot = f"--screenshot={DOCS / 'report.png'}"
        subprocess.run([chromium, *options, own, shot, page.as_uri()], check=True, capture_output=True)


def main(arguments: list[str]) -> None:
    """The documents' pictures; or all looks into a folder; or those of one scale and language."""
    match arguments:
        case []:
            docs_views()
            terminal_picture()
            report_picture()
        case [into]:
            every_look(Path(into))
        case [into, scale, language]:
            looks(Path(into), scale, language)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
