"""Which of the held films is neutral: only its bleach tells cross section and lifetimes of an exciton."""

from __future__ import annotations

import numpy as np
import xarray as xr

from qdlab.analysis._missing import MissingDataError

NEUTRAL = 0.1
"""A film with so few electrons per dot, within twice their error, counts as neutral."""


def neutral_potential(held: xr.Dataset | None) -> int:
    """Return the place of the first potential that left the film neutral.

    It is the first of all where the electrons are not known. MissingDataError if every film was charged: its
    excitons decay as trions do, so that the late bleach and the decay are not those of physics.md.
    """
    if held is None or "n_1s" not in held:
        return 0
    n_1s, error = held["n_1s"].to_numpy(), np.nan_to_num(held["n_1s_error"].to_numpy())
    charged = n_1s > NEUTRAL + 2.0 * error
    if charged.all():
        raise MissingDataError(
            f"the film was never neutral: it held {n_1s.min():.2f} electrons per dot or more"
        )
    return int(np.argmin(charged))
