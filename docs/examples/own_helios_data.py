"""Analyse data of your own Helios: import its export, find time zero and chirp, correct, draw.

    python own_helios_data.py scan.csv

A Surface Xplorer export says its units itself. For a file that does not, name them in `Units`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import qdlab
from qdlab.analysis import Reduction, reduce
from qdlab.analysis.figures import figures
from qdlab.storage import import_file
from qdlab.storage.formats import Units


def main(source: Path) -> None:
    """Import, reduce and draw one export; everything goes beside it."""
    run_file = source.with_suffix(".h5")
    recognised = import_file(source, run_file, force=True, units=Units())
    print(f"{source.name}: {recognised}")
    with qdlab.open(run_file) as run:
        reduction = reduce(run)
        tell(reduction)
        for name, figure in figures(reduction):
            figure.savefig(source.with_name(f"{source.stem}-{name}.png"), dpi=150)


def tell(reduction: Reduction) -> None:
    """Print time zero over wavelength with its error, and the dA furthest from zero."""
    if reduction.chirp is not None:
        at_nm = [500.0, 560.0, 620.0]
        t0_ps, error_ps = reduction.chirp.t0_ps(at_nm), reduction.chirp.error_ps(at_nm)
        for nm, t0, error in zip(at_nm, t0_ps, error_ps, strict=True):
            print(f"time zero at {nm:.0f} nm: {1e3 * t0:.0f} +- {1e3 * error:.0f} fs")
    if reduction.transient is not None:
        da = reduction.transient["da"].isel(potential_v=0, fluence_cm2=0)
        deepest = da.where(da == da.min(), drop=True)
        nm, delay_ps = float(deepest["wavelength_nm"][0]), float(deepest["delay_ps"][0])
        print(f"strongest bleach: {1e3 * float(da.min()):.2f} mOD at {nm:.0f} nm, {delay_ps:.3g} ps")
    for note in reduction.notes:
        print("note:", note)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
