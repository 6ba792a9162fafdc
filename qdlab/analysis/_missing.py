"""What a reduction cannot give, and why."""

from __future__ import annotations

import xarray as xr

from qdlab.errors import QdlabError


class MissingDataError(QdlabError):
    """A step of the reduction lacks what it needs; the message becomes a note, the rest goes on."""


def stream(tree: xr.DataTree, name: str, needed_for: str) -> xr.Dataset:
    """Return a stream of a run that has at least one finished record, or raise MissingDataError."""
    if name not in tree.children:
        raise MissingDataError(f"no {needed_for}: the file has no stream '{name}'")
    dataset = tree[name].to_dataset()
    if not bool(dataset["done"].any()):
        raise MissingDataError(f"no {needed_for}: stream '{name}' was not measured")
    return dataset
