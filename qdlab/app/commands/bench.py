"""`qdlab bench`: what this computer can do, beside the same work done plainly."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from qdlab.app.bench import Bench, measure_all, print_table, to_json
from qdlab.errors import InputError


def bench(folder: Path, *, as_json: bool, quick: bool, console: Console) -> None:
    """Measure, then print a table, or JSON."""
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder; name one on the disk that is to be measured")
    size = (
        Bench(n_rounds=1, stream_points=5, small_points=50, reduction_delays=2, n_ensembles=500)
        if quick
        else Bench()
    )
    status = Console(stderr=True).status("measuring")
    with status:
        results = list(measure_all(size, folder, lambda what: status.update(f"measuring {what}")))
    if as_json:
        print(to_json(results))  # noqa: T201
    else:
        print_table(results, console)
