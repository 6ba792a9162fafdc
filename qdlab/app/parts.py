"""What a face of qdlab is composed from: benches, recipes, and the one road by which a run is carried out."""

from qdlab.app._bench_file import LoadedBench, load_bench
from qdlab.app._carry_out import carry_out
from qdlab.app._first_look import See
from qdlab.app._plugins import load, registered
from qdlab.app._recipe import REDUCTION, Recipe, checked, load_recipe
from qdlab.app._toml import read_toml, shipped_configs
from qdlab.app._words import duration_in_words

__all__ = [
    "REDUCTION",
    "LoadedBench",
    "Recipe",
    "See",
    "carry_out",
    "checked",
    "duration_in_words",
    "load",
    "load_bench",
    "load_recipe",
    "read_toml",
    "registered",
    "shipped_configs",
]
