"""The Run page: choose an experiment, fill in its form, see what it will cost, start it or let it wait."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyqtgraph.Qt import QtCore, QtWidgets

from procedures import Experiment
from qdlab.app.parts import (
    REDUCTION,
    LoadedBench,
    Recipe,
    cost_in_words,
    dose_in_words,
    duration_in_words,
    parse_toml,
    recipe_from,
    toml_text,
)
from qdlab.app.queue import Job, Queue
from qdlab.errors import InputError, QdlabError
from qdlab.gui._form import Form
from qdlab.gui._queue_panel import QueuePanel
from qdlab.gui._recipes import choices, fresh, preset
from qdlab.gui._style import WRONG
from qdlab.plan import Plan, estimate, problems

DEBOUNCE_MS = 250
OPEN_FILE = "Open a recipe file…"


class RunPage:
    """From the choice of a recipe to the queue; `widget` is the page, `begin` works on the queue."""

    def __init__(self, loaded: LoadedBench, bench_name: str, queue: Queue, begin: Callable[[], None]) -> None:
        self._loaded, self._bench_name = loaded, bench_name
        self._queue, self._begin = queue, begin
        self._busy = False
        self._planned: tuple[Recipe, Path] | None = None
        self._plan_at_hand: Plan | None = None
        self._times: dict[int, str] = {}
        self._choices = choices()
        self.widget = QtWidgets.QWidget()
        self.chooser = QtWidgets.QComboBox()
        self.chooser.addItems([*self._choices, OPEN_FILE])
        self.chooser.activated.connect(lambda _: self._chosen(self.chooser.currentText()))
        self.scroll = QtWidgets.QScrollArea()
        self.scroll.setWidgetResizable(True)
        self.plan_line = QtWidgets.QLabel()
        self.plan_line.setWordWrap(True)
        self.out = QtWidgets.QLineEdit()
        self.start_button = QtWidgets.QPushButton("&Start")
        self.start_button.setShortcut("Ctrl+Return")
        self.start_button.setToolTip("Ctrl+Return: this run first, then what waits in the queue")
        self.start_button.clicked.connect(self.start)
        self.add_button = QtWidgets.QPushButton("&Add to the queue")
        self.add_button.setShortcut("Ctrl+Shift+Return")
        self.add_button.clicked.connect(self.add)
        self.queue = QueuePanel(queue, begin, self._time_of)
        self.cut_off = CutOff(self._resume, self._leave)
        self._lay_out()
        self._timer = QtCore.QTimer(self.widget)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.plan)
        self.out.setText(str(self._fresh(Path.cwd() / "run.h5")))
        self.out.textChanged.connect(self._changed)
        self._show_form(self._choices[self.chooser.currentText()]())
        self.cut_off.show(self.queue.cut_off())

    def choose(self, name: str) -> None:
        """Show the form of a preset, or of a procedure as it was declared."""
        self.chooser.setCurrentText(name)
        self._show_form(self._choices[name]())
        self.plan()

    def open_recipe(self, path: Path) -> None:
        """Show the form of a recipe file, and offer it from now on; what is wrong with it is said."""
        try:
            recipe = preset(path)()
        except InputError as error:
            self._say(list(error.problems))
            return
        name = f"{path.stem} ({path.parent})"
        if name not in self._choices:
            self._choices[name] = preset(path)
            self.chooser.insertItem(0, name)
        self.chooser.setCurrentText(name)
        self._show_form(recipe)
        self.plan()

    def plan(self) -> None:
        """Say what the form's run costs, or every problem in words, and allow Start accordingly."""
        self._timer.stop()
        out = Path(self.out.text().strip()).absolute()
        experiment, found = self.form.read()
        self._planned = self._plan_at_hand = None
        words = ""
        try:
            words = "" if found else self._cost(experiment, out)
        except (ValueError, InputError) as error:
            found = str(error).splitlines()
        if not found:
            self._planned = self._recipe(experiment), out
        self._say(found, words)
        self._allow()

    def plan_at_hand(self) -> Plan | None:
        """Return the plan of what the form says, if nothing is wrong with it."""
        return self._plan_at_hand

    def start(self) -> None:
        """Put what the form says now before all that waits, and begin."""
        if not self._busy and (job := self._queued()) is not None:
            self._queue.move(job.number, 1)
            self._begin()

    def add(self) -> None:
        """Let what the form says now wait behind all others."""
        if self._queued() is not None:
            self.queue.refresh()
            self.out.setText(str(self._fresh(Path(self.out.text()))))

    def set_busy(self, *, busy: bool) -> None:
        """Note whether a run is going on; name the next file."""
        self._busy = busy
        self.queue.set_busy(busy=busy)
        self.out.setText(str(self._fresh(Path(self.out.text()))))
        self.cut_off.show([])
        self._allow()

    def _queued(self) -> Job | None:
        """Put the form's run into the queue; None, said in words, if something is wrong with it."""
        self.plan()
        if self._planned is None:
            return None
        recipe, out = self._planned
        try:
            name = f"{recipe.source['procedure']}.toml"
            return self._queue.add(name, toml_text(recipe.source), self._bench_name, out)
        except QdlabError as error:
            self._say(str(error).splitlines())
            return None

    def _chosen(self, name: str) -> None:
        """Follow what a person chose."""
        if name != OPEN_FILE:
            self.choose(name)
            return
        path, _ = QtWidgets.QFileDialog.getOpenFileName(self.widget, "A recipe", "", "Recipes (*.toml)")
        if path:
            self.open_recipe(Path(path))

    def _show_form(self, recipe: Recipe) -> None:
        self._reduction = {key: value for key, value in recipe.source.items() if key == REDUCTION}
        self.form = Form(recipe.experiment, self._changed)
        self.scroll.setWidget(self.form.widget)
        self._changed()

    def _changed(self) -> None:
        """Wait until nobody types; nothing may be started in between."""
        self._planned = None
        self._allow()
        self._timer.start(DEBOUNCE_MS)

    def _allow(self) -> None:
        self.start_button.setEnabled(self._planned is not None and not self._busy)
        self.add_button.setEnabled(self._planned is not None)

    def _say(self, found: list[str], words: str = "") -> None:
        self.plan_line.setText("\n".join(found) if found else words)
        self.plan_line.setStyleSheet(WRONG if found else "font-weight: bold")

    def _cost(self, experiment: Experiment, out: Path) -> str:
        """Return points, duration, dose and size in words; InputError with what bench or disk cannot do."""
        from qdlab.storage import check_destination

        lab = self._loaded.bench.describe()
        planned = experiment.plan(lab)
        if found := problems(planned, lab):
            raise InputError(*found)
        if out.exists() or out.resolve() in self._taken():
            raise InputError(f"{out} exists already, or waits to be written; name another file")
        check_destination(out, planned.n_bytes, force=False)
        self._plan_at_hand = planned
        return "; ".join(filter(None, (cost_in_words(planned, lab), dose_in_words(planned, lab))))

    def _recipe(self, experiment: Experiment) -> Recipe:
        """Return the form's recipe as its file would have it."""
        source: dict[str, Any] = {"procedure": type(experiment).__name__}
        return Recipe(experiment, source | experiment.values() | self._reduction)

    def _taken(self) -> frozenset[Path]:
        return frozenset(job.out for job in self._queue.jobs() if job.state in ("waiting", "running"))

    def _fresh(self, wanted: Path) -> Path:
        return fresh(wanted, self._taken())

    def _time_of(self, job: Job) -> str:
        """Return how long a job takes, or took; worked out once for each."""
        if job.state in ("waiting", "running"):
            if job.number not in self._times:
                self._times[job.number] = self._expected(job)
            return self._times[job.number]
        return job.ended[11:16]

    def _expected(self, job: Job) -> str:
        try:
            recipe = recipe_from(parse_toml(job.recipe, job.recipe_name), job.recipe_name)
            lab = self._loaded.bench.describe()
            return duration_in_words(estimate(recipe.experiment.plan(lab), lab).duration_s)
        except (QdlabError, ValueError):
            return "?"

    def _resume(self) -> None:
        self.cut_off.show([])
        self._begin()

    def _leave(self) -> None:
        """Let the jobs that were cut off rest; their files keep every point that was taken."""
        for job in self.queue.cut_off():
            self._queue.end(job, "stopped", "cut off; left by hand")
        self.cut_off.show([])
        self.queue.refresh()

    def _browse(self) -> None:
        name, _ = QtWidgets.QFileDialog.getSaveFileName(
            self.widget, "The run file to write", self.out.text(), "Run files (*.h5)"
        )
        if name:
            self.out.setText(name)

    def _lay_out(self) -> None:
        browse = QtWidgets.QPushButton("Bro&wse…")
        browse.clicked.connect(self._browse)
        top = _row(_label("E&xperiment", self.chooser), self.chooser)
        top.addWidget(self.plan_line, 1)
        column = QtWidgets.QVBoxLayout(self.widget)
        column.setContentsMargins(6, 4, 6, 4)
        column.addWidget(self.cut_off.widget)
        column.addLayout(top)
        column.addWidget(self.scroll, 3)
        file = _label("Run &file", self.out)
        column.addLayout(_row(file, self.out, browse, self.start_button, self.add_button))
        column.addWidget(self.queue.widget, 1)


