"""`qdlab pack`: compress the file of a run that is over."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from qdlab.storage import pack_run


def pack(file: Path, *, console: Console) -> None:
    """Compress a run file and say what it saved."""
    with console.status("packing"):
        before, after = pack_run(file)
    console.print(f"{escape(str(file))}: {before / 1e6:.1f} MB, now {after / 1e6:.1f} MB", soft_wrap=True)
