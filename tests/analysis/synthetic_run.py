"""A small run made with numpy and the physics alone: as what opening a run file gives, with a known truth."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import xarray as xr
from scipy.special import ndtr

from qdlab.physics import decaying_absorption, filling
from qdlab.plan import PumpBeam

CAMERA_NM = np.linspace(480.0, 700.0, 160)
FIBRE_NM = np.linspace(450.0, 750.0, 401)
LINE_MOD, CENTRE_NM, WIDTH_NM = 40.0, 616.0, 9.0
SIGMA_CM2 = 3.6e-14
N_X = np.array([0.1, 0.4, 0.8, 1.2, 1.6, 2.4, 4.5])
DELAYS_PS = np.array([-5.0, -3.0, 3.0, 5.0, 8.0, 100.0, 2500.0])
TIME_ZERO_PS = np.round(np.arange(-1.5, 1.51, 0.1), 3)
V_HALF_V, WIDTH_V = -1.2, 0.045
SATURATION = 60_000
BEAM = PumpBeam(wavelength_nm=400.0, pinhole_radius_mm=1.0, pulse_rate_hz=2500.0, full_fluence_cm2=1e15)

Axes = tuple[tuple[str, np.ndarray], ...]


@dataclass
class SyntheticRun:
    """What to simulate; `tree()` gives the run."""

    seed: int = 0
    potentials_v: tuple[float, ...] = (-0.3, -1.15, -1.2, -1.8)
    v_half_v: float = V_HALF_V
    n_shots: int = 60
    n_scans: int = 60
    delays_ps: np.ndarray = field(default_factory=lambda: DELAYS_PS)
    n_x: np.ndarray = field(default_factory=lambda: N_X)
    pattern: float = 0.0

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(self.seed)
        self.n_1s = filling(self.potentials_v, self.v_half_v, WIDTH_V)

    def tree(self) -> xr.DataTree:
        """Return the run's labelled arrays."""
        streams = {
            "spectrometer_dark": self._spectra((), np.full(FIBRE_NM.size, np.inf)),
            "blank": self._spectra((), np.zeros(FIBRE_NM.size)),
            "film": self._spectra((), absorbance(FIBRE_NM, 0.0)),
            "pl_film": self._spectra((), np.full(FIBRE_NM.size, 0.3)),
            **self._charged(),
            **self._pumped(),
        }
        return xr.DataTree.from_dict({"/": xr.Dataset(attrs=self._attributes()), **streams})

    def _attributes(self) -> dict[str, Any]:
        sample = {
            "thickness_nm": 116.0,
            "thickness_error_nm": 13.0,
            "cross_section_cm2": 3.4e-14,
            "cross_section_error_cm2": 0.2e-14,
            "pump_absorbance": 0.0,
            "reflectance": 0.1,
            "band_nm": (606.0, 630.0),
            "quiet_nm": (665.0, 698.0),
        }
        lab = {
            "pump_beam": asdict(BEAM),
            "saturation_counts": SATURATION,
            "spectrometer_saturation_counts": SATURATION,
        }
        return {"title": "synthetic", "status": "finished", "sample": sample, "lab": lab, "parameters": {}}

    def _spectra(self, axes: Axes, through: np.ndarray, measured_v: Any = np.nan) -> xr.Dataset:
        """Fibre spectra of a lamp through absorbances [..., px]; it drifts from scan to scan."""
        shape = (*through.shape[:-1], self.n_scans)
        lamp = 30_000.0 * (1.0 + 0.002 * self.random.standard_normal((*shape, 1)))
        light = lamp * 10.0 ** -through[..., np.newaxis, :]
        counts = 500.0 + light + 15.0 * self.random.standard_normal(light.shape)
        dims = tuple(name for name, _ in axes)
        return xr.Dataset(
            {
                "counts": ((*dims, "scan", "wavelength_nm"), counts.round().astype(np.uint16)),
                "measured_potential_v": (dims, np.broadcast_to(measured_v, through.shape[:-1])),
                "done": (dims, np.ones(through.shape[:-1], dtype=bool)),
            },
            {**dict(axes), "wavelength_nm": FIBRE_NM},
        )

    def _charged(self) -> dict[str, xr.Dataset]:
        held = (("potential_v", np.array(self.potentials_v)),)
        half = np.linspace(self.potentials_v[0], self.potentials_v[-1], 13)
        swept_v = np.concatenate([half, half[-2::-1]])
        swept = (("cv_step", np.arange(swept_v.size)),)
        films = {
            "held": (held, self.n_1s, self.potentials_v),
            "cv": (swept, filling(swept_v, self.v_half_v, WIDTH_V), swept_v),
        }
        streams = {}
        for name, (axes, n_1s, volts) in films.items():
            through = np.array([absorbance(FIBRE_NM, n) for n in n_1s])
            streams[f"{name}_absorption"] = self._spectra(axes, through, volts)
            glow = 0.3 + 0.5 * n_1s[:, np.newaxis] * np.ones(FIBRE_NM.size)
            streams[f"{name}_pl"] = self._spectra(axes, glow, volts)
        return streams

    def _pumped(self) -> dict[str, xr.Dataset]:
        potential = ("potential_v", np.array(self.potentials_v))
        fluence = ("fluence_cm2", self.n_x / SIGMA_CM2 / 0.9)
        outer = (len(self.potentials_v), len(self.n_x))
        watts = np.broadcast_to(fluence[1], outer) / BEAM.fluence_cm2(1.0)
        wrong = 1.0 + 0.002 * self.random.standard_normal(outer)
        pump = xr.Dataset(
            {
                "power_w": (("potential_v", "fluence_cm2"), watts * wrong),
                "power_error_w": (("potential_v", "fluence_cm2"), 0.002 * watts),
                "done": (("potential_v", "fluence_cm2"), np.ones(outer, dtype=bool)),
            },
            dict([potential, fluence]),
        )
        da = np.array([[self._transient(n_1s, n_x) for n_x in self.n_x] for n_1s in self.n_1s])
        x = (TIME_ZERO_PS[:, np.newaxis] - chirp_ps(CAMERA_NM)) / 0.15
        artefact, risen = 8e-3 * np.exp(-(x**2) / 2.0), ndtr(x)
        dark = 300.0 + self.random.standard_normal((outer[0], 20, CAMERA_NM.size))
        return {
            "ta_dark": xr.Dataset(
                {
                    "shots": (("potential_v", "shot", "wavelength_nm"), dark.round().astype(np.uint16)),
                    "done": ("potential_v", np.ones(outer[0], dtype=bool)),
                },
                {"potential_v": potential[1], "wavelength_nm": CAMERA_NM},
            ),
            "pump": pump,
            "time_zero": self._points((("time_zero_ps", TIME_ZERO_PS),), artefact + risen * da[0, -1, 2]),
            "ta": self._points((potential, fluence, ("delay_ps", self.delays_ps)), da),
        }

    def _transient(self, n_1s: float, n_x: float) -> np.ndarray:
        """dA [delay, px] of a film with this doping and excitation."""
        after = np.clip(self.delays_ps, 0.0, None)
        excited = decaying_absorption(after, n_x, n_1s) - decaying_absorption(0.0, 0.0, n_1s)
        return np.where(self.delays_ps > 0.0, excited, 0.0)[:, np.newaxis] * absorbance(CAMERA_NM, 0.0)

    def _points(self, axes: Axes, da: np.ndarray) -> xr.Dataset:
        """Camera shots [..., shot, px] that show dA [..., px]: pump on in every other one."""
        dims, shape = tuple(name for name, _ in axes), da.shape[:-1]
        on = np.arange(self.n_shots) % 2 == 0
        pulse = 1.0 + 0.005 * self.random.standard_normal((*shape, self.n_shots, 1))
        light = 20_000.0 * pulse * 10.0 ** -(da[..., np.newaxis, :] * on[:, np.newaxis])
        light += self.pattern * np.where(on, 1.0, -1.0)[:, np.newaxis] * np.sin(np.arange(CAMERA_NM.size))
        counts = 300.0 + light + 20.0 * self.random.standard_normal(light.shape)
        sequence = np.arange(np.prod(shape) * self.n_shots, dtype=np.uint64).reshape(*shape, self.n_shots)
        return xr.Dataset(
            {
                "shots": ((*dims, "shot", "wavelength_nm"), counts.round().astype(np.uint16)),
                "pump_on": ((*dims, "shot"), np.broadcast_to(on, (*shape, self.n_shots)).astype(np.uint8)),
                "sequence": ((*dims, "shot"), sequence),
                "done": (dims, np.ones(shape, dtype=bool)),
            },
            {**dict(axes), "wavelength_nm": CAMERA_NM},
        )


