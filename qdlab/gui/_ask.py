"""Dialogues that ask for a file. The window stays alive behind them, so that Stop can always be clicked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyqtgraph.Qt import QtWidgets

Then = Callable[[list[Path]], None]
Modes = QtWidgets.QFileDialog.FileMode


def ask_for_files(parent: Any, title: str, kinds: str, then: Then) -> Any:
    """Ask for files that are there; `then` gets them. Returns the dialogue, which is shown."""
    return _show(QtWidgets.QFileDialog(parent, title, "", kinds), Modes.ExistingFiles, then)


def ask_where(parent: Any, title: str, wanted: Path, kinds: str, then: Then) -> Any:
    """Ask for a file to be written; `then` gets it, with the ending that was chosen if none was typed."""
    dialogue = QtWidgets.QFileDialog(parent, title, str(wanted.parent), kinds)
    dialogue.setAcceptMode(QtWidgets.QFileDialog.AcceptMode.AcceptSave)
    dialogue.selectFile(wanted.name)

    def finish(paths: list[Path]) -> None:
        ending = dialogue.selectedNameFilter().rpartition("*")[2].rstrip(")")
        then([path if path.suffix else path.with_suffix(ending) for path in paths])

    return _show(dialogue, Modes.AnyFile, finish)


def _show(dialogue: Any, mode: Any, then: Then) -> Any:
    dialogue.setFileMode(mode)
    dialogue.setModal(False)
    dialogue.filesSelected.connect(lambda names: then([Path(name) for name in names]))
    dialogue.finished.connect(lambda _: dialogue.deleteLater())
    dialogue.show()
    return dialogue
