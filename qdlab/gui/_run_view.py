"""One run on the desk as plots: what a person may change by dragging, and what it was reduced to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from pyqtgraph.Qt import QtWidgets

from qdlab.analysis import Reduction
from qdlab.gui._style import SMALL
from qdlab.gui.desk import OnDesk, fluences_of, is_measured, map_view, potentials_of, series_of
from qdlab.gui.look import A_STAR
from qdlab.gui.plots import WINDOWS, ChirpPlot, CutPlot, DelayMapPlot, Plot, SeriesPlot, WindowsPlot

N_POINTS = 5
"""Points on the chirp that are offered to be dragged."""


class RunView:
    """Shows a run; what a person changes goes into the run's choices, and `changed` is told in words."""

    def __init__(self, changed: Callable[[str], None]) -> None:
        self._run: OnDesk | None = None
        self._changed = changed
        self.by_hand = QtWidgets.QCheckBox("time zero by &hand")
        self.by_hand.toggled.connect(self._by_hand_toggled)
        self.chirp = ChirpPlot(self._chirp_moved)
        self.windows = WindowsPlot(self._windows_moved)
        self.map = DelayMapPlot(A_STAR, self._cut)
        self.cut, self.series = CutPlot(A_STAR), SeriesPlot()
        self.potential, self.fluence = _box("potential (V)"), _box("pump fluence (photons/cm²)")
        self.potential.currentIndexChanged.connect(lambda _: self._offer_fluences())
        self.fluence.currentIndexChanged.connect(lambda _: self._show_map())
        self.map.remark.hide()  # the boxes say it
        for place, box in enumerate((self.potential, self.fluence), start=1):
            self.map.head.insertWidget(place, box)

    def plots(self) -> list[Plot]:
        """Return every plot."""
        return [item for item in vars(self).values() if isinstance(item, Plot)]

    def show(self, run: OnDesk) -> None:
        """Show a run: its windows and scan about time zero, and what it was reduced to."""
        self._run = run
        self.windows.show(run.spectrometer_nm, run.absorbance)
        self.windows.put({name: run.choices[name] for name in WINDOWS})
        self._show_chirp(run)
        for plot in (self.map, self.cut, self.series):
            plot.clear()
        for box in (self.potential, self.fluence):
            _offer(box, [], [])
        if run.reduction is not None:
            self._show_reduction(run, run.reduction)

    def _show_chirp(self, run: OnDesk) -> None:
        self.by_hand.setEnabled(run.zero_scan is not None)
        if run.zero_scan is None:
            self.chirp.clear()
            self.chirp.say("no such scan")
            return
        self.chirp.show(run.zero_scan)
        self._tick_by_hand(bool(run.choices["chirp_points"]))
        self.chirp.put(run.choices["chirp_points"] or _found_points(run), run.choices["chirp_order"])

    def _show_reduction(self, run: OnDesk, reduction: Reduction) -> None:
        """Offer the potentials and fluences of which there is a map, beginning with the last measured."""
        self.series.show(series_of(reduction))
        self.series.say(run.path.name)
        if reduction.transient is not None:
            _offer(self.potential, potentials_of(reduction), [any(row) for row in is_measured(reduction)])
            self._offer_fluences()

    def _offer_fluences(self) -> None:
        """Offer the fluences of the potential that is chosen; a run may have chosen its own at each."""
        potential = self.potential.currentIndex()
        if (reduction := self._reduction) is not None and potential >= 0:
            _offer(self.fluence, fluences_of(reduction, potential), is_measured(reduction)[potential])
            self._show_map()

    def _show_map(self) -> None:
        indices = self.potential.currentIndex(), self.fluence.currentIndex()
        if (reduction := self._reduction) is not None and min(indices) >= 0:
            self.map.show(map_view(reduction, *indices))
            self._cut()

    def _cut(self) -> None:
        if self.map.shown is not None:
            self.cut.show(self.map.shown, self.map.delay_ps)

    @property
    def _reduction(self) -> Reduction | None:
        return None if self._run is None else self._run.reduction

    def _windows_moved(self) -> None:
        if self._run is not None:
            self._run.choices |= self.windows.windows
            self._changed("the windows have changed: reduce again")

    def _chirp_moved(self) -> None:
        if self._run is not None:
            self._run.choices["chirp_points"] = self.chirp.points
            self._tick_by_hand(True)
            self._changed("time zero is put by hand: reduce again")

    def _by_hand_toggled(self, by_hand: bool) -> None:
        if self._run is not None:
            self._run.choices["chirp_points"] = self.chirp.points if by_hand else ()
            self._show_chirp(self._run)
            self._changed("time zero has changed: reduce again")

    def _tick_by_hand(self, by_hand: bool) -> None:
        """Show whether time zero is put by hand, as if nobody had clicked."""
        self.by_hand.blockSignals(True)
        self.by_hand.setChecked(by_hand)
        self.by_hand.blockSignals(False)


def _box(meaning: str) -> Any:
    box = QtWidgets.QComboBox()
    box.setAccessibleName(meaning)
    box.setToolTip(meaning)
    box.setStyleSheet(SMALL)
    box.setSizeAdjustPolicy(QtWidgets.QComboBox.SizeAdjustPolicy.AdjustToContents)
    return box


def _offer(box: Any, words: list[str], measured: Sequence[Any]) -> None:
    """Offer a choice; the last one that was measured is chosen."""
    box.blockSignals(True)
    box.clear()
    box.addItems(words)
    box.setCurrentIndex(max((k for k, there in enumerate(measured) if there), default=len(words) - 1))
    box.setVisible(bool(words))
    box.blockSignals(False)


def _found_points(run: OnDesk) -> tuple[tuple[float, float], ...]:
    """Return points on the chirp that was found, to be dragged from there; on zero if none was."""
    assert run.zero_scan is not None
    nm = np.linspace(run.zero_scan.wavelengths_nm.min(), run.zero_scan.wavelengths_nm.max(), N_POINTS + 2)
    nm = nm[1:-1]
    chirp = None if run.reduction is None else run.reduction.chirp
    t0_ps = np.zeros(nm.size) if chirp is None else chirp.t0_ps(nm)
    return tuple(zip(nm.tolist(), t0_ps.tolist(), strict=True))
