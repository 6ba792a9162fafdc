"""The Qt application: one for every window, the same on every system."""

from __future__ import annotations

import atexit
from typing import Any

import pyqtgraph as pg
from pyqtgraph.Qt import QtCore, QtWidgets

FONT_POINTS = 10.0
"""Readable from a step away, and every page fits 1280 x 720."""


def make_application() -> Any:
    """Return the Qt application, made if there is none yet."""
    application = pg.mkQApp("qdlab")
    atexit.unregister(_delete_windows)
    atexit.register(_delete_windows, application)
    application.setStyle("Fusion")  # the same on every system, and the only one that takes all colours
    font = application.font()
    font.setPointSizeF(FONT_POINTS)
    application.setFont(font)
    return application


def _delete_windows(application: Any) -> None:
    """Delete main windows while Python still stands; later their parts go in any order, which may crash."""
    for window in application.topLevelWidgets():
        if isinstance(window, QtWidgets.QMainWindow):
            window.deleteLater()
    application.sendPostedEvents(None, QtCore.QEvent.Type.DeferredDelete)
