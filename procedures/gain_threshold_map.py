"""GainThresholdMap: how the gain threshold falls as electrons are injected (the paper's Figs. 2 to 5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from procedures._charging import Charging
from procedures._experiment import Experiment
from procedures._sample import OnSample
from procedures._steady_state import EXCITATION, LAMP, SteadyState
from procedures._transient_absorption import TransientAbsorption
from procedures._voltammetry import Voltammetry
from qdlab.plan import DARK, HoldPotential, Lab, Plan, RunChopper, SetLight, Spectrum, Step, Stream


class GainThresholdMap(TransientAbsorption, Charging, Voltammetry, SteadyState, OnSample, Experiment):
    """Gain thresholds over potential x fluence x delay; the first potential is the neutral film.

    A0 -> cyclic voltammetry with absorption and PL -> for each potential: hold until the film is
    charged -> for each fluence: transient absorption over the delays.
    """

    def plan(self, lab: Lab) -> Plan:
        """Unroll the parameters into a plan for this laboratory; nothing is opened."""
        streams = {stream.name: stream for stream in self._streams(lab)}
        return Plan(
            title=self.title,
            procedure=type(self).__name__,
            parameters=self.values(),
            sample=self.sample(),
            streams=tuple(streams.values()),
            steps=tuple(self._steps(streams)),
        )

    def _streams(self, lab: Lab) -> Iterator[Stream]:
        held = (self.potential_axis(),)
        inner = self.scans(lab)
        yield from self.steady_streams(lab)
        yield from self.sweep_streams(self.sweep(self.open_circuit_v, self.integration_s), lab)
        yield from self.settling_stream(self.settle(self.band_nm, self.quiet_nm, self.integration_s))
        yield Stream("held_absorption", Spectrum, "lamp through the charged film", held, inner)
        yield Stream("held_pl", Spectrum, "photoluminescence of the charged film", held, inner)
        yield from self.ta_streams(*held, self.sample(), lab)

    def _steps(self, streams: Mapping[str, Stream]) -> Iterator[Step]:
        yield from self.steady_steps(streams)
        yield self.sweep(self.open_circuit_v, self.integration_s)
        for i, potential_v in enumerate(self.potentials_v):
            yield from self._held(streams, i, potential_v)

    def _held(self, streams: Mapping[str, Stream], i: int, potential_v: float) -> Iterator[Step]:
        settle = self.settle(self.band_nm, self.quiet_nm, self.integration_s)
        yield HoldPotential(streams["settling"].slot(i), potential_v, settle)
        yield self.spectrum(streams["held_absorption"], (i,), LAMP)
        yield self.spectrum(streams["held_pl"], (i,), EXCITATION)
        yield from self.dark_steps(streams, i)
        yield RunChopper(running=True)
        if i == 0:
            yield from self.time_zero_steps(streams, self.sample())
        yield from self.fluence_series_steps(streams, i, self.sample())
        yield SetLight(DARK)
        yield RunChopper(running=False)
