"""Put a run file that was written anew in the place of the old one."""

from __future__ import annotations

import os
from pathlib import Path

from qdlab.storage.disk._bytes import sync_folder
from qdlab.storage.reading._verify import verify_run


def replace_run(path: Path, unfinished: Path, before: os.stat_result) -> None:
    """Replace the file by the new one; OSError unless that is whole and the old one as it was copied."""
    if problems := verify_run(unfinished):
        raise OSError(f"the new file is not whole: {problems[0]}; qdlab verify says what is wrong")
    if _identity(path.stat()) != _identity(before):
        raise OSError("it was changed meanwhile; try again")
    unfinished.replace(path)
    sync_folder(path.parent)


def _identity(told: os.stat_result) -> tuple[int, int, int]:
    return told.st_ino, told.st_size, told.st_mtime_ns
