"""The Run page: choose an experiment, fill in its form, see what it will cost, start it or let it wait."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyqtgraph.Qt import QtCore, QtWidgets

from qdlab.app.parts import REDUCTION, LoadedBench, Recipe, toml_text
from qdlab.app.queue import Job, Queue
from qdlab.errors import InputError, QdlabError
from qdlab.gui._ask import ask_for_files, ask_where
from qdlab.gui._cut_off import CutOff
from qdlab.gui._draft import Draft, draft_run, fresh
from qdlab.gui._form import Form
from qdlab.gui._queue_panel import QueuePanel
from qdlab.gui._recipes import choices, preset
from qdlab.gui._style import WRONG
from qdlab.plan import Plan

DEBOUNCE_MS = 250
OPEN_FILE = "Open a recipe file…"


class RunPage:
    """From the choice of a recipe to the queue; `widget` is the page, `begin` works on the queue."""

    def __init__(self, loaded: LoadedBench, bench_name: str, queue: Queue, begin: Callable[[], None]) -> None:
        self._loaded, self._bench_name = loaded, bench_name
        self._queue, self._begin = queue, begin
        self._busy = False
        self._draft: Draft | None = None
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
        self.queue = QueuePanel(queue, begin, loaded)
        self.cut_off = CutOff(self._resume, self._leave)
        self._lay_out()
        self._timer = QtCore.QTimer(self.widget)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.plan)
        self.out.setText(str(fresh(Path.cwd() / "run.h5", queue)))
        self.out.textChanged.connect(self._changed)
        first = self.chooser.currentText()
        self._show_recipe(first, self._choices[first]())
        self.cut_off.show(self.queue.cut_off())

    def choose(self, name: str) -> None:
        """Show the form of a preset, or of a procedure as it was declared."""
        self._show_recipe(name, self._choices[name]())
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
        self._show_recipe(name, recipe)
        self.plan()

    def plan(self) -> None:
        """Say what the form's run costs, or every problem in words, and allow Start accordingly."""
        self._timer.stop()
        out = Path(self.out.text().strip()).absolute()
        experiment, found = self.form.read()
        self._draft = None
        try:
            if not found:
                lab = self._loaded.bench.describe()
                self._draft = draft_run(experiment, self._reduction, out, lab, self._queue)
        except (ValueError, InputError) as error:
            found = str(error).splitlines()
        self._say(found)
        self._allow()

    def plan_at_hand(self) -> Plan | None:
        """Return the plan of what the form says, if nothing is wrong with it."""
        return None if self._draft is None else self._draft.plan

    def start(self) -> None:
        """Put what the form says now before all that waits, and begin."""
        if not self._busy and (job := self._queued()) is not None:
            self._queue.move(job.number, 1)
            self._begin()

    def add(self) -> None:
        """Let what the form says now wait behind all others."""
        if self._queued() is not None:
            self.queue.refresh()
            self._name_next_file()

    def set_busy(self, *, busy: bool) -> None:
        """Note whether a run is going on; name the next file."""
        self._busy = busy
        self.queue.set_busy(busy=busy)
        self._name_next_file()
        self.cut_off.show([])
        self._allow()

    def _queued(self) -> Job | None:
        """Put the form's run into the queue; None, said in words, if something is wrong with it."""
        self.plan()
        if self._draft is None:
            return None
        source = self._draft.source
        try:
            name = f"{source['procedure']}.toml"
            return self._queue.add(name, toml_text(source), self._bench_name, self._draft.out)
        except QdlabError as error:
            self._say(str(error).splitlines())
            return None

    def _chosen(self, name: str) -> None:
        """Follow what a person chose."""
        if name != OPEN_FILE:
            self.choose(name)
            return
        self.chooser.setCurrentText(self._name)  # until a file is chosen
        ask_for_files(self.widget, "A recipe", "Recipes (*.toml)", lambda paths: self.open_recipe(paths[0]))

    def _show_recipe(self, name: str, recipe: Recipe) -> None:
        self._name = name
        self.chooser.setCurrentText(name)
        self._reduction = {key: value for key, value in recipe.source.items() if key == REDUCTION}
        self.form = Form(recipe.experiment, self._changed)
        self.scroll.setWidget(self.form.widget)
        self._changed()

    def _changed(self) -> None:
        """Wait until nobody types; nothing may be started in between."""
        self._draft = None
        self._allow()
        self._timer.start(DEBOUNCE_MS)

    def _allow(self) -> None:
        self.start_button.setEnabled(self._draft is not None and not self._busy)
        self.add_button.setEnabled(self._draft is not None)

    def _say(self, found: list[str]) -> None:
        """Say what is wrong, or what the run costs."""
        words = "" if self._draft is None else self._draft.words
        self.plan_line.setText("\n".join(found) if found else words)
        self.plan_line.setStyleSheet(WRONG if found else "font-weight: bold")

    def _name_next_file(self) -> None:
        self.out.setText(str(fresh(Path(self.out.text()), self._queue)))

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
        wanted = Path(self.out.text()).absolute()
        ask_where(
            self.widget, "The run file to write", wanted, "Run files (*.h5)",
            lambda paths: self.out.setText(str(paths[0])),
        )  # fmt: skip

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


def _row(*widgets: Any) -> Any:
    row = QtWidgets.QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget)
    return row


def _label(text: str, buddy: Any) -> Any:
    label = QtWidgets.QLabel(text)
    label.setBuddy(buddy)
    return label
