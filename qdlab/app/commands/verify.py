"""`qdlab verify`: whether a run file, and every record in it, is as it was written."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from qdlab.errors import StorageError
from qdlab.storage import verify_run


def verify(file: Path, *, console: Console) -> None:
    """Print all that is wrong with a run file; StorageError unless it is nothing."""
    problems = verify_run(file)
    for problem in problems:
        console.print(escape(problem), soft_wrap=True, highlight=False)
    if problems:
        raise StorageError(f"{file}: {len(problems)} things are wrong")
    console.print(f"{escape(str(file))}: all is well", soft_wrap=True)
