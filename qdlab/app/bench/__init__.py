"""`qdlab bench`: what this computer can do, each figure beside the same work done plainly, in turn."""

from qdlab.app.bench._measure import Bench, measure_all
from qdlab.app.bench._measured import Measured, in_turn
from qdlab.app.bench._report import print_table, to_json

__all__ = ["Bench", "Measured", "in_turn", "measure_all", "print_table", "to_json"]
