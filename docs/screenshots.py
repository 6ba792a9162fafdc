"""Make the pictures of the window that the README and these pages show, from the simulated bench.

    QT_QPA_PLATFORM=offscreen python docs/screenshots.py [FOLDER]

A run of `quick.toml` is carried out in the window, watched in every view, reduced, and shown again. It takes
about two minutes; the pictures are 1280 x 720, with few enough colours to be small. Whoever changes how the
window looks makes them again and commits them, as README shows one of them.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path
from typing import Any

HERE = Path(__file__).absolute().parent
SIZE = (1280, 720)
N_COLOURS = 256


def main() -> None:
    """Write every picture into a folder, docs/images by default."""
    folder = Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else HERE / "images"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, chdir(scratch):
        os.environ["QT_FONT_DPI"] = "96"  # the same size of letters on every screen
        os.environ["QDLAB_QUEUE"] = str(Path(scratch) / "queue.sqlite")
        Session(folder).take_all()


class Session:
    """One window, opened where its run files are to be, and where its pictures go."""

    def __init__(self, folder: Path) -> None:
        from pyqtgraph.Qt import QtWidgets

        from qdlab.gui import main_window

        self.folder = folder
        self.window = main_window()
        self.application = QtWidgets.QApplication.instance()
        self.window.resize(*SIZE)
        self.window.show()

    def take_all(self) -> None:
        """Go through the window as its user would."""
        self.run()
        self.live()
        self.bench()
        self.results()
        self.window.close()

    def run(self) -> None:
        """Start a run with another waiting behind it; what waits is then let go."""
        window, page = self.window, self.window.run_page
        page.out.setText("monday.h5")
        page.choose("pump_calibration (PumpCalibration)")
        page.add()
        page.choose("quick (GainThresholdMap)")
        page.start()
        window.pages.setCurrentWidget(page.widget)
        self.until(lambda: "left" in window.bar.words.text() and page.queue.table.item(1, 3) is not None)
        self.take("window-run")
        [waiting] = [job for job in window.queue.jobs() if job.state == "waiting"]
        window.queue.remove(waiting.number)

    def live(self) -> None:
        """Watch it, and look at it in every view when it is over; once in the other scheme too."""
        window, live = self.window, self.window.live_page
        window.pages.setCurrentWidget(live.widget)
        self.until(lambda: (seen := live.seen.charging) and "-1.25" in seen.where and seen.time_s.size > 8)
        self.take("window-film-charging")
        self.until(lambda: len(live.seen.series) > 3 and live.seen.series[-1].n_x.size > 4)
        self.take("window-gain-growing")
        self.until(lambda: window.acquisition is None)
        live.choose(0)
        self.pass_time(0.3)
        self.take("window-light")
        window.switch_scheme()
        live.choose(2)
        self.pass_time(0.3)
        self.take("window-gain-daylight")
        window.switch_scheme()

    def bench(self) -> None:
        """Handle the bench: a potential held, a shutter open, the doctor's findings."""
        page, hands = self.window.bench_page, self.window.hands
        self.window.pages.setCurrentWidget(page.widget)
        page.doctor.click()
        self.until(lambda: not hands.examining and bool(hands.findings))
        self.until(page.connect_all.isEnabled)
        page.connect_all.click()
        self.until(lambda: len(hands.connected) == len(hands.instruments))
        row = page.rows["potentiostat"]
        self.until(row.acts.isEnabled)
        row.fields["Hold, cell on"].setText("-1.2 V")
        row.buttons["Hold, cell on"].click()
        page.rows["pump_shutter"].buttons["Open"].click()
        self.until(lambda: row.state.text().startswith("cell ON"))
        self.take("window-bench")
        hands.release()
        self.until(lambda: not hands.holding)

    def results(self) -> None:
        """Reduce what was measured."""
        page = self.window.results_page
        self.window.pages.setCurrentWidget(page.widget)
        page.open(Path("monday-2.h5"))
        self.until(lambda: page.chosen is not None)
        page.reduce()
        self.until(lambda: page.chosen.reduction is not None)
        self.pass_time(0.3)
        self.take("window-results")

    def take(self, name: str) -> None:
        """Write what the window shows as a small PNG."""
        from PIL import Image

        path = self.folder / f"{name}.png"
        self.window.grab().save(str(path))
        with Image.open(path) as taken:
            small = taken.convert("RGB").quantize(N_COLOURS)
        small.save(path, optimize=True)

    def pass_time(self, duration_s: float) -> None:
        """Let the window live for a while."""
        end_s = time.monotonic() + duration_s
        while time.monotonic() < end_s:
            self.application.processEvents()
            time.sleep(0.005)

    def until(self, seen: Callable[[], Any], patience_s: float = 300.0) -> None:
        """Let the window live until something is seen."""
        end_s = time.monotonic() + patience_s
        while not seen():
            if time.monotonic() > end_s:
                raise TimeoutError("the window did not come to what the next picture shows")
            self.pass_time(0.05)


if __name__ == "__main__":
    main()
