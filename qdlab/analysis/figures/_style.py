"""What all figures share: size, units, colours that survive grey print and colour-blind eyes."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import LinearSegmentedColormap, Normalize, TwoSlopeNorm
from matplotlib.figure import Figure

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._windows import Floats
from qdlab.analysis.charging import ReferenceElectrode

PLAIN = "{x:g}"
"""For the ticks of a delay axis: 100, not a power of ten."""

MOD = 1e3
"""Absorbance to mOD."""

SMALL: dict[str, Any] = {"fontsize": "small", "color": "0.4"}
"""For the remark above a figure."""

GainScale = tuple[LinearSegmentedColormap, Normalize]

BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "0.55"
"""Of Okabe and Ito's palette: apart in hue for everyone, and in lightness on paper."""


MARKERS = "osD^vP*X"
"""For series that a person may see without colours."""


@dataclass(frozen=True)
class DrawnMap:
    """The numbers of a map: value [y, x] at the points of both axes, and the panel it is in."""

    axes: Axes
    x: Floats
    y: Floats
    values: Floats
    meaning: str


class Sheet(Figure):
    """A figure, known to no global state, that remembers the exact numbers of its maps."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__(figsize=(width, height), layout="constrained", dpi=110)
        self.maps: list[DrawnMap] = []

    def draw_map(
        self,
        axes: Axes,
        x: Floats,
        y: Floats,
        values: Floats,
        meaning: str,
        *,
        log_y: bool = False,
        **style: Any,
    ) -> QuadMesh:
        """Draw values [y, x]; x and y rise, cells reach half way to their neighbours."""
        self.maps.append(DrawnMap(axes, x, y, values, meaning))
        borders = edges(x), edges(y, logarithmic=log_y)
        return axes.pcolormesh(*borders, values, rasterized=True, **style)


def new_figure(width: float, height: float) -> Sheet:
    """Return an empty figure of this size in inches."""
    return Sheet(width, height)


def letter_panels(*panels: Axes) -> None:
    """Name panels a, b, c... at their upper left corners, outside."""
    for letter, axes in zip(ascii_lowercase, panels, strict=False):
        axes.set_title(letter, loc="left", fontweight="bold", fontsize="medium")


def grid_of(figure: Figure, n_panels: int, n_columns: int) -> list[Axes]:
    """Return `n_panels` axes in rows of at most `n_columns`."""
    columns = min(n_panels, n_columns)
    rows = -(-n_panels // columns)
    return [figure.add_subplot(rows, columns, k + 1) for k in range(n_panels)]


def excited(gain: xr.Dataset) -> bool:
    """Return whether any spectrum at the gain delay has a known excitation."""
    return "n_x" in gain and bool(np.isfinite(gain["n_x"]).any())


def needed(value: Any, what: str) -> Any:
    """Return a part of the reduction; MissingDataError if it is not there."""
    if value is None:
        raise MissingDataError(f"no figure: there is no {what}")
    return value


def fluence_colours(values: Floats) -> list[Any]:
    """Return a colour for each value, dark to light along a perceptually uniform scale, by rank."""
    scale = matplotlib.colormaps["viridis"]
    ranks = np.argsort(np.argsort(values))
    return [scale(0.92 * rank / max(len(values) - 1, 1)) for rank in ranks]


def spread_colours(n: int) -> list[Any]:
    """Return n colours, dark to light along a perceptually uniform scale."""
    return fluence_colours(np.arange(float(n)))


def extremes(held: xr.Dataset | None, known: xr.DataArray) -> list[int]:
    """Return the least and the most doped of the known potentials; first and last if doping is not known."""
    measured = np.flatnonzero(known.to_numpy())
    if not measured.size:
        return []
    n_1s = np.arange(measured.size, dtype=float)
    if held is not None and "n_1s" in held and np.isfinite(held["n_1s"].to_numpy()[measured]).any():
        n_1s = held["n_1s"].to_numpy()[measured]
    return list(dict.fromkeys([int(measured[np.nanargmin(n_1s)]), int(measured[np.nanargmax(n_1s)])]))


def edges(values: Floats, *, logarithmic: bool = False) -> Floats:
    """Return cell borders for points in rising order: half way between them."""
    at = np.log(values) if logarithmic else values
    middle = (at[1:] + at[:-1]) / 2.0
    if at.size > 1:
        borders = np.concatenate([[2 * at[0] - middle[0]], middle, [2 * at[-1] - middle[-1]]])
    else:
        borders = at[0] + np.array([-0.5, 0.5])
    return np.asarray(np.exp(borders) if logarithmic else borders)


def signal_scale(values: Floats) -> dict[str, Any]:
    """Return colours for dA, white at zero: a bleach goes into a dark blue, absorption into a pale orange.

    The two ends differ in lightness too, so that the sign survives grey print.
    """
    limit = float(np.nanquantile(np.abs(values), 0.99)) if np.isfinite(values).any() else 1.0
    bleach = matplotlib.colormaps["Blues_r"](np.linspace(0.0, 1.0, 128))
    absorption = matplotlib.colormaps["Oranges"](np.linspace(0.0, 0.55, 128))
    colours = LinearSegmentedColormap.from_list("signal", np.vstack([bleach, absorption]), N=512)
    return {"cmap": colours, "norm": Normalize(-max(limit, 1e-9), max(limit, 1e-9))}


def gain_scale(lowest: float, highest: float) -> GainScale:
    """Return colours for A*: absorption from white to black, gain (negative) from yellow into the dark."""
    gain = matplotlib.colormaps["plasma"](np.linspace(0.05, 0.95, 112))
    fading = np.linspace(gain[-1], 1.0, 16)  # so that noise about zero stays pale
    absorption = matplotlib.colormaps["Greys"](np.linspace(0.0, 0.95, 128))
    colours = LinearSegmentedColormap.from_list("gain", np.vstack([gain, fading, absorption]), N=512)
    return colours, TwoSlopeNorm(0.0, min(lowest, -1e-9), max(highest, 1e-9))


def potential_axis(axes: Axes, reference: ReferenceElectrode, *, above: bool = False) -> None:
    """Name an axis of potentials after what they refer to; `above`, against Fc/Fc+ too if that is known."""
    against = f" vs. {reference.name}" if reference.name else ""
    axes.set_xlabel(f"potential{against} (V)")
    if above and reference.known:
        functions = (reference.against_ferrocene_v, lambda v: np.asarray(v) - reference.vs_fc_v)
        other = axes.secondary_xaxis("top", functions=functions)
        other.set_xlabel("potential vs. Fc/Fc$^+$ (V)")


def potential_label(potential_v: float, n_1s: float) -> str:
    """Return "-1.20 V, <n_1S> = 0.99" for a held potential, without the second if it is not known."""
    text = f"{potential_v:+.2f} V".replace("-", "\N{MINUS SIGN}")
    if not np.isfinite(n_1s):
        return text
    shown = 0.0 if abs(n_1s) < 0.005 else n_1s
    return f"{text},  ⟨$n_{{1S}}$⟩ = {shown:.2f}"


def labels_of(held: xr.Dataset | None, potentials_v: Floats) -> list[str]:
    """Return the label of every potential."""
    n_1s = (
        held["n_1s"].to_numpy() if held is not None and "n_1s" in held else np.full(len(potentials_v), np.nan)
    )
    return [potential_label(float(v), float(n)) for v, n in zip(potentials_v, n_1s, strict=True)]


def shade_band(axes: Axes, band_nm: tuple[float, float]) -> None:
    """Mark the 1S window."""
    axes.axvspan(*band_nm, color="0.92", zorder=0)


def smoothed(spectra: Floats, n_px: int) -> Floats:
    """Average over the known ones of `n_px` neighbouring pixels, along the last axis; NaN stays NaN."""
    from scipy.ndimage import uniform_filter1d

    known = np.isfinite(spectra)
    mean = uniform_filter1d(np.where(known, spectra, 0.0), n_px, axis=-1, mode="constant")
    share = uniform_filter1d(known.astype(np.float64), n_px, axis=-1, mode="constant")
    return np.where(known, mean / np.where(known, share, 1.0), np.nan)


def strongest(values: xr.DataArray) -> xr.DataArray:
    """Return the part at the first potential and the highest measured fluence, [delay, px].

    Where the fluences are not known, that with the largest signal.
    """
    first = values.isel(potential_v=0)
    measured = np.flatnonzero(first.notnull().any(["delay_ps", "wavelength_nm"]).to_numpy())
    if not measured.size:
        raise MissingDataError("no figure: nothing was measured at the first potential")
    fluence = first["fluence_cm2"].to_numpy()[measured]
    if not np.isfinite(fluence).any():
        fluence = (first**2).mean(["delay_ps", "wavelength_nm"]).to_numpy()[measured]
    return first.isel(fluence_cm2=int(measured[np.argmax(np.nan_to_num(fluence))]))


def delay_scale(delays_ps: Floats) -> dict[str, Any]:
    """Return the scale of a delay axis: linear if short, else linear about time zero, logarithmic beyond."""
    long = np.abs(delays_ps).max() > 10.0
    return {"value": "symlog", "linthresh": 1.0} if long else {"value": "linear"}
