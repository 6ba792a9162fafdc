"""The Qt application: one for every window, the same on every system."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg

FONT_POINTS = 10.0
"""Readable from a step away, and every page fits 1280 x 720."""


def make_application() -> Any:
    """Return the Qt application, made if there is none yet."""
    application = pg.mkQApp("qdlab")
    application.setStyle("Fusion")  # the same on every system, and the only one that takes all colours
    font = application.font()
    font.setPointSizeF(FONT_POINTS)
    application.setFont(font)
    return application
