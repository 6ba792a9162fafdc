"""Pages and figures of the site that are derived from the declarations, so that they cannot go stale."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from bench_reference import bench_page, table_row

from qdlab import physics
from qdlab.analysis import Choices
from qdlab.app import parts

if TYPE_CHECKING:
    from pymeasure.experiment import Parameter

    from procedures import Experiment


REPORT_FIGURES = ("threshold_determination", "spectroelectrochemistry")


def write_all(folder: Path) -> None:
    """Write the references of recipes, benches and commands, the examples and the figures."""
    folder.mkdir(exist_ok=True)
    (folder / "recipes.md").write_text("\n".join(recipe_pages()), encoding="utf-8")
    (folder / "benches.md").write_text("\n".join(bench_page()), encoding="utf-8")
    (folder / "command-line.md").write_text(command_page(), encoding="utf-8")
    (folder / "examples.md").write_text("\n".join(examples_page(folder.parent)), encoding="utf-8")
    thresholds_figure(folder / "thresholds.png")
    lifetimes_figure(folder / "lifetimes.png")
    report_figures(folder)


def examples_page(docs: Path) -> Iterator[str]:
    """Yield the scripts to start from, each as it stands in docs/examples and is run by a test."""
    yield "# Examples\n"
    yield "Scripts to start from. They run as they stand: on the simulated laboratory, or on your file.\n"
    for path in sorted((docs / "examples").glob("*.py")):
        title = path.stem.replace("_", " ").capitalize()
        yield f"## {title}\n\n```{{literalinclude}} ../examples/{path.name}\n```\n"


def recipe_pages() -> Iterator[str]:
    """Yield the recipe reference: every procedure, table and parameter with unit, limits and default."""
    yield "# Recipes: every procedure and parameter\n"
    yield "A recipe is a TOML file: `procedure = NAME`, then a table for each group of parameters."
    yield "What is left out has its default. Numbers are in the unit given here; text is converted.\n"
    for name, point in parts.registered("procedures").items():
        yield from procedure_section(name, point.load())
    yield "## The table `[reduction]`\n"
    yield "What the reduction does not learn from the data. Every recipe may have it; `--choices FILE` of"
    yield "`qdlab reduce` and `qdlab report` takes the same keys, without the table's name.\n"
    yield "| key | default | meaning |\n|---|---|---|"
    defaults, meanings = vars(Choices()), choice_meanings()
    yield from (f"| `{key}` | `{defaults[key]!r}` | {meanings[key]} |" for key in defaults)
    yield "\nIn a run whose `band_nm` is not the paper's, `pl_nm`, `line_nm`, `second_line_nm`, `fit_nm` and"
    yield "`bins_nm` lie as far from it as these defaults from the paper's, unless they are stated."


def procedure_section(name: str, procedure: type[Experiment]) -> Iterator[str]:
    """Yield one procedure: what it is for, and its parameters table by table."""
    yield f"## {name}\n\n{(procedure.__doc__ or '').strip()}\n"
    for table, parameters in procedure.groups().items():
        if parameters:
            yield f"**`[{table}]`**\n"
            yield "| key | unit | limits | default | meaning |\n|---|---|---|---|---|"
            yield from (parameter_row(key, item) for key, item in parameters.items())
            yield ""


def parameter_row(key: str, item: Parameter) -> str:
    """Return a parameter as a row of a table."""
    low, high = getattr(item, "minimum", None), getattr(item, "maximum", None)
    limits = "" if low is None else f"{low:g} to {high:g}"
    if choices := getattr(item, "choices", None):
        limits = ", ".join(f"`{choice}`" for choice in choices)
    meaning = f"{item.name}: {item.description}" if item.description else item.name
    return table_row(f"`{key}`", getattr(item, "units", None) or "", limits, f"`{item.default!r}`", meaning)


def choice_meanings() -> dict[str, str]:
    """Return what each choice of a reduction means, from the docstring."""
    entries = re.findall(r"^ {4}(\w+(?:, \w+)*)\n((?: {8}.*\n)+)", Choices.__doc__ or "", flags=re.MULTILINE)
    return {key: " ".join(text.split()) for keys, text in entries for key in keys.split(", ")}


def command_page() -> str:
    """Return the command line reference as Typer writes it."""
    words = ["utils", "docs", "--name", "qdlab", "--title", "Command line"]
    done = subprocess.run(
        [sys.executable, "-m", "typer", "qdlab.app.cli", *words],
        capture_output=True, encoding="utf-8", check=True, env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    return done.stdout


def thresholds_figure(path: Path) -> None:
    """Draw A*/A0 over excitons per dot for several dopings, and the threshold over doping."""
    n_x, n_1s = np.linspace(0.0, 4.0, 200), np.linspace(0.0, 2.0, 101)
    figure, (left, right) = two_panels()
    for doping, dashes in zip(
        (0.0, 0.5, 1.0, 1.5, 2.0), ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1))), strict=True
    ):
        left.plot(n_x, physics.ensemble_absorption(n_x, doping), ls=dashes, label=f"{doping:g}")
    left.axhline(0.0, color="0.5", lw=0.8)
    left.set(xlabel="excitons per dot ⟨N_X⟩", ylabel="A*/A0 of the 1S band", title="gain where negative")
    left.legend(title="electrons n_1S")
    for model, dashes in zip(("binomial", "integer"), ("-", "--"), strict=True):
        right.plot(n_1s, physics.gain_threshold(n_1s, dopants=model), ls=dashes, label=model)
    right.set(xlabel="electrons per dot n_1S", ylabel="threshold ⟨N_gain⟩", title="threshold over doping")
    right.legend(title="how electrons share dots")
    figure.savefig(path, dpi=130)


def lifetimes_figure(path: Path) -> None:
    """Draw the gain lifetime over excitons per dot for several dopings."""
    n_x = np.linspace(0.1, 9.0, 60)
    figure, (left, right) = two_panels()
    for doping, dashes in zip((0.0, 1.0, 1.9), ("-", "--", "-."), strict=True):
        left.plot(n_x, [physics.gain_lifetime_ps(one, doping) for one in n_x], ls=dashes, label=f"{doping:g}")
    left.set(xlabel="excitons per dot ⟨N_X⟩", ylabel="gain lifetime / ps", title="biexciton lifetime 310 ps")
    left.legend(title="electrons n_1S")
    absorbance = np.linspace(0.0, 0.6, 100)
    right.plot(absorbance, physics.depth_factor(absorbance))
    right.set(
        xlabel="absorbance of the film at the pump",
        ylabel="mean over depth / front",
        title="a film that absorbs the pump",
    )
    figure.savefig(path, dpi=130)


def report_figures(folder: Path) -> None:
    """Measure on the simulated laboratory and draw figures of the report, REPORT_FIGURES."""
    from qdlab.analysis.figures import FIGURES
    from qdlab.app.results import reduce_file

    with TemporaryDirectory() as place:
        run = Path(place, "run.h5")
        words = ["run", "quick", "--bench", "paper_sim", "--out", str(run)]
        subprocess.run([sys.executable, "-m", "qdlab", *words], capture_output=True, check=True)
        reduction = reduce_file(run, {"n_bootstrap": 100})
    for name in REPORT_FIGURES:
        FIGURES[name](reduction).savefig(folder / f"report_{name}.png")


def two_panels() -> Any:
    """Return a figure of two panels that no window knows."""
    from matplotlib.figure import Figure

    with mpl.rc_context(
        {"axes.prop_cycle": mpl.cycler(color=["#0072b2", "#d55e00", "#009e73", "#000000", "#cc79a7"])}
    ):
        figure = Figure(figsize=(8.0, 3.2), layout="constrained")
        return figure, figure.subplots(1, 2)
