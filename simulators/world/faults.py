"""What can be wrong with the virtual laboratory, by name; switched on from the start or while it runs."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Fault = Literal[
    "flipped_pump_flag",
    "lost_chopper_lock",
    "missing_frame",
    "open_cell",
    "over_current",
    "saturated_frame",
    "stuck_stage",
]
"""flipped_pump_flag: one shot in 100 is tagged wrongly. lost_chopper_lock: the blade slips by a pulse now and
then. missing_frame: one shot in 100 is not read out. open_cell: no electrode is connected. over_current: the
electrodes touch. saturated_frame: one shot in 100 is too bright. stuck_stage: the carriage is jammed."""

Faults = set[str]
"""The faults that are on; one set for the whole laboratory."""

_ONE_IN = 100
_SLIP_AFTER = 37
SHORT_SIEMENS = 0.1
"""Conductance of electrodes that touch."""
JAMMED_MM_S = 1e-9
"""Speed of a jammed carriage."""


def struck_by_fault(pulses: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Return which of these laser pulses an occasional fault strikes; always the same ones."""
    return np.asarray(pulses % np.uint64(_ONE_IN) == 3)


def slips(pulses: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return by how many pulses an unlocked blade has slipped."""
    return pulses // np.uint64(_SLIP_AFTER)
