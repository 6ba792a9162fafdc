"""The first thing on the screen: it says what is loaded, until the window itself is there.

Nothing but Qt is loaded for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from pyqtgraph.Qt import QtCore, QtWidgets

from qdlab.gui._style import DARK, palette

LOOK_MS = 30
WORDS = "qdlab\n\nloading the bench and the experiments …"


class First:
    """Shown at once; `load` runs in a thread meanwhile, and what it returns is given to `then`.

    What it raised is kept in `failure`, and ends the program's loop.
    """

    def __init__(self, load: Callable[[], Any], then: Callable[[Any], None]) -> None:
        self.failure: BaseException | None = None
        self._load, self._then = load, then
        self._loaded: Any = None
        QtWidgets.QApplication.setPalette(palette(DARK))
        self.widget = QtWidgets.QLabel(WORDS)
        self.widget.setAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
        self.widget.setWindowTitle("qdlab")
        self.widget.resize(1280, 720)
        self._thread = threading.Thread(target=self._work, name="qdlab-loading")
        self._timer = QtCore.QTimer(self.widget)
        self._timer.timeout.connect(self.look)

    def show(self) -> None:
        """Show it and begin to load."""
        self.widget.show()
        self._thread.start()
        self._timer.start(LOOK_MS)

    def look(self) -> None:
        """Hand over what was loaded; what the timer calls."""
        if self._thread.is_alive():
            return
        self._timer.stop()
        try:
            if self.failure is None:
                self._then(self._loaded)
        except Exception as error:
            self.failure = error
        if self.failure is not None:
            QtWidgets.QApplication.quit()
        self.widget.close()

    def _work(self) -> None:
        try:
            self._loaded = self._load()
        except BaseException as error:  # said by whoever opened the window
            self.failure = error
