"""What a face of qdlab is composed from: benches, recipes, and the one road by which a run is carried out."""

from qdlab.app._bench_file import LoadedBench, load_bench
from qdlab.app._carry_out import carry_out, go_on
from qdlab.app._cost import cost_in_words, dose_in_words
from qdlab.app._first_look import See
from qdlab.app._keep import keep_reduction
from qdlab.app._plugins import load, registered
from qdlab.app._quantity import to_unit
from qdlab.app._recipe import REDUCTION, Recipe, checked, load_recipe, recipe_from
from qdlab.app._resume import resume
from qdlab.app._toml import parse_toml, read_toml, shipped_configs, toml_text
from qdlab.app._words import duration_in_words
from qdlab.app.doctor import examine
from qdlab.app.report import write_report

__all__ = [
    "REDUCTION",
    "LoadedBench",
    "Recipe",
    "See",
    "carry_out",
    "checked",
    "cost_in_words",
    "dose_in_words",
    "duration_in_words",
    "examine",
    "go_on",
    "keep_reduction",
    "load",
    "load_bench",
    "load_recipe",
    "parse_toml",
    "read_toml",
    "recipe_from",
    "registered",
    "resume",
    "shipped_configs",
    "to_unit",
    "toml_text",
    "write_report",
]
