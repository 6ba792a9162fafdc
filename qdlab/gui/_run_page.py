"""The Run page: choose an experiment, fill in its form, see what it will cost, start it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, count
from pathlib import Path
from typing import Any

from pyqtgraph.Qt import QtCore, QtWidgets

from procedures import Experiment
from qdlab.app.parts import (
    REDUCTION,
    LoadedBench,
    Recipe,
    duration_in_words,
    load,
    load_recipe,
    read_toml,
    registered,
    shipped_configs,
)
from qdlab.errors import InputError
from qdlab.gui._form import Form
from qdlab.gui._style import WRONG
from qdlab.plan import estimate, problems
from qdlab.storage import check_destination

DEBOUNCE_MS = 250

Start = Callable[[Recipe, Path], None]


class RunPage:
    """Everything from the choice of a recipe to the Start button; `widget` is the page."""

    def __init__(self, loaded: LoadedBench, start: Start) -> None:
        self._loaded = loaded
        self._start = start
        self._busy = False
        self._planned: tuple[Recipe, Path] | None = None
        self._choices = _choices()
        self.widget = QtWidgets.QWidget()
        self.chooser = QtWidgets.QComboBox()
        self.chooser.addItems(list(self._choices))
        self.chooser.currentTextChanged.connect(self.choose)
        self.scroll = QtWidgets.QScrollArea()
        self.scroll.setWidgetResizable(True)
        self.plan_line = QtWidgets.QLabel()
        self.plan_line.setWordWrap(True)
        self.out = QtWidgets.QLineEdit(str(_fresh(Path.cwd() / "run.h5")))
        self.out.textChanged.connect(self._changed)
        self.start_button = QtWidgets.QPushButton("&Start")
        self.start_button.setShortcut("Ctrl+Return")
        self.start_button.setToolTip("Ctrl+Return")
        self.start_button.clicked.connect(self.start)
        self._lay_out()
        self._timer = QtCore.QTimer(self.widget)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.plan)
        self.choose(self.chooser.currentText())

    def choose(self, name: str) -> None:
        """Show the form of a preset, or of a procedure as it was declared."""
        recipe = self._choices[name]()
        self._reduction = {key: value for key, value in recipe.source.items() if key == REDUCTION}
        self.form = Form(recipe.experiment, self._changed)
        self.scroll.setWidget(self.form.widget)
        self.plan()

    def plan(self) -> None:
        """Say what the form's run costs, or every problem in words, and allow Start accordingly."""
        self._timer.stop()
        out = Path(self.out.text().strip()).absolute()
        experiment, found = self.form.read()
        try:
            words = "" if found else self._cost(experiment, out)
        except (ValueError, InputError) as error:
            found = str(error).splitlines()
        self._planned = None if found else (self._recipe(experiment), out)
        self.plan_line.setText("\n".join(found) if found else words)
        self.plan_line.setStyleSheet(WRONG if found else "")
        self._allow_start()

    def start(self) -> None:
        """Start what the form says now, if nothing is wrong with it."""
        self.plan()
        if self._planned is not None and not self._busy:
            self._start(*self._planned)

    def set_busy(self, *, busy: bool) -> None:
        """Note whether a run is going on; after one, name the next file."""
        self._busy = busy
        if not busy:
            self.out.setText(str(_fresh(Path(self.out.text()))))
        self._allow_start()

    def _changed(self) -> None:
        """Wait until nobody types; nothing may be started in between."""
        self.start_button.setEnabled(False)
        self._timer.start(DEBOUNCE_MS)

    def _allow_start(self) -> None:
        self.start_button.setEnabled(self._planned is not None and not self._busy)

    def _cost(self, experiment: Experiment, out: Path) -> str:
        """Return points, duration and size in words; InputError with what the bench or the disk cannot do."""
        lab = self._loaded.bench.describe()
        planned = experiment.plan(lab)
        if found := problems(planned, lab):
            raise InputError(*found)
        if out.exists() and not self._busy:
            raise InputError(f"{out} exists already; name another file")
        check_destination(out, planned.n_bytes, force=self._busy)
        cost = estimate(planned, lab)
        size = f"{cost.n_bytes / 1e6:.0f} MB" if cost.n_bytes < 1e9 else f"{cost.n_bytes / 1e9:.2f} GB"
        return f"{cost.n_points} points, {duration_in_words(cost.duration_s)}, {size} on {lab.name}"

    def _recipe(self, experiment: Experiment) -> Recipe:
        """Return the form's recipe as its file would have it."""
        source: dict[str, Any] = {"procedure": type(experiment).__name__}
        return Recipe(experiment, source | experiment.values() | self._reduction)

    def _browse(self) -> None:
        name, _ = QtWidgets.QFileDialog.getSaveFileName(
            self.widget, "The run file to write", self.out.text(), "Run files (*.h5)"
        )
        if name:
            self.out.setText(name)

    def _lay_out(self) -> None:
        browse = QtWidgets.QPushButton("&Browse…")
        browse.clicked.connect(self._browse)
        top = _row(_label("E&xperiment", self.chooser), self.chooser)
        top.addStretch(1)
        column = QtWidgets.QVBoxLayout(self.widget)
        column.addLayout(top)
        column.addWidget(self.scroll, 1)
        column.addWidget(self.plan_line)
        column.addLayout(_row(_label("Run &file", self.out), self.out, browse, self.start_button))


def _row(*widgets: Any) -> Any:
    row = QtWidgets.QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget)
    return row


def _label(text: str, buddy: Any) -> Any:
    label = QtWidgets.QLabel(text)
    label.setBuddy(buddy)
    return label


def _choices() -> dict[str, Callable[[], Recipe]]:
    """Return the shipped recipes, then the procedures as declared, by the name to show."""
    presets = {
        f"{name} ({procedure})": _preset(path)
        for name, path in shipped_configs().items()
        if (procedure := read_toml(path).get("procedure"))
    }
    return dict(sorted(presets.items(), reverse=True)) | {
        f"{name}, as declared": _as_declared(name) for name in registered("procedures")
    }


def _preset(path: Path) -> Callable[[], Recipe]:
    return lambda: load_recipe(path)


def _as_declared(name: str) -> Callable[[], Recipe]:
    return lambda: Recipe(load("procedures", name, name)(), {})


def _fresh(wanted: Path) -> Path:
    """Return the path, or the first of NAME-2, NAME-3... that does not exist yet."""
    stem = wanted.stem.rsplit("-", 1)[0] if wanted.stem.rsplit("-", 1)[-1].isdigit() else wanted.stem
    numbered = (wanted.with_stem(f"{stem}-{number}") for number in count(2))
    return next(path for path in chain([wanted], numbered) if not path.exists())
