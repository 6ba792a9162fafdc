"""TOML files to what they mean: a bench with every instrument made, a procedure with its parameters set."""

from qdlab.app.config._bench_file import LoadedBench, bench_from, load_bench, load_instrument, load_wires
from qdlab.app.config._bench_tables import ROLES, SIMULATED, BenchTable
from qdlab.app.config._doubts import bench_doubts, doubts
from qdlab.app.config._prepare import prepare
from qdlab.app.config._quantity import to_unit
from qdlab.app.config._recipe import REDUCTION, Recipe, checked, load_recipe, recipe_from
from qdlab.app.config._toml import find_config, parse_toml, read_text, read_toml, shipped_configs, toml_text
from qdlab.app.config.plugins import load, registered

__all__ = [
    "REDUCTION",
    "ROLES",
    "SIMULATED",
    "BenchTable",
    "LoadedBench",
    "Recipe",
    "bench_doubts",
    "bench_from",
    "checked",
    "doubts",
    "find_config",
    "load",
    "load_bench",
    "load_instrument",
    "load_recipe",
    "load_wires",
    "parse_toml",
    "prepare",
    "read_text",
    "read_toml",
    "recipe_from",
    "registered",
    "shipped_configs",
    "to_unit",
    "toml_text",
]
