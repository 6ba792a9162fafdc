"""Formats of other programs, one file each, registered as entry points.

Those to import in the group `qdlab.formats`, those to export in `qdlab.export_formats`; a class may be both.
"""

from qdlab.storage.formats._format import (
    ExportedMap,
    ExportFormat,
    Format,
    Holds,
    Imported,
    ImportedMap,
    ImportedSpectra,
    ImportedSweep,
)
from qdlab.storage.formats._units import Units

__all__ = [
    "ExportFormat",
    "ExportedMap",
    "Format",
    "Holds",
    "Imported",
    "ImportedMap",
    "ImportedSpectra",
    "ImportedSweep",
    "Units",
]
