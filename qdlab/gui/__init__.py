"""The window: runs started, watched and stopped without a command line. The only room that knows Qt."""

from qdlab.gui._window import MainWindow, main_window, open_window

__all__ = ["MainWindow", "main_window", "open_window"]
