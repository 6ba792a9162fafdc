"""What can be chosen about the virtual laboratory; defaults are the paper's film (physics.md section 9)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from simulators.world.faults import Fault


class StrictOptions(BaseModel):
    """Base of all options: frozen, unknown keys and wrong types refused, each field says what it is."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, use_attribute_docstrings=True
    )

    ordered: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Pairs of fields of which the first must be below the second."""

    @model_validator(mode="after")
    def _check_order(self) -> StrictOptions:
        for low, high in self.ordered:
            if not getattr(self, low) < getattr(self, high):
                raise ValueError(f"{low} = {getattr(self, low)} is not below {high} = {getattr(self, high)}")
        return self


class FilmOptions(StrictOptions):
    """The CdSe/CdS/ZnS quantum-dot film."""

    band_edge_nm: float = Field(616.0, ge=560.0, le=640.0)
    """Centre of the 1S transition."""
    band_edge_width_nm: float = Field(9.0, gt=1.0, le=30.0)
    """Standard deviation of the 1S and 2S Gaussians."""
    band_edge_absorbance: float = Field(5.3e-3, ge=0.0, le=1.0)
    """1S absorbance at its centre."""
    second_nm: float = Field(580.0, ge=500.0, le=620.0)
    """Centre of the 2S transition."""
    second_absorbance: float = Field(6.0e-3, ge=0.0, le=1.0)
    """2S absorbance at its centre."""
    shell_onset_nm: float = Field(550.0, gt=480.0, le=600.0)
    """Wavelength below which the CdS shell absorbs."""
    shell_absorbance: float = Field(0.04, ge=0.0, le=2.0)
    """Shell absorbance at 480 nm."""
    shell_bleach: float = Field(0.05, ge=0.0, le=0.5)
    """Largest share of the shell absorption that electrons can bleach."""
    stokes_shift_nm: float = Field(2.0, ge=0.0, le=20.0)
    """How far stimulated emission lies to the red of absorption."""
    repulsion_mev: float = Field(2.0, ge=0.0, le=20.0)
    """Blue shift of a transition by one exciton in the dot."""
    repulsion_limit_mev: float = Field(10.0, gt=0.0, le=100.0)
    """Largest blue shift by many excitons."""
    pl_nm: float = Field(625.0, ge=560.0, le=680.0)
    """Centre of the photoluminescence."""
    pl_width_nm: float = Field(11.0, gt=1.0, le=40.0)
    """Standard deviation of the photoluminescence."""
    pl_singly_charged: float = Field(0.05, ge=0.0, le=1.0)
    """Photoluminescence of a dot with one injected electron relative to a neutral one."""
    pl_doubly_charged: float = Field(0.02, ge=0.0, le=1.0)
    """Photoluminescence of a dot with two injected electrons relative to a neutral one."""
    cross_section_cm2: float = Field(3.6e-14, gt=0.0, le=1e-12)
    """Absorption cross section of one dot at the pump wavelength (sigma)."""
    pump_absorbance: float = Field(0.16, ge=0.0, le=2.0)
    """Absorbance of the film at the pump wavelength, over which the excitation falls with depth."""
    reflectance: float = Field(0.0, ge=0.0, lt=1.0)
    """Share of the pump reflected at the film's front."""
    probe_reflectance: float = Field(0.08, ge=0.0, lt=0.9)
    """Share of the probe reflected at the film's front."""
    reflectance_change: float = Field(0.0, ge=-0.01, le=0.01)
    """Rise of the probe's reflectance at the 1S centre by one exciton per dot on average; as wide as 1S."""
    tau_xx_ps: float = Field(310.0, gt=0.0)
    """Auger lifetime of the biexciton."""
    tau_r_ps: float = Field(20_000.0, gt=0.0)
    """Radiative lifetime of the exciton."""
    rise_ps: float = Field(0.5, gt=0.0, le=5.0)
    """Time in which hot carriers reach the band edge."""
    bleaching_per_hour: float = Field(0.0, ge=0.0, le=100.0)
    """Rate at which dots are lost for good while the pump is open (1/h)."""


