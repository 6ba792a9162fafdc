"""The queue as it stands on disk: what waits, runs and is over; moved, removed and let run again."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from pyqtgraph.Qt import QtCore, QtWidgets

from qdlab.app.parts import LoadedBench
from qdlab.app.queue import Job, Queue
from qdlab.errors import QdlabError
from qdlab.gui._job_times import JobTimes
from qdlab.gui._style import WRONG

REFRESH_MS = 1000
N_ROWS = 4
"""Rows that are in sight on the smallest screen."""
ROW_PX = 22
COLUMNS = ("", "recipe", "run file", "state", "time", "why")
RUN_FILE = COLUMNS.index("run file")
SIGNS = {"waiting": "…", "running": "▶", "finished": "✓", "stopped": "■", "failed": "✗"}


class QueuePanel:
    """`widget` is the panel; every change goes to the disk at once, and other programs' changes are seen.

    `times` says how long the jobs take.
    """

    def __init__(self, queue: Queue, work: Callable[[], None], loaded: LoadedBench) -> None:
        self._queue, self.times = queue, JobTimes(loaded)
        self._shown: list[tuple[str, ...]] = []
        self._jobs: list[Job] = []
        self._busy = False
        self.widget = QtWidgets.QGroupBox("Queue")
        self.table = QtWidgets.QTableWidget(0, len(COLUMNS))
        self.table.setHorizontalHeaderLabels(list(COLUMNS))
        self.table.setAccessibleName("Queue")
        self.table.itemSelectionChanged.connect(self._allow)
        self.work_button = self._button("Work on the &queue", "", work)
        self.up = self._button("Earlier", "Ctrl+Up", lambda: self._move(-1))
        self.down = self._button("Later", "Ctrl+Down", lambda: self._move(1))
        self.retry = self._button("Let wait again", "Ctrl+T", self._retry)
        self.remove = self._button("Remove", "Ctrl+Delete", self._remove)
        self.skip = QtWidgets.QCheckBox("&go on after a failure")
        self.skip.setToolTip("A run that failed stays visible; the next one is begun")
        self.message = QtWidgets.QLabel()
        self.message.setStyleSheet(WRONG)
        self._lay_out()
        self._timer = QtCore.QTimer(self.widget)
        self._timer.timeout.connect(self._look)
        self._timer.start(REFRESH_MS)
        self.refresh()

    def refresh(self) -> None:
        """Show the queue as it is on the disk now."""
        try:
            self._jobs = self._queue.jobs()
        except QdlabError as error:
            self.message.setText(str(error))
            return
        rows = [self._row(job) for job in self._jobs]
        if rows != self._shown:
            self._show(rows)
        self._allow()

    def set_busy(self, *, busy: bool) -> None:
        """Note whether the window works on the queue."""
        self._busy = busy
        self.refresh()

    def cut_off(self) -> list[Job]:
        """Return the jobs whose program died while they ran."""
        running = [job for job in self._jobs if job.state == "running"]
        return [] if self._busy or not running or self._queue.is_worked_on else running

    @property
    def on_failure(self) -> Any:
        """What is to happen after a failed job."""
        return "skip" if self.skip.isChecked() else "stop"

    def _look(self) -> None:
        """Look at the disk while somebody looks at the panel; what the timer calls."""
        if self.widget.isVisible():
            self.refresh()

    def _row(self, job: Job) -> tuple[str, ...]:
        time, sign = self.times.in_words(job), SIGNS[job.state]
        return sign, _title(job), _short(job.out), job.state, time, job.reason

    def _show(self, rows: list[tuple[str, ...]]) -> None:
        """Write what has changed; what is chosen stays chosen."""
        chosen = self.table.currentRow()
        left = self.times.in_all(self._jobs)
        self.widget.setTitle(f"Queue: {left}" if left else "Queue")
        self.table.setRowCount(len(rows))
        for k, row in enumerate(rows):
            shown = self._shown[k] if k < len(self._shown) else ("",) * len(row)
            for column, (text, before) in enumerate(zip(row, shown, strict=True)):
                if text != before:
                    self._write(k, column, text)
        self._shown = rows
        self._bring_into_sight()
        if self.table.currentRow() != (chosen := min(chosen, len(rows) - 1)):
            self.table.setCurrentCell(chosen, 0)

    def _bring_into_sight(self) -> None:
        """Show what runs or waits, above what is long over, unless a person has chosen a job."""
        left = (k for k, job in enumerate(self._jobs) if job.state in ("running", "waiting"))
        if self._chosen() is None and (first := next(left, None)) is not None:
            top = QtWidgets.QAbstractItemView.ScrollHint.PositionAtTop
            self.table.scrollToItem(self.table.item(first, 0), top)

    def _write(self, row: int, column: int, text: str) -> None:
        item = QtWidgets.QTableWidgetItem(text)
        item.setToolTip(str(self._jobs[row].out) if column == RUN_FILE else text)
        self.table.setItem(row, column, item)

    def _allow(self) -> None:
        job = self._chosen()
        idle = job is not None and job.state != "running"
        for button in (self.up, self.down, self.remove):
            button.setEnabled(idle)
        self.retry.setEnabled(idle and job is not None and job.state in ("stopped", "failed"))
        waiting = any(job.state == "waiting" for job in self._jobs)
        self.work_button.setEnabled(waiting and not self._busy)

    def _chosen(self) -> Job | None:
        row = self.table.currentRow()
        return self._jobs[row] if 0 <= row < len(self._jobs) else None

    def _move(self, by: int) -> None:
        row = self.table.currentRow()
        self._change(lambda job: self._queue.move(job.number, max(row + 1 + by, 1)))
        self.table.setCurrentCell(min(max(row + by, 0), len(self._jobs) - 1), 0)

    def _remove(self) -> None:
        self._change(lambda job: self._queue.remove(job.number))

    def _retry(self) -> None:
        self._change(lambda job: self._queue.retry(job.number))

    def _change(self, act: Callable[[Job], None]) -> None:
        """Change the chosen job; what cannot be done is said."""
        job = self._chosen()
        if job is None:
            return
        try:
            act(job)
            self.message.setText("")
        except QdlabError as error:
            self.message.setText(str(error))
        self.refresh()

    def _button(self, words: str, key: str, act: Callable[[], None]) -> Any:
        button = QtWidgets.QPushButton(words)
        if key:
            button.setShortcut(key)
            button.setToolTip(key)
        button.clicked.connect(lambda: act())
        return button

    def _lay_out(self) -> None:
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QtWidgets.QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.table.setMinimumHeight((N_ROWS + 1) * ROW_PX)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.table.setSelectionBehavior(QtWidgets.QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QtWidgets.QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QtWidgets.QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        row = QtWidgets.QHBoxLayout()
        for widget in (self.work_button, self.up, self.down, self.retry, self.remove, self.skip):
            row.addWidget(widget)
        row.addWidget(self.message, 1)
        column = QtWidgets.QVBoxLayout(self.widget)
        column.setContentsMargins(6, 2, 6, 4)
        column.addWidget(self.table, 1)
        column.addLayout(row)


@lru_cache(maxsize=1024)
def _title(job: Job) -> str:
    """Return a job's title, its recipe read once."""
    return job.title


def _short(path: Path) -> str:
    """Return a path as short as it is clear: from where the window was opened, if it is below."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
