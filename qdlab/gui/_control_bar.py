"""The bar above all pages: Stop, four answers at a glance, how far the run is, what is happening."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyqtgraph.Qt import QtCore, QtGui, QtWidgets

from qdlab.app.parts import duration_in_words
from qdlab.gui._mailbox import Latest
from qdlab.gui._style import DARK, GO_ON_STYLE, OFFER_WORDS, STOP, WRONG, Scheme
from qdlab.gui.look import Tile, charging_tile, gain_tile, safety_tile, working_tile

_FINE = 1000
"""Steps of the progress bar."""

TILES = (4, 3, 3, 4)
"""The tiles' shares of the bar."""

SIZES_PX = (17, 14, 12, 10)
"""Words are as large as they fit."""

MARGIN_PX = 8

PAUSE, GO_ON = "Pause\n(F8)", "Go on\n(F8)"


class ControlBar:
    """`widget` is the bar; Stop works from every page, and by Esc."""

    def __init__(self, stop: Callable[[], None], pause: Callable[[], None]) -> None:
        self.widget = QtWidgets.QWidget()
        self.scheme = DARK
        self.stop_button = QtWidgets.QPushButton("STOP  (Esc)")
        self.stop_button.setStyleSheet(STOP)
        self.stop_button.setEnabled(False)
        self.stop_button.setSizePolicy(
            QtWidgets.QSizePolicy.Policy.Preferred, QtWidgets.QSizePolicy.Policy.Expanding
        )
        self.stop_button.clicked.connect(stop)
        self.pause_button = QtWidgets.QPushButton(PAUSE)
        self.pause_button.setShortcut("F8")
        self.pause_button.setToolTip("F8: wait before the next step, all shutters closed, the cell as it is")
        self.pause_button.setEnabled(False)
        self.pause_button.setSizePolicy(
            QtWidgets.QSizePolicy.Policy.Preferred, QtWidgets.QSizePolicy.Policy.Expanding
        )
        self.pause_button.clicked.connect(pause)
        self.progress = QtWidgets.QProgressBar()
        self.progress.setRange(0, _FINE)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(8)
        self.words = QtWidgets.QLabel()
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(QtCore.Qt.TextInteractionFlag.TextSelectableByMouse)
        self.tiles = [TileLabel() for _ in TILES]
        self._running = self._stopping = False
        self._latest = Latest()
        self._lay_out()
        self.show_tiles(silent_s=0.0, bench="bench closed, all off")
        self._say("no run is going on; the bench is closed")

    def begin(self, name: str) -> None:
        """Show that a run of a recipe of this name was started."""
        self._running, self._stopping, self._latest = True, False, Latest()
        self.allow_stop(True)
        self.progress.setValue(0)
        self._say(f"{name}: checking the plan" if name else "taking the bench")

    def allow_stop(self, allowed: bool) -> None:
        """Offer Stop while there is something to stop."""
        self.stop_button.setEnabled(allowed and not self._stopping)

    def allow_pause(self, *, allowed: bool, paused: bool) -> None:
        """Offer to pause, or to go on."""
        self.pause_button.setEnabled(allowed and not self._stopping)
        words = GO_ON if paused else PAUSE
        if self.pause_button.text() != words:
            self.pause_button.setText(words)
            self.pause_button.setStyleSheet(GO_ON_STYLE if paused else "")
            self.pause_button.setShortcut("F8")  # a new text takes it away

    def say_stopping(self) -> None:
        """Show that the stop was asked for; it takes effect when the present act is over."""
        self._stopping = True
        self.stop_button.setEnabled(False)
        self._say("stopping: the light and the cell go off when the present step can be left")

    def show(self, latest: Latest) -> None:
        """Show the latest of a run."""
        self._latest = latest
        if latest.ended is not None:
            self._end(latest.ended.status, latest.ended.reason)
        elif self._stopping:
            return
        elif latest.paused is not None:
            self._say(f"{_told('paused', latest.paused)} – shutters closed, the cell as it was", OFFER_WORDS)
        elif latest.opening:
            self._say("opening the instruments")
        elif (step := latest.step) is not None:
            passed = 1.0 - step.remaining_s / step.total_s if step.total_s else 1.0
            self.progress.setValue(round(_FINE * passed))
            warning = f"   ⚠ {latest.warning}" if latest.warning else ""
            self._say(
                f"step {step.index + 1} of {step.n_steps}: {latest.doing} – "
                f"{duration_in_words(step.remaining_s)} left{warning}",
                WRONG if warning else "",
            )

    def show_tiles(self, silent_s: float, bench: str) -> None:
        """Answer the four questions; the run has said nothing for `silent_s`; `bench` is what is on there."""
        latest, running = self._latest, self._running
        seen, ended = latest.seen, latest.ended
        paused, warned = latest.paused is not None, bool(latest.warning)
        answers = (
            safety_tile(latest.switched_on, running=running, ended=ended, bench=bench),
            working_tile(seen, running=running, ended=ended, silent_s=silent_s, paused=paused, warned=warned),
            charging_tile(seen, latest.situation),
            gain_tile(seen),
        )
        for label, tile in zip(self.tiles, answers, strict=True):
            label.show(tile, self.scheme)

    def paint(self, scheme: Scheme) -> None:
        """Take the colours of a scheme."""
        self.scheme = scheme

    def _end(self, status: str, reason: str) -> None:
        self._running = self._stopping = False
        if status == "finished":
            self.progress.setValue(_FINE)
        words = _told(status, reason) if reason else f"{status}; the bench was left safe"
        self._say(words, WRONG if status == "failed" else "")

    def _say(self, words: str, style: str = "") -> None:
        """Say what is going on; a person who has to do something sees it from afar."""
        self.words.setText(words)
        if style != self.words.styleSheet():
            self.words.setStyleSheet(style)

    def _lay_out(self) -> None:
        tiles = QtWidgets.QHBoxLayout()
        tiles.setSpacing(6)
        for tile, share in zip(self.tiles, TILES, strict=True):
            tiles.addWidget(tile.widget, share)
        column = QtWidgets.QVBoxLayout()
        column.setSpacing(3)
        column.addLayout(tiles)
        column.addWidget(self.progress)
        column.addWidget(self.words)
        self.row = QtWidgets.QHBoxLayout(self.widget)
        self.row.setContentsMargins(4, 2, 4, 2)
        self.row.addWidget(self.stop_button)
        self.row.addWidget(self.pause_button)
        self.row.addLayout(column, 1)


