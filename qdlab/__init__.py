"""qdlab: optical gain in electrochemically doped quantum-dot films, measured, reduced and explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from xarray import DataTree

    __version__: str

__all__ = ["__version__", "open"]


def open(path: str | Path) -> DataTree:  # noqa: A001
    """Open a run file as labelled arrays; see qdlab.storage.open_run.

    Numpy, xarray and HDF5 are loaded only here, so that `import qdlab` costs nothing.
    """
    from qdlab.storage import open_run

    return open_run(path)


def __getattr__(name: str) -> str:
    """Look the version up only when it is asked for."""
    if name == "__version__":
        from importlib.metadata import version

        return version("qdlab")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
