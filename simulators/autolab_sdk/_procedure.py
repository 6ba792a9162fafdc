"""A procedure as NOVA saves it, loaded through the SDK: it runs once, in time that the machine keeps."""

from __future__ import annotations

from pathlib import PureWindowsPath

import numpy as np

from simulators.autolab_sdk._machine import EIBandwidth, EICellOnOff, EICurrentRange, EIMode, Machine
from simulators.autolab_sdk._parameters import Command, CommandParameter, NetList
from simulators.autolab_sdk._staircase import CyclicStaircase

STOCK_CV = "Cyclic voltammetry.nox"
MEASURE_S = 0.3
"""How long Measure() takes to return (measured)."""
SETUP_S = 0.84
"""From there to the first step, with no wait (measured: 1.16 s from the start to the first sample)."""
ABORT_S = 1.3
"""How long it still says that it measures after Abort() (measured)."""

_COMMANDS = (
    ("ExtendedSequence", "Cyclic voltammetry"),
    ("FHGetSetValues", "Autolab control"),
    ("FHSetSetpointPotential", "Set potential"),
    ("FHSwitchCell", "Set cell"),
    ("FHWait", "Wait time (s)"),
    ("FHPreCurrentRangingCV", "Optimize current range"),
    ("FHCyclicVoltammetry2", "CV staircase"),
    ("PlotsIvsE", "i vs E"),
    ("FHSwitchCell", "Set cell"),
)
_SIGNALS = (
    ("SetpointApplied", "Potential applied"),
    ("CalcTime", "Time"),
    ("EI_0.CalcCurrent", "WE(1).Current"),
    ("ScanNumber", "Scan"),
    ("EI_0.CalcPotential", "WE(1).Potential"),
    ("Index", "Index"),
    ("QPlus", "Q+"),
    ("QMin", "Q-"),
)


class Procedure:
    """The stock "Cyclic voltammetry.nox" on a machine."""

    def __init__(self, file: str, machine: Machine) -> None:
        if PureWindowsPath(file).name != STOCK_CV:
            raise FileNotFoundError(f"Could not find file '{file}'.")
        self.FileName = file
        self._machine = machine
        self._set_values = Command(EIMode.Potentiostatic, EIBandwidth.High_Stability, EICurrentRange.CR10_1mA)
        self._setpoint, self._wait = Command(0.0), Command(5.0)
        self._cell_first, self._cell_last = Command(EICellOnOff.On), Command(EICellOnOff.Off)
        self._staircase = Command(0.0, 1.0, -1.0, 0.00244, 2, 0.0, 0.1)
        self.Commands = NetList(
            [id_name for id_name, _ in _COMMANDS],
            [name for _, name in _COMMANDS],
            [Command(), self._set_values, self._setpoint, self._cell_first, self._wait, Command(),
             self._staircase, Command(), self._cell_last],
        )  # fmt: skip
        self._used = False
        self._measuring = False
        self._end_s = 0.0
        self._aborted = False

    @property
    def IsMeasuring(self) -> bool:
        """Whether it still runs; says so for ever once the cable is out."""
        self.follow()
        return self._measuring

    def Measure(self) -> None:
        """Start; on a procedure that has been used, nothing happens."""
        if self._used:
            return
        machine = self._machine
        self._used = self._measuring = True
        self._start_s = machine.now_s
        machine.world.clock.sleep(MEASURE_S)
        machine.mode, machine.bandwidth, machine.range = self._set_values.values
        machine.apply(self._setpoint.values[0])
        machine.switch_cell(self._cell_first.values[0] is EICellOnOff.On)
        self._run_staircase()

    def Abort(self) -> None:
        """End it; what it recorded is gone."""
        self.follow()
        if self._measuring and not self._aborted and not self._machine.unplugged:
            self._aborted = True
            self._end_s = self._machine.now_s + ABORT_S
            cell = self._machine.world.cell
            cell.apply(cell.potential_v(self._machine.now_s), self._machine.now_s)

    def follow(self) -> None:
        """Do what is due at the end; no member of the SDK."""
        machine = self._machine
        if not self._measuring or machine.unplugged or machine.now_s < self._end_s:
            return
        self._measuring = False
        if not self._aborted:
            self._record()
            machine.setpoint_v = self._points_v[-1]
            machine.switch_cell(self._cell_last.values[0] is EICellOnOff.On)

    def _run_staircase(self) -> None:
        self._sweep = CyclicStaircase(*self._staircase.values)
        self._points_v = self._sweep.potentials_v()
        if not self._points_v:  # a step of nothing records nothing, and looks like a good run
            self._points_v = [self._machine.setpoint_v]
        delay_s, now_s = float(self._wait.values[0]) + SETUP_S, self._machine.now_s
        self._first_s = now_s + delay_s
        self._end_s = self._first_s + len(self._points_v) * self._sweep.step_s
        self._machine.world.cell.sweep(self._points_v, self._sweep.step_s, now_s, delay_s)

    def _record(self) -> None:
        """Fill the signals: as many points as there were steps, even if no current ever flowed."""
        machine, step_s, n_points = self._machine, self._sweep.step_s, len(self._points_v)
        charges_c = machine.world.cell.sweep_charges_c(machine.now_s) if step_s > 0.0 else []
        currents_a = [charge_c / step_s for charge_c in charges_c] + [0.0] * (n_points - len(charges_c))
        peak_a = max(abs(current_a) for current_a in currents_a)
        ranged = min(
            (item for item in EICurrentRange if item.readable_a >= peak_a), key=lambda item: item.value
        )
        read_a = [machine.metered(current_a, ranged)[0] for current_a in currents_a]
        noise_v = 3e-5 * machine.world.noise("cell").standard_normal(n_points)
        time_s = self._first_s - self._start_s + step_s * np.arange(1, n_points + 1)
        columns: tuple[list[float], ...] = (
            self._points_v, time_s.tolist(), read_a, [*self._sweep.scans(n_points)],
            (np.array(self._points_v) + noise_v).tolist(), [*range(1, n_points + 1)], [], [],
        )  # fmt: skip
        self._staircase.Signals = NetList(
            [id_name for id_name, _ in _SIGNALS],
            [name for _, name in _SIGNALS],
            [CommandParameter(list(column)) for column in columns],
        )
