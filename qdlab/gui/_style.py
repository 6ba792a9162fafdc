"""Colours and pens that all pages share: apart in hue and lightness for everyone, readable in a dark room."""

from __future__ import annotations

from typing import Any

from pyqtgraph.Qt import QtGui

BLUE, ORANGE, GREY = "#56b4e9", "#e69f00", "#9a9a9a"
"""Of Okabe and Ito's palette, on a dark ground."""

RED = "#ff5555"
GROUND, LIGHT = "#16181c", "#e6e6e6"

WRONG = "color: #ff8a3d"
"""Style of words that say what is wrong."""

WRONG_FIELD = "border: 1px solid #ff8a3d"

FORM = "font-size: 13px"
"""Small enough for all of the paper's experiment at 1280 x 720."""

STOP = """
QPushButton { background: #c62828; color: white; font-weight: bold; font-size: 20px; padding: 10px 36px;
              border: none; border-radius: 6px; }
QPushButton:hover { background: #e53935; }
QPushButton:disabled { background: #8d6e6e; color: #dddddd; }
"""

DIVERGING = "CET-D1"
"""Perceptually uniform, blue through white at zero to red: a bleach is blue."""


def dark_palette() -> Any:
    """Return colours for eyes that are used to a dark room."""
    roles, groups = QtGui.QPalette.ColorRole, QtGui.QPalette.ColorGroup
    palette = QtGui.QPalette()
    for role in (roles.Window, roles.Button, roles.AlternateBase, roles.ToolTipBase):
        palette.setColor(role, QtGui.QColor("#2a2d33"))
    palette.setColor(roles.Base, QtGui.QColor(GROUND))
    for role in (roles.WindowText, roles.Text, roles.ButtonText, roles.ToolTipText, roles.BrightText):
        palette.setColor(role, QtGui.QColor(LIGHT))
        palette.setColor(groups.Disabled, role, QtGui.QColor("#7d8088"))
    palette.setColor(roles.Highlight, QtGui.QColor("#2a6fa8"))
    palette.setColor(roles.HighlightedText, QtGui.QColor("#ffffff"))
    return palette
