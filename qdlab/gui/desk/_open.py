"""Open a run file: what it says of itself, the scan about time zero and the film, as first seen."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from qdlab.analysis import Choices, MissingDataError, Reduction, Spectrometer
from qdlab.gui.look import MapView
from qdlab.gui.look._views import Floats
from qdlab.storage import RunInfo, inspect_run, open_run

KEPT = "results/reduction"


@dataclass
class OnDesk:
    """A run on the desk; `choices` is what its next reduction uses, `reduction` what the last one found.

    `zero_scan` is dA about time zero as first seen, chirp still in; `absorbance` A0 over `spectrometer_nm`.
    """

    path: Path
    info: RunInfo
    zero_scan: MapView | None
    spectrometer_nm: Floats
    absorbance: Floats
    choices: dict[str, Any]
    is_kept: bool
    reduction: Reduction | None = None
    notes: list[str] = field(default_factory=list)


def put_on_desk(path: Path) -> OnDesk:
    """Return a run file as it is; InputError if it is none. Choices kept in the file come back."""
    info = inspect_run(path)
    with open_run(path) as tree:
        kept = KEPT in tree.groups or f"/{KEPT}" in tree.groups
        choices = Choices.for_run(tree.attrs)
        if kept:
            choices = Choices.from_table(tree[KEPT].attrs["choices"])
        nm, a0 = _absorbance(tree, choices)
        return OnDesk(path, info, _zero_scan(tree), nm, a0, asdict(choices), kept)


def _zero_scan(tree: xr.DataTree) -> MapView | None:
    if "time_zero" not in tree.children or "delta_a" not in tree["time_zero"]:
        return None
    scan = tree["time_zero"]
    nm, delays_ps = scan["wavelength_nm"].to_numpy(), scan["time_zero_ps"].to_numpy()
    order = np.argsort(delays_ps, kind="stable")
    values = scan["delta_a"].to_numpy()[order].astype(np.float32)
    if not np.isfinite(values).any():
        return None
    return MapView(nm, delays_ps[order], values, None, "as first seen")


def _absorbance(tree: xr.DataTree, choices: Choices) -> tuple[Floats, Floats]:
    """Return A0 by the mean spectra of film and blank; empty if the file has none."""
    try:
        spectrometer = Spectrometer.of(tree, choices)
        film, blank = (spectrometer.log_light(_mean(tree, name)) for name in ("film", "blank"))
    except (MissingDataError, KeyError):
        return np.array([]), np.array([])
    return spectrometer.wavelength_nm, blank - film


def _mean(tree: xr.DataTree, name: str) -> Floats:
    return np.asarray(tree[name]["counts"].to_numpy().mean(axis=0, dtype=np.float64))
