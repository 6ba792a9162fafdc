"""HeliosFolderMap: gain thresholds with an instrument that scans its own delays."""

from __future__ import annotations

from procedures._held_map import HeldMap
from procedures._scanned import ScannedMap


class HeliosFolderMap(ScannedMap, HeldMap):
    """Gain thresholds over potential x fluence, each a whole scan of a closed instrument such as a Helios.

    qdlab sets potential and fluence and opens the shutters; the instrument (or who sits at it) scans, and its
    exported map is taken in. There is no stage, chopper or camera to drive, and no shot to keep.
    """
