"""What potentials refer to: the reference electrode, itself against Fc/Fc+ (physics.md section 3)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._windows import Floats


@dataclass(frozen=True)
class ReferenceElectrode:
    """The electrode that all potentials refer to, and what its own is against Fc/Fc+ (NaN if not known)."""

    name: str = ""
    vs_fc_v: float = math.nan

    @classmethod
    def of(cls, tree: xr.DataTree) -> ReferenceElectrode:
        """Return the sample's reference electrode as far as the file describes it."""
        sample = tree.attrs.get("sample") or {}
        vs_fc_v = sample.get("reference_vs_fc_v")
        name = sample.get("reference_electrode") or ""
        return cls("" if name == "not stated" else name, math.nan if vs_fc_v is None else float(vs_fc_v))

    @property
    def known(self) -> bool:
        """Whether potentials can be given against Fc/Fc+."""
        return math.isfinite(self.vs_fc_v)

    def against_ferrocene_v(self, potential_v: ArrayLike) -> Floats:
        """Return potentials against Fc/Fc+: -0.30 V against Ag at -0.47 V is -0.77 V."""
        return np.asarray(np.asarray(potential_v, dtype=np.float64) + self.vs_fc_v)


def at_potential(spectra: xr.Dataset, potential_v: float) -> int:
    """Return the index of the spectrum held at a potential, read back to 10 mV; 0 V is one like any other.

    MissingDataError if there is none.
    """
    distance = np.abs(spectra["measured_potential_v"].to_numpy() - potential_v)
    if not (distance <= 0.01).any():
        raise MissingDataError(
            f"no spectroelectrochemistry: {potential_v:g} V, which it refers to, was not held"
        )
    return int(np.nanargmin(distance))
