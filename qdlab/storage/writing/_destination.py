"""Whether a run file may be made somewhere: asked before anything is opened, moved or created."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from qdlab.errors import InputError
from qdlab.storage.disk._spill import spill_path

OVERHEAD_BYTES = 8 * 2**20
"""Room for everything in a run file that is not a record."""


def check_destination(path: Path, n_bytes: int, *, force: bool = False) -> None:
    """Raise InputError if a run file with `n_bytes` of records cannot be made at `path`.

    An existing file is refused unless `force`; even then the old one stays until the new one is complete,
    so the space for both is needed.
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder; name a file")
    if not path.parent.is_dir():
        raise InputError(f"{path}: there is no folder {path.parent}")
    if not os.access(path.parent, os.W_OK):
        raise InputError(f"{path}: this user may not write into that folder")
    if path.exists() and not force:
        raise InputError(f"{path} exists already; name another file, or replace it with --force")
    if (spill := spill_path(path)).exists() and not force:
        raise InputError(
            f"{spill} holds records of an earlier run; name another file, or lose them with --force"
        )
    needed, free = n_bytes + OVERHEAD_BYTES, shutil.disk_usage(path.parent).free
    if needed > free:
        raise InputError(
            f"{path}: the run needs {needed} bytes ({needed / 1e9:.2f} GB), and {free} bytes "
            f"({free / 1e9:.2f} GB) are free on that disk; make room, measure less, or write elsewhere"
        )
