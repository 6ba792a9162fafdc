"""The start of the command line, beside that of Python itself."""

from __future__ import annotations

import subprocess
import sys

import numpy as np

from qdlab.app.bench._measured import Measured, doing, in_turn, measured


def measure_start(n_rounds: int) -> Measured:
    """Measure `qdlab --help`, each time in a fresh Python."""
    return measured(
        in_turn(doing(_python, "-m", "qdlab", "--help"), doing(_python, "-c", "pass"), n_rounds),
        name="help_vs_python",
        what="qdlab --help",
        plain="python -c pass",
        faster_is_more=False,
        goal=np.inf,
        amount=1,
        unit="starts",
    )


def _python(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
