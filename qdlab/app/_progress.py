"""The progress bar: what is happening, how far it is, how long it still takes."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from qdlab.run import Event, StepStarted


class ProgressBar:
    """A run's listener and a context manager; the bar counts laboratory time, the clock real time."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", table_column=None),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            TextColumn("left"),
            console=console,
        )
        self._task = self._progress.add_task("opening the instruments", total=None)

    def __enter__(self) -> ProgressBar:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __call__(self, event: Event) -> None:
        """Show what an event says."""
        if isinstance(event, StepStarted):
            self._progress.update(
                self._task,
                description=f"{event.description:<34.34}",
                total=event.total_s,
                completed=event.total_s - event.remaining_s,
            )
