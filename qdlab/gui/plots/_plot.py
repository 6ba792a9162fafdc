"""What all plots are: a title, axes with units, colours of the scheme, and an export as PNG, SVG or CSV."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyqtgraph as pg
from pyqtgraph.Qt import QtCore, QtWidgets

from qdlab.errors import InputError
from qdlab.gui._ask import ask_where
from qdlab.gui._style import DARK, Scheme
from qdlab.gui.look import Table, write_csv

EXPORT_WIDTH = 1600
"""Pixels of an exported picture: sharp in print."""

LEFT_WIDTH = 68
"""Pixels of the left axis, so that plots above each other have their frames in line."""

FOCUS = "QFrame#plot {{ border: 1px solid {panel}; border-radius: 4px; background: {ground}; }}"


class Plot:
    """A titled plot; `widget` is what is put into a page, `lines` are what is drawn, by name."""

    def __init__(self, title: str, bottom: str, left: str) -> None:
        self.title = title
        self.scheme = DARK
        self.widget = QtWidgets.QFrame()
        self.widget.setObjectName("plot")
        self.heading = QtWidgets.QLabel(title)
        self.remark = QtWidgets.QLabel()
        self.remark.setSizePolicy(
            QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Preferred
        )
        self.remark.setAlignment(QtCore.Qt.AlignmentFlag.AlignRight | QtCore.Qt.AlignmentFlag.AlignVCenter)
        self.view = pg.PlotWidget(enableMenu=False)  # its menu has an export that knows nothing of our tables
        self.view.setMinimumSize(160, 100)
        # Axes learn their range while a curve is painted: painted in parts, they would show the last one.
        self.view.setViewportUpdateMode(QtWidgets.QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.view.setAccessibleName(title)
        self.view.setFocusPolicy(QtCore.Qt.FocusPolicy.StrongFocus)
        self.item = self.view.getPlotItem()
        self.lines: dict[str, Any] = {}
        self._named: list[tuple[Any, str]] = []
        self._pens: list[tuple[Any, int, float]] = []
        for side, words in (("bottom", bottom), ("left", left)):
            self.item.getAxis(side).enableAutoSIPrefix(False)  # the unit is in the words
            self.item.setLabel(side, words)
        self.item.getAxis("left").setWidth(LEFT_WIDTH)
        self._lay_out()

    def line(self, name: str, colour: int = 0, width: float = 1.5, **options: Any) -> Any:
        """Add a curve in a colour of the scheme; its name is its column in an exported table."""
        curve = self.item.plot(name=name, **options)
        self.lines[name] = curve
        self.coloured(curve, colour, width)
        return curve

    def coloured(self, item: Any, colour: int, width: float) -> Any:
        """Let an item follow the scheme; return it."""
        self._pens.append((item, colour, width))
        item.setPen(pg.mkPen(self.scheme.lines[colour], width=width))
        return item

    def entitle(self, title: str) -> None:
        """Give the plot another title."""
        self.title = title
        self.heading.setText(title)
        self.view.setAccessibleName(title)

    def say(self, remark: str) -> None:
        """Show a remark beside the title: of what, at which potential; what is drawn is painted with it."""
        if remark != self.remark.text():
            self.remark.setText(remark)
            self.remark.setToolTip(remark)
            self.view.viewport().update()

    def name_lines(self, lines: Sequence[Any], names: Sequence[str]) -> None:
        """Write names into the legend; nothing is done, and nothing flickers, if they are there already."""
        named = [*zip(lines, names, strict=True)]
        if named != self._named:
            self._named = named
            self.item.legend.clear()
            for line, name in named:
                self.item.legend.addItem(line, name)

    def clear(self) -> None:
        """Forget what is drawn, so that nobody takes it for what comes next."""
        self.say("")
        for curve in self.lines.values():
            curve.setData([], [])

    def table(self) -> Table:
        """Return what is drawn as named columns."""
        columns = {}
        for name, curve in self.lines.items():
            x, y = curve.getData()
            if x is not None and len(x):
                columns[f"{name}: {self._words('bottom')}"] = x
                columns[f"{name}: {self._words('left')}"] = y
        return columns

    def paint(self, scheme: Scheme) -> None:
        """Take the colours of a scheme."""
        self.scheme = scheme
        self.widget.setStyleSheet(FOCUS.format(panel=scheme.panel, ground=scheme.ground))
        self.heading.setStyleSheet(f"color: {scheme.text}; font-weight: bold")
        self.remark.setStyleSheet(f"color: {scheme.muted}")
        self.view.setBackground(scheme.ground)
        for side in ("bottom", "left", "right"):
            axis = self.item.getAxis(side)
            axis.setPen(scheme.muted)
            axis.setTextPen(scheme.text)
        for item, colour, width in self._pens:
            item.setPen(pg.mkPen(scheme.lines[colour], width=width))
        if self.item.legend is not None:
            self.item.legend.setLabelTextColor(scheme.text)
            for _, label in self.item.legend.items:
                label.setText(label.text, color=scheme.text)
            self.item.legend.setBrush(_veil(scheme))

    def export(self, path: Path) -> None:
        """Write the plot to a file; its ending says as what. InputError if it is none of .png, .svg, .csv."""
        import pyqtgraph.exporters as exporters

        match path.suffix.lower():
            case ".csv":
                write_csv(self.table(), path)
            case ".svg":
                exporters.SVGExporter(self.view.scene()).export(str(path))
            case ".png":
                picture = exporters.ImageExporter(self.view.scene())
                picture.parameters()["width"] = EXPORT_WIDTH
                picture.export(str(path))
            case ending:
                raise InputError(f"{path.name}: a plot is exported as .png, .svg or .csv, not {ending!r}")

    def ask_and_export(self) -> None:
        """Ask for a file, then export to it."""
        kinds, wanted = "PNG (*.png);;SVG (*.svg);;CSV (*.csv)", Path(f"{_file_name(self.title)}.png")
        ask_where(self.widget, f"Export: {self.title}", wanted, kinds, lambda paths: self.export(paths[0]))

    def _words(self, side: str) -> str:
        return str(self.item.getAxis(side).labelText)

    def _lay_out(self) -> None:
        export = QtWidgets.QToolButton()
        export.setText("⤓")
        export.setAutoRaise(True)
        export.setToolTip("Export this plot as PNG, SVG or CSV (Ctrl+E in the plot)")
        export.setAccessibleName(f"Export {self.title}")
        export.clicked.connect(self.ask_and_export)
        key = pg.Qt.QtGui.QShortcut(pg.Qt.QtGui.QKeySequence("Ctrl+E"), self.view)
        key.setContext(QtCore.Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key.activated.connect(self.ask_and_export)
        self.head = head = QtWidgets.QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.heading)
        head.addWidget(self.remark, 1)
        head.addWidget(export)
        column = QtWidgets.QVBoxLayout(self.widget)
        column.setContentsMargins(6, 1, 4, 2)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.view, 1)


def _veil(scheme: Scheme) -> Any:
    """Return the ground, a little transparent: what a legend hides is still guessed."""
    colour = pg.mkColor(scheme.ground)
    colour.setAlpha(120)
    return pg.mkBrush(colour)


def _file_name(title: str) -> str:
    """Return a title as every system takes it for the name of a file."""
    words = "".join(letter if letter.isalnum() else " " for letter in title.lower().replace("*", " star"))
    return "-".join(words.split())
