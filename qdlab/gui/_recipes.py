"""What can be chosen on the Run page: recipes that come with qdlab, recipe files, procedures as declared."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, count
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


def fresh(wanted: Path, taken: frozenset[Path] = frozenset()) -> Path:
    """Return the path, or the first of NAME-2, NAME-3... that is neither there nor taken."""
    stem = wanted.stem.rsplit("-", 1)[0] if wanted.stem.rsplit("-", 1)[-1].isdigit() else wanted.stem
    numbered = (wanted.with_stem(f"{stem}-{number}") for number in count(2))
    return next(
        path for path in chain([wanted], numbered) if not path.exists() and path.resolve() not in taken
    )


def _rank(name: str) -> tuple[bool, bool, str]:
    """Put the short experiment first, as it is what somebody new tries; then the paper's."""
    return not name.startswith("quick"), not name.startswith("paper"), name


def _as_declared(name: str) -> MakeRecipe:
    return lambda: Recipe(load("procedures", name, name)(), {})
