"""The arrow keys in a plot: what the mouse drags can be moved without it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from pyqtgraph.Qt import QtCore, QtGui

ARROWS = {"Left": (-1, 0), "Right": (1, 0), "Down": (0, -1), "Up": (0, 1)}


def bind_arrows(view: Any, move: Callable[[int, int], None]) -> None:
    """Call `move` with steps to the right and upwards for each arrow pressed in a view with the focus."""
    for key, steps in ARROWS.items():
        shortcut = QtGui.QShortcut(QtGui.QKeySequence(key), view)
        shortcut.setContext(QtCore.Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(partial(move, *steps))