class CellOptions(StrictOptions):
    """The electrochemical cell around the film."""

    v_half_v: float = Field(-1.2, ge=-3.0, le=3.0)
    """Potential at which half of the 1S electron states are filled."""
    width_v: float = Field(0.045, gt=0.0, le=1.0)
    """Width kT_eff/e of the filling step."""
    charging_s: float = Field(2.0, gt=0.0)
    """Time constant with which the film follows the potential, and relaxes at open circuit."""
    open_circuit_v: float = Field(-0.3, ge=-3.0, le=3.0)
    """Potential the disconnected cell comes to rest at."""
    dots_cm2: float = Field(1e13, ge=0.0)
    """Dots per area of film."""
    area_cm2: float = Field(1.0, gt=0.0)
    """Area of the film in the cell."""
    double_layer_f: float = Field(1e-5, gt=0.0, le=1.0)
    """Capacitance of the electrode."""
    series_ohm: float = Field(2000.0, gt=0.0)
    """Resistance through which the double layer is charged."""
    leakage_siemens: float = Field(1e-8, ge=0.0, le=1.0)
    """Conductance of the leak, driven by the distance from the open-circuit potential."""


class PumpOptions(StrictOptions):
    """The laser and its pump beam."""

    laser_rate_hz: float = Field(5000.0, gt=0.0, le=1e6)
    """Laser pulses per second; the camera reads every one."""
    wavelength_nm: float = Field(400.0, ge=200.0, le=2000.0)
    """Wavelength of the pump."""
    full_fluence_cm2: float = Field(2.7e14, ge=0.0, le=1e17)
    """Photons per cm^2 and pulse on the film's front with the attenuator at transmission 1."""
    pinhole_radius_mm: float = Field(1.0, gt=0.0, le=20.0)
    """Radius of the pinhole in front of the power meter."""
    scatter_electrons: float = Field(0.0, ge=0.0)
    """Pump light scattered into every camera pixel at full fluence."""


class ProbeOptions(StrictOptions):
    """The white-light probe and where it meets the pump."""

    electrons: float = Field(3.0e5, ge=0.0)
    """Photo-electrons per shot in the brightest camera pixel."""
    pulse_noise: float = Field(0.005, ge=0.0, le=0.2)
    """Relative scatter from pulse to pulse, common to all wavelengths (rms)."""
    time_zero_mm: float = Field(10.002)
    """Stage position at which pump and probe meet at the wavelengths where the chirp is zero."""
    passes: int = Field(2, ge=1, le=8)
    """Passes of the beam over the stage's travel."""
    chirp_offset_ps: float = Field(0.05, ge=-10.0, le=10.0)
    """Chirp t0 at 590 nm."""
    chirp_linear_ps: float = Field(0.5, ge=-10.0, le=10.0)
    """Part of t0 proportional to u = (wavelength - 590 nm)/110 nm."""
    chirp_quadratic_ps: float = Field(-0.17, ge=-10.0, le=10.0)
    """Part of t0 proportional to u^2."""
    irf_ps: float = Field(0.15, gt=0.0, le=5.0)
    """Instrument response (standard deviation of a Gaussian); also the width of the coherent artefact."""
    artefact_absorbance: float = Field(1.5e-3, ge=0.0, le=0.1)
    """Largest dA of the coherent artefact at full fluence, at every wavelength."""


class FibreOptions(StrictOptions):
    """The light the fibre spectrometer sees."""

    lamp_electrons_per_s: float = Field(4.2e6, ge=0.0)
    """Photo-electrons per second in the spectrometer's brightest pixel, lamp through the bare stack."""
    pl_electrons_per_s: float = Field(2.0e6, ge=0.0)
    """Photo-electrons per second at the peak of the neutral film's photoluminescence."""
    noise: float = Field(0.001, ge=0.0, le=0.2)
    """Relative scatter from scan to scan, common to all wavelengths (rms)."""
    drift_per_hour: float = Field(0.001, ge=-0.5, le=0.5)
    """Relative drift of lamp and excitation, common to all wavelengths."""


class WorldOptions(StrictOptions):
    """The virtual laboratory: everything that is so, whether or not an instrument shows it."""

    seed: int = Field(1, ge=0)
    """The same seed and the same calls give the same data."""
    faults: tuple[Fault, ...] = Field((), strict=False)
    """What is wrong from the start."""
    film: FilmOptions = FilmOptions()
    cell: CellOptions = CellOptions()
    pump: PumpOptions = PumpOptions()
    probe: ProbeOptions = ProbeOptions()
    fibre: FibreOptions = FibreOptions()
