"""The Results page: run files opened, compared, reduced with other choices, kept and reported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pyqtgraph.Qt import QtCore, QtGui, QtWidgets

from qdlab.analysis import Reduction
from qdlab.gui._ask import ask_for_files
from qdlab.gui._errands import Errands
from qdlab.gui._run_view import RunView
from qdlab.gui._style import WRONG, Scheme
from qdlab.gui.desk import (
    OnDesk,
    campaign_report_of,
    keep,
    put_on_desk,
    reduce_with,
    report_of,
    thresholds_of,
)
from qdlab.gui.plots import Plot, ThresholdsPlot

CHECKED = QtCore.Qt.CheckState.Checked
SIDE_WIDTH = 220


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
        self.open_button = _button("&Open a run file…", "Ctrl+O", self._ask_and_open)
        self.reduce_button = _button("Redu&ce", "Ctrl+R", self.reduce)
        self.keep_button = _button("&Keep in the file", "Ctrl+S", self.keep)
        self.report_button = _button("Open the re&port", "Ctrl+P", self.report)
        self.campaign_button = _button("Report of all &ticked", "Ctrl+Shift+P", self.report_campaign)
        self.facts = QtWidgets.QLabel()
        self.facts.setWordWrap(True)
        self.facts.setTextInteractionFlags(QtCore.Qt.TextInteractionFlag.TextSelectableByMouse)
        self.message = QtWidgets.QLabel()
        self.message.setWordWrap(True)
        self.message.setAlignment(QtCore.Qt.AlignmentFlag.AlignTop)
        self.view = RunView(self._say)
        self.thresholds = ThresholdsPlot()
        self._lay_out()
        self._allow()

    def plots(self) -> list[Plot]:
        """Return every plot of the page."""
        return [*self.view.plots(), self.thresholds]

    @property
    def chosen(self) -> OnDesk | None:
        """The run that is worked on."""
        row = self.list.currentRow()
        return self.runs[row] if 0 <= row < len(self.runs) else None

    @property
    def ticked(self) -> list[tuple[str, Reduction]]:
        """Name and reduction of every run that is ticked and reduced."""
        return [
            (run.path.name, run.reduction) for k, run in enumerate(self.runs)
            if run.reduction is not None and self.list.item(k).checkState() == CHECKED
        ]  # fmt: skip

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

    def report_campaign(self) -> None:
        """Write what all ticked runs say together beside the first of them, and open it."""
        if len(ticked := self.ticked) > 1:
            folder = self.runs[0].path.with_name("campaign-results")
            names, reductions = [Path(name) for name, _ in ticked], [reduction for _, reduction in ticked]
            self.errands.compute(self._reported, self._failed, campaign_report_of, names, reductions, folder)
            self._say(f"writing the report of {len(ticked)} runs into {folder}")

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
        self._allow()
        if (run := self.chosen) is not None:
            self.facts.setText(_facts(run))
            self.view.show(run)

    def _compare(self) -> None:
        """Show the thresholds of every ticked run that is reduced."""
        self.thresholds.show([thresholds_of(reduction, name) for name, reduction in self.ticked])
        self._allow()

    def _allow(self) -> None:
        run = self.chosen
        idle = not self.errands.busy
        reduced = run is not None and run.reduction is not None and idle
        self.reduce_button.setEnabled(run is not None and idle)
        self.keep_button.setEnabled(reduced)
        self.report_button.setEnabled(reduced)
        self.campaign_button.setEnabled(idle and len(self.ticked) > 1)

    def _say(self, words: str, *, wrong: bool = False) -> None:
        self._allow()
        self.message.setText(words)
        self.message.setStyleSheet(WRONG if wrong else "")

    def _ask_and_open(self) -> None:
        ask_for_files(self.widget, "Run files", "Run files (*.h5 *.hdf5 *.nxs)", self._open_all)

    def _open_all(self, paths: list[Path]) -> None:
        for path in paths:
            self.open(path)

    def _lay_out(self) -> None:
        side = QtWidgets.QVBoxLayout()
        words = QtWidgets.QScrollArea()
        words.setWidgetResizable(True)
        words.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        words.setWidget(self.message)
        for widget, stretch in (
            (self.open_button, 0), (self.list, 2), (self.facts, 0), (self.view.by_hand, 0),
            (self.reduce_button, 0), (self.keep_button, 0), (self.report_button, 0),
            (self.campaign_button, 0), (words, 3),
        ):  # fmt: skip
            side.addWidget(widget, stretch)
        left = QtWidgets.QWidget()
        left.setFixedWidth(SIDE_WIDTH)
        left.setLayout(side)
        side.setContentsMargins(0, 0, 0, 0)
        grid, view = QtWidgets.QGridLayout(), self.view
        grid.setSpacing(4)
        plots = (view.chirp, view.windows, self.thresholds, view.map, view.cut, view.series)
        for k, plot in enumerate(plots):
            grid.addWidget(plot.widget, k // 3, k % 3)
            grid.setColumnStretch(k % 3, 1)
            grid.setRowStretch(k // 3, 1)
        row = QtWidgets.QHBoxLayout(self.widget)
        row.setContentsMargins(4, 4, 4, 4)
        row.addWidget(left)
        row.addLayout(grid, 1)


def _button(words: str, key: str, act: Any) -> Any:
    button = QtWidgets.QPushButton(words)
    button.setShortcut(key)
    button.setToolTip(key)
    button.clicked.connect(lambda: act())
    return button


def _facts(run: OnDesk) -> str:
    info = run.info
    reason = f" ({info.reason})" if info.reason else ""
    return (
        f"{info.title}\n{info.procedure}, {info.status}{reason}\n{info.start_time[:16].replace('T', ' ')}\n"
        f"{info.n_done} of {info.n_records} records, {info.n_bytes / 1e6:.0f} MB"
    )
