"""The sample's parameters: what is known of the film before the run."""

from __future__ import annotations

from collections.abc import Iterator

from pymeasure.experiment import FloatParameter

from procedures._experiment import Group
from procedures._parameters import KnownPotentialParameter, TextParameter, WindowParameter
from qdlab.plan import Sample


class OnSample(Group):
    """An experiment on a film whose facts go into the file."""

    TABLE = "sample"

    sample_name = TextParameter("Sample", default="unnamed", description="name or number of the sample")
    thickness_nm = FloatParameter(
        "Film thickness", units="nm", minimum=1, maximum=1e8, default=116,
        description="turns absorbance into a gain coefficient",
    )  # fmt: skip
    thickness_error_nm = FloatParameter(
        "Film thickness error", units="nm", minimum=0, maximum=1e8, default=13,
        description="one standard error",
    )  # fmt: skip
    cross_section_cm2 = FloatParameter(
        "Absorption cross section", units="cm^2", minimum=1e-18, maximum=1e-10, default=3.6e-14,
        description="of one dot at the pump wavelength",
    )  # fmt: skip
    cross_section_error_cm2 = FloatParameter(
        "Absorption cross section error", units="cm^2", minimum=0, maximum=1e-10, default=0.2e-14,
        description="one standard error",
    )  # fmt: skip
    pump_absorbance = FloatParameter(
        "Absorbance at the pump wavelength", minimum=0, maximum=10, default=0.16,
        description="of the film, for the mean excitation over its depth",
    )  # fmt: skip
    reflectance = FloatParameter(
        "Reflectance at the pump wavelength", minimum=0, maximum=0.99, default=0,
        description="of the film's front; 0 if the fluence is already the one inside the film",
    )  # fmt: skip
    probe_reflectance = FloatParameter(
        "Reflectance at the probe's wavelengths", minimum=0, maximum=0.99, default=0.08,
        description="of the film's front near the 1S band; transient reflection is corrected with it",
    )  # fmt: skip
    open_circuit_v = FloatParameter(
        "Open-circuit potential", units="V", minimum=-5, maximum=5, default=-0.3,
        description="where the film is neutral, against the reference electrode in use",
    )  # fmt: skip
    electrolyte = TextParameter(
        "Electrolyte", default="not stated", description="salt, concentration and solvent"
    )
    reference_electrode = TextParameter(
        "Reference electrode", default="not stated", description="what all potentials refer to"
    )
    reference_vs_fc = KnownPotentialParameter(
        "Reference electrode vs. Fc/Fc+", default=KnownPotentialParameter.UNKNOWN,
        description='its potential against Fc/Fc+, such as "-0.47 V": potentials are then given against both',
    )  # fmt: skip
    a0_source = TextParameter(
        "Source of A0", default="the spectra of this run",
        description="where the absorbance of the neutral film comes from",
    )  # fmt: skip
    band_nm = WindowParameter(
        "1S band", units="nm", minimum=100, maximum=3000, default=[606, 630],
        description="window of the 1S transition, low and high",
    )  # fmt: skip
    quiet_nm = WindowParameter(
        "Quiet window", units="nm", minimum=100, maximum=3000, default=[665, 698],
        description="where the sample neither absorbs nor emits; shows the noise common to all pixels",
    )  # fmt: skip

    def contradictions(self) -> Iterator[str]:
        """Yield what in the parameters cannot be meant."""
        yield from super().contradictions()
        (low_nm, high_nm), (quiet_low_nm, quiet_high_nm) = self.band_nm, self.quiet_nm
        if low_nm <= quiet_high_nm and quiet_low_nm <= high_nm:
            yield (
                f"sample.quiet_nm = {quiet_low_nm:g} to {quiet_high_nm:g} nm overlaps the 1S band, "
                f"{low_nm:g} to {high_nm:g} nm: what is common to all pixels is looked for outside it"
            )

    def sample(self) -> Sample:
        """Return the sample record."""
        return Sample(
            name=self.sample_name,
            thickness_nm=self.thickness_nm,
            thickness_error_nm=self.thickness_error_nm,
            cross_section_cm2=self.cross_section_cm2,
            cross_section_error_cm2=self.cross_section_error_cm2,
            pump_absorbance=self.pump_absorbance,
            reflectance=self.reflectance,
            probe_reflectance=self.probe_reflectance,
            open_circuit_v=self.open_circuit_v,
            electrolyte=self.electrolyte,
            reference_electrode=self.reference_electrode,
            band_nm=tuple(self.band_nm),
            quiet_nm=tuple(self.quiet_nm),
            reference_vs_fc_v=KnownPotentialParameter.volts(self.reference_vs_fc),
            a0_source=self.a0_source,
        )
