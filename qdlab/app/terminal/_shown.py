"""What a person at a terminal sees of a run, and how a pause is ended there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from qdlab.app.terminal._attend import Attendant
from qdlab.app.terminal._progress import ProgressBar
from qdlab.run import Event, Listener, StopToken


@contextmanager
def shown(stop: StopToken, console: Console) -> Iterator[Listener]:
    """Yield what a run tells: it shows the progress, warnings and pauses; Enter ends a pause."""
    attendant = Attendant(stop, console)
    with ProgressBar(console) as bar:

        def tell(event: Event) -> None:
            bar(event)
            attendant(event)

        yield tell
