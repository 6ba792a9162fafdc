"""Whoever sits at a terminal: the progress of a run, its pauses, Ctrl-C."""

from qdlab.app.terminal._attend import Attendant
from qdlab.app.terminal._shown import shown
from qdlab.app.terminal._signals import STOPPING, stop_on_signals

__all__ = ["STOPPING", "Attendant", "shown", "stop_on_signals"]
