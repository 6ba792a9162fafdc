"""`qdlab gui`: open the window, which is found by its name so that nothing here knows Qt."""

from __future__ import annotations

import os
import sys

from qdlab.app.config import plugins
from qdlab.errors import InputError

_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def gui(bench: str) -> None:
    """Open the window on a bench and return when it is closed; InputError where there can be no window."""
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in _DISPLAYS):
        # Qt would abort the program without a word to catch.
        raise InputError("no display: neither DISPLAY nor WAYLAND_DISPLAY is set; `qdlab run` needs none")
    try:
        open_window = plugins.load("faces", "gui", "qdlab gui")
    except InputError as error:
        raise InputError(f"the window needs PyQt5, which cannot be used here: {error}") from error
    open_window(bench)
