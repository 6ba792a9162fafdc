"""dA over delays: scans, background, chirp, transient reflection, time zero."""

from qdlab.analysis.transient._artefact import ArtefactTimes
from qdlab.analysis.transient._chirp import Chirp, chirp_by_hand, fit_chirp
from qdlab.analysis.transient._chirp_correction import correct_chirp, corrected_error
from qdlab.analysis.transient._chirp_fit import find_chirp
from qdlab.analysis.transient._reflection import ABSORPTION, EXTINCTION, correct_reflection
from qdlab.analysis.transient._scans import join_scans, scan_shifts
from qdlab.analysis.transient._time_zero import TimeZero, find_time_zero
from qdlab.analysis.transient._transient import (
    camera_dark,
    exported,
    saturation_counts,
    split_error,
    subtract_background,
    tidy_delays,
)

__all__ = [
    "ABSORPTION",
    "EXTINCTION",
    "ArtefactTimes",
    "Chirp",
    "TimeZero",
    "camera_dark",
    "chirp_by_hand",
    "correct_chirp",
    "correct_reflection",
    "corrected_error",
    "exported",
    "find_chirp",
    "find_time_zero",
    "fit_chirp",
    "join_scans",
    "saturation_counts",
    "scan_shifts",
    "split_error",
    "subtract_background",
    "tidy_delays",
]
