"""`qdlab export`: dA of a run to another program."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from qdlab.storage import export_file


def export(
    file: Path,
    out: Path,
    format_name: str,
    *,
    potential_v: float | None,
    fluence_cm2: float | None,
    force: bool,
    console: Console,
) -> None:
    """Give dA of a run to another program, and say what its format has no place for."""
    remarks = export_file(
        file, out, format_name, potential_v=potential_v, fluence_cm2=fluence_cm2, force=force
    )
    for remark in remarks:
        console.print(f"[yellow]note:[/] {escape(remark)}", soft_wrap=True, highlight=False)
    console.print(f"written: {escape(str(out))}", soft_wrap=True)
