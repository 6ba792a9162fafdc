r"""Metrohm/Eco Chemie Autolab (PGSTAT128N and its family) through EcoChemie.Autolab.Sdk 2.1 and pythonnet.

Windows only (.NET Framework 4); NOVA must be closed, as one program alone has the link. Sources: metadata of
the SDK 2.1, its manual 1.11, and what waldowda/spec-echem measured on a PGSTAT302N:

- A procedure object runs once, so each sweep loads it anew. Measure() returns after 0.3 s, and the first step
  comes about another second later (0.1 to 0.2 s of jitter), which start_sweep() waits for.
- Nothing says whether a procedure ran well: after an abort its signals are empty; with an open cell they are
  complete, without any flag. So a sweep is checked against what was asked, and a current that stays
  below `open_cell_current_a` is warned of.
- Ei.Potential, Ei.Current and the overload flag stand still until Ei.Sampler.Sample().
- Enums must be real enum members; parameters of a command have no names and are reached by walking the list.
- Once the USB cable is lost IsMeasuring stays True for ever, so the wall clock ends the wait.

The stock "Cyclic voltammetry.nox" switches the cell on before its wait, finds a current range of its own
(so set_current_range() holds outside sweeps), and switches the cell off at the end; here the wait is set
to zero and the last switch to "on", because a sweep must leave its last potential applied.

Not found in any source: which sign of the step makes the sweep go down first (taken: a negative one);
whether a stop half a step inside the start is crossed twice a cycle (taken: yes); whether the last
FHSwitchCell can be written (it is read back); when the overload flag rises; a serial number. A sweep that
comes out different from what was asked is refused, never returned: try one on the dummy cell first.
"""

from __future__ import annotations

import logging
import math

import numpy as np
from pydantic import Field

from drivers._autolab_cycle import cv_cycle
from drivers._autolab_link import AutolabLink, AutolabLinkOptions
from drivers._autolab_procedure import CvProcedure
from drivers._sample_window import SampleWindow
from qdlab.errors import (
    BadReplyError,
    InstrumentStateError,
    InstrumentTimeoutError,
)
from qdlab.instruments import CellReading, Potentiostat, Staircase, Surroundings, SweepTrace
from qdlab.limits import Range

log = logging.getLogger(__name__)

_RANGES = (
    "CR15_10nA", "CR14_100nA", "CR13_1uA", "CR12_10uA", "CR11_100uA", "CR10_1mA", "CR09_10mA", "CR08_100mA",
    "CR07_1A",
)  # fmt: skip
_RANGES_A = dict(zip([1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0], _RANGES, strict=True))
_RANGE_AT_START_A = 1e-3
_SETPOINT_TOLERANCE_V = 2e-3
_POLL_S = 0.05
_ABORT_S = 5.0