def absorbance(nm: np.ndarray, n_1s: float) -> np.ndarray:
    """Absorbance of the film: 1S and 2S lines that share the electron level, a shell to the blue."""
    lines = sum(np.exp(-(((nm - centre) / WIDTH_NM) ** 2) / 2.0) for centre in (CENTRE_NM, 580.0))
    shell = np.clip((548.0 - nm) / 70.0, 0.0, None) ** 2
    return 1e-3 * LINE_MOD * (lines * (1.0 - n_1s / 2.0) + shell)


def chirp_ps(nm: np.ndarray) -> np.ndarray:
    """Time zero over wavelength."""
    x = (nm - 590.0) / 110.0
    return 0.05 + 0.4 * x - 0.15 * x**2


def matrix_run(delays_ps: np.ndarray, wavelength_nm: np.ndarray, da: np.ndarray) -> xr.DataTree:
    """An imported matrix [delay, px]."""
    outer = ("potential_v", "fluence_cm2", "delay_ps")
    points = xr.Dataset(
        {
            "delta_a": ((*outer, "wavelength_nm"), da[np.newaxis, np.newaxis]),
            "done": (outer, np.ones((1, 1, len(delays_ps)), dtype=bool)),
        },
        {
            "potential_v": [np.nan],
            "fluence_cm2": [np.nan],
            "delay_ps": delays_ps,
            "wavelength_nm": wavelength_nm,
        },
    )
    return xr.DataTree.from_dict({"/": xr.Dataset(attrs={"title": "matrix", "import": {}}), "ta": points})
