"""The experiment of Geuchies et al. in one file: a reduced copy of their recipe, measured, reduced, compared.

    python paper_in_one_file.py FOLDER [BENCH]

From the voltammogram the run finds the potentials that hold the electrons asked for, and measures transient
absorption and reflection there. The whole experiment is `configs/paper.toml` as it stands: `qdlab run paper`.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import qdlab
from qdlab.analysis import reduce, summary
from qdlab.app.config import find_config, load_bench, read_toml, recipe_from
from qdlab.app.runs import carry_out
from qdlab.app.terminal import stop_on_signals
from qdlab.run import StopToken, ignore

FEW: dict[str, Any] = {
    "steady_state": {"n_scans": 400},
    "voltammetry": {"n_cycles": 1},
    "charging": {"electrons_per_dot": [0, 0.94, 1.9, 1.99]},
    "transient_absorption": {
        "excitons_per_dot": [0.05, 0.4, 1.0, 1.7, 4.0, 6.6],
        "delays_ps": [-5, -4, -3, 3, 5, 7, 150, 350, 550, 900, 1400, 2500],
        "n_shots": 200,
    },
}
PAPER = (
    ("1.51", "~ 0.5", ""),
    ("0.80", "", ""),
    ("", "~ 1", ""),  # the paper's model of this lifetime has 1.85 to 1.95 electrons: every hundredth counts
    ("0.09 +- 0.09", "", "~ 800"),
)
"""Threshold in excitons per dot, longest gain lifetime in ns, and gain in 1/cm, film by film."""


def main(folder: Path, bench: str = "paper_sim") -> None:
    """Run, reduce and compare; the file of the run stays in the folder."""
    file, stop, tables = folder / "paper_in_one_file.h5", StopToken(), read_toml(find_config("paper"))
    tables |= {name: tables[name] | fewer for name, fewer in FEW.items()}
    with stop_on_signals(stop):  # Ctrl-C ends the run safely
        recipe = recipe_from(tables, "paper, reduced")
        carry_out(recipe, load_bench(bench), file, force=False, stop=stop, tell=ignore)
    with qdlab.open(file) as run:
        results = summary(reduce(run))
    for row in (("electrons per dot", "quantity", "found", "paper"), *rows(results)):
        print("{:18} {:36} {:22} {}".format(*row).rstrip())
    for note in results["notes"]:
        print("note:", note)


def rows(results: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Yield of each film what was found, with its 68 % interval, beside the paper's values."""
    films = zip(
        results["thresholds"], results["gain_lifetimes"], results["gain_coefficient"], PAPER, strict=True
    )
    for threshold, lifetimes, gain, paper in films:
        n_1s, n_x = (
            f"{threshold['n_1s']:.2f} +- {threshold['n_1s_err']:.2f}",
            f"at {gain['n_x']:.1f} excitons",
        )
        longest_ns = [float(lifetimes[f"lifetime{end}_ps"][-1]) / 1e3 for end in ("", "_low", "_high")]
        error_cm = math.hypot(gain["band_g_err_cm"], gain["band_g_thickness_err_cm"])
        yield n_1s, "threshold / excitons", told(threshold), paper[0]
        yield n_1s, f"gain lifetime / ns {n_x}", interval(*longest_ns), paper[1]
        yield n_1s, f"gain / cm^-1 {n_x}", f"{gain['band_g_cm']:.0f} +- {error_cm:.0f}", paper[2]


def told(threshold: dict[str, Any]) -> str:
    """Say a threshold, or the limit it is below."""
    if threshold["censored"] == "below":
        return f"< {threshold['n_gain_high95']:.2f} (95 %)"
    return interval(*(threshold[name] for name in ("n_gain", "n_gain_low", "n_gain_high")))


def interval(value: float, low: float, high: float) -> str:
    """Say a value and its interval, which may have no upper end."""
    return f"{value:.2f} ({low:.2f} to {high:.2f})" if math.isfinite(high) else f"> {low:.2f}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
