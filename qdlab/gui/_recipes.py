"""What can be chosen on the Run page: recipes that come with qdlab, recipe files, procedures as declared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qdlab.app.parts import Recipe, load, load_recipe, read_toml, registered, shipped_configs

MakeRecipe = Callable[[], Recipe]


def choices() -> dict[str, MakeRecipe]:
    """Return the shipped recipes, then the procedures as declared, by the name to show."""
    presets = {
        f"{name} ({procedure})": preset(path)
        for name, path in shipped_configs().items()
        if (procedure := read_toml(path).get("procedure"))
    }
    first = {name: presets[name] for name in sorted(presets, key=_rank)}
    return first | {f"{name}, as declared": _as_declared(name) for name in registered("procedures")}


def preset(path: Path) -> MakeRecipe:
    """Return what reads a recipe file; InputError when it is called, if the file is wrong."""
    return lambda: load_recipe(path)


def _rank(name: str) -> tuple[bool, bool, str]:
    """Put the short experiment first, as it is what somebody new tries; then the paper's."""
    return not name.startswith("quick"), not name.startswith("paper"), name


def _as_declared(name: str) -> MakeRecipe:
    return lambda: Recipe(load("procedures", name, name)(), {})