def _told(status: str, reason: str) -> str:
    """Say why something is as it is, without saying twice how it is."""
    return reason if reason.startswith(status) else f"{status}: {reason}"


class TileLabel:
    """One answer: a small caption over a few large words, coloured by how they are meant."""

    def __init__(self) -> None:
        self.widget = QtWidgets.QFrame()
        self.caption, self.words = QtWidgets.QLabel(), QtWidgets.QLabel()
        self.words.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Preferred)
        column = QtWidgets.QVBoxLayout(self.widget)
        column.setContentsMargins(MARGIN_PX, 2, MARGIN_PX, 3)
        column.setSpacing(0)
        column.addWidget(self.caption)
        column.addWidget(self.words)
        self._shown: Any = None

    def show(self, tile: Tile, scheme: Scheme) -> None:
        """Show an answer; nothing is done if it is there already."""
        width_px = self.widget.width() - 2 * MARGIN_PX
        if (tile, scheme, width_px) == self._shown:
            return
        self._shown = tile, scheme, width_px
        ground, text = {
            "calm": (scheme.field, scheme.text),
            "good": (scheme.good, "white"),
            "alive": (scheme.alive, "white"),
            "worry": (scheme.alive, "white"),
            "alarm": (scheme.alarm, "white"),
        }[tile.mood]
        self.widget.setStyleSheet(f"background: {ground}; color: {text}; border-radius: 4px")
        self.caption.setStyleSheet("font-size: 10px")
        size_px = _size_px(self.words.font(), tile.words, width_px)
        self.words.setStyleSheet(f"font-size: {size_px}px; font-weight: bold")
        self.caption.setText(tile.caption)
        self.words.setText(tile.words)
        self.words.setToolTip(tile.words)


def _size_px(font: Any, words: str, width_px: int) -> int:
    """Return the largest size at which bold words fit; the smallest if none does."""
    font = QtGui.QFont(font)
    font.setBold(True)
    for size_px in SIZES_PX:
        font.setPixelSize(size_px)
        if QtGui.QFontMetrics(font).horizontalAdvance(words) <= width_px:
            break
    return size_px
