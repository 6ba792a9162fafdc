"""What holds for every potentiostat."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
import pytest

from qdlab.clock import Clock
from qdlab.errors import InstrumentStateError, LimitError
from qdlab.instruments import Potentiostat, Staircase
from qdlab.testing._instrument import InstrumentContract, Uses, refuses


class PotentiostatContract(InstrumentContract):
    """Contract of a Potentiostat; its fixture `instrument` gives one, unopened, with a (dummy) cell."""

    protocol: ClassVar[type] = Potentiostat
    potentials_v: ClassVar[tuple[float, ...]] = (-0.30, -0.35, -0.40, -0.35)
    """Potentials that do the cell no harm."""
    tolerance_v: ClassVar[float] = 0.005
    """How near the potential read back must come."""
    step_s: ClassVar[float] = 0.1
    """Time of a sweep's step."""

    @property
    def sweep(self) -> Staircase:
        """A short sweep."""
        return Staircase(self.potentials_v, self.step_s)

    def uses(self, instrument: Potentiostat) -> Uses:
        """Return what must be refused while the potentiostat is closed."""
        return super().uses(instrument) | {
            "cell_on": lambda: instrument.cell_on,
            "set_cell": lambda: instrument.set_cell(True),
            "set_current_range": lambda: instrument.set_current_range(1e-3),
            "open_circuit_potential_v": instrument.open_circuit_potential_v,
            "hold": lambda: instrument.hold(self.potentials_v[0]),
            "measure": instrument.measure,
            "start_sweep": lambda: instrument.start_sweep(self.sweep),
            "sweeping": lambda: instrument.sweeping,
            "read_sweep": instrument.read_sweep,
        }

    def facts(self, instrument: Potentiostat) -> Uses:
        """Return what must be known without opening the potentiostat."""
        return super().facts(instrument) | {"potential_range": lambda: instrument.potential_range}

    def test_starts_with_the_cell_off(self, opened: Potentiostat) -> None:
        """After open() nothing is applied and nothing runs."""
        assert not opened.cell_on
        assert not opened.sweeping

    def test_reads_back_the_cell(self, opened: Potentiostat) -> None:
        """The cell is connected and disconnected as told, twice as well as once."""
        opened.hold(self.potentials_v[0])
        for on in (True, True, False, False):
            opened.set_cell(on)
            assert opened.cell_on == on

    def test_reads_back_the_potential(self, opened: Potentiostat, clock: Clock) -> None:
        """A potential that is held is the potential that is measured; readings are stamped with run time."""
        opened.hold(self.potentials_v[0])
        opened.set_cell(True)
        for potential_v in self.potentials_v:
            opened.hold(potential_v)
            before_s = clock.now_s
            reading = opened.measure()
            assert reading.potential_v == pytest.approx(potential_v, abs=self.tolerance_v)
            assert before_s - 0.01 <= reading.time_s <= clock.now_s + 0.01
            assert math.isfinite(reading.current_a)

    @pytest.mark.parametrize("side", ["below", "above", "no number"])
    def test_refuses_potentials_outside_its_range(self, opened: Potentiostat, side: str) -> None:
        """Such a potential is refused, and the old one is still applied."""
        limits = opened.potential_range
        outside_v = {"below": limits.low - 0.1, "above": limits.high + 0.1, "no number": math.nan}[side]
        opened.hold(self.potentials_v[0])
        opened.set_cell(True)
        refuses(opened.hold, outside_v, limits, opened.name)
        assert opened.measure().potential_v == pytest.approx(self.potentials_v[0], abs=self.tolerance_v)

    def test_refuses_a_sweep_that_leaves_its_range(self, opened: Potentiostat) -> None:
        """One potential outside is enough: nothing of the sweep is applied."""
        limits = opened.potential_range
        opened.hold(self.potentials_v[0])
        opened.set_cell(True)

        def sweep_to(potential_v: float) -> None:
            opened.start_sweep(Staircase((*self.potentials_v, potential_v), self.step_s))

        refuses(sweep_to, limits.low - 0.1, limits, opened.name)
        assert not opened.sweeping
        assert opened.measure().potential_v == pytest.approx(self.potentials_v[0], abs=self.tolerance_v)

    def test_refuses_a_current_beyond_its_ranges(self, opened: Potentiostat) -> None:
        """No instrument of this kind measures a kiloampere."""
        opened.set_current_range(1e-3)
        with pytest.raises(LimitError, match=rf"{opened.name}.*1000 A"):
            opened.set_current_range(1000.0)

    def test_measures_the_open_circuit(self, opened: Potentiostat) -> None:
        """The disconnected cell has a potential of its own; the connected one has not."""
        assert math.isfinite(opened.open_circuit_potential_v())
        opened.hold(self.potentials_v[0])
        opened.set_cell(True)
        with pytest.raises(InstrumentStateError, match=opened.name):
            opened.open_circuit_potential_v()

    def test_sweeps_while_others_work(self, opened: Potentiostat, clock: Clock) -> None:
        """A sweep starts at once, takes its time, and leaves one value a step."""
        self._start(opened)
        start_s, steps = clock.now_s, len(self.potentials_v)
        assert opened.sweeping
        clock.sleep(self.sweep.duration_s + 0.5 * self.step_s)
        assert not opened.sweeping
        trace = opened.read_sweep()
        assert trace.time_s.shape == trace.potential_v.shape == trace.current_a.shape == (steps,)
        assert trace.potential_v == pytest.approx(np.array(self.potentials_v), abs=self.tolerance_v)
        assert np.diff(trace.time_s) == pytest.approx(self.step_s, rel=0.1)
        assert start_s - self.step_s <= trace.time_s[0] <= trace.time_s[-1] <= clock.now_s
        assert np.all(np.isfinite(trace.current_a))

    def test_holds_the_last_potential_of_a_sweep(self, opened: Potentiostat, clock: Clock) -> None:
        """After a sweep the cell is still on, at the potential the sweep ended with."""
        self._start(opened)
        clock.sleep(self.sweep.duration_s + 0.5 * self.step_s)
        assert opened.cell_on
        assert opened.measure().potential_v == pytest.approx(self.potentials_v[-1], abs=self.tolerance_v)

    def test_refuses_a_sweep_of_nothing(self, opened: Potentiostat) -> None:
        """A sweep needs a connected cell."""
        with pytest.raises(InstrumentStateError, match=opened.name):
            opened.start_sweep(self.sweep)
        assert not opened.sweeping

    def test_refuses_to_read_a_sweep_that_is_not_there(self, opened: Potentiostat) -> None:
        """There is nothing to read before a sweep, nor while it runs."""
        with pytest.raises(InstrumentStateError, match=opened.name):
            opened.read_sweep()
        self._start(opened)
        with pytest.raises(InstrumentStateError, match=opened.name):
            opened.read_sweep()

    def test_refuses_other_work_during_a_sweep(self, opened: Potentiostat) -> None:
        """A running sweep is not disturbed by a hold or another sweep."""
        self._start(opened)
        with pytest.raises(InstrumentStateError, match=opened.name):
            opened.hold(self.potentials_v[0])
        with pytest.raises(InstrumentStateError, match=opened.name):
            opened.start_sweep(self.sweep)
        assert opened.sweeping

    @pytest.mark.parametrize("act", ["make_safe", "set_cell"])
    def test_can_be_ended_during_a_sweep(self, opened: Potentiostat, act: str) -> None:
        """make_safe, or switching the cell off, ends the sweep; half a sweep is not read as a whole."""
        self._start(opened)
        if act == "make_safe":
            opened.make_safe()
        else:
            opened.set_cell(False)
        assert not opened.cell_on
        assert not opened.sweeping
        with pytest.raises(InstrumentStateError, match=opened.name):
            opened.read_sweep()

    def test_is_made_safe_while_holding(self, opened: Potentiostat) -> None:
        """make_safe switches the cell off."""
        opened.hold(self.potentials_v[0])
        opened.set_cell(True)
        opened.make_safe()
        assert not opened.cell_on

    def _start(self, potentiostat: Potentiostat) -> None:
        potentiostat.hold(self.potentials_v[0])
        potentiostat.set_cell(True)
        potentiostat.start_sweep(self.sweep)
