"""Cyclic voltammetry with an absorption and a PL spectrum every few potential steps."""

from __future__ import annotations

from collections.abc import Iterator

from pymeasure.experiment import FloatParameter, IntegerParameter

from procedures._sample import OnSample
from procedures._spectra import SteadySpectra, fibre_axis
from qdlab.plan import MOST_RECORDS, Axis, CyclePotential, Lab, Slot, Spectrum, Stream, Voltammogram


class PotentialSweep(SteadySpectra, OnSample):
    """The sweep from the open-circuit potential to the vertex and back; spectra in step with it."""

    TABLE = "voltammetry"

    vertex_v = FloatParameter(
        "CV vertex", units="V", minimum=-5, maximum=5, default=-1.5,
        description="the sweep goes from the open-circuit potential to here and back",
    )  # fmt: skip
    rate_v_s = FloatParameter(
        "CV sweep rate", units="V/s", minimum=1e-5, maximum=10, default=0.02, description="of the potential"
    )
    step_v = FloatParameter(
        "CV potential step", units="V", minimum=1e-4, maximum=0.1, default=0.005,
        description="height of a step of the staircase",
    )  # fmt: skip
    n_cycles = IntegerParameter(
        "CV cycles", minimum=1, maximum=1000, default=3, description="to show that charging is reversible"
    )
    steps_per_spectrum = IntegerParameter(
        "CV steps per spectrum", minimum=1, maximum=10_000, default=8,
        description="potential steps from one absorption spectrum to the next",
    )  # fmt: skip
    cv_scans = IntegerParameter(
        "CV scans per spectrum", minimum=1, maximum=10_000, default=20,
        description="of the fibre spectrometer, for every spectrum along the sweep",
    )  # fmt: skip

    def contradictions(self) -> Iterator[str]:
        """Yield what in the parameters cannot be meant."""
        yield from super().contradictions()
        if self.vertex_v == self.open_circuit_v:
            yield f"voltammetry.vertex_v = {self.vertex_v:g} V is where the sweep starts (open_circuit_v)"

    def sweep(self) -> CyclePotential:
        """Return the sweep from and back to the open-circuit potential."""
        return CyclePotential(
            slot=Slot("cv", ()),
            absorption_stream="cv_absorption",
            pl_stream="cv_pl",
            start_v=self.open_circuit_v,
            vertex_v=self.vertex_v,
            rate_v_s=self.rate_v_s,
            step_v=self.step_v,
            n_cycles=self.n_cycles,
            spectrum_every=self.steps_per_spectrum,
            n_scans=self.cv_scans,
            integration_s=self.integration_s,
        )

    def sweep_streams(self, lab: Lab) -> Iterator[Stream]:
        """Yield the voltammogram and the two series of spectra."""
        sweep = self.sweep()
        n_spectra = min(sweep.n_spectra, MOST_RECORDS + 1)  # more are refused anyway
        axes = (Axis("cv_step", "", tuple(float(k) for k in range(n_spectra))),)
        inner: dict[str, int | Axis] = {"scan": sweep.n_scans, "wavelength": fibre_axis(lab)}
        yield Stream("cv", Voltammogram, "cyclic voltammogram", (), {"sample": sweep.n_samples})
        yield Stream("cv_absorption", Spectrum, "lamp through the film along the CV", axes, inner)
        yield Stream("cv_pl", Spectrum, "photoluminescence along the CV", axes, inner)
