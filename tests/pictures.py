"""The pictures that README and docs show, made from a real virtual session: `python -m tests.pictures`.

The window comes from Qt's offscreen platform, the terminal view from rich's own SVG, the report from headless Chromium
where it is installed. Look at them before committing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication
from rich.console import Console

from rig.cli import main as rig
from rig.cli.live import LiveView
from rig.gui.practice_window import PracticeWindow
from tests.gui.practising import PAD, practising

DOCS = Path(__file__).parent.parent / "docs"
SPINE_AT_S = 22.0
LONGEST_S = 15.0


def live_pictures() -> None:
    """docs/practice.png and docs/live.svg, at the moment when the thumb is on the spine."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    with practising(skip_s=SPINE_AT_S) as (running, _):
        window = PracticeWindow(PAD, running, "rig")
        window.show()
        until_s = time.monotonic() + LONGEST_S
        while time.monotonic() < until_s:
            app.processEvents()
            flag = running.screen.flag
            if flag is not None and flag["kind"] == "spine-pressure":
                break
            time.sleep(0.01)
        window.refresh()
        app.processEvents()
        window.grab().save(str(DOCS / "practice.png"))
        console = Console(record=True, width=80, height=24, color_system="truecolor", file=open(os.devnull, "w"))  # noqa: PTH123, SIM115
        force_n, contacts, _ = running.picture()
        console.print(LiveView(PAD).render(running.screen, force_n, contacts, console.size))
        console.save_svg(str(DOCS / "live.svg"), title="rig practice backpain")
        window.close()


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


if __name__ == "__main__":
    live_pictures()
    report_picture()