class AutolabSdk(AutolabLink, Potentiostat):
    """A potentiostat on the USB cable of this computer."""

    class Options(AutolabLinkOptions, SampleWindow):
        """Options of an Autolab on this computer."""

        procedure: str = r"Standard Nova Procedures\Cyclic voltammetry.nox"
        """The CV staircase procedure."""
        start_lag_s: float = Field(1.14, ge=0.0, le=30.0)
        """From Measure() to the first step of a sweep without a wait (s); measured once, as 1.16 s to the
        first sample."""
        watchdog_s: float = Field(10.0, gt=0.0, le=600.0)
        """How much longer than expected a sweep may take before the link is given up as lost (s)."""
        open_cell_current_a: float = Field(5e-8, ge=0.0, le=1.0)
        """A sweep with all currents below this is warned of as one with an open cell (A); an open cell was
        seen to show 22 nA. 0 turns the warning off."""

    def __init__(self, name: str, options: Options, surroundings: Surroundings) -> None:
        super().__init__(name, options, surroundings)
        self._options = options
        self._range_a = _RANGE_AT_START_A
        self._range_is_set = False
        self._asked = Staircase((), 0.0)
        self._start_s = 0.0
        self._running: CvProcedure | None = None
        self._finished: CvProcedure | None = None

    @property
    def potential_range(self) -> Range:
        """Get the potentials that may be applied to the sample."""
        return self._options.potentials

    @property
    def cell_on(self) -> bool:
        """Get whether the cell relay is closed (Ei.Cell)."""
        self._follow_sweep()
        with self._calls("read the cell switch"):
            return bool(self._ei.Cell)

    def set_cell(self, on: bool) -> None:
        """Close or open the cell relay; opening it aborts a sweep."""
        self._reach()
        try:
            if not on:
                self._end_sweep()
        finally:
            if self._instrument is not None:
                self._switch(on)

    def set_current_range(self, full_scale_a: float) -> None:
        """Choose the smallest range that holds it; a sweep finds its own."""
        self._reach()
        self._options.currents.require(f"{self.name}: current range", full_scale_a)
        self._range_a = min(item for item in _RANGES_A if item >= full_scale_a)
        self._range_is_set = False

    def open_circuit_potential_v(self) -> float:
        """Measure the potential with the cell relay open."""
        if self.cell_on:
            raise InstrumentStateError(f"{self.name}: the cell is on; switch it off to see its own potential")
        return self.measure().potential_v

    def hold(self, potential_v: float) -> None:
        """Set the potential; BadReplyError if what is read back is another one."""
        self._idle("hold a potential")
        self.potential_range.require(f"{self.name}: potential", potential_v)
        with self._calls("set the potential"):
            self._ei.Setpoint = float(potential_v)
            set_v = float(self._ei.Setpoint)
        if not abs(set_v - potential_v) <= _SETPOINT_TOLERANCE_V:
            raise BadReplyError(f"{self.name}: set to {potential_v:g} V, but reads back {set_v:g} V")

    def measure(self) -> CellReading:
        """Sample once, and read potential, current and the overload flag."""
        if not self.sweeping:
            self._set_range()
        with self._calls("take a sample"):
            self._ei.Sampler.Sample()
            time_s = self._clock.now_s
            potential_v, current_a = float(self._ei.Potential), float(self._ei.Current)
            overload = bool(self._ei.CurrentOverload)
        if not (math.isfinite(potential_v) and math.isfinite(current_a)):
            raise BadReplyError(f"{self.name}: measured {potential_v} V and {current_a} A")
        return CellReading(time_s, potential_v, current_a, overload)

    def start_sweep(self, sweep: Staircase) -> None:
        """Load the procedure, start it, and return when its first step is due, about a second later.

        InstrumentStateError with the cell off, while a sweep runs, or for a staircase that is not made of
        cycles start -> vertex -> start.
        """
        self._idle("start a sweep")
        if not self.cell_on:
            raise InstrumentStateError(f"{self.name}: the cell is off; set_cell(True) before a sweep")
        if not sweep.potentials_v or not sweep.step_s > 0.0:
            raise InstrumentStateError(f"{self.name}: a sweep needs potentials and a step above 0 s")
        for potential_v in sweep.potentials_v:
            self.potential_range.require(f"{self.name}: sweep potential", potential_v)
        try:
            cycle = cv_cycle(sweep)
        except ValueError as error:
            raise InstrumentStateError(f"{self.name}: {error}") from error
        self._forget_sweep()
        file = self._folder / self._options.procedure
        with self._calls("start a sweep"):
            procedure = CvProcedure(self.name, self._reach().LoadProcedure(str(file)), cycle)
            self._running, self._asked, self._start_s = procedure, sweep, self._clock.now_s
            self._range_is_set = False
            procedure.measure()
        self._clock.sleep(self._start_s + self._options.start_lag_s - self._clock.now_s)

    @property
    def sweeping(self) -> bool:
        """Get whether the procedure runs."""
        self._follow_sweep()
        return self._running is not None

    def read_sweep(self) -> SweepTrace:
        """Return the last sweep as it was measured; times count from the call of Measure()."""
        self._idle("read a sweep")
        if self._finished is None:
            raise InstrumentStateError(f"{self.name}: no finished sweep to read; start_sweep() first")
        with self._calls("read a sweep"):
            trace = self._finished.read(self._asked, self._start_s)
        self._warn_of_open_cell(trace)
        return trace

    def make_safe(self) -> None:
        """Abort a sweep and open the cell relay."""
        self.set_cell(False)

    def _idle(self, what: str) -> None:
        if self.sweeping:
            raise InstrumentStateError(f"{self.name}: cannot {what} while a sweep runs")

    def _set_range(self) -> None:
        """Set the range that was chosen, unless it is set; a sweep leaves another one."""
        if not self._range_is_set:
            with self._calls("set the current range"):
                self._ei.CurrentRange = getattr(self._sdk.EI.EICurrentRange, _RANGES_A[self._range_a])
            self._range_is_set = True

    def _forget_sweep(self) -> None:
        self._running = self._finished = None

    def _follow_sweep(self) -> None:
        """Notice the end of a sweep; give the link up if there should have been one."""
        self._reach()
        if self._running is None:
            return
        with self._calls("ask whether it measures"):
            measuring = self._running.measuring
        late_s = self._clock.now_s - self._start_s - self._options.start_lag_s - self._asked.duration_s
        if not measuring:
            self._finished, self._running = self._running, None
        elif late_s > self._options.watchdog_s:
            self._give_up(self._running, late_s)

    def _give_up(self, procedure: CvProcedure, late_s: float) -> None:
        """Try to leave the cell off, drop the link, and say that nothing is sure any more."""
        try:
            procedure.abort()
            self._ei.CellOnOff = self._sdk.EI.EICellOnOff.Off
        except Exception:
            log.exception("%s could not be made safe", self.name)
        self.close()
        raise InstrumentTimeoutError(
            f"{self.name}: the procedure still runs {late_s:.1f} s after its due end; the link is given up. "
            "If the USB cable was pulled the cell may still be on: switch the instrument off and on"
        )

    def _end_sweep(self) -> None:
        """Abort a sweep that runs, open the relay at once, and wait until it has ended."""
        self._follow_sweep()
        if self._running is None:
            return
        procedure, self._running = self._running, None
        end_s = self._clock.now_s + _ABORT_S
        with self._calls("abort the sweep"):
            procedure.abort()
            self._switch(False)
            while procedure.measuring:
                if self._clock.now_s > end_s:
                    raise InstrumentTimeoutError(f"{self.name}: still measuring {_ABORT_S:g} s after Abort()")
                self._clock.sleep(_POLL_S)

    def _warn_of_open_cell(self, trace: SweepTrace) -> None:
        peak_a = float(np.max(np.abs(trace.current_a)))
        if peak_a < self._options.open_cell_current_a:
            log.warning(
                "%s: no current of the sweep was above %.2g A; is the cell connected?", self.name, peak_a
            )
