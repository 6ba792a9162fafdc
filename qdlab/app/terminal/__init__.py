"""Whoever sits at a terminal: the progress of a run, its pauses, Ctrl-C."""

from qdlab.app.terminal._attend import Attendant
from qdlab.app.terminal._progress import ProgressBar
from qdlab.app.terminal._signals import stop_on_signals

__all__ = ["Attendant", "ProgressBar", "stop_on_signals"]
