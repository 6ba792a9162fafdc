"""The Results page: run files opened, compared, reduced with other choices, kept and reported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pyqtgraph.Qt import QtCore, QtGui, QtWidgets

from qdlab.analysis import Reduction
from qdlab.gui._errands import Errands
from qdlab.gui._style import WRONG, Scheme
from qdlab.gui.desk import (
    OnDesk,
    a_star_view,
    fluences_of,
    keep,
    potentials_of,
    put_on_desk,
    reduce_with,
    report_of,
    series_of,
    thresholds_of,
)
from qdlab.gui.plots import (
    WINDOWS,
    ChirpPlot,
    CutPlot,
    DelayMapPlot,
    Plot,
    SeriesPlot,
    ThresholdsPlot,
    WindowsPlot,
)
from qdlab.gui.plots._chirp import N_POINTS

CHECKED = QtCore.Qt.CheckState.Checked


class ResultsPage:
    """`widget` is the page; every run that is ticked is compared, the one that is chosen is worked on."""

    def __init__(self) -> None:
        self.widget = QtWidgets.QWidget()
        self.errands = Errands(self.widget)
        self.runs: list[OnDesk] = []
        self.list = QtWidgets.QListWidget()
        self.list.setAccessibleName("Run files; ticked ones are compared")
        self.list.currentRowChanged.connect(lambda _: self._show_run())
        self.list.itemChanged.connect(lambda _: self._compare())
        self.open_button = self._button("&Open a run file…", "Ctrl+O", self._ask_and_open)
        self.reduce_button = self._button("Redu&ce", "Ctrl+R", self.reduce)
        self.keep_button = self._button("&Keep in the file", "Ctrl+S", self.keep)
        self.report_button = self._button("Open the re&port", "Ctrl+P", self.report)
        self.by_hand = QtWidgets.QCheckBox("time zero by &hand")
        self.by_hand.toggled.connect(self._by_hand_toggled)
        self.potential, self.fluence = QtWidgets.QComboBox(), QtWidgets.QComboBox()
        self.facts = QtWidgets.QLabel()
        self.facts.setWordWrap(True)
        self.facts.setTextInteractionFlags(QtCore.Qt.TextInteractionFlag.TextSelectableByMouse)
        self.message = QtWidgets.QLabel()
        self.message.setWordWrap(True)
        self.chirp = ChirpPlot(self._chirp_moved)
        self.windows = WindowsPlot(self._windows_moved)
        self.map = DelayMapPlot("A* map (mOD)", self._cut, is_gain=True)
        self.cut = CutPlot("A* cut: gain below zero", "A*")
        self.series, self.thresholds = SeriesPlot(), ThresholdsPlot()
        self.potential.currentIndexChanged.connect(lambda _: self._offer_fluences())
        self.fluence.currentIndexChanged.connect(lambda _: self._show_map())
        self._lay_out()
        self._allow()

    def plots(self) -> list[Plot]:
        """Return every plot of the page."""
        return [item for item in vars(self).values() if isinstance(item, Plot)]

    @property
    def chosen(self) -> OnDesk | None:
        """The run that is worked on."""
        row = self.list.currentRow()
        return self.runs[row] if 0 <= row < len(self.runs) else None

    def open(self, path: Path) -> None:
        """Put a run file on the desk; what is wrong with it is said."""
        self.errands.read(self._opened, self._failed, put_on_desk, path)
        self._say(f"opening {path}")

    def reduce(self) -> None:
        """Reduce the chosen run with the choices as they stand, in another process."""
        if (run := self.chosen) is not None:
            self.errands.compute(
                lambda found: self._reduced(run, found), self._failed, reduce_with, run.path, run.choices
            )
            self._say(f"reducing {run.path.name}")

    def keep(self) -> None:
        """Keep the reduction, with its choices, in the file of its run."""
        if (run := self.chosen) is not None and run.reduction is not None:
            self.errands.compute(self._kept, self._failed, keep, run.reduction, run.path)
            self._say(f"writing {run.path.name}")

    def report(self) -> None:
        """Write the report beside the run file and open it."""
        if (run := self.chosen) is not None and run.reduction is not None:
            folder = run.path.with_name(f"{run.path.stem}-results")
            self.errands.compute(self._reported, self._failed, report_of, run.reduction, folder)
            self._say(f"writing the report into {folder}")

    def paint(self, scheme: Scheme) -> None:
        """Take the colours of a scheme."""
        for plot in self.plots():
            plot.paint(scheme)

    def close(self) -> None:
        """Wait for what was begun; nothing begins after this."""
        self.errands.close()

    def _opened(self, run: OnDesk) -> None:
        self.runs.append(run)
        item = QtWidgets.QListWidgetItem(run.path.name)
        item.setToolTip(str(run.path))
        item.setCheckState(CHECKED)
        self.list.addItem(item)
        self.list.setCurrentRow(len(self.runs) - 1)
        self._say("kept choices are taken from the file" if run.is_kept else "")

    def _reduced(self, run: OnDesk, reduction: Reduction) -> None:
        run.reduction = reduction
        notes = "\n".join(f"note: {note}" for note in reduction.notes)
        self._say(f"{run.path.name} is reduced\n{notes}".strip())
        self._show_run()
        self._compare()

    def _kept(self, path: Path) -> None:
        self._say(f"kept in {path.name}")

    def _reported(self, page: Path) -> None:
        self._say(f"report: {page}")
        QtGui.QDesktopServices.openUrl(QtCore.QUrl.fromLocalFile(str(page)))

    def _failed(self, words: str) -> None:
        self._say(words, wrong=True)

    def _show_run(self) -> None:
        """Show the chosen run: its facts, windows and scan about time zero, and what it was reduced to."""
        run = self.chosen
        self._allow()
        if run is None:
            return
        self.facts.setText(_facts(run))
        self.windows.show(run.spectrometer_nm, run.absorbance)
        self.windows.put({name: run.choices[name] for name in WINDOWS})
        self._show_chirp(run)
        if run.reduction is None:
            for plot in (self.map, self.cut, self.series):
                plot.clear()
        else:
            self._offer_map(run.reduction)
            self.series.show(series_of(run.reduction))
            self.series.say(run.path.name)

    def _show_chirp(self, run: OnDesk) -> None:
        if run.zero_scan is None:
            self.chirp.clear()
            self.chirp.say("this run has no scan about time zero")
            return
        self.chirp.show(run.zero_scan)
        self.by_hand.blockSignals(True)
        self.by_hand.setChecked(bool(run.choices["chirp_points"]))
        self.by_hand.blockSignals(False)
        self.chirp.put(run.choices["chirp_points"] or _found_points(run), run.choices["chirp_order"])

    def _offer_map(self, reduction: Reduction) -> None:
        """Offer the potentials and fluences of which there is a map, beginning with the last of each."""
        if reduction.transient is None:
            return
        _offer(self.potential, potentials_of(reduction))
        self._offer_fluences()

    def _offer_fluences(self) -> None:
        """Offer the fluences of the potential that is chosen; a run may have chosen its own at each."""
        run, potential = self.chosen, self.potential.currentIndex()
        if run is not None and run.reduction is not None and potential >= 0:
            _offer(self.fluence, fluences_of(run.reduction, potential))
            self._show_map()

    def _show_map(self) -> None:
        run = self.chosen
        indices = self.potential.currentIndex(), self.fluence.currentIndex()
        if run is None or run.reduction is None or min(indices) < 0:
            return
        if (found := a_star_view(run.reduction, *indices)) is not None:
            view, _ = found
            self.map.show(view)
            self._cut()

    def _cut(self) -> None:
        if self.map.shown is not None:
            self.cut.show(self.map.shown, self.map.delay_ps)

    def _compare(self) -> None:
        """Show the thresholds of every ticked run that is reduced."""
        ticked = [
            run for k, run in enumerate(self.runs)
            if run.reduction is not None and self.list.item(k).checkState() == CHECKED
        ]  # fmt: skip
        self.thresholds.show([thresholds_of(run.reduction, run.path.name) for run in ticked if run.reduction])

    def _windows_moved(self) -> None:
        if (run := self.chosen) is not None:
            run.choices |= self.windows.windows
            self._say("the windows have changed: reduce again")

    def _chirp_moved(self) -> None:
        if (run := self.chosen) is not None:
            run.choices["chirp_points"] = self.chirp.points
            self.by_hand.blockSignals(True)
            self.by_hand.setChecked(True)
            self.by_hand.blockSignals(False)
            self._say("time zero is put by hand: reduce again")

    def _by_hand_toggled(self, by_hand: bool) -> None:
        if (run := self.chosen) is not None:
            run.choices["chirp_points"] = self.chirp.points if by_hand else ()
            self._show_chirp(run)
            self._say("time zero has changed: reduce again")

    def _ask_and_open(self) -> None:
        paths, _ = QtWidgets.QFileDialog.getOpenFileNames(
            self.widget, "Run files", "", "Run files (*.h5 *.hdf5 *.nxs)"
        )
        for path in paths:
            self.open(Path(path))

    def _allow(self) -> None:
        run = self.chosen
        idle = not self.errands.busy
        reduced = run is not None and run.reduction is not None and idle
        self.reduce_button.setEnabled(run is not None and idle)
        self.keep_button.setEnabled(reduced)
        self.report_button.setEnabled(reduced)

    def _say(self, words: str, *, wrong: bool = False) -> None:
        self._allow()
        self.message.setText(words)
        self.message.setStyleSheet(WRONG if wrong else "")

    def _button(self, words: str, key: str, act: Any) -> Any:
        button = QtWidgets.QPushButton(words)
        button.setShortcut(key)
        button.setToolTip(key)
        button.clicked.connect(lambda: act())
        return button

    def _lay_out(self) -> None:
        side = QtWidgets.QVBoxLayout()
        for widget in (
            self.open_button, self.list, self.facts, self.by_hand, self.reduce_button, self.keep_button,
            self.report_button, self.message,
        ):  # fmt: skip
            side.addWidget(widget, 1 if widget is self.list else 0)
        left = QtWidgets.QWidget()
        left.setFixedWidth(220)
        left.setLayout(side)
        side.setContentsMargins(0, 0, 0, 0)
        for box, name in ((self.potential, "potential"), (self.fluence, "fluence")):
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(QtWidgets.QComboBox.SizeAdjustPolicy.AdjustToContents)
            self.map.head.insertWidget(1, box)
        grid = QtWidgets.QGridLayout()
        grid.setSpacing(4)
        for k, plot in enumerate(
            (self.chirp, self.windows, self.thresholds, self.map, self.cut, self.series)
        ):
            grid.addWidget(plot.widget, k // 3, k % 3)
            grid.setColumnStretch(k % 3, 1)
            grid.setRowStretch(k // 3, 1)
        row = QtWidgets.QHBoxLayout(self.widget)
        row.setContentsMargins(4, 4, 4, 4)
        row.addWidget(left)
        row.addLayout(grid, 1)


def _offer(box: Any, words: list[str]) -> None:
    """Offer a choice; the last one is chosen."""
    box.blockSignals(True)
    box.clear()
    box.addItems(words)
    box.setCurrentIndex(box.count() - 1)
    box.blockSignals(False)


def _facts(run: OnDesk) -> str:
    info = run.info
    reason = f" ({info.reason})" if info.reason else ""
    return (
        f"{info.title}\n{info.procedure}, {info.status}{reason}\n{info.start_time[:16].replace('T', ' ')}\n"
        f"{info.n_done} of {info.n_records} records, {info.n_bytes / 1e6:.0f} MB"
    )


def _found_points(run: OnDesk) -> tuple[tuple[float, float], ...]:
    """Return points on the chirp that was found, to be dragged from there; on zero if none was."""
    assert run.zero_scan is not None
    nm = np.linspace(run.zero_scan.wavelengths_nm.min(), run.zero_scan.wavelengths_nm.max(), N_POINTS + 2)
    nm = nm[1:-1]
    chirp = None if run.reduction is None else run.reduction.chirp
    t0_ps = np.zeros(nm.size) if chirp is None else chirp.t0_ps(nm)
    return tuple(zip(nm.tolist(), t0_ps.tolist(), strict=True))
