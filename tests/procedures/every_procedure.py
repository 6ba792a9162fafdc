"""Every registered procedure: its small recipe, and the benches that have what it needs."""

from __future__ import annotations

from pathlib import Path

from qdlab.app.config import registered

SMALL = Path(__file__).parent / "small"
"""A recipe of a few points for each procedure, named after it."""

PROCEDURES = sorted(registered("procedures"))


def small_recipe(procedure: str) -> Path:
    """Return the small recipe of a procedure."""
    return SMALL / f"{procedure}.toml"


def bench_for(procedure: str) -> str:
    """Return the shipped bench on which it runs."""
    return {"SolutionBenchmark": "solution_sim", "HeliosFolderMap": "helios_sim"}.get(procedure, "paper_sim")
