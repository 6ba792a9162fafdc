"""What can be wrong with the virtual laboratory, by name; switched on from the start or while it runs."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Fault = Literal[
    "bleached_film",
    "flipped_pump_flag",
    "lamp_lost",
    "laser_lost",
    "lost_chopper_lock",
    "missing_frame",
    "open_cell",
    "over_current",
    "probe_lost",
    "pump_lost",
    "reference_adrift",
    "room_light",
    "saturated_frame",
    "shifted_time_zero",
    "slipping_stage",
    "stuck_stage",
    "weak_pump",
]
"""bleached_film: half of the dots are gone. flipped_pump_flag: one shot in 100 is tagged wrongly. lamp_lost:
the fibre lamp is out. laser_lost: no pulses come. lost_chopper_lock: the blade slips by a pulse now and then.
missing_frame: one shot in 100 is not read out. open_cell: no electrode is connected. over_current: the
electrodes touch. probe_lost, pump_lost: this beam is gone. reference_adrift: the reference electrode is off
by 0.1 V. room_light: sensors see the room. saturated_frame: one shot in 100 is too bright. shifted_time_zero:
the pump comes 2 ps later. slipping_stage: the carriage stops short. stuck_stage: it is jammed. weak_pump:
60 % of the pump's power are left."""

Faults = set[str]
"""The faults that are on; one set for the whole laboratory."""

_ONE_IN = 100
_SLIP_AFTER = 37
SHORT_SIEMENS = 0.1
"""Conductance of electrodes that touch."""
JAMMED_MM_S = 1e-9
"""Speed of a jammed carriage."""
SLIP_MM = 0.05
"""How far short of its target a slipping carriage stops."""
ADRIFT_V = 0.1
"""Potential by which a drifting reference electrode is off."""
LATE_PUMP_PS = 2.0
"""How much later the pump comes when its path has changed."""
LEFT_OF_WEAK_PUMP = 0.6
"""Share of its power that a weak pump has left."""
LEFT_OF_BLEACHED_FILM = 0.5
"""Share of its dots that a bleached film has left."""
ROOM_ELECTRONS = 1.5e5
"""Photo-electrons that the room's light makes in a pixel of the camera at each read-out."""
ROOM_ELECTRONS_PER_S = 3e6
"""Photo-electrons per second that it makes in a pixel of the fibre spectrometer."""


def struck_by_fault(pulses: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Return which of these laser pulses an occasional fault strikes; always the same ones."""
    return np.asarray(pulses % np.uint64(_ONE_IN) == 3)


def slips(pulses: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return by how many pulses an unlocked blade has slipped."""
    return pulses // np.uint64(_SLIP_AFTER)
