"""Formats of other programs, one file each, registered as entry points of the group `qdlab.formats`."""

from qdlab.storage.formats._format import Format, ImportedMap

__all__ = ["Format", "ImportedMap"]
