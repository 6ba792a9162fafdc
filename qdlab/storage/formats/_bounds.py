"""How large a file of another program may be: what it claims is held against this before it is believed."""

from __future__ import annotations

from pathlib import Path

from qdlab.errors import InputError

MAX_BYTES = 256 * 2**20
MAX_AXIS = 100_000
MAX_CELLS = 30_000_000


def check_size(path: Path) -> None:
    """Raise InputError if a file is too large to be one map."""
    if (n_bytes := path.stat().st_size) > MAX_BYTES:
        raise InputError(f"{path}: {n_bytes} bytes; files of up to {MAX_BYTES} bytes can be imported")


def check_cells(path: Path, n_rows: int, n_columns: int) -> None:
    """Raise InputError if a matrix is too large, whether it is there or only claimed."""
    if max(n_rows, n_columns) > MAX_AXIS or n_rows * n_columns > MAX_CELLS:
        raise InputError(
            f"{path}: a matrix of {n_rows} x {n_columns} numbers; at most {MAX_AXIS} along an axis and "
            f"{MAX_CELLS} in all can be imported"
        )
