"""Steady state: dark level, light through the bare substrate and the film, photoluminescence; cell off."""

from __future__ import annotations

from collections.abc import Iterator

from pymeasure.experiment import FloatParameter, IntegerParameter

from procedures._experiment import Group, Streams
from qdlab.plan import DARK, Axis, CellOff, Lab, Light, ReadSpectrum, SelectSample, Spectrum, Step, Stream

LAMP: Light = frozenset({"lamp"})
EXCITATION: Light = frozenset({"excitation"})


def fibre_axis(lab: Lab) -> Axis:
    """Return the fibre spectrometer's wavelength axis."""
    return Axis("wavelength_nm", "nm", lab.spectrometer_nm)


class SteadySpectra(Group):
    """A0 = -log10((film - dark) / (blank - dark)), and the neutral film's photoluminescence."""

    TABLE = "steady_state"

    BLANK, UNCHARGED, HELD = "the bare substrate", "the film, cell off", "the held film"
    """What the sample is called in the meaning of its spectra."""

    n_scans = IntegerParameter(
        "Scans per spectrum", minimum=2, maximum=100_000, default=200,
        description="of the fibre spectrometer, for every spectrum of a settled film",
    )  # fmt: skip
    integration_s = FloatParameter(
        "Integration time", units="s", minimum=1e-5, maximum=60, default=0.01,
        description="of one scan of the fibre spectrometer",
    )  # fmt: skip

    def scans(self, lab: Lab) -> dict[str, int | Axis]:
        """Return the inner dimensions of a spectrum of a settled film."""
        return {"scan": self.n_scans, "wavelength": fibre_axis(lab)}

    def steady_streams(self, lab: Lab) -> Iterator[Stream]:
        """Yield the four spectra."""
        inner = self.scans(lab)
        yield Stream("spectrometer_dark", Spectrum, "fibre spectrometer without light", (), inner)
        yield Stream("blank", Spectrum, f"lamp through {self.BLANK}", (), inner)
        yield Stream("film", Spectrum, f"lamp through {self.UNCHARGED}", (), inner)
        yield Stream("pl_film", Spectrum, f"photoluminescence of {self.UNCHARGED}", (), inner)

    def steady_steps(self, streams: Streams) -> Iterator[Step]:
        """Yield the measurement; it ends with the film in the beam and the cell off."""
        yield CellOff()
        yield from self.sample_steps(streams)

    def sample_steps(self, streams: Streams) -> Iterator[Step]:
        """Yield the four spectra, of whatever stands in the beam's two positions."""
        yield SelectSample("blank")
        yield self.spectrum(streams["spectrometer_dark"], (), DARK)
        yield self.spectrum(streams["blank"], (), LAMP)
        yield SelectSample("film")
        yield self.spectrum(streams["film"], (), LAMP)
        yield self.spectrum(streams["pl_film"], (), EXCITATION)

    def held_streams(self, potential: Axis, lab: Lab) -> Iterator[Stream]:
        """Yield the spectra of the film at each potential."""
        inner = self.scans(lab)
        yield Stream("held_absorption", Spectrum, f"lamp through {self.HELD}", (potential,), inner)
        yield Stream("held_pl", Spectrum, f"photoluminescence of {self.HELD}", (potential,), inner)

    def held_steps(self, streams: Streams, i: int) -> Iterator[Step]:
        """Yield both spectra at the i-th potential."""
        yield self.spectrum(streams["held_absorption"], (i,), LAMP)
        yield self.spectrum(streams["held_pl"], (i,), EXCITATION)

    def spectrum(self, stream: Stream, index: tuple[int, ...], light: Light) -> ReadSpectrum:
        """Return the step that takes one spectrum with these settings."""
        return ReadSpectrum(stream.slot(*index), light, self.n_scans, self.integration_s)