class CutOff:
    """A line that offers to resume what a crash cut off; out of sight if there is nothing."""

    def __init__(self, resume: Callable[[], None], leave: Callable[[], None]) -> None:
        self.widget = QtWidgets.QFrame()
        self.words = QtWidgets.QLabel()
        self.words.setWordWrap(True)
        self.resume, self.leave = QtWidgets.QPushButton("Resu&me"), QtWidgets.QPushButton("Lea&ve it")
        self.resume.clicked.connect(lambda: resume())
        self.leave.clicked.connect(lambda: leave())
        row = QtWidgets.QHBoxLayout(self.widget)
        row.setContentsMargins(8, 4, 8, 4)
        row.addWidget(self.words, 1)
        row.addWidget(self.resume)
        row.addWidget(self.leave)
        self.widget.setStyleSheet("QFrame { background: #8a5a00; color: white; border-radius: 4px }")
        self.widget.hide()

    def show(self, jobs: list[Job]) -> None:
        """Name what was cut off."""
        files = ", ".join(str(job.out) for job in jobs)
        self.words.setText(f"Cut off while it ran: {files}. What was measured is kept; resume it?")
        self.widget.setVisible(bool(jobs))


def _row(*widgets: Any) -> Any:
    row = QtWidgets.QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget)
    return row


def _label(text: str, buddy: Any) -> Any:
    label = QtWidgets.QLabel(text)
    label.setBuddy(buddy)
    return label
