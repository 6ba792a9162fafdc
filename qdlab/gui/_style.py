"""Colours and pens that all pages share: apart in hue and lightness for everyone, readable in a dark room."""

from __future__ import annotations

BLUE, ORANGE, GREY = "#56b4e9", "#e69f00", "#9a9a9a"
"""Of Okabe and Ito's palette, on a dark ground."""

RED = "#ff5555"
GROUND = "#16181c"

WRONG = "color: #d55e00"
"""Style of words that say what is wrong."""

STOP = """
QPushButton { background: #c62828; color: white; font-weight: bold; font-size: 20px; padding: 10px 36px;
              border: none; border-radius: 6px; }
QPushButton:hover { background: #e53935; }
QPushButton:disabled { background: #8d6e6e; color: #dddddd; }
"""

DIVERGING = "CET-D1"
"""Perceptually uniform, blue through white at zero to red: a bleach is blue."""
