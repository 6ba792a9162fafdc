"""What a plot shows, as a table for other programs: named columns of numbers, in CSV."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from itertools import zip_longest
from pathlib import Path

from qdlab.gui.look._views import Floats, MapView

__all__ = ["Table", "map_table", "write_csv"]

Table = Mapping[str, Floats]


def write_csv(table: Table, path: Path) -> None:
    """Write the columns in full precision; where a column is shorter, its cells stay empty."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(table)
        writer.writerows(zip_longest(*(column.tolist() for column in table.values()), fillvalue=""))


def map_table(view: MapView, quantity: str) -> Table:
    """Return a map as a column of rising wavelengths and a column for each delay."""
    order = view.wavelengths_nm.argsort()
    columns = {
        f"{quantity} at {delay_ps:g} ps": row[order]
        for delay_ps, row in zip(view.delays_ps, view.values, strict=True)
    }
    return {"wavelength (nm)": view.wavelengths_nm[order], **columns}
