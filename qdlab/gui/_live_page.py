"""The Live page: three views of a run - light, film, gain - of which one follows what is measured."""

from __future__ import annotations

from typing import Any

from pyqtgraph.Qt import QtWidgets

from qdlab.gui._mailbox import Latest
from qdlab.gui._style import Scheme, choice_style
from qdlab.gui.look import A_STAR, DA, Seen
from qdlab.gui.plots import (
    ChargingPlot,
    CountsPlot,
    CutPlot,
    CvPlot,
    DelayMapPlot,
    DeltaAPlot,
    KineticsPlot,
    Plot,
    PlPlot,
    SeriesPlot,
    ThresholdsPlot,
    WaterfallPlot,
)

LIGHT, FILM, GAIN = range(3)
VIEWS = ("Light: camera and ΔA", "Film: charge and PL", "Gain: A* and thresholds")


class LivePage:
    """Plots of what is latest; `widget` is the page. Only what is new, and in sight, is drawn."""

    def __init__(self) -> None:
        self.widget = QtWidgets.QWidget()
        self.counts, self.delta_a = CountsPlot(), DeltaAPlot()
        self.map = DelayMapPlot(DA, self._cut_da)
        self.cut, self.kinetics = CutPlot(DA), KineticsPlot()
        self.cv, self.charging = CvPlot(), ChargingPlot()
        self.spectra, self.pl = WaterfallPlot(), PlPlot()
        self.a_star = DelayMapPlot(A_STAR, self._cut_a_star)
        self.a_star_cut = CutPlot(A_STAR)
        self.series, self.thresholds = SeriesPlot(), ThresholdsPlot()
        self.seen = self._drawn = Seen()
        self.follow = QtWidgets.QCheckBox("&Follow the run")
        self.follow.setChecked(True)
        self.buttons = [QtWidgets.QPushButton(f"{words}  (F{k + 2})") for k, words in enumerate(VIEWS)]
        self.stack = QtWidgets.QStackedWidget()
        self._lay_out()

    def plots(self) -> list[Plot]:
        """Return every plot of the page."""
        return [item for item in vars(self).values() if isinstance(item, Plot)]

    def show(self, latest: Latest) -> None:
        """Draw what is new; go to the view that shows it, unless a person has chosen one."""
        self.seen = latest.seen
        if self.follow.isChecked() and latest.step is not None and latest.ended is None:
            self._show_view(self._view_for(latest))
        if self.widget.isVisible():
            self._draw()

    def choose(self, view: int) -> None:
        """Show a view because a person wants it: it stays."""
        self.follow.setChecked(False)
        self._show_view(view)

    def paint(self, scheme: Scheme) -> None:
        """Take the colours of a scheme."""
        for plot in self.plots():
            plot.paint(scheme)
        for button in self.buttons:
            button.setStyleSheet(choice_style(scheme))

    def forget(self) -> None:
        """Begin a new run: nothing of the last one is left to be taken for it."""
        self.follow.setChecked(True)
        self.seen = self._drawn = Seen()
        for plot in self.plots():
            plot.clear()

    def _view_for(self, latest: Latest) -> int:
        """Return the view of what is measured; between two measurements that of the last one."""
        situation, seen = latest.situation, latest.seen
        if situation.on_film:
            return FILM
        if not situation.on_pulses:
            return int(self.stack.currentIndex())
        return GAIN if seen.a_star is not None and seen.series else LIGHT

    def _show_view(self, view: int) -> None:
        if self.stack.currentIndex() != view:
            self.stack.setCurrentIndex(view)
            self.buttons[view].setChecked(True)
            self._drawn = Seen()
            self._draw()

    def _draw(self) -> None:
        """Draw what has changed in the view that is in sight."""
        seen, drawn, self._drawn = self.seen, self._drawn, self.seen
        for name, draw in self._drawers()[self.stack.currentIndex()].items():
            value = getattr(seen, name)
            if value is not None and value is not getattr(drawn, name):
                draw(value)

    def _drawers(self) -> tuple[dict[str, Any], ...]:
        return (
            {"point": self._draw_point, "map": self._draw_map},
            {
                "cv": self.cv.show,
                "charging": self.charging.show,
                "spectra": self.spectra.show,
                "pl": self.pl.show,
            },
            {
                "a_star": self._draw_a_star,
                "series": self.series.show,
                "thresholds": lambda view: self.thresholds.show([view]),
            },
        )

    def _draw_point(self, point: Any) -> None:
        self.counts.show(point)
        self.delta_a.show(point)

    def _draw_map(self, view: Any) -> None:
        self.map.show(view)
        self._cut_da()

    def _draw_a_star(self, view: Any) -> None:
        self.a_star.show(view)
        self._cut_a_star()

    def _cut_da(self) -> None:
        if self.map.shown is not None:
            self.cut.show(self.map.shown, self.map.delay_ps)
            self.kinetics.show(self.map.shown, self.map.wavelength_nm)

    def _cut_a_star(self) -> None:
        if self.a_star.shown is not None:
            self.a_star_cut.show(self.a_star.shown, self.a_star.delay_ps)

    def _lay_out(self) -> None:
        for rows in (
            ((self.counts, self.delta_a, self.kinetics), (self.map, self.cut)),
            ((self.cv, self.pl), (self.spectra, self.charging)),
            ((self.a_star, self.series), (self.a_star_cut, self.thresholds)),
        ):
            self.stack.addWidget(_grid(rows))
        top = QtWidgets.QHBoxLayout()
        group = QtWidgets.QButtonGroup(self.widget)
        for k, button in enumerate(self.buttons):
            button.setCheckable(True)
            button.setShortcut(f"F{k + 2}")
            button.clicked.connect(lambda _, view=k: self.choose(view))
            group.addButton(button)
            top.addWidget(button)
        self.buttons[0].setChecked(True)
        top.addStretch(1)
        top.addWidget(self.follow)
        column = QtWidgets.QVBoxLayout(self.widget)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.stack, 1)


def _grid(rows: Any) -> Any:
    """Return rows of plots, each row as wide as the page."""
    page = QtWidgets.QWidget()
    column = QtWidgets.QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    for plots in rows:
        row = QtWidgets.QHBoxLayout()
        row.setSpacing(4)
        for plot in plots:
            row.addWidget(plot.widget, 1)
        column.addLayout(row, 1)
    return page
