"""What recipe or bench may have forgotten: allowed, but worth a look before hours are spent on it."""

from __future__ import annotations

from collections.abc import Iterator

from qdlab.app.config._bench_file import LoadedBench
from qdlab.app.config._recipe import Recipe

SAMPLE = "sample"
OF_THE_FILM = ("thickness_nm", "cross_section_cm2", "pump_absorbance", "band_nm", "quiet_nm")
"""What results rest on and nobody but the person who made the film knows."""


def doubts(recipe: Recipe) -> Iterator[str]:
    """Yield each in a sentence."""
    yield from _unstated(recipe)
    yield from recipe.experiment.doubts()


def bench_doubts(loaded: LoadedBench) -> Iterator[str]:
    """Yield each in a sentence."""
    if loaded.partly_simulated:
        yield (
            f"{loaded.bench.name}: simulated beside real instruments: {', '.join(loaded.simulated)}; "
            "what comes from there is not measured"
        )


def _unstated(recipe: Recipe) -> Iterator[str]:
    """Yield the facts of the sample that are left to their defaults, where excitons per dot rest on them."""
    groups = recipe.experiment.groups()
    if not any("excitons_per_dot" in names for names in groups.values()):
        return
    stated, declared = recipe.source.get(SAMPLE, {}), groups[SAMPLE]
    left = [f"{key} = {declared[key].default}" for key in OF_THE_FILM if key not in stated]
    if left:
        yield f"{SAMPLE}: taken as in the paper, because the recipe does not say: {', '.join(left)}"
