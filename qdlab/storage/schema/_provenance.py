"""Where a run comes from: everything that is known before its first record and never changes after."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from typing import Any

import h5py


def versions() -> dict[str, str]:
    """Return the versions of the system, Python, qdlab and the libraries its numbers depend on."""
    libraries = {name: version(name) for name in ("qdlab", "numpy", "scipy", "h5py", "xarray")}
    hdf5 = h5py.version.hdf5_version
    return {"python": platform.python_version(), "system": platform.platform(), "hdf5": hdf5, **libraries}


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What a run file says about its origin, besides its plan and laboratory.

    `recipe` and `bench` are the files as read, `identities` what each instrument says it is, `settings` every
    option it was made with, defaults included, and what it read back when the run began; `versions` those of
    the software; `operator` and `notes` what a person says. `seed` and `truth` exist only for a simulated
    laboratory; `imported` only for data another program took.
    """

    start: datetime
    host: str = field(default_factory=platform.node)
    recipe: Mapping[str, Any] = field(default_factory=dict)
    bench: Mapping[str, Any] = field(default_factory=dict)
    identities: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=versions)
    seed: int | None = None
    truth: Mapping[str, Any] | None = None
    imported: Mapping[str, Any] | None = None
    operator: str = ""
    notes: str = ""
