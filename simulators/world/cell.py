"""The electrochemical cell: a film that charges with a time constant behind a double layer and a leak.

Between changes of the applied potential everything relaxes exponentially, so the integration is exact.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence

from qdlab.physics import filling
from simulators.world.faults import ADRIFT_V, SHORT_SIEMENS, Faults
from simulators.world.options import CellOptions

_ELEMENTARY_CHARGE_C = 1.602176634e-19
STATES = 2
"""1S electron states of a dot (g_e)."""


class Cell:
    """Film, electrode and electrolyte; every method takes the time and brings the cell there first.

    Reduction is a negative current (IUPAC): injecting electrons draws one.
    """

    def __init__(self, options: CellOptions, now_s: float, faults: Faults | None = None) -> None:
        self._options = options
        self._faults: Faults = set() if faults is None else faults
        self._now_s = now_s
        self._connected = False
        self._applied_v = options.open_circuit_v
        self._layer_v = options.open_circuit_v
        self._n_1s = self._equilibrium(options.open_circuit_v)
        self._passed_c = 0.0
        self._program: deque[tuple[float, float]] = deque()
        self._marks_c: list[float] = []

    def advance(self, now_s: float) -> None:
        """Let the film follow the potential, step by step of a running sweep, until `now_s`."""
        while self._program and self._program[0][0] <= now_s:
            start_s, potential_v = self._program.popleft()
            self._relax(start_s)
            self._marks_c.append(self._passed_c)
            self._applied_v = potential_v
        self._relax(now_s)

    def connect(self, connected: bool, now_s: float) -> None:
        """Connect or disconnect the electrodes; disconnecting ends a sweep."""
        self.advance(now_s)
        self._connected = connected
        if not connected:
            self._program.clear()

    def apply(self, potential_v: float, now_s: float) -> None:
        """Apply one potential from now on; it drives the film while connected."""
        self.advance(now_s)
        self._program.clear()
        self._applied_v = potential_v

    def sweep(self, potentials_v: Sequence[float], step_s: float, now_s: float, delay_s: float = 0.0) -> None:
        """Apply potentials one after another, each for `step_s`, after a delay; the last one stays."""
        self.advance(now_s)
        self._marks_c = []
        start_s = now_s + delay_s
        starts = [(start_s + index * step_s, potential_v) for index, potential_v in enumerate(potentials_v)]
        self._program = deque([*starts, (start_s + len(potentials_v) * step_s, potentials_v[-1])])
        self.advance(now_s)

    def sweeping(self, now_s: float) -> bool:
        """Whether a sweep is still under way."""
        self.advance(now_s)
        return bool(self._program)

    def sweep_charges_c(self, now_s: float) -> list[float]:
        """Return the charge that passed in each finished step of the last sweep."""
        self.advance(now_s)
        return [after - before for before, after in zip(self._marks_c, self._marks_c[1:], strict=False)]

    def connected(self, now_s: float) -> bool:
        """Whether the electrodes are connected."""
        self.advance(now_s)
        return self._connected

    def potential_v(self, now_s: float) -> float:
        """Return the potential of the film: the applied one, or what it floats at."""
        self.advance(now_s)
        adrift_v = ADRIFT_V if "reference_adrift" in self._faults else 0.0
        return (self._applied_v if self._connected else self._layer_v) + adrift_v

    def n_1s(self, now_s: float) -> float:
        """Return the injected electrons per dot."""
        self.advance(now_s)
        return self._n_1s

    def current_a(self, now_s: float) -> float:
        """Return the current at this instant."""
        self.advance(now_s)
        if not self._wired:
            return 0.0
        injected_per_s = (self._equilibrium(self._applied_v) - self._n_1s) / self._options.charging_s
        layer_a = (self._applied_v - self._layer_v) / self._options.series_ohm
        return self._film_charge_c * injected_per_s + layer_a + self._leak_a

    @property
    def _wired(self) -> bool:
        """Whether the potentiostat really reaches the film."""
        return self._connected and "open_cell" not in self._faults

    @property
    def _film_charge_c(self) -> float:
        """Charge of one electron in every dot."""
        return -_ELEMENTARY_CHARGE_C * self._options.dots_cm2 * self._options.area_cm2

    @property
    def _leak_a(self) -> float:
        short = SHORT_SIEMENS if "over_current" in self._faults else 0.0
        return (self._options.leakage_siemens + short) * (self._applied_v - self._options.open_circuit_v)

    def _equilibrium(self, potential_v: float) -> float:
        return float(filling(potential_v, self._options.v_half_v, self._options.width_v, STATES))

    def _relax(self, now_s: float) -> None:
        """Relax film and double layer at a constant potential, and count the charge that passed."""
        dt_s, self._now_s = now_s - self._now_s, now_s
        options, n_1s, layer_v = self._options, self._n_1s, self._layer_v
        rest_v = self._applied_v if self._wired else options.open_circuit_v
        layer_s = options.series_ohm * options.double_layer_f if self._wired else options.charging_s
        self._n_1s = _towards(self._equilibrium(rest_v), n_1s, dt_s, options.charging_s)
        self._layer_v = _towards(rest_v, layer_v, dt_s, layer_s)
        if self._wired:
            self._passed_c += self._film_charge_c * (self._n_1s - n_1s) + self._leak_a * dt_s
            self._passed_c += options.double_layer_f * (self._layer_v - layer_v)


def _towards(rest: float, value: float, dt_s: float, time_constant_s: float) -> float:
    """Return an exponential approach to `rest`."""
    return rest + (value - rest) * math.exp(-dt_s / time_constant_s)
