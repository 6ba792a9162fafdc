"""`qdlab crate`: describe a folder of runs and results for a data repository."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from qdlab.app.results import METADATA, Deposit, describe_folder
from qdlab.errors import InputError


def crate(
    folder: Path, title: str, authors: list[str], licence: str, *, force: bool, console: Console
) -> None:
    """Write the RO-Crate metadata of a folder and say where it is."""
    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder")
    if not force and (old := folder / METADATA).exists():
        raise InputError(f"{old} exists already; replace it with --force")
    published = datetime.now(UTC).date()
    with console.status("reading the files"):
        path = describe_folder(folder, Deposit(title, authors, licence, published))
    console.print(f"described in {escape(str(path))}", soft_wrap=True)
