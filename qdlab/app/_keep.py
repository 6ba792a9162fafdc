"""Keep a reduction in the file of its run: its numbers, and the choices it takes to repeat it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import xarray as xr

from qdlab.analysis import Reduction, summary
from qdlab.storage import store_results

TABLES = ("ground", "held", "gain", "wavelength_thresholds", "gain_coefficients", "gain_lifetimes")
"""What is kept as arrays; maps as large as the data are made again from it."""


def keep_reduction(path: Path, reduction: Reduction) -> None:
    """Keep a reduction under the name "reduction"; errors as store_results()."""
    tables: dict[str, xr.Dataset] = {
        name: table for name in TABLES if (table := getattr(reduction, name)) is not None
    }
    told = {"choices": asdict(reduction.choices), "summary": summary(reduction)}
    store_results(path, tables, told)
