"""What takes long, as functions for another process: reduce, report, keep.

What they alone need (matplotlib and its like) is loaded there, so that no window waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qdlab.analysis import Choices, Reduction, reduce
from qdlab.storage import open_run


def reduce_with(path: Path, choices: Mapping[str, Any]) -> Reduction:
    """Reduce a run file with these choices; InputError if one of them is wrong."""
    chosen = Choices.from_table(choices)
    with open_run(path) as tree:
        return reduce(tree, chosen)


def report_of(reduction: Reduction, folder: Path) -> Path:
    """Write the report of a reduction into a folder; return its page."""
    from qdlab.app.report import write_report

    return _page(write_report(reduction, folder))


def campaign_report_of(files: Sequence[Path], reductions: Sequence[Reduction], folder: Path) -> Path:
    """Write what several runs say together into a folder; return its page."""
    from qdlab.app.report import write_campaign
    from qdlab.app.results import campaign_run, names_of

    pairs = zip(names_of(files), reductions, strict=True)
    return _page(write_campaign([campaign_run(name, reduction) for name, reduction in pairs], folder))


def keep(reduction: Reduction, path: Path) -> Path:
    """Keep a reduction and its choices in the file of its run."""
    from qdlab.app.results import keep_reduction

    keep_reduction(path, reduction)
    return path


def _page(written: Sequence[Path]) -> Path:
    return next(path for path in written if path.suffix == ".html")
