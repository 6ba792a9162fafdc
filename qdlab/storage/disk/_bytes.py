"""A file of fixed size whose bytes are overwritten: what a run does to its file, instead of calling HDF5."""

from __future__ import annotations

import os
from pathlib import Path

from qdlab.errors import StorageError

Buffer = bytes | memoryview


class Bytes:
    """An open file to write at offsets; nothing is kept in this process, so a kill takes nothing away."""

    def __init__(self, path: Path) -> None:
        self._handle: int | None = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))

    def write(self, data: Buffer, offset: int) -> None:
        """Write all of `data` at `offset`; OSError if the system will not take it."""
        while (written := self._write_some(data, offset)) < len(data):
            if written == 0:
                raise OSError(f"nothing could be written at byte {offset}")
            data, offset = memoryview(data)[written:], offset + written

    def _write_some(self, data: Buffer, offset: int) -> int:
        handle = self._open_handle()
        if hasattr(os, "pwrite"):
            written: int = os.pwrite(handle, data, offset)
            return written
        os.lseek(handle, offset, os.SEEK_SET)
        return os.write(handle, data)

    def reserve(self) -> None:
        """Give every byte its place on the disk, where the system can, so that none is missing later."""
        handle = self._open_handle()
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(handle, 0, os.fstat(handle).st_size)

    def sync(self) -> None:
        """Return when what was written is on the disk."""
        sync_handle(self._open_handle())

    def close(self) -> None:
        """Close; harmless if closed already."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _open_handle(self) -> int:
        if self._handle is None:
            raise StorageError("the file is closed")
        return self._handle


def sync_handle(handle: int) -> None:
    """Return when what was written to an open file is on the disk."""
    flush = getattr(os, "fdatasync", os.fsync)
    flush(handle)


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` last, where folders can be synced (on Windows they cannot)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
