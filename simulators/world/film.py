"""The film's spectra: what dots with c injected electrons and N excitons absorb and emit.

Transition counting (physics.md section 6) with line shapes: a dot absorbs where an electron state is empty
and the valence states are full, and emits where it is the other way round, a little to the red.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulators.world.options import FilmOptions

_HC_MEV_NM = 1239841.98
_G_E, _G_H = 2, 4
_SHELL_BLUE_NM = 480.0
_SHELL_ELECTRONS = 6.0

Spectrum = NDArray[np.float64]


class FilmSpectra:
    """Spectra of the film on one wavelength axis.

    `dots`: absorbance if every dot were in state [c, N]; `pl`: emission if every dot held c electrons [c],
    1 at the peak of neutral dots; `edge`: the 1S line, 1 at its centre.
    """

    def __init__(self, options: FilmOptions, wavelengths_nm: Spectrum, n_max: int) -> None:
        self._options = options
        self._wavelengths_nm = wavelengths_nm
        self.edge = self._line(options.band_edge_nm)
        self.dots = np.array(
            [[self._dot(injected, excitons) for excitons in range(n_max + 1)] for injected in range(_G_E + 1)]
        )
        distance = (wavelengths_nm - options.pl_nm) / options.pl_width_nm
        bright = np.array([1.0, options.pl_singly_charged, options.pl_doubly_charged])
        self.pl = bright[:, np.newaxis] * np.exp(-0.5 * distance**2)

    def _dot(self, injected: int, excitons: int) -> Spectrum:
        """Return the absorbance of the film if all dots were like this one."""
        options, electrons = self._options, injected + excitons
        filled = min(electrons, _G_E) / _G_E
        lower, upper = min(excitons, _G_H) / _G_H, min(max(excitons - _G_H, 0), _G_H) / _G_H
        edge = self._transition(options.band_edge_nm, filled, lower, excitons)
        second = self._transition(options.second_nm, filled, upper, excitons)
        shell = self._shell() * (1.0 - options.shell_bleach * -np.expm1(-electrons / _SHELL_ELECTRONS))
        return np.asarray(options.band_edge_absorbance * edge + options.second_absorbance * second + shell)

    def _transition(self, centre_nm: float, filled: float, emptied: float, excitons: int) -> Spectrum:
        """Return absorption less stimulated emission of one transition, 1 at its centre in an empty dot.

        `filled`: share of its electron states with an electron; `emptied`: share of its hole states with
        a hole.
        """
        absorbed = self._line(self._repelled_nm(centre_nm, excitons))
        emitted = self._line(self._repelled_nm(centre_nm + self._options.stokes_shift_nm, excitons - 1))
        return (1.0 - filled) * (1.0 - emptied) * absorbed - filled * emptied * emitted

    def _repelled_nm(self, centre_nm: float, excitons: int) -> float:
        """Return the centre of a line after `excitons` others have pushed it to the blue, saturating."""
        limit_mev = self._options.repulsion_limit_mev
        shift_mev = -limit_mev * np.expm1(-max(excitons, 0) * self._options.repulsion_mev / limit_mev)
        return float(_HC_MEV_NM / (_HC_MEV_NM / centre_nm + shift_mev))

    def _line(self, centre_nm: float) -> Spectrum:
        distance = (self._wavelengths_nm - centre_nm) / self._options.band_edge_width_nm
        return np.asarray(np.exp(-0.5 * distance**2))

    def _shell(self) -> Spectrum:
        """Return the shell's absorbance: a parabola from its onset through its value at 480 nm."""
        onset_nm = self._options.shell_onset_nm
        rise = np.clip((onset_nm - self._wavelengths_nm) / (onset_nm - _SHELL_BLUE_NM), 0.0, None)
        return np.asarray(self._options.shell_absorbance * rise**2)
