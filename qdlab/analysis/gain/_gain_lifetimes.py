"""Gain lifetime: how long the 1S band stays inverted after the pump (physics.md section 7, paper Fig. 5c)."""

from __future__ import annotations

import numpy as np
import xarray as xr

from qdlab.analysis._choices import Choices
from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._windows import Floats
from qdlab.analysis.transient import split_error

LIFETIMES = ("lifetime_ps", "lifetime_low_ps", "lifetime_high_ps", "lifetime_low95_ps", "lifetime_high95_ps")

Judged = tuple[str, float, float, float, float, float]


def find_gain_lifetimes(
    transient: xr.Dataset, held: xr.Dataset, t0_ps: float, choices: Choices
) -> xr.Dataset:
    """Return LIFETIMES (value, 68 % and 95 % interval) over potential and fluence, and `censored`.

    `t0_ps` is the band's time zero; counted from there. `censored` is "" for a measured return of A* to zero,
    "none" without gain, "below" where gain is not sure (the limit is `lifetime_high95_ps`), "above" where it
    lasts longer than the scan, "unresolved" where nothing is known. MissingDataError without level or delays.
    """
    if "level" not in held:
        raise MissingDataError("no gain lifetime: the level A0 + dA_SEC is not known")
    delays = transient["delay_ps"].to_numpy() - t0_ps
    cooled = delays >= choices.gain_delay_ps * (1.0 - choices.hold_share)
    if cooled.sum() < 2:
        raise MissingDataError("no gain lifetime: it takes two delays after the carriers have cooled")
    after = transient.isel(delay_ps=cooled)
    shape = (after.sizes["potential_v"], after.sizes["fluence_cm2"])
    numbers, censored = np.full((len(LIFETIMES), *shape), np.nan), np.full(shape, "unresolved", dtype="<U10")
    for i, j in np.ndindex(*shape):
        point, film = after.isel(potential_v=i, fluence_cm2=j), held.isel(potential_v=i)
        seed = choices.bootstrap_seed + int(np.ravel_multi_index((i, j), shape))
        censored[i, j], *numbers[:, i, j] = _lifetime(point, film, delays[cooled], choices.n_bootstrap, seed)
    dims = ("potential_v", "fluence_cm2")
    variables = {
        name: (dims, values, {"units": "ps"}) for name, values in zip(LIFETIMES, numbers, strict=True)
    }
    coordinates = {name: transient[name] for name in dims}
    found = xr.Dataset({**variables, "censored": (dims, censored)}, coordinates)
    return found.assign({name: transient[name] for name in ("n_x", "n_x_error") if name in transient})


def return_times_ps(delays_ps: Floats, a_star: Floats) -> Floats:
    """Return when each column of A* [delay, column] is back at zero: 0 if it never was below, else infinite.

    On a monotonous interpolation (PCHIP) over the logarithm of the delay. Where noise takes a column over
    zero several times, the first and the last of them count alike; taking either alone would be biased.
    """
    from scipy.interpolate import PchipInterpolator

    negative, log_ps, column = a_star < 0.0, np.log(delays_ps), np.arange(a_star.shape[1])
    end = len(delays_ps) - 1
    pieces = PchipInterpolator(log_ps, a_star).c
    times = []
    for before in ((~negative).argmax(axis=0) - 1, end - negative[::-1].argmax(axis=0)):
        k = np.clip(before, 0, end - 1)
        within = _reached_within(pieces[:, k, column], log_ps[k + 1] - log_ps[k], np.zeros(column.size))
        times.append(log_ps[k] + within)
    back = np.exp((times[0] + times[1]) / 2.0)
    return np.where(negative[0], np.where(negative[-1], np.inf, back), 0.0)


def _reached_within(cubic: Floats, width: Floats, level: Floats) -> Floats:
    """Return where each rising cubic [coefficient, column] comes to its level, in a piece of this width."""
    low, high = np.zeros(cubic.shape[1]), width
    for _ in range(40):  # to a part in 1e12
        middle = (low + high) / 2.0
        below = ((cubic[0] * middle + cubic[1]) * middle + cubic[2]) * middle + cubic[3] < level
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray((low + high) / 2.0)


def _lifetime(point: xr.Dataset, film: xr.Dataset, delays_ps: Floats, n_bootstrap: int, seed: int) -> Judged:
    """Return censoring and numbers of one point, by a bootstrap with Gaussian errors.

    Background, A0 and dA_SEC are off by the same at every delay; the rest of the error is each delay's own.
    """
    a_star = float(film["level"]) + point["band"].to_numpy()
    known = np.isfinite(a_star)
    if known.sum() < 2:
        return "unresolved", *5 * (np.nan,)
    a_star, delays_ps = a_star[known], delays_ps[known]
    errors, background = split_error(point)
    own = np.nan_to_num(errors.to_numpy()[known])
    common = np.hypot(float(background), float(np.nan_to_num(film["level_error"])))
    noise = np.random.default_rng(seed).standard_normal((a_star.size + 1, n_bootstrap))
    repeated = a_star[:, np.newaxis] + own[:, np.newaxis] * noise[:-1] + common * noise[-1]
    quantiles = np.quantile(
        return_times_ps(delays_ps, repeated), [0.16, 0.84, 0.025, 0.975], method="inverted_cdf"
    )
    central = float(return_times_ps(delays_ps, a_star[:, np.newaxis])[0])
    return _judged(central, quantiles, float(delays_ps[0]), float(delays_ps[-1]))


def _judged(central_ps: float, quantiles_ps: Floats, first_ps: float, last_ps: float) -> Judged:
    """Turn a lifetime into a limit where its interval reaches an end of the scan."""
    low, high, low95, high95 = quantiles_ps.tolist()
    if high95 == 0.0:
        return "none", *5 * (0.0,)
    if low == 0.0 and np.isinf(high95):
        return "unresolved", *5 * (np.nan,)
    if low == 0.0:
        return "below", max(high, first_ps), 0.0, max(high, first_ps), 0.0, max(high95, first_ps)
    if np.isinf(central_ps):
        return "above", last_ps, min(low, last_ps), np.inf, min(low95, last_ps), np.inf
    return "", central_ps, min(low, central_ps), max(high, central_ps), low95, high95
