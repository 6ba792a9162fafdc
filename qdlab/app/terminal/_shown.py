"""What a person at a terminal sees of a run, and how a pause is ended there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from qdlab.app.terminal._attend import Attendant
from qdlab.app.terminal._progress import ProgressBar
from qdlab.app.terminal._signals import pause_on_ctrl_z
from qdlab.run import Event, Listener, StopToken


@contextmanager
def shown(stop: StopToken, console: Console) -> Iterator[Listener]:
    """Yield what a run tells: it shows progress, warnings and pauses; Ctrl-Z asks for one, Enter ends it."""
    attendant = Attendant(stop, console)
    with pause_on_ctrl_z(stop), ProgressBar(console) as bar:

        def tell(event: Event) -> None:
            bar(event)
            attendant(event)

        yield tell
