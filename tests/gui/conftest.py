"""The window on a simulated bench, with a small map in its form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from window_at_work import opened

from procedures import GainThresholdMap


@pytest.fixture(autouse=True)
def queue_of_the_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the queue of whoever runs the tests out of them."""
    path = tmp_path / "queue.sqlite"
    monkeypatch.setenv("QDLAB_QUEUE", str(path))
    return path


@pytest.fixture
def window(qtbot: Any, tmp_path: Path, small_map: GainThresholdMap) -> Any:
    """The window, ready to start a run of a few points."""
    from qdlab.gui import main_window

    return opened(main_window(), qtbot, tmp_path, small_map)
