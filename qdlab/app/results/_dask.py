"""Cells of a reduction on Dask: one task per (potential, fluence) cell, here or on other computers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from qdlab.analysis import Arrays, Cell, EachCell, in_threads
from qdlab.errors import InputError
from qdlab.storage import open_run

if TYPE_CHECKING:
    import xarray as xr
    from distributed import Client

LOCAL = "local"
CONNECT_S = 10.0
RETRIES = 3
"""How often a cell is given to another worker after one failed on it; one that died is not counted."""

CellsOf = Callable[[Path], EachCell]
"""Tells what reduces the cells of a run file."""

Tell = Callable[[int, int], None]
"""Hears how many cells are done, and of how many."""


@contextmanager
def cells_by(address: str | None, console: Console) -> Iterator[CellsOf]:
    """Give what reduces the cells of a file, on Dask if there is an address, and show how far it is."""
    with console.status("reducing") as status:
        if address is None:
            yield lambda file: in_threads
            return
        status.update(f"reaching Dask at {address}")
        with on_dask(
            address, lambda n_done, n: status.update(f"reducing: {n_done} of {n} cells")
        ) as cells_of:
            yield cells_of


@contextmanager
def on_dask(address: str, tell: Tell) -> Iterator[CellsOf]:
    """Connect to a scheduler, or start workers on this computer ("local"); give what reduces a file's cells.

    Every worker opens the run file itself, under the same name as here. InputError if Dask is not installed
    or nobody answers at the address.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise InputError('--dask needs Dask: pip install "qdlab[dask]"') from error
    if address == LOCAL:
        with (
            LocalCluster(threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster,
            Client(cluster) as client,
        ):
            yield lambda file: cells_of(file, client, tell)
        return
    try:
        client = Client(address, timeout=CONNECT_S)
    except (OSError, ValueError) as error:
        raise InputError(
            f"--dask {address}: no scheduler answers there ({error}); "
            f'name one like tcp://host:8786, or "{LOCAL}" for this computer'
        ) from error
    with client:
        yield lambda file: cells_of(file, client, tell)


def cells_of(file: Path, client: Client, tell: Tell) -> EachCell:
    """Return what reduces the cells of a file as tasks of a cluster, and tells of each that is done."""
    from distributed import as_completed

    def each_cell(points: xr.Dataset, cells: Sequence[Cell]) -> Iterable[Arrays]:
        del points  # a worker opens the file itself, rather than have gigabytes sent to it
        tasks = client.map(_reduce_cell, cells, file=str(file.resolve()), retries=RETRIES, pure=False)
        for n_done, _ in enumerate(as_completed(tasks), start=1):
            tell(n_done, len(tasks))
        return list(client.gather(tasks))

    return each_cell


def _reduce_cell(cell: Cell, file: str) -> Arrays:
    """Reduce one cell; what a worker does."""
    with open_run(file) as tree:
        return cell.reduce(tree["ta"].to_dataset())
