"""The Autolab's CV procedure as the SDK hands it out: filled in, started, ended, read.

Commands are known by their IdNames; parameters have no names and are reached by walking the list, which
takes no Python int as an index. A procedure runs once: load it anew for each sweep.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from drivers._autolab_cycle import LSB_V, CvCycle
from qdlab.errors import BadReplyError, InstrumentError
from qdlab.instruments import Staircase, SweepTrace

_STAIRCASE = "FHCyclicVoltammetry2"
_SETPOINT = "FHSetSetpointPotential"
_CELL = "FHSwitchCell"


class CvProcedure:
    """A loaded procedure in which one sweep is written; messages begin with `name`."""

    def __init__(self, name: str, procedure: Any, cycle: CvCycle) -> None:
        self._name = name
        self._procedure = procedure
        self._commands = list(zip(procedure.Commands.IdNames, procedure.Commands, strict=True))
        self._require_commands()
        # the cell goes on before the wait, at this potential: it must be the sweep's, not the file's
        self._write(_SETPOINT, cycle.start_v)
        self._write("FHWait", 0.0)
        self._write(_STAIRCASE, *cycle.parameters)
        # the last one would leave the cell off; the enum has no public name, so "on" is taken from the first
        self._write(_CELL, _values(self._first(_CELL))[0])

    def measure(self) -> None:
        """Start; returns while it runs."""
        self._procedure.Measure()

    @property
    def measuring(self) -> bool:
        """Whether it runs; it says so for ever if the cable is lost."""
        return bool(self._procedure.IsMeasuring)

    def abort(self) -> None:
        """End it; takes about 1.3 s, and leaves nothing to read."""
        self._procedure.Abort()

    def read(self, asked: Staircase, start_s: float) -> SweepTrace:
        """Return what was recorded, if it is the sweep that was asked for; else BadReplyError.

        `start_s` is the run time at which it was started.
        """
        signals = self._first(_STAIRCASE).Signals
        columns = {
            id_name: np.array([float(value) for value in signal.ValueAsObject])
            for id_name, signal in zip(signals.IdNames, signals, strict=True)
        }
        names = ("CalcTime", "EI_0.CalcPotential", "EI_0.CalcCurrent", "SetpointApplied")
        time_s, potential_v, current_a, applied_v = (columns.get(item, np.array([])) for item in names)
        self._check_sizes(asked, [time_s.size, potential_v.size, current_a.size, applied_v.size])
        self._check_potentials(np.array(asked.potentials_v), applied_v)
        return SweepTrace(start_s + time_s, potential_v, current_a)

    def _require_commands(self) -> None:
        known = [id_name for id_name, _ in self._commands]
        missing = [item for item in (_SETPOINT, _CELL, _STAIRCASE) if item not in known]
        if missing:
            raise InstrumentError(f"{self._name}: the procedure has no {', no '.join(missing)}, only {known}")
        if str(_values(self._first(_CELL))[0]) != "On":
            raise InstrumentError(f"{self._name}: the procedure's first {_CELL} does not switch the cell on")

    def _first(self, id_name: str) -> Any:
        return next(command for known, command in self._commands if known == id_name)

    def _write(self, id_name: str, *values: Any) -> None:
        """Write values into every command of that kind, and read them back."""
        for command in (command for known, command in self._commands if known == id_name):
            for parameter, value in zip(command.CommandParameters, values, strict=False):
                parameter.ValueAsObject = value
            if (said := _values(command)[: len(values)]) != list(values):
                raise BadReplyError(f"{self._name}: wrote {list(values)} into {id_name}, read back {said}")

    def _check_sizes(self, asked: Staircase, sizes: list[int]) -> None:
        n_steps = len(asked.potentials_v)
        if any(size != n_steps for size in sizes):
            raise BadReplyError(
                f"{self._name}: the sweep has {n_steps} steps, but {sizes} times, potentials, currents and "
                "set potentials were recorded; was it stopped, or are crossings counted otherwise?"
            )

    def _check_potentials(self, asked_v: NDArray[np.float64], applied_v: NDArray[np.float64]) -> None:
        """Refuse a sweep at other potentials; each step may be one of the converter's smaller than asked."""
        worst_v, allowed_v = float(np.max(np.abs(applied_v - asked_v))), LSB_V * (0.5 * asked_v.size + 1.0)
        if not worst_v <= allowed_v:
            raise BadReplyError(
                f"{self._name}: the sweep was {worst_v:g} V off the potentials asked for; the steps of the "
                f"converter explain {allowed_v:g} V"
            )


def _values(command: Any) -> list[Any]:
    return [parameter.ValueAsObject for parameter in command.CommandParameters]
