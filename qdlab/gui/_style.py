"""Two schemes of colours, for a dark room and for daylight: apart in hue and lightness for everyone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyqtgraph.Qt import QtGui


@dataclass(frozen=True)
class Scheme:
    """Colours by what they are for; `lines` are Okabe and Ito's, as they read on this ground."""

    name: str
    ground: str
    panel: str
    text: str
    muted: str
    field: str
    accent: str
    lines: tuple[str, ...]
    good: str
    alive: str
    alarm: str
    diverging: str

    @property
    def is_dark(self) -> bool:
        """Whether the ground is dark."""
        return self.name == "dark"


DARK = Scheme(
    name="dark",
    ground="#101216",
    panel="#1d2026",
    text="#e2e2e2",
    muted="#8b919b",
    field="#14161a",
    accent="#2a6fa8",
    lines=("#56b4e9", "#e69f00", "#9a9a9a", "#cc79a7", "#2fbf8f"),
    good="#1f6b3a",
    alive="#8a5a00",
    alarm="#b3261e",
    diverging="CET-D4",
)

LIGHT = Scheme(
    name="light",
    ground="#ffffff",
    panel="#eceef1",
    text="#16181c",
    muted="#5d636d",
    field="#ffffff",
    accent="#2a6fa8",
    lines=("#0072b2", "#d55e00", "#7a7a7a", "#a0437a", "#00795c"),
    good="#2e7d32",
    alive="#a86400",
    alarm="#c62828",
    diverging="CET-D1",
)

SCHEMES = {scheme.name: scheme for scheme in (DARK, LIGHT)}

WRONG = "color: #ff8a3d"
"""Style of words that say what is wrong."""

WRONG_FIELD = "border: 1px solid #ff8a3d"

_AMBER = "background: #8a5a00; color: white"

OFFER = f"QFrame {{ {_AMBER}; border-radius: 4px }}"
"""Style of a line that waits for an answer."""

OFFER_WORDS = f"{_AMBER}; border-radius: 4px; padding: 2px 8px; font-size: 17px; font-weight: bold"
"""Style of what a person is asked to do by hand."""

GO_ON_STYLE = f"{_AMBER}; font-size: 14px; font-weight: bold; padding: 4px 12px"
"""Style of the button that lets a paused run go on."""

SMALL = "font-size: 11px"

FORM = "font-size: 13px"
"""Small enough for all of the paper's experiment at 1280 x 720."""

STOP = """
QPushButton { background: #c62828; color: white; font-weight: bold; font-size: 22px; padding: 8px 26px;
              border: 2px solid transparent; border-radius: 6px; }
QPushButton:hover { background: #e53935; }
QPushButton:focus { border-color: white; }
QPushButton:disabled { background: #6d4a4a; color: #c9c0c0; }
"""


def palette(scheme: Scheme) -> Any:
    """Return the colours of everything that is no plot."""
    roles, groups = QtGui.QPalette.ColorRole, QtGui.QPalette.ColorGroup
    made = QtGui.QPalette()
    for role in (roles.Window, roles.Button, roles.AlternateBase, roles.ToolTipBase):
        made.setColor(role, QtGui.QColor(scheme.panel))
    made.setColor(roles.Base, QtGui.QColor(scheme.field))
    for role in (roles.WindowText, roles.Text, roles.ButtonText, roles.ToolTipText, roles.BrightText):
        made.setColor(role, QtGui.QColor(scheme.text))
        made.setColor(groups.Disabled, role, QtGui.QColor(scheme.muted))
    made.setColor(roles.PlaceholderText, QtGui.QColor(scheme.muted))
    made.setColor(roles.Link, QtGui.QColor(scheme.lines[0]))
    made.setColor(roles.Highlight, QtGui.QColor(scheme.accent))
    made.setColor(roles.HighlightedText, QtGui.QColor("#ffffff"))
    return made


def choice_style(scheme: Scheme) -> str:
    """Return the style of buttons of which one is chosen."""
    return (
        f"QPushButton {{ background: {scheme.field}; color: {scheme.text}; padding: 3px 12px;"
        f" border: 1px solid {scheme.muted}; border-radius: 4px }}"
        f"QPushButton:checked {{ background: {scheme.accent}; color: white }}"
        f"QPushButton:focus {{ border-color: {scheme.lines[1]} }}"
    )
