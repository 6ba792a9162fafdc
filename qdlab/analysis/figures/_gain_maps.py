"""Maps of A* over wavelength and delay, neutral above doped (paper Fig. 3)."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._reduction import Reduction
from qdlab.analysis._windows import Floats, inside
from qdlab.analysis.figures._style import (
    MOD,
    SMALL,
    GainScale,
    Sheet,
    extremes,
    gain_scale,
    labels_of,
    needed,
    new_figure,
    smoothed,
)
from qdlab.analysis.gain import by_excitation

N_COLUMNS = 3
SMOOTH_PX = 15
N_SIGMA = 3.0


def gain_maps(reduction: Reduction) -> Sheet:
    """Draw A* of the least and the most doped film at a low, a middle and the strongest excitation."""
    a_star, gain = needed(reduction.a_star, "A*"), needed(reduction.gain, "spectrum at the gain delay")
    after = a_star.isel(delay_ps=a_star["delay_ps"].to_numpy() > 0.0).sortby("wavelength_nm")
    seen = after.notnull().any(["delay_ps", "wavelength_nm"])
    rows = extremes(reduction.held, seen.any("fluence_cm2"))
    if not rows:
        raise MissingDataError("no figure: no A* was measured")
    known = seen.isel(potential_v=rows).all("potential_v")
    fluences = [_three(by_excitation(gain.isel(potential_v=i), known)) for i in rows]
    n_columns = len(fluences[0])
    if not after.sizes["delay_ps"] or not n_columns:
        raise MissingDataError("no figure: no A* after time zero")
    nm = after["wavelength_nm"].to_numpy()
    picked = [
        after.isel(potential_v=i, fluence_cm2=js).to_numpy() for i, js in zip(rows, fluences, strict=True)
    ]
    shown = MOD * smoothed(np.stack(picked), SMOOTH_PX)
    noise = _noise(shown[..., inside(nm, reduction.choices.quiet_nm)])
    scale = gain_scale(*_limits(shown[..., inside(nm, reduction.choices.fit_nm)]))
    labels = labels_of(reduction.held, after["potential_v"].to_numpy())
    figure = new_figure(3.1 * n_columns + 1.0, 2.9 * len(rows))
    grid = figure.subplots(len(rows), n_columns, squeeze=False, sharex=True, sharey=True)
    for r, i in enumerate(rows):
        for c, j in enumerate(fluences[r]):
            mesh = _panel(figure, grid[r, c], after, shown[r, c], scale, -N_SIGMA * noise)
            n_x = f"⟨$N_X$⟩ = {float(gain['n_x'][i, j]):.2f}" if "n_x" in gain else f"fluence {j + 1}"
            grid[r, c].set_title(f"{labels[i]},  {n_x}", fontsize="small")
        grid[r, 0].set_ylabel("delay (ps)")
    for axes in grid[-1]:
        axes.set_xlabel("wavelength (nm)")
    figure.colorbar(mesh, ax=grid, label="A* (mOD); below 0: gain", extend="both")
    figure.suptitle(
        f"averaged over {SMOOTH_PX} pixels; inside the line: gain beyond {N_SIGMA:g} times the noise; "
        f"{reduction.quantity}",
        **SMALL,
    )
    return figure


def _panel(
    figure: Sheet, axes: Axes, after: xr.DataArray, a_star_mod: Floats, scale: GainScale, level_mod: float
) -> QuadMesh:
    """Draw one map [delay, px] with the line where A* is `level_mod`."""
    delays, nm = after["delay_ps"].to_numpy(), after["wavelength_nm"].to_numpy()
    colours, norm = scale
    mesh = figure.draw_map(axes, nm, delays, a_star_mod, "A* (mOD)", log_y=True, cmap=colours, norm=norm)
    axes.set_yscale("log")
    if delays.size > 1 and np.nanmin(a_star_mod) < level_mod < np.nanmax(a_star_mod):
        axes.contour(nm, delays, a_star_mod, [level_mod], colors="k", linewidths=0.8, linestyles="-")
    return mesh


def _noise(quiet_mod: Floats) -> float:
    """Return the scatter where the film does not absorb; 0 if that was not seen."""
    return float(np.nanstd(quiet_mod)) if np.isfinite(quiet_mod).any() else 0.0


def _three(rising: list[int]) -> list[int]:
    """Return the first, the middle and the last of them; all if there are fewer."""
    picked = np.linspace(0, len(rising) - 1, min(N_COLUMNS, len(rising))).round().astype(int)
    return [rising[k] for k in picked]


def _limits(a_star_mod: Floats) -> tuple[float, float]:
    """Return the colour limits: the extremes, without the noisiest points."""
    seen = a_star_mod[np.isfinite(a_star_mod)]
    if not seen.size:
        return -1.0, 1.0
    low, high = np.quantile(seen, [0.002, 0.998])
    return float(low), float(high)
