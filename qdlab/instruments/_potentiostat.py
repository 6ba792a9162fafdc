"""The potentiostat: holds or sweeps the potential of the film and reads potential and current."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qdlab.instruments._instrument import Instrument
from qdlab.limits import Range


@dataclass(frozen=True, slots=True)
class CellReading:
    """One reading of the cell; `overload` if the current left the measuring range."""

    time_s: float
    potential_v: float
    current_a: float
    overload: bool


@dataclass(frozen=True, slots=True)
class Staircase:
    """A sweep in steps: every potential in turn, each held for `step_s`."""

    potentials_v: tuple[float, ...]
    step_s: float

    @property
    def duration_s(self) -> float:
        """Time from the first step to the end of the last."""
        return len(self.potentials_v) * self.step_s


@dataclass(frozen=True, slots=True)
class SweepTrace:
    """What the potentiostat buffered during a sweep: one value a step, taken at the end of the step.

    Times are on the run's time base.
    """

    time_s: NDArray[np.float64]
    potential_v: NDArray[np.float64]
    current_a: NDArray[np.float64]


class Potentiostat(Instrument, Protocol):
    """A three-electrode potentiostat; potentials against the reference electrode in use.

    make_safe() stops any sweep and switches the cell off.
    """

    @property
    @abstractmethod
    def potential_range(self) -> Range:
        """Potentials that may be applied to this sample, in V."""

    @property
    @abstractmethod
    def cell_on(self) -> bool:
        """Read back whether the cell is connected."""

    @abstractmethod
    def set_cell(self, on: bool) -> None:
        """Connect or disconnect the cell; disconnecting ends a sweep."""

    @abstractmethod
    def set_current_range(self, full_scale_a: float) -> None:
        """Choose the smallest measuring range that holds `full_scale_a`."""

    @abstractmethod
    def open_circuit_potential_v(self) -> float:
        """Measure the potential of the disconnected cell; InstrumentStateError if it is on."""

    @abstractmethod
    def hold(self, potential_v: float) -> None:
        """Apply a potential; it takes effect while the cell is on. InstrumentStateError during a sweep."""

    @abstractmethod
    def measure(self) -> CellReading:
        """Read potential and current once."""

    @abstractmethod
    def start_sweep(self, sweep: Staircase) -> None:
        """Start a sweep that the instrument times itself and buffers; returns with its first step.

        The last potential stays applied. InstrumentStateError with the cell off or while a sweep runs.
        """

    @property
    @abstractmethod
    def sweeping(self) -> bool:
        """Whether a sweep is under way."""

    @abstractmethod
    def read_sweep(self) -> SweepTrace:
        """Return what the last sweep buffered; InstrumentStateError unless it ran to its end."""
