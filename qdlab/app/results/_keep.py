"""A reduction kept in the file of its run, with all its choices: repeated from there, digit by digit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xarray as xr

from qdlab.analysis import Choices, Reduction, as_datasets, reduce, summary
from qdlab.errors import InputError, QdlabError
from qdlab.storage import open_run, store_results

NAME = "reduction"


class NotRepeatedError(QdlabError):
    """A reduction gave other numbers than the one that is kept in the file."""


def keep_reduction(path: Path, reduction: Reduction) -> None:
    """Keep a reduction in its run file, in the place of an earlier one; nothing may have the file open.

    InputError if the file cannot take it, as that of a run that goes on or died.
    """
    results = summary(reduction)
    told = {name: results[name] for name in ("choices", "digest", "notes")}
    store_results(path, as_datasets(reduction), {**told, "results": results}, name=NAME)


def repeat_reduction(path: Path) -> Reduction:
    """Reduce a run again with the choices kept in its file, and return the reduction.

    InputError if none is kept there; NotRepeatedError unless every digit is the same.
    """
    with open_run(path) as tree:
        kept = _kept(path, tree)
        reduction = reduce(tree, Choices.from_table(kept["choices"]))
    digest = summary(reduction)["digest"]
    if digest != kept["digest"]:
        raise NotRepeatedError(
            f"{path}: the numbers are not those kept in it: their digest is {digest[:12]}, it was "
            f"{kept['digest'][:12]} with qdlab {kept.get('version', 'of unknown version')}"
        )
    return reduction


def _kept(path: Path, tree: xr.DataTree) -> dict[str, Any]:
    if "results" not in tree.children or NAME not in tree["results"].children:
        raise InputError(f"{path}: no reduction is kept in it; `qdlab reduce` keeps one")
    return {str(key): value for key, value in tree[f"results/{NAME}"].attrs.items()}
