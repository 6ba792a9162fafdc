"""The progress bar: what is happening, how far it is, how long it still takes."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from qdlab.run import Event, RunEnded, RunStarted, StepStarted

_WIDTH = 34


class ProgressBar:
    """A run's listener and a context manager; the bar counts laboratory time, the clock real time."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            TextColumn("left"),
            console=console,
        )
        self._task = self._progress.add_task(f"{'opening the instruments':<{_WIDTH}}", total=None)

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress.live.is_started:
            self._progress.stop()

    def __call__(self, event: Event) -> None:
        """Show what an event says."""
        match event:
            case RunStarted():
                self._progress.start()
            case StepStarted():
                self._show(event.description, event.total_s, event.total_s - event.remaining_s)
            case RunEnded(status) if status == "finished":
                self._show(status, 1.0, 1.0)
            case RunEnded(status):
                self._progress.update(self._task, description=f"{status:<{_WIDTH}}")

    def _show(self, what: str, total_s: float, passed_s: float) -> None:
        text = f"{what:<{_WIDTH}.{_WIDTH}}"
        self._progress.update(self._task, description=text, total=total_s, completed=passed_s)
