"""Pump-probe maps of an instrument that scans its own delays."""

from __future__ import annotations

from collections.abc import Iterator

from procedures._camera import PUMP_AND_PROBE
from procedures._experiment import Streams
from procedures._fluence import SeveralFluences
from qdlab.plan import DARK, Axis, DelayScan, Lab, ScanDelays, SetLight, Step, Stream


class ScannedMap(SeveralFluences):
    """A whole scan at each fluence; delays and wavelengths are the instrument's."""

    def map_streams(self, potential: Axis, lab: Lab) -> Iterator[Stream]:
        """Yield pump power and the map."""
        delays = Axis("delay_ps", "ps", lab.scan_delays_ps)
        inner: dict[str, int | Axis] = {
            "delay": delays,
            "wavelength": Axis("wavelength_nm", "nm", lab.scan_nm),
        }
        axes = (potential, self.fluence_axis())
        yield self.pump_stream(potential)
        yield Stream("ta", DelayScan, "transient absorption", axes, inner)

    def map_steps(self, streams: Streams, i: int) -> Iterator[Step]:
        """Yield all of the i-th potential."""
        for j in range(len(self.fluences_cm2())):
            yield from self.fluence_steps(streams["pump"], i, j)
            yield SetLight(PUMP_AND_PROBE)
            yield ScanDelays(streams["ta"].slot(i, j))
        yield SetLight(DARK)
