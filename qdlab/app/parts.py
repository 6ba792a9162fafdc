"""What a face of qdlab is composed from: benches, recipes, and the one road by which a run is carried out."""

from qdlab.app._words import duration_in_words
from qdlab.app.config import (
    REDUCTION,
    LoadedBench,
    Recipe,
    checked,
    load,
    load_bench,
    load_recipe,
    parse_toml,
    read_toml,
    recipe_from,
    registered,
    shipped_configs,
    to_unit,
    toml_text,
)
from qdlab.app.doctor import examine
from qdlab.app.runs import See, carry_out, cost_in_words, dose_in_words, go_on, resume

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
]
