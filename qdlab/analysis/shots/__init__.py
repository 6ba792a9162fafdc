"""Shots -> dA: pairs with and without the pump, their averages and errors, cell by cell."""

from qdlab.analysis.shots._camera import Camera
from qdlab.analysis.shots._pair_windows import Windows
from qdlab.analysis.shots._shot_cells import Arrays, Cell, EachCell, in_threads, reduce_shots, without_values
from qdlab.analysis.shots._shots import PairedShots, mean_and_error, pair_up, pairs_to_da

__all__ = [
    "Arrays",
    "Camera",
    "Cell",
    "EachCell",
    "PairedShots",
    "Windows",
    "in_threads",
    "mean_and_error",
    "pair_up",
    "pairs_to_da",
    "reduce_shots",
    "without_values",
]
