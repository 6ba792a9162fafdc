"""A reduction as plots draw it."""

from __future__ import annotations

import numpy as np

from qdlab.analysis import Reduction
from qdlab.gui.look import A_STAR, DA, MapView, SeriesView, ThresholdsView, counting_of, potential_in_words


def potentials_of(reduction: Reduction) -> list[str]:
    """Return the potentials of which there is a map, in words."""
    assert reduction.transient is not None
    potentials_v = reduction.transient["potential_v"].to_numpy()
    return [potential_in_words(value, 3) for value in potentials_v]


def fluences_of(reduction: Reduction, potential: int) -> list[str]:
    """Return the fluences at a potential in words, also those that the run chose."""
    assert reduction.transient is not None
    coords = reduction.transient.coords
    if (chosen := coords.get("chosen_fluence_cm2")) is not None:
        fluences_cm2 = chosen.isel(potential_v=potential).to_numpy()
    else:
        fluences_cm2 = coords["fluence_cm2"].to_numpy()
    return [
        "no fluence" if np.isnan(value) else f"{value:.2e} /cm²".replace("e+", "e") for value in fluences_cm2
    ]


def is_measured(reduction: Reduction) -> list[list[bool]]:
    """Return whether anything was measured [potential, fluence]; a run that was stopped has gaps."""
    assert reduction.transient is not None
    middle = reduction.transient.sizes["wavelength_nm"] // 2
    da = reduction.transient["da"].isel(wavelength_nm=middle).transpose("potential_v", "fluence_cm2", ...)
    measured: list[list[bool]] = np.isfinite(da.to_numpy()).any(axis=-1).tolist()
    return measured


def map_view(reduction: Reduction, potential: int, fluence: int) -> MapView:
    """Return A* of one potential and fluence, or dA where there is no A*."""
    assert reduction.transient is not None
    values, quantity = reduction.a_star, A_STAR
    if values is None:
        values, quantity = reduction.transient["da"], DA
    one = values.isel(potential_v=potential, fluence_cm2=fluence)
    where = f"{potentials_of(reduction)[potential]}, {fluences_of(reduction, potential)[fluence]}"
    nm, delays_ps = one["wavelength_nm"].to_numpy(), one["delay_ps"].to_numpy()
    telling_nm = reduction.choices.fit_nm if quantity == A_STAR else None
    t0_ps = None if reduction.chirp is None else np.zeros(nm.size)  # the chirp is out already
    return MapView(nm, delays_ps, one.to_numpy().astype(np.float32), t0_ps, where, quantity, telling_nm)


def series_of(reduction: Reduction) -> tuple[SeriesView, ...]:
    """Return the bleach of every potential over excitons per dot."""
    pairs = zip(reduction.thresholds, reduction.series, strict=True)
    return tuple(
        SeriesView(threshold.potential_v, one.n_x, one.bleach, one.bleach_error, one.level, one.level_error)
        for threshold, one in pairs
    )


def thresholds_of(reduction: Reduction, name: str) -> ThresholdsView:
    """Return the thresholds of a run under a name, with those that counting gives its material."""
    found = [threshold for threshold in reduction.thresholds if np.isfinite(threshold.n_1s)]
    n_1s, error, n_gain, low, high = (
        np.array([getattr(threshold, field) for threshold in found])
        for field in ("n_1s", "n_1s_error", "n_gain", "n_gain_low", "n_gain_high")
    )
    censored = tuple(one.censored or "" for one in found)
    counting = counting_of(reduction.choices)
    return ThresholdsView(name, n_1s, error, n_gain, low, high, censored, counting)
