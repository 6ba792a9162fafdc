"""`qdlab note`: what an operator wants to be known of a run, added to its log."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from qdlab.storage import add_note


def note(file: Path, text: str, *, console: Console) -> None:
    """Add a line to the log of a run that is over."""
    add_note(file, text)
    console.print(f"noted in {escape(str(file))}", soft_wrap=True)
